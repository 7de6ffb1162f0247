"""Excel workbooks into tables, as a person sees them, or why a workbook or a cell cannot be read."""

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from faq.formats import table_reader as sheet
from faq.formats.document import Document
from faq.formats.table import Area, Cell, Table, Value
from faq.formats.wording import quoted, shown
from faq.problems import Place, Problem, Severity

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

_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|[fF]{3}[eEfF])_")
_PLAIN = frozenset({"General", "0", "@", "0_ ", "0_);(0)"})
_GROUPED = re.compile(r"#,##0(?:_[ )])?(?:;.*)?")
_DAMAGED = "the workbook is damaged or cut off"
_SAVE_AGAIN = "open it in Excel, let it repair the file, and save it as .xlsx"


def parse(data: bytes, file: str) -> Document:
    """Read an Excel workbook; every sheet is a table of questions, expectations or words."""
    problem = _refused(data, file)
    if problem:
        return sheet.document((), file, [problem])
    try:
        book = open_book(data)
        tables = tables_of(book)
    except _DAMAGE as error:
        problem = Problem(
            Place(file), f"{_DAMAGED} ({quoted(str(error) or type(error).__name__)})", _SAVE_AGAIN
        )
        return sheet.document((), file, [problem])
    return sheet.document(tables, file, _about_sheets(book, file))


@dataclass(frozen=True)
class Book:
    """A workbook with its formulas, and, if it has any, the same with their stored results.

    Attributes:
        names: Of all sheets, as the file has them.
        lost: Of those whose content the file does not have.
        losses: What a program that writes the workbook anew would lose.
    """

    formulas: Workbook
    results: Workbook | None
    names: tuple[str, ...]
    lost: tuple[str, ...]
    losses: tuple[str, ...]

    def sheets(self) -> Iterator[tuple[str, Worksheet, Worksheet | None]]:
        """Yield the name of each sheet of cells, its formulas and its results."""
        kept = iter(name for name in self.names if name not in self.lost)
        for title in self.formulas.sheetnames:  # charts among them, whose names must be passed over too
            name, held = next(kept, title), self.formulas[title]
            if isinstance(held, Worksheet):
                results = self.results[title] if self.results else None
                yield name, held, results if isinstance(results, Worksheet) else None


