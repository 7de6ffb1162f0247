"""Workbooks of the old Excel and of OpenDocument as sheets of openpyxl, with formats, notes, links, hidden parts."""

import datetime
import io
import itertools
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import odfdo
import olefile
import xlrd
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from faq.formats.parsed_file import MOST_PARTS

_BLANKS = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
_ERRORS = ("#", "Err:")
_MOST_ROWS = 2_000_000
_HIDDEN = frozenset({"collapse", "filter"})


def xls_sheets(data: bytes) -> Iterator[tuple[str, Worksheet]]:
    """Yield the name and the cells of each sheet of an .xls file; `ValueError` for a damaged one."""
    try:
        # The reader of the container in xlrd never ends on some damaged files.
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            stream = container.openstream("Workbook" if container.exists("Workbook") else "Book").read()
        book = xlrd.open_workbook(
            file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    # xlrd raises NameError for some damaged files.
    except (xlrd.XLRDError, struct.error, NameError) as error:
        raise ValueError(str(error)) from error
    for sheet in book.sheets():
        made = Workbook().worksheets[0]
        for row in range(sheet.nrows):
            for column, cell in enumerate(sheet.row(row)):
                style = book.xf_list[cell.xf_index]
                runs = sheet.rich_text_runlist_map.get((row, column), ())
                value = _xls_value(book, cell, [(0, style.font_index), *runs])
                if value not in ("", None):
                    held = _put(made, row, column, value)
                    held.number_format = book.format_map[style.format_key].format_str
        for (row, column), link in sheet.hyperlink_map.items():
            made.cell(row + 1, column + 1).hyperlink = link.url_or_path if link.type == "url" else None
        for (row, column), note in sheet.cell_note_map.items():
            made.cell(row + 1, column + 1).comment = Comment(note.text, "")
        for top, bottom, left, right in sheet.merged_cells:
            _merge(made, top, left, bottom - top, right - left)
        for row, look in sheet.rowinfo_map.items():
            made.row_dimensions[row + 1].hidden = bool(look.hidden)
        _hide_columns(made, (column for column, look in sheet.colinfo_map.items() if look.hidden))
        yield sheet.name, made


def _xls_value(book: Any, cell: Any, runs: list[tuple[int, int]]) -> object:  # noqa: ANN401 -- xlrd has no types
    """Return the value of a cell; `runs` say from which character of a text each font applies."""
    match cell.ctype:
        case xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code[cell.value]
        case xlrd.XL_CELL_TEXT if cell.value:
            spans = itertools.pairwise([*runs, (len(cell.value), 0)])
            return _text(
                (cell.value[start:end], book.font_list[font].struck_out) for (start, font), (end, _) in spans
            )
    return cell.value


def ods_sheets(data: bytes) -> Iterator[tuple[str, Worksheet]]:
    """Yield the name and the cells of each sheet of an .ods file; numbers are texts, as a person sees them.

    Raises `OverflowError` for too many repeated cells.
    """
    book = odfdo.Document(io.BytesIO(data))
    values = _OdsValues(book)
    for table in book.body.get_elements("descendant::table:table"):
        made, row = Workbook().worksheets[0], 0
        for line in table.get_elements("descendant::table:table-row"):
            rows, column = _number(line, "table:number-rows-repeated"), 0
            for cell in line.get_elements("table:table-cell | table:covered-table-cell"):
                columns = _number(cell, "table:number-columns-repeated")
                value = values.of(cell, row, rows * columns)
                if value is not None:
                    for at in itertools.product(range(row, row + rows), range(column, column + columns)):
                        _add_link_and_note(_put(made, *at, value), cell)
                down, right = (_number(cell, f"table:number-{each}-spanned") for each in ("rows", "columns"))
                _merge(made, row, column, down, right)
                column += columns
            if _attribute(line, "table:visibility") in _HIDDEN:
                for hidden in range(row + 1, min(row + rows, made.max_row) + 1):
                    made.row_dimensions[hidden].hidden = True
            row += rows
        column = 0
        for line in table.get_elements("descendant::table:table-column"):
            columns = _number(line, "table:number-columns-repeated")
            if _attribute(line, "table:visibility") in _HIDDEN:
                _hide_columns(made, range(column, min(column + columns, made.max_column)))
            column += columns
        yield _attribute(table, "table:name"), made


class _OdsValues:
    """The values of the cells of an OpenDocument book."""

    def __init__(self, book: odfdo.Document) -> None:
        self._count = 0
        self._look = cache(book.get_style)

    def of(self, cell: odfdo.Element, row: int, times: int) -> object:
        """Return the value of a cell, `None` if it is empty; it repeats so many `times`, from that row on."""
        if cell.tag != "table:table-cell" or not _attribute(cell, "office:value-type"):
            return None
        self._count += times
        if self._count > MOST_PARTS or row > _MOST_ROWS:
            raise OverflowError
        match _attribute(cell, "office:value-type"):
            case "date":
                return datetime.datetime.fromisoformat(_attribute(cell, "office:date-value"))
            case "boolean":
                return _attribute(cell, "office:boolean-value") == "true"
        struck = self._is_struck("table-cell", _attribute(cell, "table:style-name"))
        lines = (self._parts(line, struck=struck) for line in cell.get_elements("text:p"))
        parts = [part for line in lines for part in (("\n", struck), *line)][1:]
        plain = "".join(text for text, _ in parts)
        is_error = _attribute(cell, "table:formula") and plain.startswith(_ERRORS)
        return plain if is_error else _text(parts) or None

    def _is_struck(self, family: str, name: str) -> bool:
        style = self._look(family, name) if name else None
        look = (style.get_properties("text") if isinstance(style, odfdo.Style) else None) or {}
        # LibreOffice writes the type alone for a part of a text.
        kinds = (f"style:text-line-through-{each}" for each in ("style", "type"))
        return next((look[kind] for kind in kinds if kind in look), "none") != "none"

    def _parts(self, element: odfdo.Element, *, struck: bool) -> Iterator[tuple[str, bool]]:
        """Yield the pieces of a paragraph, each with whether it is struck through."""
        yield _BLANKS.get(element.tag, "") * _number(element, "text:c") or element.text or "", struck
        for each in element.children:
            style = _attribute(each, "text:style-name")
            yield from self._parts(each, struck=struck or self._is_struck("text", style))
            yield each.tail or "", struck


def _attribute(element: odfdo.Element, name: str) -> str:
    return str(element.get_attribute(name) or "")


def _number(element: odfdo.Element, name: str) -> int:
    return int(_attribute(element, name) or 1)


def _text(parts: Iterable[tuple[str, object]]) -> CellRichText:
    """Return a text of parts, each with whether it is struck through; as rich text it is never a formula."""
    return CellRichText([TextBlock(InlineFont(strike=bool(struck)), text) for text, struck in parts if text])


def _put(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    cell = sheet.cell(row + 1, column + 1)
    assert isinstance(cell, Cell)
    cell.value = value  # type: ignore[assignment]
    if isinstance(value, str):
        cell.data_type = "e"
    return cell


def _add_link_and_note(held: Cell, cell: odfdo.Element) -> None:
    if link := cell.get_element("descendant::text:a"):
        held.hyperlink = _attribute(link, "xlink:href")
    if note := cell.get_element("office:annotation"):
        held.comment = Comment(note.inner_text, "")


def _merge(sheet: Worksheet, top: int, left: int, rows: int, columns: int) -> None:
    if rows * columns > 1:
        area = CellRange(min_row=top + 1, min_col=left + 1, max_row=top + rows, max_col=left + columns)
        sheet.merged_cells.add(area)


def _hide_columns(sheet: Worksheet, columns: Iterable[int]) -> None:
    for column in columns:
        look = sheet.column_dimensions[get_column_letter(column + 1)]
        look.hidden, look.min, look.max = True, column + 1, column + 1
