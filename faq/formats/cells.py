"""One cell into the value that its column asks for, or what is wrong with it."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping

from faq.formats.columns import COLUMNS, KINDS, LISTS, NO_DAY, NO_GOLD, Kind, plain_name
from faq.formats.days import read_day
from faq.formats.table import Value
from faq.formats.wording import quoted

Wanted = object | None
_DAYS = frozenset({"as_of", "review_by", "valid_until", "source.as_of"})
_YES = frozenset({"○", "◯", "〇", "はい", "有", "あり", "要", "する", "true", "yes", "1"})
_NO = frozenset({"×", "✕", "いいえ", "無", "なし", "不要", "しない", "false", "no", "0", "-"})
_BETWEEN = re.compile(r"[、,\s;]+")
_GRADED = re.compile(r"([^()]+?)(?:\(([0-9]{1,9})\))?")


class FaultError(Exception):
    """What is wrong with a cell, and what to do; the row that it stands in is reported with both."""

    def __init__(self, what: str, remedy: str) -> None:
        """Keep both."""
        self.what, self.remedy = what, remedy
        super().__init__(what)


def wanted(kind: Kind, key: str, value: Value) -> Wanted:
    """Return what a cell stands for, as data for the models.

    Raises:
        FaultError: it stands for nothing that this column takes.

    >>> wanted(Kind.ENTRIES, "as_of", "令和7年2月18日"), wanted(Kind.ENTRIES, "related", "salary、bonus")
    ('2025-02-18', ['salary', 'bonus'])
    >>> wanted(Kind.EXPECTATIONS, "gold", "salary(2)、bonus"), wanted(Kind.EXPECTATIONS, "gold", "答えない")
    ({'salary': 2, 'bonus': 1}, {})
    """
    name = COLUMNS[kind][key]
    if key in _DAYS:
        return _day(name, value)
    if key == "handover":
        return _flag(name, value)
    text = _text(name, value)
    convert = _BY_KEY.get((kind, key))
    return convert(name, text) if convert else text


def _text(name: str, value: Value) -> str:
    if isinstance(value, bool):
        what = f"{quoted(name)} is {str(value).upper()}, which Excel takes for true or false"
    elif isinstance(value, datetime.date):
        what = f"{quoted(name)} is a date to Excel ({value.isoformat()}), whatever was typed"
    else:
        return value
    raise FaultError(what, "give the cell the format 文字列 (text) and type it again")


def _day(name: str, value: Value) -> str | None:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        if value.strip() == NO_DAY:
            return None
        day = read_day(value)
        if day:
            return day.isoformat()
    shown = quoted(value) if isinstance(value, str) else str(value).upper()
    what = f"{quoted(name)} is {shown}, which is no date"
    raise FaultError(what, "write a real day, as 2025-02-18 or 令和7年2月18日")


def _flag(name: str, value: Value) -> bool:
    if isinstance(value, bool):
        return value
    plain = unicodedata.normalize("NFKC", str(value)).strip().casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    what = f"{quoted(name)} is {quoted(str(value))}, which is neither yes nor no"
    raise FaultError(what, "write ○, or nothing")


def _named(names: Mapping[str, str]) -> Callable[[str, str], Wanted]:
    known = {plain_name(name): key for key, name in names.items()} | {plain_name(key): key for key in names}

    def convert(name: str, text: str) -> Wanted:
        found = known.get(plain_name(text))
        if found is None:
            what, remedy = f"{quoted(name)} is {quoted(text)}, which is not known", ", ".join(names.values())
            raise FaultError(what, f"use one of {remedy}")
        return found

    return convert


def _ids(_: str, text: str) -> Wanted:
    return [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if part]


def _gold(name: str, text: str) -> Wanted:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain == NO_GOLD:
        return {}
    gold: dict[str, object] = {}
    for part in filter(None, _BETWEEN.split(plain)):
        found = _GRADED.fullmatch(part)
        if found is None or found[1] in gold:
            what, remedy = (
                f"{quoted(name)} has {quoted(part)}",
                f"write ids as 'a、b', each once, or {NO_GOLD}",
            )
            raise FaultError(what, remedy)
        gold[found[1]] = int(found[2]) if found[2] else 1
    return gold


_BY_KEY: Mapping[tuple[Kind, str], Callable[[str, str], Wanted]] = {
    (Kind.ENTRIES, "kind"): _named({kind.value: name for kind, name in KINDS.items()}),
    (Kind.ENTRIES, "related"): _ids,
    (Kind.EXPECTATIONS, "gold"): _gold,
    (Kind.LEXICON, "kind"): _named(LISTS),
}
