"""Sheets into an Excel workbook in which nothing is run and nothing is taken for something else."""

import datetime
import io
import re
from collections.abc import Iterable

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from faq.formats.columns import KINDS, LISTS, SHEETS, Kind
from faq.formats.table import Sheet, Value
from faq.formats.wording import quoted
from faq.problems import FaqError

LONGEST_CELL = 32_767
"""What Excel holds in one cell."""

_DAY_LOOK = "yyyy-mm-dd"
_TEXT_LOOK = "@"
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LIKE_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_WIDTHS = {"質問": 42, "回答": 70, "id": 22, "分類": 16, "話者": 24, "出典": 28, "発行元": 24, "正解": 30}
_WIDTH, _PHRASING_WIDTH = 14, 32
_CHOICES = {SHEETS[Kind.ENTRIES]: KINDS.values(), SHEETS[Kind.LEXICON]: LISTS.values()}
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", start_color="DDE7F3")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


class UnwritableError(FaqError):
    """A text that a cell of Excel cannot hold."""


def dump(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook with these sheets.

    Raises:
        UnwritableError: a text is longer than a cell holds, or is one that Excel would read as another.
    """
    book = Workbook()
    if book.active:
        book.remove(book.active)
    for written in sheets:
        _write(book.create_sheet(written.name), written)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return the workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(cell: ExcelCell, value: Value) -> None:
    """Put a value into a cell as it is: a text stays a text, whatever it begins with.

    Raises:
        UnwritableError: as for `dump`.
    """
    if isinstance(value, datetime.date):
        cell.value = value
        cell.number_format = _DAY_LOOK
        return
    text = "○" if value is True else str(value)
    cell.value = _escaped(text)
    cell.data_type = "s"  # else a text that begins with '=' is a formula
    cell.number_format = _TEXT_LOOK
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True  # else it becomes one when somebody edits the cell


def cell_at(held: Worksheet, row: int, column: int) -> ExcelCell:
    """Return a cell, made where there is none; one inside a merged area is none of its own."""
    cell = held.cell(row, column)
    assert isinstance(cell, ExcelCell)
    return cell


def _write(held: Worksheet, written: Sheet) -> None:
    for column, name in enumerate(written.header, start=1):
        cell = held.cell(1, column, name)
        cell.font, cell.fill, cell.alignment = _HEADER_FONT, _HEADER_FILL, _WRAPPED
        numbered = name[-1:].isdigit()
        width = _WIDTHS.get(name, _PHRASING_WIDTH if numbered else _WIDTH)
        held.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(written.rows, start=2):
        for column, value in enumerate(values, start=1):
            cell = cell_at(held, row, column)
            cell.alignment = _WRAPPED
            cell.number_format = _TEXT_LOOK
            if value is not None:
                put(cell, value)
    held.freeze_panes = "B2"
    if written.name in _CHOICES and "種類" in written.header:
        letter = get_column_letter(written.header.index("種類") + 1)
        choices = DataValidation(
            type="list", formula1=f'"{",".join(_CHOICES[written.name])}"', allow_blank=True
        )
        choices.add(f"{letter}2:{letter}{max(len(written.rows) * 2, 1000)}")
        held.add_data_validation(choices)


def _escaped(text: str) -> str:
    if len(text) > LONGEST_CELL:
        msg = f"{quoted(text)}: {len(text)} characters do not fit into a cell of Excel, which holds {LONGEST_CELL}"
        msg += ".\n  Shorten the text, or write another format."
        raise UnwritableError(msg)
    if _LIKE_ESCAPED.search(text):
        msg = f"{quoted(text)}: Excel reads '_x….._' as a code for one letter"
        msg += ".\n  Write the text otherwise, or write another format."
        raise UnwritableError(msg)
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
