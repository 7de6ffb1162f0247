"""What is different between two knowledge sets, in Japanese: for an import, a publication and `faq diff`."""

from collections.abc import Iterator
from itertools import takewhile

from bot.output.labels import entry_name
from bot.output.terminal import one_line
from faq.exchange.comparison import Comparison, Regraded
from faq.formats.sheets.columns import COLUMNS, LISTS, NO_GOLD, Kind
from faq.model import Changed, Expectation, Source
from index.release.gate import Differences

_LONGEST = 40
_AROUND = 10
FIELD_NAMES = {**COLUMNS[Kind.ENTRIES], "source": "出典"}


def import_count(comparison: Comparison) -> str:
    """Return how much of each kind an import would change."""
    asked = f"、確かめる行 {len(comparison.doubts)}件" if comparison.doubts else ""
    removed = f"、削除 {len(comparison.removed)}件" if comparison.removed else ""
    others = (
        f"、想定質問の追加 {len(comparison.expected)}件・変更 {len(comparison.regraded)}件"
        f"、用語 {len(comparison.words)}件"
        if comparison.expected or comparison.regraded or comparison.words
        else ""
    )
    return (
        f"追加 {len(comparison.added)}件、変更 {len(comparison.changed)}件、変更なし {comparison.unchanged}件{asked}"
        f"{removed}{others}"
    )


def other_import_lines(comparison: Comparison) -> Iterator[str]:
    """Yield what an import would change besides entries."""
    for each in comparison.expected:
        yield f"  + 想定質問「{one_line(each.q, _LONGEST)}」→ {_gold(each)}"
    for regraded in comparison.regraded:
        yield from _regraded_lines(regraded)
    for name, words, _ in comparison.words:
        yield f"  ~ 用語({LISTS[name]}) {one_line('、'.join(words), _LONGEST)}"


def entry_lines(found: Differences) -> Iterator[str]:
    """Yield each entry that is added, removed or changed, from what to what."""
    for sign, entries in (("+", found.added), ("-", found.removed)):
        for entry in entries:
            yield f"  {sign} {entry.id}: {one_line(entry.question, _LONGEST)}"
    for changed in found.changed:
        yield from change_lines(changed)


def count_lines(found: Differences) -> Iterator[str]:
    """Yield a line for each sort of change of entries, with their names."""
    changes = {
        "追加": found.added,
        "変更": [change.after for change in found.changed],
        "削除": found.removed,
    }
    for name, entries in changes.items():
        if entries:
            yield f"{name} {len(entries)}件: {'、'.join(map(entry_name, entries))}"


def other_lines(found: Differences) -> Iterator[str]:
    """Yield a line for each thing other than entries that differs."""
    if found.lexicon:
        yield "辞書(lexicon)が変わりました。"
    if found.expectations_differ:
        before, after = found.expectations
        yield f"期待(expectations)が変わりました: {before}件 → {after}件"
    if found.reordered:
        yield "項目の順序が変わりました。"
    if found.about:
        yield "FAQについて(about)が変わりました。"
    if found.tuning:
        yield "調整(tuning)が変わりました。"


def change_lines(changed: Changed) -> Iterator[str]:
    """Yield what is different in an entry, a line for each field and phrasing."""
    for name in changed.fields:
        if name == "also_asked":
            yield from phrasing_lines(changed)
        else:
            before, after = (value_text(getattr(each, name)) for each in changed)
            yield f"  ~ {entry_name(changed.after)} {FIELD_NAMES[name]}: {_pair(before, after)}"


def phrasing_lines(changed: Changed) -> Iterator[str]:
    """Yield each other way to ask an entry that is new or gone, or that only their order is another."""
    before, after = changed.before.also_asked, changed.after.also_asked
    field = f"  ~ {entry_name(changed.after)} {FIELD_NAMES['also_asked']}"
    yield from (f"{field}: +「{one_line(each, _LONGEST)}」" for each in after if each not in before)
    yield from (f"{field}: -「{one_line(each, _LONGEST)}」" for each in before if each not in after)
    if sorted(before) == sorted(after):
        yield f"{field}: 順番"


def _regraded_lines(regraded: Regraded) -> Iterator[str]:
    before, after = regraded.before, regraded.after
    compared = {
        "gold": (_gold(before), _gold(after)),
        "kind": (before.kind, after.kind),
        "answer_has": ("、".join(before.answer_has), "、".join(after.answer_has)),
    }
    for key, (old, new) in compared.items():
        if old != new:
            name = COLUMNS[Kind.EXPECTATIONS][key]
            yield f"  ~ 想定質問「{one_line(after.q, _LONGEST)}」{name}: {_pair(old, new)}"


def value_text(value: object) -> str:
    """Return the value of a field as people read it."""
    match value:
        case None | ():
            return ""
        case bool():
            return "○" if value else ""
        case tuple():
            return "、".join(map(str, value))
        case Source():
            more = filter(None, (value.publisher, str(value.as_of)))
            return f"{value.title}({'、'.join(more)})"
    return str(value)


def _pair(before: str, after: str) -> str:
    """Return both texts on one line, long ones from shortly before where they begin to differ."""
    old, new = one_line(before), one_line(after)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    begin = same - _AROUND if max(len(old), len(new)) > _LONGEST and same > _AROUND + 1 else 0
    old, new = (one_line(f"…{text[begin:]}" if begin else text, _LONGEST) for text in (old, new))
    return f"「{old}」→「{new}」"


def _gold(expectation: Expectation) -> str:
    graded = (f"{each}({grade})" if grade > 1 else each for each, grade in expectation.gold.items())
    return "、".join(graded) or NO_GOLD
