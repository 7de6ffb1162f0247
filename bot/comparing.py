"""What an import would change, in Japanese, as it is shown before and after."""

from collections.abc import Iterator

from faq.comparison import Changed, Comparison
from faq.formats.columns import COLUMNS, LISTS, Kind
from faq.model import Expectation
from faq.reading import Reading

_LONGEST = 40
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
    for _, each in comparison.regraded:
        yield f"  ~ 想定質問「{_short(each.q)}」→ {_gold(each)}"
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
            yield f"  ~ {changed.after.id} {_NAMES[name]}: 「{_value(before)}」→「{_value(after)}」"


def _value(value: object) -> str:
    match value:
        case None | ():
            return ""
        case bool():
            return "○" if value else ""
        case tuple():
            return _short("、".join(map(str, value)))
    return _short(str(getattr(value, "title", value) if hasattr(value, "publisher") else value))


def _gold(expectation: Expectation) -> str:
    return "、".join(expectation.gold) or "答えない"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
