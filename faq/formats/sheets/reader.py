"""Tables into one document: every row is read, or reported with its sheet, row and column."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from faq.formats.document import Document
from faq.formats.sheets.cells import Cell, Table, cell_value
from faq.formats.sheets.columns import (
    COLUMNS,
    GUIDE_SHEET,
    NUMBERED,
    REQUIRED,
    TableKind,
    key_of,
    kind_of_sheet,
    meant_column,
    proposed_columns,
)
from faq.formats.sheets.layout import (
    Header,
    find_header,
    guessed,
    section,
    stacked,
    swapped,
    with_rows_joined,
)
from faq.formats.sheets.rows import Items, SheetProblems
from faq.problems import Fault, Place, Severity, letters, shown
from faq.wording import Part, worded

# People merge these cells to write a value once. Any other merged cell belongs to one row only.
_SHARED = frozenset(
    {"kind", "category", "speaker", "owner", "as_of", "review_by", "valid_until", "handover"}
    | {key for key in COLUMNS[TableKind.ENTRIES] if key.startswith("source.")}
)

_PLAIN_TITLE = re.compile(r"(?:sheet|シート|faq|q&a|一覧|表|データ|採用)*[0-9]*", re.IGNORECASE)


def add_tables(
    document: Document, tables: Iterable[Table], chosen: Mapping[int, str] = MappingProxyType({})
) -> Document:
    """Return the document with what the tables of the file hold, in order of the sheets."""
    data: dict[Any, Any] = {}
    readers = [_TableReader(document, data, table, chosen) for table in tables if table.name != GUIDE_SHEET]
    by_sheet = sum(reader.has_entries for reader in readers) > 1
    for reader in readers:
        reader.read(by_sheet=by_sheet)
    if not data and not document.problems:
        document.report(Place(document.file), Fault.of("empty-sheet"))
    document.data = data
    return document


class _TableReader:
    def __init__(
        self, document: Document, data: dict[Any, Any], table: Table, chosen: Mapping[int, str]
    ) -> None:
        self._document, self._data, self._chosen = document, data, chosen
        self._sheet = SheetProblems(document, "" if table.nameless else table.name)
        self._items = Items(document, data, self._sheet)
        header = find_header(table, chosen)
        pairs = stacked(table) if header is None or header.missing else None
        self._table, self._header = pairs or (table, header)
        if self.has_entries and self._header:
            self._table = with_rows_joined(self._table, self._header)
        self._section = ""
        last = max(table.rows, default=0)  # a column merged to the end of the sheet is a million rows long
        self._merged = {
            (row, area.left): area.top
            for area in self._table.areas
            for row in range(area.top + 1, min(area.bottom, last) + 1)
        }
        self._wide = {area.top for area in self._table.areas if area.right > area.left}

    @property
    def has_entries(self) -> bool:
        header = self._header
        return header is not None and header.kind is TableKind.ENTRIES and not header.missing

    def read(self, *, by_sheet: bool) -> None:
        """Read the table; with `by_sheet`, other sheets have entries too, and its name may be a category."""
        table, header = self._table, self._header
        names = range(header.top, header.bottom + 1) if header else range(0)
        numbers = sorted({*table.rows, *table.faults} - {*names})
        self._document.rows += map(self._sheet.at, numbers)
        for number, fault in table.faults.items():
            self._document.unread.add(self._sheet.at(number))
            if fault:
                self._sheet.report(fault, number)
        if header and not header.missing and self._is_as_named(header):
            self._read_rows(header, numbers, by_sheet=by_sheet)
        elif header or numbers:
            self._document.unread.update(map(self._sheet.at, numbers))
            if header is None or header.missing:
                self._refuse(header)
        self._sheet.report_notes()

    def _read_rows(self, header: Header, numbers: Iterable[int], *, by_sheet: bool) -> None:
        table, keys = self._table, header.keys.values()
        self._document.columns[self._sheet.at().sheet] = frozenset(keys)
        if by_sheet and not _PLAIN_TITLE.fullmatch(table.name) and "category" not in keys:
            self._section = table.name.strip()
            self._sheet.note_on(Fault.of("sheet-category"), worded("「{text}」", text=shown(self._section)))
        self._read_names(header)
        for number in numbers:
            if number in table.rows:
                self._read_row(number, header)
        for note, row, column in table.notes:
            if row > header.bottom:
                self._sheet.note(note, row, column)

    def _is_as_named(self, header: Header) -> bool:
        """Whether questions and answers are in their columns; a sheet with the two swapped is reported."""
        if header.kind is not TableKind.ENTRIES or "id" in header.keys.values() or self._chosen:
            return True
        columns = swapped(self._table, header)
        if columns:
            self._sheet.report(Fault.of("columns-swapped", proposal=proposed_columns(columns)), header.top)
        return not columns

    def _refuse(self, header: Header | None) -> None:
        table = self._table
        columns = guessed(table) if kind_of_sheet(table.name) is TableKind.ENTRIES else {}
        if columns and not self._data:
            self._sheet.report(Fault.of("columns-guessed", proposal=proposed_columns(columns)), 0)
            return
        if header is None:
            severity = Severity.ERROR if table.nameless else Severity.WARNING
            self._document.report(self._sheet.at(), Fault.of("no-header", rows=len(table.rows)), severity)
            return
        meant = {meant_column(name, header.kind): name for name in header.unknown.values()}
        near = next((name for name in header.missing if name in meant), None)
        old, advice = (meant[near], "rename-column") if near else ("", "")
        fault = Fault.of("no-column", names=header.missing, old=old, new=near or "", advice=advice)
        self._sheet.report(fault, header.top)

    def _read_names(self, header: Header) -> None:
        held = {COLUMNS[header.kind][key] for key in header.keys.values() if key not in NUMBERED}
        for column, name in header.unknown.items():
            meant = meant_column(name, header.kind)
            told = worded("{name}({column}列)", name=shown(" ".join(name.split())), column=letters(column))
            if meant and meant not in held:
                self._sheet.note_on(Fault.of("column-meant", near=meant), told)
            else:
                self._sheet.note_on(Fault.of("column-unread"), told)
        for column in sorted(self._table.hidden_columns & header.keys.keys()):
            self._sheet.note_on(Fault.of("column-hidden"), worded("{column}列", column=letters(column)))
        if header.kind is not TableKind.LEXICON:
            self._items.block((header.kind.value,))

    def _read_row(self, number: int, header: Header) -> None:
        if reason := self._why_unread(number, header):
            self._sheet.note(reason, number)
            self._document.unread.add(self._sheet.at(number))
            return
        cells = self._with_merged(number, header)
        values = list(self._values(number, cells, header))
        if number in self._table.hidden:
            self._sheet.note(Fault.of("row-hidden"), number)
        self._note_cells(number, cells, header)
        self._items.keep(number, values, header, self._section)

    def _why_unread(self, number: int, header: Header) -> Fault | None:
        """Return why a row is no item, `None` if it is one; a section title is kept for the rows below it."""
        if number < header.top:
            return Fault.of("row-above")
        here = self._table.rows[number]
        if title := section(here, wide=number in self._wide):
            self._section = title
            return Fault.of("row-section")
        if header.kind is not TableKind.ENTRIES or not here.keys() & header.keys.keys():
            return None if here.keys() & header.keys.keys() else Fault.of("row-apart")
        columns = {key: column for column, key in header.keys.items()}
        question, answer = (here.get(columns[key]) for key in ("question", "answer"))
        if (number, columns["question"]) in self._table.struck and question is None:
            return Fault.of("row-struck")
        if columns.get("id") not in here and question and answer and _are_names(question, answer):
            return Fault.of("header-again")
        return None

    def _with_merged(self, number: int, header: Header) -> Mapping[int, Cell]:
        """Return the cells of a row, with merged cells that begin above it."""
        cells = dict(self._table.rows[number])
        for column, key in header.keys.items():
            top = self._merged.get((number, column), 0)
            above = self._table.rows.get(top, {}).get(column)
            if above and key == "answer":
                self._sheet.note(Fault.of("answer-merged"), number, column)
            elif above and key not in _SHARED:
                above = Cell(None, Fault.of("cell-merged", row=top))
            if above:
                cells[column] = above
        return cells

    def _values(
        self, number: int, cells: Mapping[int, Cell], header: Header
    ) -> Iterator[tuple[str, int, Any]]:
        """Yield key, column and value of each cell of a known column; the value is `None` if it cannot be read."""
        empty = set(REQUIRED[header.kind]) - {header.keys.get(column) for column in cells}
        for column, key in sorted(header.keys.items()):
            if key in empty:
                empty.remove(key)
                kind = "empty-gold" if key == "gold" else "empty-cell"
                self._sheet.report(Fault.of(kind, name=Part(COLUMNS[header.kind][key])), number, column)
                yield key, column, None
            for cell in _lines(cells.get(column), several=column in header.several):
                if cell.link and key == "answer":
                    self._sheet.note(Fault.of("cell-linked"), number, column)
                    cell = cell.with_link  # noqa: PLW2901 -- the same cell, written out
                value = cell.fault if cell.value is None else cell_value(header.kind, key, cell.value)
                if isinstance(value, Fault) and key == "as_of":
                    self._sheet.note(Fault.of("cell-no-day"), number, column)
                elif isinstance(value, Fault):
                    self._sheet.report(value, number, column)
                yield key, column, None if isinstance(value, Fault) else value

    def _note_cells(self, number: int, cells: Mapping[int, Cell], header: Header) -> None:
        last = max((*header.keys, *header.unknown))
        for column in cells.keys() - header.keys.keys():
            if self._table.nameless and column > last:
                self._sheet.report(Fault.of("cell-beyond"), number, column)
            elif column not in header.unknown and header.top:
                self._sheet.note(Fault.of("cell-nameless"), number, column)


def _are_names(question: Cell, answer: Cell) -> bool:
    """Whether a row repeats the names of the columns, as on each page of a long list."""
    texts = (question.value, answer.value)
    keys = [key_of(text, TableKind.ENTRIES)[0] if isinstance(text, str) else None for text in texts]
    return keys == ["question", "answer"]


def _lines(cell: Cell | None, *, several: bool) -> list[Cell]:
    """Return a cell, or its lines if they are `several` texts; empty for no cell."""
    if cell is None:
        return []
    if not several or not isinstance(cell.value, str):
        return [cell]
    return [Cell(line, cell.fault) for line in cell.value.splitlines() if line.strip()]
