"""A sheet as plain cells, whatever file it comes from, and the row of it that names the columns."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from faq.formats.columns import COLUMNS, NUMBERED, REQUIRED, Kind, key_of, kind_of_sheet

Value = str | bool | datetime.date

_FURTHEST = 30
_FEWEST_NAMES = 2


class Fault(NamedTuple):
    """What is wrong with a cell or a row, and what to do."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: numbers as text, as a person sees them; `None`, with a fault, for what cannot be read."""

    value: Value | None
    fault: Fault | None = None


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
    above is the reason. A `nameless` one is a file of its own: a cell beyond its header is the sign of a torn row.
    """

    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    areas: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    faults: Mapping[int, Fault | None] = field(default_factory=dict)
    nameless: bool = False


@dataclass(frozen=True)
class Header:
    """Where the names of the columns stand, and what they mean.

    `several` are columns of a numbered name without a number: their cells hold one text a line. `repeated` are columns
    whose key an earlier one has, and only one may.
    """

    top: int
    bottom: int
    kind: Kind
    keys: Mapping[int, str]
    several: frozenset[int]
    unknown: Mapping[int, str]
    repeated: tuple[int, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of columns without which no row can be read."""
        return tuple(COLUMNS[self.kind][key] for key in REQUIRED[self.kind] if key not in self.keys.values())


def find_header(table: Table) -> Header | None:
    """Return the first row that names all columns that are needed, else the one that names most; `None` if none does.

    A sheet that is called 想定質問 or 用語 is read as such, and any other as what its columns say.
    """
    named = kind_of_sheet(table.name)
    candidates = [
        header
        for row in sorted(table.rows)[:_FURTHEST]
        for kind in ([named] if named else Kind)
        if len((header := _header(table, row, kind)).keys) >= _FEWEST_NAMES
    ]
    complete = next((header for header in candidates if not header.missing), None)
    return complete or max(candidates, key=lambda header: len(header.keys), default=None)


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
            repeated.append(column)
        else:
            keys[column] = key
    if sum(key in NUMBERED for key in keys.values()) > 1:
        several.clear()
    bottom = max([row, *(area.bottom for left, area in merged.items() if left in keys)])
    return Header(row, bottom, kind, keys, frozenset(several), unknown, tuple(repeated))
