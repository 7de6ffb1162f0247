"""Excel workbooks into tables, as a person sees them, and sheets into a workbook in which nothing is run."""

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from faq.formats.columns import KINDS, LISTS, SHEETS, Kind
from faq.formats.document import Document
from faq.formats.table import Area, Cell, Table, Value
from faq.formats.table_reader import add_tables
from faq.formats.table_writer import Sheet
from faq.problems import EditError, Fault, Place, Severity, shown
from faq.wording import Language, quoted

LARGEST_UNPACKED = 100_000_000
_MOST_PARTS = 2_000
# What Excel puts around a workbook with a password, and what .xls files are.
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD = 4096
_DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged workbook raises, according to where it is damaged."""

LONGEST_CELL = 32_767
"""What Excel holds in one cell."""

_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|[fF]{3}[eEfF])_")
_LIKE_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_PLAIN = frozenset({"General", "0", "@", "0_ ", "0_);(0)"})
_GROUPED = re.compile(r"#,##0(?:_[ )])?(?:;.*)?")
_WIDTHS = {"質問": 42, "回答": 70, "id": 22, "分類": 16, "話者": 24, "出典": 28, "発行元": 24, "正解": 30}
_WIDTH, _NUMBERED_WIDTH = 14, 32
_CHOICES = {SHEETS[Kind.ENTRIES]: KINDS.values(), SHEETS[Kind.LEXICON]: LISTS.values()}


@dataclass(frozen=True)
class Book:
    """A workbook with its formulas, and its sheets of cells as a person sees them.

    `lost` are sheets whose content the file lacks, `losses` what a program that writes it anew would lose.
    """

    formulas: Workbook
    tables: tuple[Table, ...]
    lost: tuple[str, ...]
    losses: tuple[str, ...]


def parse(data: bytes, file: str) -> Document:
    """Read an Excel workbook; every sheet is a table of questions, expectations or words."""
    document, place = Document(file), Place(file)
    try:
        refusal = _refusal(data)
        if refusal:
            document.report(place, refusal)
            return document
        book = open_book(data)
    except _DAMAGE as error:
        reason = str(error) or type(error).__name__
        document.report(place, Fault.of("workbook-damaged", reason=reason))
        return document
    for name in book.lost:
        document.report(Place(file, sheet=shown(name)), Fault.of("sheet-lost"))
    for chart in book.formulas.chartsheets:
        place = Place(file, sheet=shown(chart.title))
        document.report(place, Fault.of("chart"), Severity.WARNING)
    return add_tables(document, book.tables)


def open_book(data: bytes, *, rich: bool = False) -> Book:
    """Return the workbook of a sound file; `rich` keeps the styles of parts of a text, to be written anew."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        reader = ExcelReader(io.BytesIO(data), rich_text=rich)
        reader.read()
        found = reader.parser.find_sheets()
        lost = tuple(each.name for each, rel in found if rel.target not in reader.valid_files)
        formulas, results = reader.wb, None
        if any(cell.data_type == "f" for sheet in formulas.worksheets for cell in _cells(sheet)):
            again = ExcelReader(io.BytesIO(data), data_only=True)
            again.read()
            results = again.wb
    losses = {str(each.message) for each in caught if "removed" in str(each.message)}
    sheets = formulas.worksheets
    tables = tuple(_table(sheet, results[sheet.title] if results else None) for sheet in sheets)
    return Book(formulas, tables, lost, tuple(sorted(losses)))


