"""What an import would change, in Japanese, as it is shown before and after."""

from collections.abc import Iterator
from itertools import takewhile

from faq.comparison import Changed, Comparison, Regraded
from faq.formats.columns import COLUMNS, LISTS, NO_GOLD, Kind
from faq.model import Expectation, Source
from faq.reading import Reading

_LONGEST = 40
_AROUND = 10
_MOST_LACKING = 10
_NAMES = {**COLUMNS[Kind.ENTRIES], "source": "出典"}


def row_line(reading: Reading) -> Iterator[str]:
    """Yield the count of the rows of a sheet; nothing for a file without rows."""
    rows = reading.rows
    if rows.found:
        yield f"行 {rows.found} = 読んだ行 {rows.read} + 報告した行 {rows.reported}"


def difference_lines(comparison: Comparison) -> Iterator[str]:
    """Yield what is added, what is changed from what to what, and what is kept although the file lacks it."""
    yield (
        f"追加 {len(comparison.added)}件、変更 {len(comparison.changed)}件、変更なし {comparison.unchanged}件、"
        f"想定質問の追加 {len(comparison.expected)}件・変更 {len(comparison.regraded)}件、"
        f"用語 {len(comparison.words)}件"
    )
    for entry in comparison.added:
        yield f"  + {entry.id}: {_short(entry.question)}"
    for changed in comparison.changed:
        yield from _changed_lines(changed)
    for each in comparison.expected:
        yield f"  + 想定質問「{_short(each.q)}」→ {_gold(each)}"
    for regraded in comparison.regraded:
        yield from _regraded_lines(regraded)
    for name, words, _ in comparison.words:
        yield f"  ~ 用語({LISTS[name]}) {_short('、'.join(words))}"
    if comparison.lacking:
        ids = [entry.id for entry in comparison.lacking]
        more = f" ほか{len(ids) - _MOST_LACKING}件" if len(ids) > _MOST_LACKING else ""
        yield f"このファイルにない項目 {len(ids)}件は、そのまま残します: {'、'.join(ids[:_MOST_LACKING])}{more}"


def _changed_lines(changed: Changed) -> Iterator[str]:
    for name in changed.fields:
        before, after = getattr(changed.before, name), getattr(changed.after, name)
        if name == "also_asked":
            yield from (
                f"  ~ {changed.after.id} {_NAMES[name]}: +「{_short(each)}」"
                for each in after
                if each not in before
            )
            yield from (
                f"  ~ {changed.after.id} {_NAMES[name]}: -「{_short(each)}」"
                for each in before
                if each not in after
            )
            if sorted(before) == sorted(after):
                yield f"  ~ {changed.after.id} {_NAMES[name]}: 順番"
        else:
            yield f"  ~ {changed.after.id} {_NAMES[name]}: {_pair(_value(before), _value(after))}"


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
            yield f"  ~ 想定質問「{_short(after.q)}」{name}: {_pair(old, new)}"


def _value(value: object) -> str:
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
    old, new = (" ".join(text.split()) for text in (before, after))
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    begin = same - _AROUND if max(len(old), len(new)) > _LONGEST and same > _AROUND + 1 else 0
    old, new = (_short(f"…{text[begin:]}" if begin else text) for text in (old, new))
    return f"「{old}」→「{new}」"


def _gold(expectation: Expectation) -> str:
    graded = (f"{each}({grade})" if grade > 1 else each for each, grade in expectation.gold.items())
    return "、".join(graded) or NO_GOLD


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