def open_book(data: bytes, *, rich: bool = False) -> Book:
    """Return the workbook that the bytes are.

    Args:
        data: Of a file that was not refused.
        rich: Keep the styles of parts of a text, for a workbook that is written anew.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        reader = ExcelReader(io.BytesIO(data), rich_text=rich)
        reader.read()
        names = tuple(each.name for each in reader.parser.sheets)
        lost = tuple(
            each.name for each, rel in reader.parser.find_sheets() if rel.target not in reader.valid_files
        )
        formulas, results = reader.wb, None
        if any(cell.data_type == "f" for held in formulas.worksheets for cell in _cells(held)):
            again = ExcelReader(io.BytesIO(data), data_only=True)
            again.read()
            results = again.wb
    losses = {str(each.message) for each in caught if "removed" in str(each.message)}
    return Book(formulas, results, names, lost, tuple(sorted(losses)))


def tables_of(book: Book) -> list[Table]:
    """Return the sheets of cells of a workbook, in their order."""
    return [_table(name, held, results) for name, held, results in book.sheets()]


def _refused(data: bytes, file: str) -> Problem | None:  # noqa: PLR0911 -- one reason each
    """Say why the bytes are not even tried."""
    place = Place(file)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return Problem(place, "the workbook is protected by a password", "save it without one")
        return Problem(place, "a workbook of the old kind (.xls)", "save it as .xlsx")
    if not data.startswith(b"PK"):
        return Problem(place, "not a workbook, whatever its name says", "save it from Excel as .xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
                what = f"more than {LARGEST_UNPACKED // 1_000_000} MB when it is unpacked"
                return Problem(place, what, "split it into several files")
            if any(part.flag_bits & 1 for part in parts):
                return Problem(place, "the workbook is protected by a password", "save it without one")
            for part in parts:
                with archive.open(part) as stream:
                    head = stream.read(_HEAD).replace(b"\0", b"")
                # Entities defined in a part of a workbook have one use: to exhaust the reader.
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    return Problem(
                        place, f"definitions in {quoted(part.filename)}", "save it again from Excel"
                    )
    except _DAMAGE:
        return Problem(place, _DAMAGED, _SAVE_AGAIN)
    return None


def _about_sheets(book: Book, file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in book.names:
        place = Place(file, sheet=shown(name))
        if name.casefold() in seen:
            yield Problem(
                place, "two sheets have this name", "rename one of them in Excel, and save the file"
            )
        seen.add(name.casefold())
        if name in book.lost:
            yield Problem(place, "the sheet has no content in the file", _SAVE_AGAIN)
    for held in book.formulas.chartsheets:
        place = Place(file, sheet=shown(held.title))
        yield Problem(place, "a chart is not read", "nothing, if it is one of your own", Severity.WARNING)


def _table(name: str, held: Worksheet, results: Worksheet | None) -> Table:
    stored: Mapping[tuple[int, int], ExcelCell] = (
        {(cell.row, cell.column): cell for cell in _cells(results)} if results else {}
    )
    rows: dict[int, dict[int, Cell]] = {}
    for cell in _cells(held):
        found = _cell(cell, stored.get((cell.row, cell.column)))
        if found:
            rows.setdefault(cell.row, {})[cell.column] = found
    return Table(
        name,
        {row: dict(sorted(cells.items())) for row, cells in rows.items()},
        areas=tuple(
            Area(each.min_row, each.min_col, each.max_row, each.max_col) for each in held.merged_cells.ranges
        ),
        hidden=frozenset(row for row, look in held.row_dimensions.items() if look.hidden or look.height == 0),
    )


def _cells(held: Worksheet) -> Iterator[ExcelCell]:
    # `iter_rows` makes a cell of every empty place: one cell in the last row would be 17 billion.
    cells = held._cells.values()  # noqa: SLF001 -- see above
    return (cell for cell in cells if isinstance(cell, ExcelCell) and cell.value is not None)


def _cell(cell: ExcelCell, stored: ExcelCell | None) -> Cell | None:
    if cell.data_type == "f":
        found = _cell(stored, None) if stored else None
        if found is None:
            return Cell(None, ("a formula without a stored result", "type the text itself"))
        remark = (
            "a formula, read as the result that is stored with it",
            "type the text if it should not change",
        )
        return found if found.fault else Cell(found.value, remark)
    if cell.data_type == "e":
        return Cell(None, (f"an error of Excel ({cell.value})", "correct the formula, or type the text"))
    value = _value(cell.value, cell.number_format)
    if isinstance(value, Cell):
        return value
    return Cell(value) if not isinstance(value, str) or value.strip() else None


def _value(value: object, look: str) -> Value | Cell:  # noqa: PLR0911 -- one type each
    match value:
        case bool():
            return value
        case str():
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        case int() | float():
            return _number(value, look)
        case datetime.datetime():
            if value.time() == datetime.time.min:
                return value.date()
            return Cell(None, (f"a date with a time of day ({value})", "type the date alone, or a text"))
        case datetime.date():
            return value
    return Cell(
        None, (f"a time of day or a duration ({value}) to Excel", "give the cell the format 文字列 (text)")
    )


def _number(value: float, look: str) -> str | Cell:
    """Return a number as a person sees it; other formats than the plain ones are not guessed at.

    >>> _number(9500, "#,##0"), _number(2.0, "General"), _number(0.1, "General")
    ('9,500', '2', '0.1')
    """
    if look in _PLAIN:
        return f"{value:.15g}"
    if _GROUPED.fullmatch(look) and float(value).is_integer():
        return f"{value:,.0f}"
    what = f"a number ({value:.15g}) that Excel shows in the format {quoted(look)}"
    return Cell(None, (what, "give the cell the format 文字列 (text) and type what should be shown"))
