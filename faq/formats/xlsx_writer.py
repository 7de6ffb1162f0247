"""Sheets into a workbook that is easy to read and has no formulas."""

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

from faq.formats.sheets.cells import Value
from faq.formats.sheets.columns import GUIDE, GUIDE_SHEET, KINDS, LISTS, SHEETS, TableKind
from faq.formats.sheets.rows import Sheet
from faq.problems import EditError, Fault

LONGEST_CELL = 32_767
"""What Excel holds in one cell."""

_LIKE_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_WIDTHS = {"質問": 42, "回答": 70, "id": 22, "分類": 16, "話者": 24, "出典": 28, "発行元": 24, "正解": 30}
_WIDTH, _NUMBERED_WIDTH = 14, 32
_CHOICES = {SHEETS[TableKind.ENTRIES]: KINDS.values(), SHEETS[TableKind.LEXICON]: LISTS.values()}


def dump(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook with these sheets; raises as `put` does."""
    book = Workbook()
    if book.active:
        book.remove(book.active)
    sheets = tuple(sheets)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    first = sheets[0] if sheets else None
    if first and first.name == SHEETS[TableKind.ENTRIES]:
        _add_guide(book, first)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return the workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(cell: ExcelCell, value: Value) -> None:
    """Put a value into a cell; a text stays a text. Raises `EditError` for a text that Excel cannot hold."""
    if isinstance(value, datetime.date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
        return
    text = "○" if value is True else str(value)
    if len(text) > LONGEST_CELL:
        raise EditError.of(Fault.of("cell-too-long", text=text, length=len(text), most=LONGEST_CELL))
    if _LIKE_ESCAPED.search(text):
        raise EditError.of(Fault.of("cell-like-escaped", text=text))
    cell.value = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    cell.data_type = "s"  # else a text that begins with '=' is a formula
    cell.number_format = "@"
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True  # else it becomes one when somebody edits the cell


def _write(held: Worksheet, sheet: Sheet) -> None:
    wrapped = Alignment(wrap_text=True, vertical="top")
    for column, name in enumerate(sheet.header, start=1):
        title = held.cell(1, column, name)
        title.font, title.fill = Font(bold=True), PatternFill("solid", start_color="DDE7F3")
        title.alignment = wrapped
        width = _WIDTHS.get(name, _NUMBERED_WIDTH if name[-1].isdigit() else _WIDTH)
        held.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(sheet.rows, start=2):
        for column, value in enumerate(values, start=1):
            cell = held.cell(row, column)
            assert isinstance(cell, ExcelCell)
            cell.alignment, cell.number_format = wrapped, "@"
            if value is not None:
                put(cell, value)
    held.freeze_panes = "B2"
    held.auto_filter.ref = f"A1:{get_column_letter(len(sheet.header))}{len(sheet.rows) + 1}"
    if sheet.name in _CHOICES:
        _offer(held, sheet, "種類", f'"{",".join(_CHOICES[sheet.name])}"', only=True)


def _offer(held: Worksheet, sheet: Sheet, name: str, formula: str, *, only: bool) -> None:
    """Offer choices in the cells of a column; with `only`, Excel refuses other values."""
    letter = get_column_letter(sheet.header.index(name) + 1)
    choices = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=only)
    choices.add(f"{letter}2:{letter}{max(len(sheet.rows) * 2, 1000)}")
    held.add_data_validation(choices)


def _add_guide(book: Workbook, sheet: Sheet) -> None:
    """Add a sheet that explains each column, and lists the categories."""
    guide, column = book.create_sheet(GUIDE_SHEET), sheet.header.index("分類")
    categories = sorted({str(row[column]) for row in sheet.rows if row[column]})
    lines = [("列", "書くこと", "いまの分類"), *((name, told, None) for name, told in GUIDE.items())]
    for row, (name, told, title) in enumerate(lines, start=1):
        for number, text in enumerate((name, told, title), start=1):
            cell = guide.cell(row, number, text)
            cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), Font(bold=row == 1)
    for row, category in enumerate(categories, start=2):
        cell = guide.cell(row, 3)
        assert isinstance(cell, ExcelCell)
        put(cell, category)
    for letter, width in zip("ABC", (16, 76, 24), strict=True):
        guide.column_dimensions[letter].width = width
    if categories:
        _offer(book[sheet.name], sheet, "分類", f"={GUIDE_SHEET}!$C$2:$C${len(categories) + 1}", only=False)
