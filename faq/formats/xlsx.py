"""Workbooks into tables, as a person sees them."""

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from types import MappingProxyType

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from faq.formats.parsed_file import MOST_PARTS, TOO_MANY_PARTS, ParsedFile
from faq.formats.sheets.cells import Area, Cell, Table, Value
from faq.formats.sheets.reader import add_tables
from faq.problems import Fault, Place

LARGEST_UNPACKED = 100_000_000
_MOST_PARTS = 2_000
_MOST_COLUMNS = 16_384
_MANIFEST = "META-INF/manifest.xml"
# What Excel puts around a workbook with a password, and what .xls files are.
_OLE = b"\xd0\xcf\x11\xe0"
_HEAD = 4096
_VALUE = re.compile(rb"<(?:\w+:)?(?:c|r|row)[\s/>]")  # a cell, a part of a text, a row
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([^\"']+)")
_MOST_MERGED = 2_000_000  # openpyxl makes an object of each; a merged column may have a million
_DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What a damaged workbook raises: that depends on where it is damaged."""

_LOCKED = Fault.of("workbook-locked")
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|[fF]{3}[eEfF])_")
_PLAIN = frozenset({"General", "0", "@", "0_ ", "0_);(0)"})
_GROUPED = re.compile(r"#,##0(?:_[ )])?(?:;.*)?")


@dataclass(frozen=True)
class Book:
    """A workbook with its formulas, and its sheets as a person sees them.

    `losses` are the parts that writing it again would lose.
    """

    formulas: Workbook
    tables: tuple[Table, ...]
    losses: tuple[str, ...]


def parse(data: bytes, file: str, chosen: Mapping[int, str] = MappingProxyType({})) -> ParsedFile:
    """Read a workbook of Excel or OpenDocument; every sheet is a table of questions, expectations or words."""
    parsed, place = ParsedFile(file), Place(file)
    try:
        refusal = _refusal(data)
        tables = () if refusal else _tables(data)
    except OverflowError:
        refusal = TOO_MANY_PARTS
    except _DAMAGE as error:
        reason = str(error) or type(error).__name__
        refusal = _LOCKED if "encrypted" in reason else Fault.of("workbook-damaged", reason=reason)
    if refusal:
        parsed.report(place, refusal)
        return parsed
    return add_tables(parsed, tables, chosen)


def _tables(data: bytes) -> tuple[Table, ...]:
    if not is_foreign(data):
        return open_book(data).tables
    from faq.formats import xls_ods  # noqa: PLC0415 -- its libraries take long to import

    sheets = xls_ods.xls_sheets(data) if data.startswith(_OLE) else xls_ods.ods_sheets(data)
    return tuple(replace(_table(sheet, None), name=name) for name, sheet in sheets)


def is_foreign(data: bytes) -> bool:
    """Whether a workbook is of the old Excel or of OpenDocument: these are read and never written."""
    if data.startswith(_OLE):
        return True
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "content.xml" in archive.namelist()


def open_book(data: bytes) -> Book:
    """Return the workbook of a sound file, with the styles of the parts of its texts."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        reader = ExcelReader(io.BytesIO(data), rich_text=True)
        reader.read()
        formulas, results = reader.wb, None
        if any(cell.data_type == "f" for sheet in formulas.worksheets for cell in _cells(sheet)):
            again = ExcelReader(io.BytesIO(data), data_only=True, rich_text=True)
            again.read()
            results = again.wb
    losses = {str(each.message) for each in caught if "removed" in str(each.message)}
    sheets = formulas.worksheets
    tables = tuple(_table(sheet, results[sheet.title] if results else None) for sheet in sheets)
    return Book(formulas, tables, tuple(sorted(losses)))


def _refusal(data: bytes) -> Fault | None:  # noqa: PLR0911 -- a reason each
    """Return why the bytes are refused before they are parsed; `None` if they are not."""
    if data.startswith(_OLE):
        return _LOCKED if "EncryptedPackage".encode("utf-16-le") in data else None
    if not data.startswith(b"PK"):
        return Fault.of("no-workbook")
    values = merged = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
            return Fault.of("workbook-huge", most=LARGEST_UNPACKED // 1_000_000)
        if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
            return _LOCKED
        for part in parts:
            content = archive.read(part).replace(b"\0", b"")  # UTF-16 has zeros
            if part.filename == "xl/workbook.xml" and b"http://purl.oclc.org/ooxml/" in content:
                return Fault.of("workbook-strict")
            # Nobody needs entities in a workbook; they are there to exhaust the reader.
            if b"<!DOCTYPE" in content[:_HEAD] or b"<!ENTITY" in content[:_HEAD]:
                return Fault.of("workbook-definitions", part=part.filename)
            # A few kilobytes may unpack to millions of cells.
            values += sum(1 for _ in _VALUE.finditer(content))
            areas = (CellRange(found[1].decode()) for found in _MERGED.finditer(content))
            merged += sum(prod(area.size.values()) for area in areas)
    if values > MOST_PARTS:
        return TOO_MANY_PARTS
    return Fault.of("workbook-merged") if merged > _MOST_MERGED else None


def _table(sheet: Worksheet, results: Worksheet | None) -> Table:
    stored = {(cell.row, cell.column): cell for cell in _cells(results)} if results else {}
    rows: dict[int, dict[int, Cell]] = {}
    notes: list[tuple[Fault, int, int]] = []
    for cell in sorted(_cells(sheet), key=lambda cell: (cell.row, cell.column)):
        place = (cell.row, cell.column)
        found = _cell(cell, stored.get(place))
        if _is_struck(cell):
            notes.append((Fault.of("cell-struck"), *place))
        if found:
            rows.setdefault(cell.row, {})[cell.column] = found
            if cell.data_type == "f" and found.value is not None:
                notes.append((Fault.of("formula-stored"), *place))
        if cell.comment:
            notes.append((Fault.of("cell-comment"), *place))
    areas = (Area(*each.bounds) for each in sheet.merged_cells.ranges)
    hidden = (row for row, look in sheet.row_dimensions.items() if look.hidden or look.height == 0)
    hidden_columns = (
        column
        for look in sheet.column_dimensions.values()
        if look.hidden  # one of Excel's entries may stand for many columns
        for column in range(look.min or 1, min(look.max or 0, _MOST_COLUMNS) + 1)
    )
    return Table(sheet.title, rows, tuple(areas), frozenset(hidden), frozenset(hidden_columns), tuple(notes))


def _cells(sheet: Worksheet) -> Iterator[ExcelCell]:
    # `iter_rows` makes a cell of every empty place: one cell in the last row would be 17 billion.
    cells = sheet._cells.values()  # noqa: SLF001 -- see above
    return (cell for cell in cells if isinstance(cell, ExcelCell) and cell.value is not None)


def _is_struck(cell: ExcelCell) -> bool:
    if isinstance(cell.value, CellRichText):
        return any(isinstance(part, TextBlock) and part.font.strike for part in cell.value)
    return bool(cell.font and cell.font.strike)


def _cell(cell: ExcelCell, stored: ExcelCell | None) -> Cell | None:
    if cell.data_type == "f":
        found = _cell(stored, None) if stored else None
        if found is None:
            return None if _is_struck(cell) else Cell(None, Fault.of("formula-empty"))
        return replace(found, link=found.link or _address(cell, found.value))
    if cell.data_type == "e":
        return Cell(None, Fault.of("excel-error", value=str(cell.value)))
    value = cell.value
    if isinstance(value, CellRichText):
        parts = (part for part in value if not (isinstance(part, TextBlock) and part.font.strike))
        value = "".join(map(str, parts))
    elif _is_struck(cell):
        return None
    return _meant(cell, value)


def _meant(cell: ExcelCell, value: object) -> Cell | None:
    if isinstance(value, str):
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return Cell(text, link=_address(cell, text)) if text.strip() else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, cell.number_format)
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time.min:
            return Cell(value.date())
        return Cell(None, Fault.of("date-with-time", value=str(value)))
    if isinstance(value, bool | datetime.date):
        return Cell(value)
    return Cell(None, Fault.of("time-of-day", value=str(value)))


def _address(cell: ExcelCell, text: Value | None) -> str:
    """Return the address that a cell links to; empty if its text has it."""
    link = r'=HYPERLINK\("([^"]+)"'
    formula = re.match(link, str(cell.value), re.IGNORECASE) if cell.data_type == "f" else None
    address = formula[1] if formula else (cell.hyperlink and cell.hyperlink.target) or ""
    address = address.removeprefix("mailto:")
    return "" if address.rstrip("/") in str(text) or address.startswith("#") else address


def _number(value: float, look: str) -> Cell:
    """Return a number as a person sees it; in a format that is not plain, it is a fault."""
    if look in _PLAIN:
        return Cell(f"{value:.15g}")
    if _GROUPED.fullmatch(look) and float(value).is_integer():
        return Cell(f"{value:,.0f}")
    return Cell(None, Fault.of("number-look", value=f"{value:.15g}", look=look))