def _refusal(data: bytes) -> Fault | None:
    """Return why the bytes are not even tried."""
    locked = Fault.of("workbook-locked")
    if data.startswith(_OLE):
        return locked if _ENCRYPTED in data else Fault.of("workbook-old")
    if not data.startswith(b"PK"):
        return Fault.of("no-workbook")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
            return Fault.of("workbook-huge", most=LARGEST_UNPACKED // 1_000_000)
        if any(part.flag_bits & 1 for part in parts):
            return locked
        for part in parts:
            with archive.open(part) as stream:
                head = stream.read(_HEAD).replace(b"\0", b"")
            # Entities defined in a part of a workbook have one use: to exhaust the reader.
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                return Fault.of("workbook-definitions", part=part.filename)
    return None


def _table(sheet: Worksheet, results: Worksheet | None) -> Table:
    stored = {(cell.row, cell.column): cell for cell in _cells(results)} if results else {}
    rows: dict[int, dict[int, Cell]] = {}
    for cell in sorted(_cells(sheet), key=lambda cell: cell.column):
        found = _cell(cell, stored.get((cell.row, cell.column)))
        if found:
            rows.setdefault(cell.row, {})[cell.column] = found
    areas = (
        Area(each.min_row, each.min_col, each.max_row, each.max_col) for each in sheet.merged_cells.ranges
    )
    hidden = (row for row, look in sheet.row_dimensions.items() if look.hidden or look.height == 0)
    return Table(sheet.title, rows, tuple(areas), frozenset(hidden))


def _cells(sheet: Worksheet) -> Iterator[ExcelCell]:
    # `iter_rows` makes a cell of every empty place: one cell in the last row would be 17 billion.
    cells = sheet._cells.values()  # noqa: SLF001 -- see above
    return (cell for cell in cells if isinstance(cell, ExcelCell) and cell.value is not None)


def _cell(cell: ExcelCell, stored: ExcelCell | None) -> Cell | None:  # noqa: PLR0911 -- one type each
    if cell.data_type == "f":
        found = _cell(stored, None) if stored else None
        if found is None:
            return Cell(None, Fault.of("formula-empty"))
        return found if found.fault else Cell(found.value, Fault.of("formula-stored"))
    if cell.data_type == "e":
        return Cell(None, Fault.of("excel-error", value=str(cell.value)))
    value = cell.value
    if isinstance(value, str):
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return Cell(text) if text.strip() else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, cell.number_format)
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time.min:
            return Cell(value.date())
        return Cell(None, Fault.of("date-with-time", value=str(value)))
    if isinstance(value, bool | datetime.date):
        return Cell(value)
    return Cell(None, Fault.of("time-of-day", value=str(value)))


def _number(value: float, look: str) -> Cell:
    """Return a number as a person sees it; other formats than the plain ones are not guessed at."""
    if look in _PLAIN:
        return Cell(f"{value:.15g}")
    if _GROUPED.fullmatch(look) and float(value).is_integer():
        return Cell(f"{value:,.0f}")
    return Cell(None, Fault.of("number-look", value=f"{value:.15g}", look=look))


def dump(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook with these sheets; raises as `put` does."""
    book = Workbook()
    if book.active:
        book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return the workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _begin(text: str) -> str:
    return quoted(text, Language.JAPANESE)


def put(cell: ExcelCell, value: Value) -> None:
    """Put a value into a cell as it is: a text stays a text, or raises `EditError` where Excel cannot hold it."""
    if isinstance(value, datetime.date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
        return
    text = "○" if value is True else str(value)
    if len(text) > LONGEST_CELL:
        msg = (
            f"{_begin(text)} は{len(text)}文字あり、Excelのセルに入りません({LONGEST_CELL}文字まで)。\n"
            "  短くするか、ほかの形式で書き出してください。"
        )
        raise EditError(msg)
    if _LIKE_ESCAPED.search(text):
        msg = (
            f"{_begin(text)} の「_x…_」は、Excelでは1つの文字の番号とみなされます。\n"
            "  書き方を変えるか、ほかの形式で書き出してください。"
        )
        raise EditError(msg)
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
    if sheet.name in _CHOICES:
        letter = get_column_letter(sheet.header.index("種類") + 1)
        formula = f'"{",".join(_CHOICES[sheet.name])}"'
        choices = DataValidation(type="list", formula1=formula, allow_blank=True)
        choices.add(f"{letter}2:{letter}{max(len(sheet.rows) * 2, 1000)}")
        held.add_data_validation(choices)
