"""The differences of two knowledge sets as lines: for an import, a publication and `faq diff`."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from itertools import islice

from rich.cells import cell_len, chop_cells

from bot.output.labels import entry_name
from bot.output.terminal import one_line
from faq.exchange.comparison import Comparison, Doubt
from faq.exchange.importing import Import
from faq.formats.sheets.columns import COLUMNS, LISTS, NO_GOLD, TableKind
from faq.loading.loader import KnowledgeReading
from faq.model import Changed, Entry, Expectation, Source
from faq.problems import Severity
from faq.wording import Labels, listed, worded
from index.release.gate import Differences

_WIDTH = 78
_AROUND = 12
_MOST_NAMED = 10
_LONGEST_COMPARED = 2_000
_FIELD_NAMES = Labels({**COLUMNS[TableKind.ENTRIES], "source": "出典"})
_LISTS = Labels(LISTS)


def entry_lines(found: Differences) -> Iterator[str]:
    yield from (f"  + {_entry_title(entry)}" for entry in found.added)
    yield from (f"  - {_entry_title(entry)}" for entry in found.removed)
    for changed in found.changed:
        yield from changed_lines(changed)


def count_lines(found: Differences) -> Iterator[str]:
    changes = {
        "追加 {count}件: {names}": found.added,
        "変更 {count}件: {names}": [change.after for change in found.changed],
        "削除 {count}件: {names}": found.removed,
    }
    for told, entries in changes.items():
        if entries:
            yield named_line(told, entries)


def named_line(told: str, entries: Sequence[Entry]) -> str:
    """Return a text with the `count` of entries and the `names` of the first ones."""
    names = [entry_name(entry) for entry in entries[:_MOST_NAMED]]
    return worded(told, count=len(entries), names=(*names, *["…"] * (len(entries) > _MOST_NAMED)))


def other_lines(found: Differences) -> Iterator[str]:
    """Yield a line for each part other than the entries that differs."""
    before, after = found.expectations
    changes = {
        "辞書(lexicon)が変わりました。": found.lexicon,
        "期待(expectations)が変わりました: {before}件 → {after}件": found.expectations_differ,
        "項目の順序が変わりました。": found.reordered,
        "FAQについて(about)が変わりました。": found.about,
        "調整(tuning)が変わりました。": found.tuning,
    }
    return (worded(told, before=before, after=after) for told, differs in changes.items() if differs)


def _entry_title(entry: Entry) -> str:
    name = entry_name(entry)
    return f"{name}: {_cut(entry.question, 50)}" if name == entry.id else name


def changed_lines(changed: Changed, note: str = "") -> Iterator[str]:
    """Yield a changed entry, and its fields before and after, with changed letters in 〔 〕."""
    yield f"  ~ {_entry_title(changed.after)}{note}"
    for field in changed.fields:
        name = _FIELD_NAMES[field]
        if field == "also_asked":
            before, after = changed.before.also_asked, changed.after.also_asked
            for sign, having, lacking in (("+", after, before), ("-", before, after)):
                quoted = (worded("「{text}」", text=_cut(each, 50)) for each in having if each not in lacking)
                yield from (f"      {name} {sign}{each}" for each in quoted)
            if sorted(before) == sorted(after):
                yield worded("      {name} 順番", name=name)
        else:
            yield from _pair_lines(name, *(_value_text(getattr(each, field)) for each in changed))


def _pair_lines(name: str, before: str, after: str) -> Iterator[str]:
    old, new = _side_by_side(before, after, _WIDTH - 13 - cell_len(name))
    yield worded("      {name} 旧「{text}」", name=name, text=old)
    yield worded("      {name} 新「{text}」", name=" " * cell_len(name), text=new)


def _side_by_side(before: str, after: str, width: int) -> tuple[str, str]:
    """Return both texts on one line of at most `width` cells, from shortly before the first change; changes in 〔 〕.

    >>> _side_by_side("月額2.5万円を支給します。", "月額25万円を支給します。", 40)
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
    cut_old, cut_new = (_cut(f"{'…' if begin else ''}{text}", width) for text in marked)
    return cut_old, cut_new


