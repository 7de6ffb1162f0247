"""Changes to a workbook or a table of separated values: cells are set, rows and columns are added."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from faq.formats.columns import COLUMNS, NUMBERED, SHEETS, Kind
from faq.formats.document import Origin
from faq.formats.headings import Heading, find_heading
from faq.formats.table import Sheet, Table, Value
from faq.formats.tabulation import Parts, entry_parts, expectation_parts, laid_out
from faq.model import Entry, Expectation
from faq.problems import FaqError

_SOURCE = ("source.title", "source.publisher", "source.as_of", "as_of")


class EditError(FaqError):
    """A file that cannot be changed as it was asked, with what to do, in Japanese."""


class Grid(Protocol):
    """A file of tables whose cells can be set."""

    tables: list[Table]

    def put(self, table: int, row: int, column: int, value: Value | None) -> None:
        """Set or clear a cell."""

    def add_table(self, sheet: Sheet) -> Table:
        """Add a table with nothing but its header, or raise an `EditError`."""

    def content(self) -> bytes:
        """Return the file as it is to be."""


class SheetEdits:
    """A file of tables with changes that are not written yet."""

    def __init__(self, grid: Grid) -> None:
        """Take over a file that has no errors."""
        self._grid = grid
        self._headings = [find_heading(table) for table in grid.tables]
        self._ends = [max(table.rows, default=0) for table in grid.tables]

    def content(self) -> bytes:
        """Return the file as it is to be."""
        return self._grid.content()

    def set_field(self, origin: Origin, entry: Entry, field: str) -> None:
        """Give an entry of the file the value that `entry` has in a field."""
        parts = entry_parts(entry)
        # Where a source has no day of its own, it has the answer's.
        keys = _SOURCE if field in ("source", "as_of") and entry.source else (field,)
        if field == "source" and entry.source is None:
            keys = _SOURCE
        self._put(*self._find(origin), {key: parts[key] for key in keys})

    def add_entry(self, entry: Entry) -> None:
        """Add an entry below the last one, on the sheet that has others of its category."""
        numbers = [number for number, heading in enumerate(self._headings) if _is(heading, Kind.ENTRIES)]
        number = max(numbers, key=lambda each: (self._has_category(each, entry.category), each), default=None)
        self._append(self._added(Kind.ENTRIES) if number is None else number, entry_parts(entry))

    def add_expectation(self, expectation: Expectation) -> None:
        """Add an expectation below the last one."""
        numbers = [number for number, heading in enumerate(self._headings) if _is(heading, Kind.EXPECTATIONS)]
        number = numbers[-1] if numbers else self._added(Kind.EXPECTATIONS)
        self._append(number, expectation_parts(expectation))

    def set_expectation(self, origin: Origin, expectation: Expectation) -> None:
        """Put an expectation in the place of one of the file."""
        self._put(*self._find(origin), expectation_parts(expectation))

    def _append(self, table: int, parts: Parts) -> None:
        self._ends[table] += 1
        self._put(
            table, self._ends[table], {key: value for key, value in parts.items() if value not in (None, ())}
        )

    def _find(self, origin: Origin) -> tuple[int, int]:
        place = origin.at()
        names = ["" if table.nameless else table.name for table in self._grid.tables]
        return names.index(place.sheet), place.row

    def _put(self, table: int, row: int, parts: Parts) -> None:
        """Write the cells of a row, with a new column for what has none."""
        heading = self._heading(table)
        self._widen(table, heading, parts)
        keys = {column: key for column, key in self._heading(table).header.keys.items() if key in parts}
        several = self._heading(table).header.several
        parts = {key: _joined(parts[key]) if _is_several(key, keys, several) else parts[key] for key in parts}
        cells = laid_out(parts, keys)
        before = self._grid.tables[table].rows.get(row, {})
        for column in keys:
            held = before[column].value if column in before else None
            if cells.get(column) != held:
                self._grid.put(table, row, column, cells.get(column))

    def _widen(self, table: int, heading: Heading, parts: Parts) -> None:
        header = heading.header
        held = list(header.keys.values())
        names: list[tuple[str, str]] = []
        for key, value in parts.items():
            name = COLUMNS[heading.kind][key]
            if key not in NUMBERED:
                names += [(key, name)] if key not in held and value is not None else []
            elif isinstance(value, tuple) and not _is_several(key, header.keys, header.several):
                names += [(key, f"{name}{number}") for number in range(held.count(key) + 1, len(value) + 1)]
        keys = dict(header.keys)
        for key, name in names:
            column = self._last_column(table, keys) + 1
            keys[column] = key
            self._grid.put(table, heading.top, column, name)
        self._headings[table] = replace(heading, header=replace(header, keys=keys))

    def _last_column(self, table: int, keys: Mapping[int, str]) -> int:
        columns: Iterable[int] = (column for row in self._grid.tables[table].rows.values() for column in row)
        return max([*columns, *keys])

    def _heading(self, table: int) -> Heading:
        found = self._headings[table]
        assert found is not None
        return found

    def _has_category(self, table: int, category: str | None) -> bool:
        columns = [column for column, key in self._heading(table).header.keys.items() if key == "category"]
        rows = self._grid.tables[table].rows.values()
        return any(column in row and row[column].value == category for column in columns for row in rows)

    def _added(self, kind: Kind) -> int:
        names = COLUMNS[kind].items()
        header = tuple(f"{name}1" if key in NUMBERED else name for key, name in names)
        table = self._grid.add_table(Sheet(SHEETS[kind], header, ()))
        self._grid.tables.append(table)
        self._headings.append(find_heading(table))
        self._ends.append(1)
        return len(self._ends) - 1


def _is(heading: Heading | None, kind: Kind) -> bool:
    return heading is not None and heading.kind is kind and not heading.missing


def _is_several(key: str, keys: Mapping[int, str], several: frozenset[int]) -> bool:
    """Whether all texts of a numbered key stand in one cell, a line each."""
    return any(column in several for column, known in keys.items() if known == key)


def _joined(value: Value | tuple[str, ...] | None) -> Value | tuple[str, ...] | None:
    return ("\n".join(value),) if isinstance(value, tuple) and value else value
