"""CSV and TSV into a table and back: the encoding and the separator are found out, and guesses are told."""

import codecs
import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from faq.files import decoded, has_letters_only
from faq.formats import table_reader as sheet
from faq.formats.document import Document
from faq.formats.headings import find_heading
from faq.formats.table import Cell, Sheet, Table, Value
from faq.problems import Place, Problem, Severity

SEPARATORS = {".csv": ",", ".tsv": "\t"}
_NAMES = {",": "commas", "\t": "tabs", ";": "semicolons"}
_GUESSES = {"cp932": "CP932 (Shift_JIS), as Excel in Japan saves it", "euc_jp": "EUC-JP"}
_SAMPLE = 30

_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
# What a spreadsheet program takes for the beginning of a formula, full-width letters among it.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_WRITTEN_OUT = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True)
class Encoding:
    """How a file is written; `guess` names it where nothing in the file says so."""

    codec: str
    guess: str | None = None


def parse(data: bytes, file: str, *, name: str, separator: str) -> Document:
    """Read a file of separated values.

    Args:
        data: UTF-8 or UTF-16 with a mark, UTF-8, CP932 or EUC-JP without one.
        file: As a person knows it.
        name: Of the file, without folder and suffix: 想定質問 and 用語 say what is in it.
        separator: What the suffix promises; another one is found and told.
    """
    encoding = find_encoding(data)
    if encoding is None:
        text = decoded(data, file)
        return sheet.document((), file, [text] if isinstance(text, Problem) else [])
    text = data.decode(encoding.codec)
    found = find_separator(text, separator)
    problems = []
    if encoding.guess:
        what = f"not UTF-8; the letters are taken for {encoding.guess}"
        problems.append((what, "see that they are right, or save it as CSV UTF-8"))
    if found != separator:
        what = f"values are separated by {_NAMES[found]}, not {_NAMES[separator]}"
        problems.append((what, "nothing, if the table is as it should be"))
    warnings = [Problem(Place(file, row=1), *each, Severity.WARNING) for each in problems]
    return sheet.document([table(text, found, name)], file, warnings)


def dump(written: Sheet, separator: str) -> str:
    r"""Return a table as text; what a spreadsheet would run as a formula begins with an apostrophe.

    >>> dump(Sheet("", ("質問", "回答"), (("=1+1", "a,b"),)), ",")
    '質問,回答\r\n\'=1+1,"a,b"\r\n'
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow(written.header)
    writer.writerows([as_text(value) for value in row] for row in written.rows)
    return stream.getvalue()


def as_text(value: Value | None) -> str:
    """Return a value as it is written into a file of text."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = "○" if value is True else value or ""
    return f"'{text}" if _FORMULA.match(text) else text


def find_encoding(data: bytes) -> Encoding | None:
    """Return how the bytes are to be read; `None` if they are no text.

    >>> find_encoding("質問,回答".encode("utf-8-sig")), find_encoding("①㈱".encode("cp932")).codec
    (Encoding(codec='utf-8-sig', guess=None), 'cp932')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16") if _reads(data, "utf-16") else None
    if _reads(data, "utf-8"):
        return Encoding("utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8")
    possible = [codec for codec in _GUESSES if _reads(data, codec) and has_letters_only(data.decode(codec))]
    # A text in EUC-JP may pass for CP932, as rows of half-width kana that nobody writes.
    codec = min(possible, key=lambda each: len(_HALF_WIDTH_KANA.findall(data.decode(each))), default=None)
    return Encoding(codec, _GUESSES[codec]) if codec else None


def find_separator(text: str, promised: str) -> str:
    """Return the separator with which the first rows name their columns; the promised one if none does."""
    return next((each for each in (promised, *_NAMES) if _has_heading(text, each)), promised)


def table(text: str, separator: str, name: str) -> Table:
    """Return the records of a text; a torn one is a fault, and the lines that it swallowed are not lost."""
    rows: dict[int, Mapping[int, Cell]] = {}
    faults: dict[int, tuple[str, str]] = {}
    torn: set[int] = set()
    for row, lines, values in _records(text, separator):
        if isinstance(values, str):
            faults[row] = _fault(values)
            torn.update(range(row + 1, row + lines))
            continue
        cells = {
            column: Cell(value[1:] if _WRITTEN_OUT.match(value) else value)
            for column, value in enumerate(values, start=1)
            if value.strip()
        }
        if cells:
            rows[row] = cells
    return Table(name, rows, faults=faults, torn=frozenset(torn), nameless=True)


def _records(text: str, separator: str) -> Iterator[tuple[int, int, list[str] | str]]:
    """Yield the row of each record, how many lines it has, and its values, or what is wrong with it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row, before = 1, 0
    while True:
        found: list[str] | str
        try:
            found = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found = str(error)
        lines, before = reader.line_num - before, reader.line_num
        yield row, lines, found
        # A torn record takes as many rows as it has lines; in a sound one, they are lines of a cell.
        row += lines if isinstance(found, str) else 1


def _fault(complaint: str) -> tuple[str, str]:
    if "unexpected end" in complaint:
        return (
            "a quote that is never closed, so that nothing below it is read",
            'close it, or write "" for a quote',
        )
    if "field limit" in complaint:
        return "a cell with more than 131,072 characters", "close the quote above it, or shorten it"
    return "a quote in the middle of a cell", 'write "" for a quote inside "quotes"'


def _has_heading(text: str, separator: str) -> bool:
    lines = io.StringIO(text, newline="")
    sample = "".join(islice(lines, _SAMPLE))
    heading = find_heading(table(sample, separator, ""))
    return heading is not None and not heading.missing


def _reads(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
