"""A sheet as plain cells, and the meaning of a cell in its column: a day, yes or no, ids, a name of a list, a text."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from faq.formats.sheets.columns import COLUMNS, KINDS, LISTS, NO_DAY, NO_GOLD, TableKind, plain_name
from faq.problems import Fault
from faq.wording import Part

Value = str | bool | datetime.date
_DAYS = frozenset({"as_of", "review_by", "valid_until", "source.as_of"})
_NAMED: Mapping[TableKind, Mapping[str, str]] = {
    TableKind.ENTRIES: {kind.value: name for kind, name in KINDS.items()},
    TableKind.LEXICON: LISTS,
}
_YES = frozenset({"○", "◯", "〇", "はい", "有", "あり", "要", "する", "true", "yes", "1"})
_NO = frozenset({"×", "✕", "いいえ", "無", "なし", "不要", "しない", "false", "no", "0", "-"})
_BETWEEN = re.compile(r"[、,\s;]+")
_GRADED = re.compile(r"([^()]+?)(?:\(([0-9]{1,9})\))?")

_FIRST_YEARS = {"令和": 2019, "平成": 1989, "昭和": 1926, "R": 2019, "H": 1989, "S": 1926}
_DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})|(?P<era>令和|平成|昭和|[RHS])(?P<of_era>[0-9]{1,2}|元))"
    r"[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"(?:\([月火水木金土日](?:曜日?)?\))?"
    r"(?:T?00:00(?::00(?:\.0+)?)?)?",  # some programs add the hour
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cell:
    """The value of a cell, numbers as the texts that a person sees; `None` with a fault for one that cannot be read.

    `link` is the address of a link, if the text does not have it.
    """

    value: Value | None
    fault: Fault | None = None
    link: str = ""

    @property
    def with_link(self) -> "Cell":
        """The cell with the address of its link after the text."""
        if not self.link or not isinstance(self.value, str):
            return self
        return Cell(f"{self.value.rstrip()} ({self.link})", self.fault)


class Area(NamedTuple):
    """A merged range; rows and columns from 1, ends included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Table:
    """One sheet, or one CSV file: the cells that are not empty, by row and column from 1.

    Of merged cells only the first is in `rows`. `faults` are rows that cannot be read, `None` if a row above is the
    reason. `notes` say how cells were read, by row and column. A `nameless` table is a file: a cell beyond its header
    means a broken row.
    """

    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    areas: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    notes: tuple[tuple[Fault, int, int], ...] = ()
    faults: Mapping[int, Fault | None] = field(default_factory=dict)
    nameless: bool = False


def cell_value(kind: TableKind, key: str, value: Value) -> object | Fault:  # noqa: PLR0911 -- one sort of column each
    """Return the value of a cell as data for the models, or a fault if its column does not take it.

    >>> [cell_value(TableKind.ENTRIES, *cell) for cell in (("as_of", "令和7年2月18日"), ("related", "salary、bonus"))]
    ['2025-02-18', ['salary', 'bonus']]
    >>> [cell_value(TableKind.EXPECTATIONS, "gold", text) for text in ("salary(2)、bonus", "答えない")]
    [{'salary': 2, 'bonus': 1}, {}]
    """
    name = Part(COLUMNS[kind][key])
    if key in _DAYS:
        return _day(name, value)
    if key == "handover":
        return _flag(name, value)
    if isinstance(value, bool):
        return Fault.of("cell-truth", name=name, value=str(value).upper())
    if isinstance(value, datetime.date):
        return Fault.of("cell-date", name=name, value=str(value))
    if key == "gold":
        return _gold(name, value)
    if key == "related":
        return [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", value)) if part]
    if key == "kind" and kind in _NAMED:
        return _named(name, value, _NAMED[kind])
    return value


def read_day(text: str) -> datetime.date | None:
    """Return the day of a text, as people in Japan write it; `None` for no day, or one that is not certain.

    >>> [str(read_day(text)) for text in ("令和7年2月18日", "2025/2/18", "Ｒ７.2.18（火）", "平成31年4月30日")]
    ['2025-02-18', '2025-02-18', '2025-02-18', '2019-04-30']
    >>> [read_day(text) for text in ("2/18", "25/2/18", "2025年2月30日", "20250218")]
    [None, None, None, None]
    """
    found = _DAY.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    year = 1 if found["of_era"] == "元" else int(found["of_era"] or found["year"])
    if found["era"]:
        year += _FIRST_YEARS[found["era"].upper()] - 1
    with suppress(ValueError):
        return datetime.date(year, int(found["month"]), int(found["day"]))
    return None


def _day(name: Part, value: Value) -> str | Fault | None:
    if isinstance(value, str) and value.strip() == NO_DAY:
        return None
    day = read_day(value) if isinstance(value, str) else value
    if isinstance(day, datetime.date):
        return day.isoformat()
    return Fault.of(
        "cell-no-date", name=name, value=Part(value) if isinstance(value, str) else str(value).upper()
    )


def _flag(name: Part, value: Value) -> bool | Fault:
    if isinstance(value, bool):
        return value
    plain = unicodedata.normalize("NFKC", str(value)).strip().casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    return Fault.of("cell-no-flag", name=name, value=str(value))


def _named(name: Part, text: str, names: Mapping[str, str]) -> str | Fault:
    plain = plain_name(text)
    for key, known in names.items():
        if plain in (plain_name(known), key):
            return key
    return Fault.of("no-choice", name=name, value=Part(text), known=tuple(names.values()))


def _gold(name: Part, text: str) -> dict[str, int] | Fault:
    plain = unicodedata.normalize("NFKC", text).strip()
    gold: dict[str, int] = {}
    for part in filter(None, _BETWEEN.split("" if plain == NO_GOLD else plain)):
        found = _GRADED.fullmatch(part)
        if found is None or found[1] in gold:
            return Fault.of("cell-no-gold", name=name, value=part)
        gold[found[1]] = int(found[2] or 1)
    return gold
