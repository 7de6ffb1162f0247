"""Changes to the entries of a workbook: cells are set, rows and columns are added, and all else stays."""

import copy
import itertools
from typing import Any

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from faq.formats.parsed_file import Origin
from faq.formats.sheets.cells import Value
from faq.formats.sheets.columns import COLUMNS, TableKind
from faq.formats.sheets.layout import find_header
from faq.formats.sheets.rows import Parts, entry_parts, laid_out, made_id
from faq.formats.xlsx import is_foreign, open_book
from faq.formats.xlsx_writer import put, saved
from faq.model import Entry, Expectation
from faq.problems import EditError, Fault, Place, shown

_SOURCE = frozenset({"source.title", "source.publisher", "source.as_of", "source.url", "as_of"})


class WorkbookEdits:
    """A workbook with changes that are not written yet."""

    def __init__(self, data: bytes, file: str, *, widen: bool = True) -> None:
        """Open a workbook without errors; `EditError` if openpyxl would lose a part of it.

        `widen` adds columns for fields without one.
        """
        if is_foreign(data):
            raise EditError.of(Fault.of("edit-format", file=file, suffix=".xls, .ods"))
        self._file, self._book, self._widen = file, open_book(data), widen
        if self._book.losses:
            raise EditError.of(Fault.of("edit-loses", file=file, losses="; ".join(self._book.losses)))
        self._tables = self._book.tables
        self._headers = [find_header(table) for table in self._tables]
        self._keys = [dict(header.keys) if header else {} for header in self._headers]
        self._ends = [max(table.rows, default=0) for table in self._tables]

    def content(self) -> bytes:
        """Return the changed file; `EditError` if a column that is read has formulas: writing loses their results."""
        for table, keys, sheet in zip(self._tables, self._keys, self._book.formulas.worksheets, strict=True):
            for fault, row, column in table.notes:
                cell = sheet.cell(row, column)
                if fault.kind == "formula-stored" and column in keys and cell.data_type == "f":
                    losses = f"{shown(sheet.title)} {cell.coordinate} {cell.value}"
                    raise EditError.of(Fault.of("edit-loses", file=self._file, losses=losses))
        return saved(self._book.formulas)

    def replace(self, origin: Origin, before: Entry | Expectation, after: Entry | Expectation) -> None:
        """Change an entry of the file where `after` differs from `before`."""
        old, new = entry_parts(self._entry(before)), entry_parts(self._entry(after))
        changed = {key for key in new if new[key] != old[key]}
        if changed & _SOURCE:
            changed |= _SOURCE  # where a source has no day of its own, it has the answer's
        place = origin.at()
        table = [shown(table.name) for table in self._tables].index(place.sheet)
        self._put(table, place.row, {key: new[key] for key in new if key in changed})

    def remove(self, origin: Origin) -> None:
        """Empty the row of an entry; the rows below stay where they are, so that formulas still fit."""
        place = origin.at()
        table = [shown(table.name) for table in self._tables].index(place.sheet)
        for column in self._tables[table].rows.get(place.row, {}):
            self._set(table, place.row, column, None)

    def add(self, value: Entry | Expectation) -> None:
        """Add an entry below the last one of the sheet that has others of its category."""
        entry = self._entry(value)
        tables = [
            table
            for table, header in enumerate(self._headers)
            if header and header.kind is TableKind.ENTRIES and not header.missing
        ]
        parts = {key: value for key, value in entry_parts(entry).items() if value not in (None, ())}
        table = max(tables, key=lambda table: (self._has_category(table, entry.category), table))
        self._ends[table] += 1
        keys = self._keys[table].values()
        if "id" not in keys and entry.id == made_id(entry.question):
            del parts["id"]  # which is what a row without one is given
        if "category" not in keys and entry.category == self._tables[table].name:
            del parts["category"]
        self._put(table, self._ends[table], parts)

    def _entry(self, value: Entry | Expectation) -> Entry:
        if isinstance(value, Entry):
            return value
        raise EditError.of(Fault.of("edit-no-expectation", file=self._file, q=value.q))

    def _has_category(self, table: int, category: str | None) -> bool:
        if self._tables[table].name == category:
            return True
        columns = [column for column, key in self._keys[table].items() if key == "category"]
        rows = self._tables[table].rows.values()
        return any(column in row and row[column].value == category for column in columns for row in rows)

    def _put(self, table: int, row: int, parts: Parts) -> None:
        """Write the cells of a row; a field without a column may get one."""
        header, keys, laid = self._headers[table], self._keys[table], dict(parts)
        assert header
        for key, value in parts.items():
            name, held = COLUMNS[TableKind.ENTRIES][key], [column for column in keys if keys[column] == key]
            names = [name] if value is not None and not held and self._widen else []
            if isinstance(value, tuple) and (held or self._widen):
                names = [f"{name}{number}" for number in range(len(held) + 1, len(value) + 1)]
                if not header.several.isdisjoint(held):
                    names, laid[key] = [], ("\n".join(value),) if value else ()
            for new in names:
                column = 1 + max(itertools.chain(keys, *self._tables[table].rows.values()))
                keys[column] = key
                self._set(table, header.top, column, new)
        columns = {column: key for column, key in keys.items() if key in parts}
        cells, before = laid_out(laid, columns), self._tables[table].rows.get(row, {})
        for column in columns:
            if cells.get(column) != (before[column].value if column in before else None):
                self._set(table, row, column, cells.get(column))

    def _set(self, table: int, row: int, column: int, value: Value | None) -> None:
        """Set or clear a cell; a new one gets the style of the cell above."""
        sheet = self._book.formulas.worksheets[table]
        cell = sheet.cell(row, column)
        if not isinstance(cell, ExcelCell):
            place = Place(self._file, sheet=shown(sheet.title), row=row)
            raise EditError.of(Fault.of("edit-merged", place=str(place)))
        cell.hyperlink = None  # what the old text led to
        if value is None:
            cell.value = None
            return
        if cell.font.strike:
            font: Any = copy.copy(cell.font)
            font.strike = False
            cell.font = font
        if not cell.has_style and row > 1:
            above = sheet.cell(row - 1, column)
            like = above if above.has_style else sheet.cell(row, max(column - 1, 1))
            for part in ("font", "fill", "border", "alignment"):
                setattr(cell, part, copy.copy(getattr(like, part)))
        put(cell, value)
        _grow(sheet, row)


def _grow(sheet: Worksheet, row: int) -> None:
    """Extend the filter and the Excel tables that end right above a new row."""
    areas = [sheet.auto_filter, *sheet.tables.values()]
    for area in areas:
        left, top, right, bottom = (
            (number or 1 for number in range_boundaries(area.ref)) if area.ref else (1, 1, 1, 0)
        )
        if area.ref and bottom == row - 1:
            area.ref = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{row}"
    for table in sheet.tables.values():
        if table.autoFilter:
            table.autoFilter.ref = table.ref
