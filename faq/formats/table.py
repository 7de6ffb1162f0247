"""A sheet as plain cells, whatever file it comes from: the row that names the columns, and what a cell means."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from faq.formats.asking import asks
from faq.formats.columns import (
    COLUMNS,
    KINDS,
    LISTS,
    NO_DAY,
    NO_GOLD,
    NUMBERED,
    REQUIRED,
    Kind,
    is_usual,
    key_of,
    kind_of_sheet,
    plain_name,
)
from faq.problems import Fault
from faq.wording import Part

Value = str | bool | datetime.date
NO_RESULT = Fault.of("formula-empty")
"""What is wrong with the cell of a formula whose result the file does not have: its row is left out."""

_FURTHEST = 30
_FEWEST_NAMES = 2
_LONGEST_NAME = 12
_LETTERS = re.compile("[A-Z]{1,3}")

_DAYS = frozenset({"as_of", "review_by", "valid_until", "source.as_of"})
_NAMED: Mapping[Kind, Mapping[str, str]] = {
    Kind.ENTRIES: {kind.value: name for kind, name in KINDS.items()},
    Kind.LEXICON: LISTS,
}
_YES = frozenset({"○", "◯", "〇", "はい", "有", "あり", "要", "する", "true", "yes", "1"})
_NO = frozenset({"×", "✕", "いいえ", "無", "なし", "不要", "しない", "false", "no", "0", "-"})
_BETWEEN = re.compile(r"[、,\s;]+")
_GRADED = re.compile(r"([^()]+?)(?:\(([0-9]{1,9})\))?")

_ERAS = {
    "令和": datetime.date(2019, 5, 1),
    "平成": datetime.date(1989, 1, 8),
    "昭和": datetime.date(1926, 12, 25),
}
_FIRST_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_WEEKDAYS = "月火水木金土日"
_DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})|(?P<era>令和|平成|昭和|[RHS])(?P<of_era>[0-9]{1,2}|元))"
    r"(?:年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
    r"|(?P<between>[-/.])(?P<month_2>[0-9]{1,2})(?P=between)(?P<day_2>[0-9]{1,2}))"
    rf"(?:\((?P<weekday>[{_WEEKDAYS}])(?:曜日?)?\))?"
    r"(?:T?00:00(?::00(?:\.0+)?)?)?",  # as other programs write a day
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: numbers as text, as a person sees them; `None`, with a fault, for what cannot be read.

    `link` is the address that a text leads to, if it is not in the text.
    """

    value: Value | None
    fault: Fault | None = None
    link: str = ""

    @property
    def with_link(self) -> "Cell":
        """The cell with its address behind the text."""
        if not self.link or not isinstance(self.value, str):
            return self
        return Cell(f"{self.value.rstrip()} ({self.link})", self.fault)


@dataclass(frozen=True)
class Area:
    """A merged range; all four from 1, the ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Table:
    """One sheet, or one CSV file: cells with something in them, by row and column from 1.

    Of merged cells only the first is in `rows`. `faults` are rows that cannot be read; `None` where the one of a row
    above is the reason. `notes` say what was made of which cells, by row and column; `struck` cells have nothing but
    text that is struck through, and `unsure` rows were made of several that may not be one. A `nameless` table is a
    file of its own: a cell beyond its header is the sign of a torn row.
    """

    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    areas: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    notes: tuple[tuple[Fault, int, int], ...] = ()
    unsure: frozenset[int] = frozenset()
    faults: Mapping[int, Fault | None] = field(default_factory=dict)
    nameless: bool = False


@dataclass(frozen=True)
class Header:
    """Where the names of the columns stand, and what they mean.

    `several` are columns of a numbered name without a number: their cells hold one text a line. `repeated` are columns
    whose key an earlier one has, and only one may. `usual` have a name of the office's own,
    and what is no day in them is no mistake.
    """

    top: int
    bottom: int
    kind: Kind
    keys: Mapping[int, str]
    several: frozenset[int]
    unknown: Mapping[int, str]
    repeated: tuple[int, ...]
    usual: frozenset[int] = frozenset()

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of columns without which no row can be read."""
        return tuple(COLUMNS[self.kind][key] for key in REQUIRED[self.kind] if key not in self.keys.values())


def find_header(table: Table, chosen: Mapping[str, str] = MappingProxyType({})) -> Header | None:
    """Return the first row that names all columns that are needed, else the one that names most; `None` if none does.

    A sheet that is called 想定質問 or 用語 is read as such, and any other as what its columns say. `chosen` columns are
    what a person said that they are.
    """
    named = kind_of_sheet(table.name)
    if chosen and named in (None, Kind.ENTRIES):
        return _chosen_header(table, chosen)
    candidates = [
        header
        for row in sorted(table.rows)[:_FURTHEST]
        for kind in ([named] if named else Kind)
        if len((header := _header(table, row, kind)).keys) >= _FEWEST_NAMES
    ]
    complete = next((header for header in candidates if not header.missing), None)
    return complete or max(candidates, key=lambda header: len(header.keys), default=None)


