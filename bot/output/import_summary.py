"""What an import would do, on one screen: how the file was read, what is new, and what changes from what to what."""

from collections.abc import Iterator
from itertools import islice

from rich.cells import cell_len

from bot.output.differences import WIDTH, changed_lines, cut, entry_title, pair_lines
from faq.exchange.comparison import Comparison, Doubt, Regraded
from faq.exchange.importing import Import
from faq.formats.sheets.columns import COLUMNS, LISTS, NO_GOLD, Kind
from faq.loading.loader import Reading
from faq.model import Expectation
from faq.problems import Severity
from faq.wording import Language

_READS = Language.JAPANESE  # as all of the summary is
_MOST = 5
_MOST_IDS = 10


def import_summary(planned: Import, *, whole: bool = False, doubts: bool = True) -> Iterator[str]:
    """Yield the summary: of each part the first five or the `whole`; `doubts` if nobody is asked about them."""
    comparison, most = planned.comparison, None if whole else _MOST
    yield from _reading_lines(planned.reading, most)
    yield _count(comparison)
    if comparison.foreign:
        yield "※ このFAQと同じ項目が1つもありません。別の職場のFAQではないか、確かめてください。"
    same = dict.fromkeys(comparison.same_question, "(同じ質問の項目)")
    parts = {
        "新しい項目": [[f"  + {entry_title(each)}"] for each in comparison.added],
        "変わる項目": [list(changed_lines(each, same.get(each.after.id, ""))) for each in comparison.changed],
        "確かめる行": [list(doubt_lines(each)) for each in comparison.doubts if doubts],
        "消す項目": [[f"  - {entry_title(each)}"] for each in comparison.removed],
        "想定質問と用語": list(_other_changes(comparison)),
    }
    for title, items in parts.items():
        yield from _part(title, items, most)
    asked = {doubt.change.before.id for doubt in comparison.doubts if doubt.change}
    if ids := [entry.id for entry in comparison.lacking if entry.id not in asked]:
        shown = ids if whole else ids[:_MOST_IDS]
        more = f" ほか{len(ids) - len(shown)}件" if len(ids) > len(shown) else ""
        yield f"このファイルにない項目 {len(ids)}件は、そのまま残します: {'、'.join(shown)}{more}"
        yield f"  消すなら: --remove {ids[0]}(消すidごとに付ける)"


def doubt_lines(doubt: Doubt) -> Iterator[str]:
    """Yield a row and the entry that it may be, or what rows of one merged question were joined to."""
    if doubt.joined:
        yield f"  ? 1つの項目? {cut(doubt.row.question, 50)}"
        yield f"      つないだ回答「{cut(doubt.row.answer, WIDTH - 20)}」"
    if doubt.change:
        before = doubt.change.before
        yield f"  ? 変更? {before.id}"
        yield from pair_lines("質問", before.question, doubt.row.question)
        if before.answer == doubt.row.answer:
            yield f"      回答 同じ「{cut(doubt.row.answer, 30)}」"
        else:
            yield from pair_lines("回答", before.answer, doubt.row.answer)


def _reading_lines(reading: Reading, most: int | None) -> Iterator[str]:
    """Yield how many rows were read, and what was made of them, a kind a line."""
    if reading.rows.found:
        yield f"行 {reading.rows.found} = 読んだ行 {reading.rows.read} + 報告した行 {reading.rows.reported}"
    told = []
    for each in reading.problems:
        if each.severity is Severity.WARNING:
            sheet = f"『{each.place.sheet}』" if each.place.sheet else ""
            what, remedy = f"  ・{sheet}{each.fault.what(_READS)}。", each.fault.remedy(_READS)
            fits = cell_len(what + remedy) <= WIDTH
            told.append([what + remedy] if fits else [what, f"    {remedy}"])
    yield from _part("読み方", told, most and most * 2)


def _count(comparison: Comparison) -> str:
    """Return how much of each kind an import would change."""
    parts = [
        f"追加 {len(comparison.added)}件",
        f"変更 {len(comparison.changed)}件",
        f"変更なし {comparison.unchanged}件",
    ]
    if comparison.doubts:
        parts.append(f"確かめる行 {len(comparison.doubts)}件")
    if comparison.removed:
        parts.append(f"削除 {len(comparison.removed)}件")
    if comparison.expected or comparison.regraded or comparison.words:
        expected, regraded = len(comparison.expected), len(comparison.regraded)
        parts += [f"想定質問の追加 {expected}件・変更 {regraded}件", f"用語 {len(comparison.words)}件"]
    return "、".join(parts)


def _other_changes(comparison: Comparison) -> Iterator[list[str]]:
    """Yield what an import would change besides entries."""
    for each in comparison.expected:
        yield [f"  + 想定質問「{cut(each.q, 60)}」→ {_gold(each)}"]
    for regraded in comparison.regraded:
        yield list(_regraded_lines(regraded))
    for name, words, _ in comparison.words:
        yield [f"  ~ 用語({LISTS[name]}) {cut('、'.join(words), 60)}"]


def _regraded_lines(regraded: Regraded) -> Iterator[str]:
    before, after = regraded.before, regraded.after
    yield f"  ~ 想定質問「{cut(after.q, 60)}」"
    names = COLUMNS[Kind.EXPECTATIONS]
    if _gold(before) != _gold(after):
        yield from pair_lines(names["gold"], _gold(before), _gold(after))
    if before.kind != after.kind:
        yield from pair_lines(names["kind"], before.kind, after.kind)
    if before.answer_has != after.answer_has:
        yield from pair_lines(names["answer_has"], "、".join(before.answer_has), "、".join(after.answer_has))


def _gold(expectation: Expectation) -> str:
    graded = (f"{each}({grade})" if grade > 1 else each for each, grade in expectation.gold.items())
    return "、".join(graded) or NO_GOLD


def _part(title: str, items: list[list[str]], most: int | None) -> Iterator[str]:
    if items:
        yield f"{title}:"
        for lines in islice(items, most):
            yield from lines
        if most and len(items) > most:
            yield f"  ほか{len(items) - most}件(--all ですべて)"
