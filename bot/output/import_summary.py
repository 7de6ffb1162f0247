"""What an import would do, on one screen: how the file was read, what is new, and what changes from what to what."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice

from rich.cells import cell_len, chop_cells

from bot.output.differences import FIELD_NAMES, import_count, other_import_lines, phrasing_lines, value_text
from bot.output.terminal import one_line
from faq.exchange.comparison import Comparison, Doubt
from faq.exchange.importing import Import
from faq.loading.loader import Reading
from faq.model import Changed
from faq.problems import Severity
from faq.wording import Language

_READS = Language.JAPANESE  # as all of the summary is
_WIDTH = 78
_AROUND = 12
_MOST = 5
_MOST_IDS = 10
_LONGEST_COMPARED = 2_000


def import_summary(planned: Import, *, whole: bool = False, doubts: bool = True) -> Iterator[str]:
    """Yield the summary: of each part the first five or the `whole`; `doubts` if nobody is asked about them."""
    comparison, most = planned.comparison, None if whole else _MOST
    yield from reading_lines(planned.reading, most)
    yield import_count(comparison)
    if comparison.foreign:
        yield "※ このFAQと同じ項目が1つもありません。別の職場のFAQではないか、確かめてください。"
    yield from _part(
        "新しい項目", [[f"  + {each.id}: {_cut(each.question, 50)}"] for each in comparison.added], most
    )
    changes = [list(changed_lines(each, comparison)) for each in comparison.changed]
    yield from _part("変わる項目", changes, most)
    yield from _part(
        "確かめる行",
        [list(doubt_lines(each)) for each in comparison.doubts if doubts],
        most,
    )
    yield from _part(
        "消す項目", [[f"  - {each.id}: {_cut(each.question, 50)}"] for each in comparison.removed], most
    )
    yield from _part("想定質問と用語", [[line] for line in other_import_lines(comparison)], most)
    asked = {doubt.change.before.id for doubt in comparison.doubts if doubt.change}
    if ids := [entry.id for entry in comparison.lacking if entry.id not in asked]:
        shown = ids if whole else ids[:_MOST_IDS]
        more = f" ほか{len(ids) - len(shown)}件" if len(ids) > len(shown) else ""
        yield f"このファイルにない項目 {len(ids)}件は、そのまま残します: {'、'.join(shown)}{more}"
        yield f"  消すなら: --remove {ids[0]}(消すidごとに付ける)"


def reading_lines(reading: Reading, most: int | None = None) -> Iterator[str]:
    """Yield how many rows were read, and what was made of them, a kind a line."""
    if reading.rows.found:
        yield f"行 {reading.rows.found} = 読んだ行 {reading.rows.read} + 報告した行 {reading.rows.reported}"
    told = [problem for problem in reading.problems if problem.severity is Severity.WARNING]
    lines = [
        _told(f"{_sheet(each.place.sheet)}{each.fault.what(_READS)}。", each.fault.remedy(_READS))
        for each in told
    ]
    yield from _part("読み方", lines, most and most * 2)


def changed_lines(changed: Changed, comparison: Comparison | None = None) -> Iterator[str]:
    """Yield an entry that changes, its fields from what to what, the changed letters in 〔 〕."""
    same = bool(comparison and changed.after.id in comparison.same_question)
    yield f"  ~ {changed.after.id}: {_cut(changed.after.question, 40)}{'(同じ質問の項目)' if same else ''}"
    for field in changed.fields:
        if field == "also_asked":
            yield from (f"    {line}" for line in phrasing_lines(changed))
            continue
        name = FIELD_NAMES[field]
        before, after = (value_text(getattr(each, field)) for each in changed)
        old, new = side_by_side(before, after, _WIDTH - 13 - cell_len(name))
        yield f"      {name} 旧「{old}」"
        yield f"      {' ' * cell_len(name)} 新「{new}」"


def doubt_lines(doubt: Doubt) -> Iterator[str]:
    """Yield a row and the entry that it may be, or what rows of one merged question were joined to."""
    if doubt.joined:
        yield f"  ? 1つの項目? {_cut(doubt.row.question, 50)}"
        yield f"      つないだ回答「{_cut(doubt.row.answer, _WIDTH - 20)}」"
    if not doubt.change:
        return
    yield f"  ? 変更? {doubt.change.before.id}"
    old, new = side_by_side(doubt.change.before.question, doubt.row.question, _WIDTH - 15)
    yield f"      質問 旧「{old}」"
    yield f"           新「{new}」"
    old, new = side_by_side(doubt.change.before.answer, doubt.row.answer, _WIDTH - 15)
    if old == new:
        yield f"      回答 同じ「{_cut(doubt.row.answer, 30)}」"
    else:
        yield f"      回答 旧「{old}」"
        yield f"           新「{new}」"


def side_by_side(before: str, after: str, width: int) -> tuple[str, str]:
    """Return both texts on a line of so many cells each, from shortly before where they differ; changes in 〔 〕.

    >>> side_by_side("月額2.5万円を支給します。", "月額25万円を支給します。", 40)
    ('月額2〔.〕5万円を支給します。', '月額25万円を支給します。')
    """
    old, new = one_line(before), one_line(after)
    found = SequenceMatcher(
        None, old[:_LONGEST_COMPARED], new[:_LONGEST_COMPARED], autojunk=False
    ).get_opcodes()
    first = next((start for tag, start, *_ in found if tag != "equal"), 0)
    begin = first - _AROUND if max(map(cell_len, (old, new))) > width and first > _AROUND + 1 else 0
    marked = ["", ""]
    for tag, start, end, first_new, last_new in found:
        for side, part in enumerate((old[max(start, begin) : end], new[max(first_new, begin) : last_new])):
            marked[side] += f"〔{part}〕" if tag != "equal" and part else part
    ahead = "…" if begin else ""
    cut_old, cut_new = (_cut(ahead + text, width) for text in marked)
    return cut_old, cut_new


def _part(title: str, items: list[list[str]], most: int | None) -> Iterator[str]:
    if not items:
        return
    yield f"{title}:"
    for lines in islice(items, most):
        yield from lines
    if most and len(items) > most:
        yield f"  ほか{len(items) - most}件(--all ですべて)"


def _told(what: str, remedy: str) -> list[str]:
    """Return a remark and what to do, on one line where both fit."""
    line = f"  ・{what}{remedy}"
    return [line] if cell_len(line) <= _WIDTH else [f"  ・{what}", f"    {remedy}"]


def _sheet(name: str) -> str:
    return f"『{name}』" if name else ""


def _cut(text: str, width: int) -> str:
    """Return a text on one line of at most so many cells."""
    line = one_line(text)
    return line if cell_len(line) <= width else chop_cells(line, width - 2)[0] + "…"