def _chosen_header(table: Table, chosen: Mapping[str, str]) -> Header | None:
    """Return the header of a sheet that has the chosen columns: their names, or the row above the first texts."""
    for row in sorted(table.rows)[:_FURTHEST]:
        cells = table.rows[row]
        by_name = {
            plain_name(cell.value): column for column, cell in cells.items() if isinstance(cell.value, str)
        }
        columns = {
            key: by_name.get(plain_name(given)) or column_number(given) for key, given in chosen.items()
        }
        if not {columns[key] for key in REQUIRED[Kind.ENTRIES] if key in columns} <= cells.keys():
            continue
        named = _header(table, row, Kind.ENTRIES)
        texts = [str(cells[column].value) for column in columns.values() if column in cells]
        is_named = any(plain_name(given) in by_name for given in chosen.values()) or all(
            len(text) <= _LONGEST_NAME and not asks(text) and "。" not in text for text in texts
        )
        others = {
            column: key
            for column, key in named.keys.items()
            if is_named and key not in chosen and column not in columns.values()
        }
        keys = {**others, **{column: key for key, column in columns.items() if column}}
        unknown = {
            column: cell.value
            for column, cell in cells.items()
            if is_named and column not in keys and isinstance(cell.value, str)
        }
        top = row if is_named else row - 1
        return Header(top, top, Kind.ENTRIES, keys, frozenset(), unknown, ())
    return None


def column_number(letters: str) -> int:
    """Return the number of a column by its letters, 0 for what is none.

    >>> column_number("C"), column_number("ＡＢ列"), column_number("質問")
    (3, 28, 0)
    """
    plain = unicodedata.normalize("NFKC", letters).strip().removesuffix("列").upper()
    if not _LETTERS.fullmatch(plain):
        return 0
    number = 0
    for letter in plain:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _header(table: Table, row: int, kind: Kind) -> Header:
    keys: dict[int, str] = {}
    several: set[int] = set()
    unknown: dict[int, str] = {}
    repeated: list[int] = []
    merged = {area.left: area for area in table.areas if area.top <= row <= area.bottom}
    for column, cell in table.rows[row].items():
        if not isinstance(cell.value, str):
            continue
        key, has_number = key_of(cell.value, kind)
        if key is None:
            unknown[column] = cell.value
        elif key in NUMBERED:
            # One name over several columns is the name of each of them.
            last = merged[column].right if column in merged else column
            keys |= dict.fromkeys(range(column, last + 1), key)
            several |= {column} if not has_number and last == column else set()
        elif key in keys.values():
            first = next(number for number, held in keys.items() if held == key)
            names = [str(table.rows[row][number].value) for number in (first, column)]
            first_usual, this_usual = (is_usual(name, kind) for name in names)
            if this_usual or first_usual:
                # Of two usual names, or one beside the name that is written, one is the sheet's own.
                own = first if first_usual and not this_usual else column
                unknown[own] = str(table.rows[row][own].value)
                keys = {number: held for number, held in keys.items() if number != own}
                keys |= {column: key} if own == first else {}
            else:
                repeated.append(column)
        else:
            keys[column] = key
    if sum(key in NUMBERED for key in keys.values()) > 1:
        several.clear()
    bottom = max([row, *(area.bottom for left, area in merged.items() if left in keys)])
    usual = frozenset(column for column in keys if is_usual(_text(table.rows[row].get(column)), kind))
    return Header(row, bottom, kind, keys, frozenset(several), unknown, tuple(repeated), usual)


def _text(cell: Cell | None) -> str:
    return cell.value if cell and isinstance(cell.value, str) else ""


def cell_value(kind: Kind, key: str, value: Value) -> object | Fault:  # noqa: PLR0911 -- one sort of column each
    """Return what a cell stands for, as data for the models, or why it stands for nothing that its column takes.

    >>> cell_value(Kind.ENTRIES, "as_of", "令和7年2月18日"), cell_value(Kind.ENTRIES, "related", "salary、bonus")
    ('2025-02-18', ['salary', 'bonus'])
    >>> cell_value(Kind.EXPECTATIONS, "gold", "salary(2)、bonus"), cell_value(Kind.EXPECTATIONS, "gold", "答えない")
    ({'salary': 2, 'bonus': 1}, {})
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
    """Return the day that a text means, as people in Japan write it; `None` if it means none, or could mean several.

    >>> [str(read_day(text)) for text in ("令和7年2月18日", "2025/2/18", "Ｒ７.2.18（火）", "平成31年4月30日")]
    ['2025-02-18', '2025-02-18', '2025-02-18', '2019-04-30']
    >>> [read_day(text) for text in ("2/18", "25/2/18", "平成40年1月1日", "2025年2月18日(水)", "20250218")]
    [None, None, None, None, None]
    """
    found = _DAY.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    era = _FIRST_LETTERS.get((found["era"] or "").upper(), found["era"])
    number = 1 if found["of_era"] == "元" else int(found["of_era"] or found["year"])
    year = _ERAS[era].year + number - 1 if era else number
    try:
        day = datetime.date(
            year, int(found["month"] or found["month_2"]), int(found["day"] or found["day_2"])
        )
    except ValueError:
        return None
    if found["weekday"] and _WEEKDAYS[day.weekday()] != found["weekday"]:
        return None
    era_of_day = next((name for name, begin in _ERAS.items() if day >= begin), None)
    return day if not era or era == era_of_day else None


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
