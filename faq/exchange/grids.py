"""The two files of tables whose cells can be set: a workbook, and separated values."""

import copy
import csv
import io
from collections.abc import Mapping

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from faq.exchange.xlsx_edits import EditError
from faq.formats.csv import SEPARATORS, Encoding, as_text, find_encoding, find_separator, table
from faq.formats.table import Cell, Sheet, Table, Value
from faq.formats.workbook import cell_at, put, saved
from faq.formats.xlsx import open_book, tables_of


class WorkbookGrid:
    """A workbook; its styles, notes, formulas and other sheets stay."""

    def __init__(self, data: bytes, file: str) -> None:
        """Take over a workbook that our reader has no errors in.

        Raises:
            EditError: writing it anew would lose something that openpyxl does not know.
        """
        book = open_book(data, rich=True)
        if book.losses:
            losses = "; ".join(book.losses)
            msg = f"{file}: 書き直すと失われるものがあります({losses})。\n  Excelで直してください。"
            raise EditError(msg)
        self._book = book.formulas
        self._sheets: list[Worksheet] = [held for _, held, _ in book.sheets()]
        self._file = file
        self.tables = tables_of(book)

    def put(self, table: int, row: int, column: int, value: Value | None) -> None:
        """Set or clear a cell, in the style of the one above it where it is new."""
        held = self._sheets[table]
        if isinstance(held.cell(row, column), MergedCell):
            where = f"{self._file} シート『{held.title}』{row}行"
            msg = f"{where}: 結合されたセルには書き込めません。Excelで直してください。"
            raise EditError(msg)
        cell = cell_at(held, row, column)
        if value is None:
            cell.value = None
            return
        if not cell.has_style and row > 1:
            above = held.cell(row - 1, column)
            _dress(cell, above if above.has_style else held.cell(row, max(column - 1, 1)))
        put(cell, value)
        self._stretch(held, row)

    def add_table(self, sheet: Sheet) -> Table:
        """Add a sheet with nothing but its header."""
        held = self._book.create_sheet(sheet.name)
        for column, name in enumerate(sheet.header, start=1):
            held.cell(1, column, name)
        self._sheets.append(held)
        return Table(sheet.name, {1: _cells(sheet.header)})

    def content(self) -> bytes:
        """Return the workbook as it is to be."""
        return saved(self._book)

    @staticmethod
    def _stretch(held: Worksheet, row: int) -> None:
        """Let a table of Excel that ends right above a new row take it in."""
        for area in held.tables.values():
            left, top, right, bottom = range_boundaries(area.ref)
            if bottom == row - 1:
                area.ref = f"{_name(int(top or 1), int(left or 1))}:{_name(row, int(right or 1))}"
                if area.autoFilter:
                    area.autoFilter.ref = area.ref


class DelimitedGrid:
    """A CSV or TSV file, written back in the encoding that it had."""

    def __init__(self, data: bytes, file: str, *, name: str, suffix: str) -> None:
        """Take over a file that our reader has no errors in."""
        separator = SEPARATORS[suffix]
        self._encoding = find_encoding(data) or Encoding("utf-8-sig")
        text = data.decode(self._encoding.codec)
        self._separator = find_separator(text, separator)
        self._ends = "\r\n" if "\r\n" in text else "\n"
        self._file = file
        self._rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self._separator))
        self.tables = [table(text, self._separator, name)]

    def put(self, _: int, row: int, column: int, value: Value | None) -> None:
        """Set or clear a cell."""
        while len(self._rows) < row:
            self._rows.append([])
        held = self._rows[row - 1]
        held += [""] * (column - len(held))
        held[column - 1] = as_text(value)

    def add_table(self, sheet: Sheet) -> Table:
        """Refuse: a file of values has one table."""
        msg = f"{self._file}: {sheet.name}を書き込む表がありません。\n  フォルダーに置いてください。"
        raise EditError(msg)

    def content(self) -> bytes:
        """Return the file as it is to be.

        Raises:
            EditError: a letter does not exist in the encoding of the file.
        """
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=self._separator, lineterminator=self._ends).writerows(self._rows)
        try:
            return stream.getvalue().encode(self._encoding.codec)
        except UnicodeEncodeError as error:
            letter = error.object[error.start]
            msg = f"{self._file}: 「{letter}」は{self._encoding.codec}にありません。\n  UTF-8で保存し直してください。"
            raise EditError(msg) from error


def _dress(cell: ExcelCell, like: ExcelCell | MergedCell) -> None:
    """Give a cell the looks of another."""
    for part in ("font", "fill", "border", "alignment"):
        setattr(cell, part, copy.copy(getattr(like, part)))


def _name(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _cells(header: tuple[str, ...]) -> Mapping[int, Cell]:
    return {column: Cell(name) for column, name in enumerate(header, start=1)}
