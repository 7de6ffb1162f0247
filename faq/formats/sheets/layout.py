"""The layout of a sheet: the row that names its columns, and other ways to lay out questions and answers."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from faq.formats.asking import BARE_ANSWER, BARE_QUESTION, CELL_ANSWER, CELL_QUESTION, asks, without_mark
from faq.formats.sheets.cells import Cell, Table
from faq.formats.sheets.columns import (
    COLUMNS,
    NUMBERED,
    REQUIRED,
    TableKind,
    is_usual,
    key_of,
    kind_of_sheet,
    plain_name,
)
from faq.problems import Fault

ANSWERS = 0
"""A column for answers that stand below their questions; it has no letter."""

_OUTSIDE = -1
_FEWEST = 2
_OFTEN, _SELDOM = 0.6, 0.25
_SECTION = re.compile(r"[■◆●◇□▼【]\s*(.+?)】?\s*$")
_FURTHEST = 30
_FEWEST_NAMES = 2
_LONGEST_NAME = 12
_LETTERS = re.compile("[A-Z]{1,3}")


@dataclass(frozen=True)
class Header:
    """The rows of the column names, and what they mean.

    `several` are repeatable columns without a number: their cells have one text a line. `usual` columns have a name
    that offices use: there, a text that is no day is no mistake.
    """

    top: int
    bottom: int
    kind: TableKind
    keys: Mapping[int, str]
    several: frozenset[int]
    unknown: Mapping[int, str]
    usual: frozenset[int] = frozenset()

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of columns without which no row can be read."""
        return tuple(COLUMNS[self.kind][key] for key in REQUIRED[self.kind] if key not in self.keys.values())


def find_header(table: Table, chosen: Mapping[str, str] = MappingProxyType({})) -> Header | None:
    """Return the first row that names all required columns, else the row that names most; `None` if no row names any.

    The names 想定質問 and 用語 decide what a sheet is; else its columns do. A person may have `chosen` the columns.
    """
    named = kind_of_sheet(table.name)
    if chosen and named in (None, TableKind.ENTRIES):
        return _chosen_header(table, chosen)
    candidates = [
        header
        for row in sorted(table.rows)[:_FURTHEST]
        for kind in ([named] if named else TableKind)
        if len((header := _header(table, row, kind)).keys) >= _FEWEST_NAMES
    ]
    complete = next((header for header in candidates if not header.missing), None)
    return complete or max(candidates, key=lambda header: len(header.keys), default=None)


def _chosen_header(table: Table, chosen: Mapping[str, str]) -> Header | None:
    """Return the header of a sheet with chosen columns: the row of their names, or the row above the first texts."""
    for row in sorted(table.rows)[:_FURTHEST]:
        cells = table.rows[row]
        by_name = {
            plain_name(cell.value): column for column, cell in cells.items() if isinstance(cell.value, str)
        }
        columns = {
            key: by_name.get(plain_name(given)) or column_number(given) for key, given in chosen.items()
        }
        if not {columns[key] for key in REQUIRED[TableKind.ENTRIES] if key in columns} <= cells.keys():
            continue
        named = _header(table, row, TableKind.ENTRIES)
        texts = [str(cells[column].value) for column in columns.values() if column in cells]
        is_named = any(plain_name(given) in by_name for given in chosen.values()) or all(
            len(text) <= _LONGEST_NAME and not asks(text) and "。" not in text for text in texts
        )
        others = {
            column: key
            for column, key in named.keys.items()
            if is_named and key not in chosen and column not in columns.values()
        }
        keys = {**others, **{column: key for key, column in columns.items() if column}}
        unknown = {
            column: cell.value
            for column, cell in cells.items()
            if is_named and column not in keys and isinstance(cell.value, str)
        }
        top = row if is_named else row - 1
        return Header(top, top, TableKind.ENTRIES, keys, frozenset(), unknown)
    return None


def column_number(letters: str) -> int:
    """Return the number of a column by its letters; 0 if they are none."""
    plain = unicodedata.normalize("NFKC", letters).strip().removesuffix("列").upper()
    if not _LETTERS.fullmatch(plain):
        return 0
    number = 0
    for letter in plain:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _header(table: Table, row: int, kind: TableKind) -> Header:
    keys: dict[int, str] = {}
    several: set[int] = set()
    unknown: dict[int, str] = {}
    merged = {area.left: area for area in table.areas if area.top <= row <= area.bottom}
    for column, cell in table.rows[row].items():
        if not isinstance(cell.value, str):
            continue
        key, has_number = key_of(cell.value, kind)
        if key is None:
            unknown[column] = cell.value
        elif key in NUMBERED:
            # One name over several columns is the name of each of them.
            last = merged[column].right if column in merged else column
            keys |= dict.fromkeys(range(column, last + 1), key)
            several |= {column} if not has_number and last == column else set()
        elif key in keys.values():
            # Of two columns of one meaning, the second is the sheet's own, or the first if only that has a usual name.
            first = next(number for number, held in keys.items() if held == key)
            own = first if is_usual(_text(table, row, first), kind) > is_usual(cell.value, kind) else column
            unknown[own] = _text(table, row, own)
            keys[column] = key
            del keys[own]
        else:
            keys[column] = key
    if sum(key in NUMBERED for key in keys.values()) > 1:
        several.clear()
    bottom = max([row, *(area.bottom for left, area in merged.items() if left in keys)])
    usual = frozenset(column for column in keys if is_usual(_text(table, row, column), kind))
    return Header(row, bottom, kind, keys, frozenset(several), unknown, usual)


def _text(table: Table, row: int, column: int) -> str:
    return str(table.rows[row][column].value) if column in table.rows[row] else ""


