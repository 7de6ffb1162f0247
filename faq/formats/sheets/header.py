"""The row that names the columns of a sheet, and what they mean."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from faq.formats.asking import asks
from faq.formats.sheets.cells import Table
from faq.formats.sheets.columns import (
    COLUMNS,
    NUMBERED,
    REQUIRED,
    Kind,
    is_usual,
    key_of,
    kind_of_sheet,
    plain_name,
)

_FURTHEST = 30
_FEWEST_NAMES = 2
_LONGEST_NAME = 12
_LETTERS = re.compile("[A-Z]{1,3}")


@dataclass(frozen=True)
class Header:
    """Where the names of the columns stand, and what they mean.

    `several` are columns of a numbered name without a number: their cells hold one text a line. `usual` have a name of
    the office's own, and what is no day in them is no mistake.
    """

    top: int
    bottom: int
    kind: Kind
    keys: Mapping[int, str]
    several: frozenset[int]
    unknown: Mapping[int, str]
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
        return Header(top, top, Kind.ENTRIES, keys, frozenset(), unknown)
    return None


def column_number(letters: str) -> int:
    """Return the number of a column by its letters, 0 for what is none."""
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
            # Of two columns of one meaning, the second is the sheet's own, or the first if only that has a usual name.
            first = next(number for number, held in keys.items() if held == key)
            own = first if is_usual(_text(table, row, first), kind) > is_usual(cell.value, kind) else column
            unknown[own] = _text(table, row, own)
            keys[column] = key
            del keys[own]
        else:
            keys[column] = key
    if sum(key in NUMBERED for key in keys.values()) > 1:
        several.clear()
    bottom = max([row, *(area.bottom for left, area in merged.items() if left in keys)])
    usual = frozenset(column for column in keys if is_usual(_text(table, row, column), kind))
    return Header(row, bottom, kind, keys, frozenset(several), unknown, usual)


def _text(table: Table, row: int, column: int) -> str:
    return str(table.rows[row][column].value) if column in table.rows[row] else ""
