"""What an import would do, on one screen: how the file was read, what is new, and what changes from what to what."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from rich.cells import cell_len

from bot.output.differences import WIDTH, changed_lines, cut, entry_title, pair_lines
from bot.output.labels import entry_name
from faq.exchange.comparison import Comparison, Doubt
from faq.exchange.importing import Import
from faq.formats.sheets.columns import COLUMNS, LISTS, NO_GOLD, TableKind
from faq.loading.loader import Reading
from faq.model import Expectation
from faq.problems import Severity
from faq.wording import Labels, listed, worded

_COLUMNS = Labels(COLUMNS[TableKind.EXPECTATIONS])
_LISTS = Labels(LISTS)
_MOST = 5


def import_summary(planned: Import, *, whole: bool = False, doubts: bool = True) -> Iterator[str]:
    """Yield the summary: of each part the first five or the `whole`; `doubts` if nobody is asked about them."""
    comparison, most = planned.comparison, None if whole else _MOST
    yield from _reading_lines(planned.reading, most)
    yield _count(comparison)
    if comparison.foreign:
        yield worded("※ このFAQと同じ項目が1つもありません。別の職場のFAQではないか、確かめてください。")
    same = dict.fromkeys(comparison.same_question, worded("(同じ質問の項目)"))
    parts = {
        "新しい項目": [[f"  + {entry_title(each)}"] for each in comparison.added],
        "変わる項目": [list(changed_lines(each, same.get(each.after.id, ""))) for each in comparison.changed],
        "確かめる行": [list(doubt_lines(each)) for each in comparison.doubts if doubts],
        "消す項目": [[f"  - {entry_title(each)}"] for each in comparison.removed],
        "想定質問と用語": list(_other_changes(comparison)),
    }
    for title, items in parts.items():
        yield from _part(worded(title), items, most)
    asked = {doubt.change.before.id for doubt in comparison.doubts}
    if left := [entry for entry in comparison.lacking if entry.id not in asked]:
        title = worded("このファイルにない項目 {count}件は、そのまま残します", count=len(left))
        yield from _part(title, [[f"  {each.id}: {cut(each.question, 50)}"] for each in left], most)
        yield worded("  消すなら: --remove {id}(消すidごとに付ける)", id=left[0].id)


def doubt_lines(doubt: Doubt) -> Iterator[str]:
    """Yield a row and the entry that it may be."""
    before = doubt.change.before
    yield worded("  ? 変更? {name}", name=entry_name(before))
    yield from pair_lines(worded("質問"), before.question, doubt.row.question)
    if before.answer == doubt.row.answer:
        yield worded("      回答 同じ「{text}」", text=cut(doubt.row.answer, 30))
    else:
        yield from pair_lines(worded("回答"), before.answer, doubt.row.answer)


def _reading_lines(reading: Reading, most: int | None) -> Iterator[str]:
    """Yield how many rows were read, and what was made of them, a kind a line."""
    if reading.rows.found:
        yield worded("行 {found} = 読んだ行 {read} + 報告した行 {reported}", **asdict(reading.rows))
    told = []
    for each in reading.problems:
        if each.severity is Severity.WARNING:
            sheet = worded("『{sheet}』", sheet=each.place.sheet) if each.place.sheet else ""
            what = worded("  ・{sheet}{what}。", sheet=sheet, what=each.what)
            fits = cell_len(what + each.remedy) <= WIDTH
            told.append([what + each.remedy] if fits else [what.rstrip(), f"    {each.remedy}"])
    yield from _part(worded("読み方"), told, most and most * 2)


def _count(comparison: Comparison) -> str:
    """Return how much of each kind an import would change."""
    parts = [
        worded("追加 {count}件", count=len(comparison.added)),
        worded("変更 {count}件", count=len(comparison.changed)),
        worded("変更なし {count}件", count=comparison.unchanged),
    ]
    if comparison.doubts:
        parts.append(worded("確かめる行 {count}件", count=len(comparison.doubts)))
    if comparison.removed:
        parts.append(worded("削除 {count}件", count=len(comparison.removed)))
    if comparison.expected or comparison.regraded or comparison.words:
        expected, regraded = len(comparison.expected), len(comparison.regraded)
        parts.append(worded("想定質問の追加 {added}件・変更 {changed}件", added=expected, changed=regraded))
        parts.append(worded("用語 {count}件", count=len(comparison.words)))
    return listed(parts)


def _other_changes(comparison: Comparison) -> Iterator[list[str]]:
    """Yield what an import would change besides entries."""
    for each in comparison.expected:
        yield [worded("  + 想定質問「{q}」→ {gold}", q=cut(each.q, 60), gold=_gold(each))]
    yield from (list(_regraded_lines(*each)) for each in comparison.regraded)
    for name, words in comparison.words:
        yield [worded("  ~ 用語({name}) {words}", name=_LISTS[name], words=cut(listed(words), 60))]


def _regraded_lines(before: Expectation, after: Expectation) -> Iterator[str]:
    yield worded("  ~ 想定質問「{q}」", q=cut(after.q, 60))
    if _gold(before) != _gold(after):
        yield from pair_lines(_COLUMNS["gold"], _gold(before), _gold(after))
    if before.kind != after.kind:
        yield from pair_lines(_COLUMNS["kind"], before.kind, after.kind)
    if before.answer_has != after.answer_has:
        yield from pair_lines(_COLUMNS["answer_has"], listed(before.answer_has), listed(after.answer_has))


def _gold(expectation: Expectation) -> str:
    graded = (f"{each}({grade})" if grade > 1 else each for each, grade in expectation.gold.items())
    return listed(graded) or worded(NO_GOLD)


def _part(title: str, items: list[list[str]], most: int | None) -> Iterator[str]:
    if items:
        yield f"{title}:"
        for lines in islice(items, most):
            yield from lines
        if most and len(items) > most:
            yield worded("  ほか{count}件(--all ですべて)", count=len(items) - most)
