"""CSV and TSV into a table and back; an encoding that is guessed is reported."""

import csv
import datetime
import io
import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from faq.files import decoded, find_text
from faq.formats.parsed_file import MOST_PARTS, TOO_MANY_PARTS, ParsedFile
from faq.formats.sheets.cells import Cell, Table, Value
from faq.formats.sheets.columns import key_of, kind_of_sheet
from faq.formats.sheets.reader import add_tables
from faq.formats.sheets.rows import Sheet
from faq.problems import Fault, Place, Problem, Severity

SEPARATORS = {".csv": ",", ".tsv": "\t"}
# What begins a formula for a spreadsheet program, also in full width.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_OTHERS = re.compile("[,;\t]")
_WRITTEN_OUT = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def parse(data: bytes, file: str, chosen: Mapping[int, str] = MappingProxyType({})) -> ParsedFile:
    """Read a file of separated values, in UTF-8 or CP932; a name such as 想定質問 or 用語 says what is in it."""
    parsed, path = ParsedFile(file), Path(file)
    text, guess = find_text(data) or (decoded(data, file), "")
    if isinstance(text, Problem):
        parsed.problems.append(text)
        return add_tables(parsed, ())
    if guess:
        parsed.report(Place(file, row=1), Fault.of("guessed-encoding", guess=guess), Severity.WARNING)
    table = _table(text, SEPARATORS[path.suffix.lower()], path.stem)
    first, cells = next(iter(table.rows.items()), (1, {}))
    names = _OTHERS.split(str(cells[1].value)) if cells.keys() == {1} else []
    if len(names) > 1 and all(key_of(name, kind_of_sheet(path.stem))[0] for name in names):
        parsed.report(Place(file, row=first), Fault.of("other-separator"))
        return add_tables(parsed, ())
    return add_tables(parsed, [table], chosen)


def dump(sheet: Sheet, separator: str) -> str:
    r"""Return a sheet as text; a text like a formula gets an apostrophe before it, so that no spreadsheet runs it.

    >>> dump(Sheet("", ("質問", "回答"), (("=1+1", "a,b"),)), ",")
    '質問,回答\r\n\'=1+1,"a,b"\r\n'
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow(sheet.header)
    writer.writerows(map(_as_text, row) for row in sheet.rows)
    return stream.getvalue()


def _as_text(value: Value | None) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = "○" if value is True else value or ""
    return f"'{text}" if _FORMULA.match(text) else text


def _table(text: str, separator: str, name: str) -> Table:
    """Return the records of a text; a record that a stray quote breaks is a fault, and each of its lines a row."""
    rows: dict[int, Mapping[int, Cell]] = {}
    faults: dict[int, Fault | None] = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row, before, parts = 1, 0, 0
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return Table(name, rows, faults=faults, nameless=True)
        except csv.Error as error:
            # A torn record takes as many rows as it has lines; in a sound one, they are lines of a cell.
            faults |= dict.fromkeys(range(row, row + reader.line_num - before))
            # A cell over the limit of the module has swallowed what stands below a quote that was never closed.
            is_open = "unexpected end" in str(error) or "field limit" in str(error)
            faults[row] = Fault.of("csv-open-quote" if is_open else "csv-stray-quote")
            row, before = row + reader.line_num - before, reader.line_num
            continue
        cells = {
            column: Cell(value[1:] if _WRITTEN_OUT.match(value) else value)
            for column, value in enumerate(values, start=1)
            if value.strip()
        }
        parts += len(cells)
        if parts > MOST_PARTS:
            # The first rows have the names of the columns.
            return Table(name, dict(islice(rows.items(), 30)), faults={row: TOO_MANY_PARTS}, nameless=True)
        if cells:
            rows[row] = cells
        row, before = row + 1, reader.line_num