def stacked(table: Table) -> tuple[Table, Header] | None:
    """Return a sheet with answers below their questions as a row a question, with a header; `None` for other sheets.

    The marks Q and A stand before the texts, or in a column of their own.
    """
    columns = {column for cells in table.rows.values() for column in cells}
    for column in sorted(columns):
        pieces = list(_pieces(table, column))
        asked, answered = (sum(mark == each for _, mark, _, _ in pieces) for each in "QA")
        if asked >= _FEWEST and answered * 2 >= asked:
            return _paired(table, pieces)
    return None


Piece = tuple[int, str, int, Cell]
"""A row, its mark Q, A or none, the column of its text, and the text."""


def _pieces(table: Table, column: int) -> Iterator[Piece]:
    for number, cells in sorted(table.rows.items()):
        cell = cells.get(column)
        text = cell.value.strip() if cell and isinstance(cell.value, str) else ""
        beside = cells.get(column + 1)
        for mark, bare, before in (("Q", BARE_QUESTION, CELL_QUESTION), ("A", BARE_ANSWER, CELL_ANSWER)):
            if beside and bare.fullmatch(text):
                yield number, mark, column + 1, beside
                break
            rest = without_mark(before, text)
            if cell and rest:
                yield number, mark, column, replace(cell, value=rest)
                break
        else:
            if cell and text:
                yield number, "", column, cell
            elif beside and isinstance(beside.value, str):
                yield number, "", column + 1, beside


def _paired(table: Table, pieces: list[Piece]) -> tuple[Table, Header]:
    rows: dict[int, dict[int, Cell]] = {}
    row, place, first_column = 0, "", 1
    for number, mark, column, cell in pieces:
        if mark == "Q":
            row, place, first_column = number, "Q", column
            rows[row] = {column: cell}
        elif not row or (
            not mark and place == "A" and isinstance(cell.value, str) and _SECTION.match(cell.value)
        ):
            row, place = 0, ""
            rows[number] = {_OUTSIDE: cell}
        elif mark == "A" or place == "A":
            place = "A"
            above = rows[row].get(ANSWERS)
            rows[row][ANSWERS] = _joined(above, cell.with_link) if above else cell.with_link
        else:
            rows[row][first_column] = _joined(rows[row][first_column], cell)
    keys = {first_column: "question", ANSWERS: "answer"}
    return replace(table, rows=rows, areas=()), Header(0, 0, TableKind.ENTRIES, keys, frozenset(), {})


def _joined(above: Cell, below: Cell) -> Cell:
    return replace(above, value=f"{above.value}\n{below.value}", fault=above.fault or below.fault)


def with_rows_joined(table: Table, header: Header) -> Table:
    """Return a sheet with the rows of one merged question joined: their answers stand one below the other.

    Rows that also differ in another column stay: each needs a question of its own.
    """
    columns = {key: column for column, key in header.keys.items()}
    question, together = columns["question"], {columns["answer"], *header.several}
    rows, notes, last = dict(table.rows), list(table.notes), max(table.rows, default=0)
    for area in table.areas:
        below = [row for row in range(area.top + 1, min(area.bottom, last) + 1) if row in rows]
        first = dict(rows.get(area.top, {}))
        if not area.left == area.right == question or area.top <= header.bottom or question not in first:
            continue
        cells = [(column, cell) for row in below for column, cell in rows[row].items()]
        same = all(cell == first.get(column) for column, cell in cells if column not in together)
        texts = [first.get(columns["answer"]), *(cell for column, cell in cells if column in together)]
        is_hidden = not table.hidden.isdisjoint((area.top, *below))
        if not same or is_hidden or any(each and each.fault for each in texts):
            continue
        for column, cell in cells:
            if column in together:
                above = first.get(column)
                first[column] = _joined(above.with_link, cell.with_link) if above else cell.with_link
        rows[area.top] = first
        for row in below:
            del rows[row]
        notes += [(Fault.of("rows-joined"), row, question) for row in below]
    return replace(table, rows=rows, notes=tuple(notes))


def section(text: str, *, wide: bool) -> str | None:
    """Return the title that a lone text of a row is: with a mark, or in a `wide` cell and no question; else `None`."""
    found = _SECTION.fullmatch(text.strip())
    return found[1] if found else text.strip() if wide and not asks(text) else None


def guessed(table: Table) -> dict[str, int]:
    """Return the columns that seem to have questions and answers by their texts; empty if none do."""
    texts: dict[int, list[str]] = {}
    for cells in table.rows.values():
        for column, cell in cells.items():
            if isinstance(cell.value, str):
                texts.setdefault(column, []).append(cell.value)
    asking = {
        column: sum(any(map(asks, text.splitlines())) for text in each) / len(each)
        for column, each in texts.items()
        if len(each) >= _FEWEST
    }
    question = max(asking, key=lambda column: (asking[column], -column), default=0)
    if not question or asking[question] < _OFTEN:
        return {}
    beside = [
        column
        for column, share in asking.items()
        if share <= _SELDOM and len(texts[column]) * 2 >= len(texts[question])
    ]
    answer = max(beside, key=lambda column: sum(map(len, texts[column])) / len(texts[column]), default=0)
    return {"question": question, "answer": answer} if answer else {}


def swapped(table: Table, header: Header) -> dict[str, int]:
    """Return the columns swapped if the answers of a sheet ask and its questions do not; else empty."""
    columns = {key: column for column, key in header.keys.items()}
    question, answer = columns["question"], columns["answer"]
    below = {
        number: {column: cell for column, cell in cells.items() if column in (question, answer)}
        for number, cells in table.rows.items()
        if number > header.bottom
    }
    found = guessed(replace(table, rows=below))
    return found if found == {"question": answer, "answer": question} else {}