def _cut(text: str, width: int) -> str:
    """Return a text on one line of at most `width` cells."""
    line = one_line(text)
    return line if cell_len(line) <= width else chop_cells(line, width - 2)[0] + "…"


def _value_text(value: object) -> str:
    match value:
        case None | ():
            return ""
        case bool():
            return "○" if value else ""
        case tuple():
            return listed(map(str, value))
        case Source():
            more = filter(None, (value.publisher, str(value.as_of), value.url))
            return worded("{title}({more})", title=value.title, more=tuple(more))
    return str(value)


def import_summary(planned: Import, *, whole: bool, doubts: bool) -> Iterator[str]:
    """Yield the summary, with five items of each part or the `whole`; `doubts` if nobody will be asked about them."""
    comparison, most = planned.comparison, None if whole else 5
    yield from _reading_lines(planned.reading, most)
    yield _counts(comparison)
    if comparison.foreign:
        yield worded("※ このFAQと同じ項目が1つもありません。別の職場のFAQではないか、確かめてください。")
    same = dict.fromkeys(comparison.same_question, worded("(同じ質問の項目)"))
    parts = {
        "新しい項目": [[f"  + {_entry_title(each)}"] for each in comparison.added],
        "変わる項目": [list(changed_lines(each, same.get(each.after.id, ""))) for each in comparison.changed],
        "確かめる行": [list(doubt_lines(each)) for each in comparison.doubts if doubts],
        "消す項目": [[f"  - {_entry_title(each)}"] for each in comparison.removed],
        "想定質問と用語": list(_other_changes(comparison)),
    }
    for title, items in parts.items():
        yield from _part(worded(title), items, most)
    asked = {doubt.change.before.id for doubt in comparison.doubts}
    if left := [entry for entry in comparison.lacking if entry.id not in asked]:
        title = worded("このファイルにない項目 {count}件は、そのまま残します", count=len(left))
        yield from _part(title, [[f"  {each.id}: {_cut(each.question, 50)}"] for each in left], most)
        yield worded("  消すなら: --remove {id}(消すidごとに付ける)", id=left[0].id)


def doubt_lines(doubt: Doubt) -> Iterator[str]:
    before = doubt.change.before
    yield worded("  ? 変更? {name}", name=entry_name(before))
    yield from _pair_lines(worded("質問"), before.question, doubt.row.question)
    if before.answer == doubt.row.answer:
        yield worded("      回答 同じ「{text}」", text=_cut(doubt.row.answer, 30))
    else:
        yield from _pair_lines(worded("回答"), before.answer, doubt.row.answer)


def _reading_lines(reading: KnowledgeReading, most: int | None) -> Iterator[str]:
    if reading.rows.found:
        yield worded("行 {found} = 読んだ行 {read} + 報告した行 {reported}", **asdict(reading.rows))
    told = []
    for each in reading.problems:
        if each.severity is Severity.WARNING:
            sheet = worded("『{sheet}』", sheet=each.place.sheet) if each.place.sheet else ""
            what = worded("  ・{sheet}{what}。", sheet=sheet, what=each.fault.what)
            fits = cell_len(what + each.fault.remedy) <= _WIDTH
            told.append([what + each.fault.remedy] if fits else [what.rstrip(), f"    {each.fault.remedy}"])
    yield from _part(worded("読み方"), told, most and most * 2)


def _counts(comparison: Comparison) -> str:
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
    for each in comparison.expected:
        yield [worded("  + 想定質問「{q}」→ {gold}", q=_cut(each.q, 60), gold=_gold(each))]
    for each in comparison.regraded:
        yield [worded("  ~ 想定質問「{q}」→ {gold}", q=_cut(each.q, 60), gold=_gold(each))]
    for name, words in comparison.words:
        yield [worded("  ~ 用語({name}) {words}", name=_LISTS[name], words=_cut(listed(words), 60))]


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
