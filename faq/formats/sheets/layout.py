"""The layout of a sheet: the row that names its columns, and other ways to lay out questions and answers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    proposed_columns,
)
from faq.problems import Fault

ANSWERS = 0
"""A column for answers that stand below their questions; it has no letter."""

_OUTSIDE = -1
_FEWEST = 2
_OFTEN, _SELDOM = 0.6, 0.25
_SECTION = re.compile(r"[■◆●◇□▼【]\s*(.+?)】?\s*$")
_FURTHEST = 30
_LONGEST_NAME = 12
_MARKS = {"Q": (BARE_QUESTION, CELL_QUESTION), "A": (BARE_ANSWER, CELL_ANSWER)}


@dataclass(frozen=True)
class Header:
    """The rows of the column names, and what they mean.

    `several` are repeatable columns without a number: their cells have one text a line.
    """

    top: int
    bottom: int
    kind: TableKind
    keys: Mapping[int, str]
    several: frozenset[int] = frozenset()
    unknown: Mapping[int, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of columns without which no row can be read."""
        return tuple(COLUMNS[self.kind][key] for key in REQUIRED[self.kind] if key not in self.keys.values())


def find_header(table: Table, chosen: Mapping[int, str] = MappingProxyType({})) -> Header | None:
    """Return the first row that names all required columns, else the row that names most; `None` if no row names any.

    The name of the table says what its rows are. A person may have `chosen` the columns of entries.
    """
    kind = kind_of_sheet(table.name)
    rows = sorted(table.rows)[:_FURTHEST]
    if chosen and kind is TableKind.ENTRIES:
        return _chosen_header(table, rows, chosen)
    candidates = [header for row in rows if len((header := _header(table, row, kind, {})).keys) >= _FEWEST]
    complete = next((header for header in candidates if not header.missing), None)
    return complete or max(candidates, key=lambda header: len(header.keys), default=None)


def _chosen_header(table: Table, rows: Sequence[int], chosen: Mapping[int, str]) -> Header | None:
    """Return the first row with texts in chosen columns, or the one above if its texts are no names of columns."""
    needed = {column for column, key in chosen.items() if key in REQUIRED[TableKind.ENTRIES]}
    row = next((row for row in rows if needed <= table.rows[row].keys()), None)
    if row is None:
        return None
    texts = [str(cell.value) for column, cell in table.rows[row].items() if column in chosen]
    if any(len(text) > _LONGEST_NAME or asks(text) or "。" in text for text in texts):
        return Header(row - 1, row - 1, TableKind.ENTRIES, chosen)
    return _header(table, row, TableKind.ENTRIES, chosen)


def _header(table: Table, row: int, kind: TableKind, chosen: Mapping[int, str]) -> Header:
    keys: dict[int, str] = dict(chosen)
    several: set[int] = set()
    unknown: dict[int, str] = {}
    merged = {area.left: area for area in table.areas if area.top <= row <= area.bottom}
    texts = {column: cell.value for column, cell in table.rows[row].items() if column not in chosen}
    names = {column: text for column, text in texts.items() if isinstance(text, str)}
    # Of two columns of one meaning, the one with a usual name is the sheet's own, else the second.
    for column, name in sorted(names.items(), key=lambda each: (is_usual(each[1], kind), each[0])):
        key, has_number = key_of(name, kind)
        if key in NUMBERED:
            # One name over several columns is the name of each of them.
            last = merged[column].right if column in merged else column
            keys |= dict.fromkeys(range(column, last + 1), key)
            several |= {column} if not has_number and last == column else set()
        elif key is None or key in keys.values():
            unknown[column] = name
        else:
            keys[column] = key
    if sum(key in NUMBERED for key in keys.values()) > 1:
        several.clear()
    bottom = max([row, *(area.bottom for left, area in merged.items() if left in keys)])
    return Header(row, bottom, kind, keys, frozenset(several), unknown)


def laid_out(table: Table, chosen: Mapping[int, str]) -> tuple[Table, Header | None]:
    """Return a sheet with a question a row, as far as it has them, and its header."""
    header = find_header(table, chosen)
    if header is None or header.missing:
        return _stacked(table) or (table, header)
    return (_with_rows_joined(table, header) if header.kind is TableKind.ENTRIES else table), header


def refusal(table: Table, header: Header | None, chosen: Mapping[int, str], *, alone: bool) -> Fault | None:
    """Return why no row of a sheet can be read, `None` if they can; columns are proposed for one that is `alone`."""
    if header and not header.missing:
        is_named = header.kind is not TableKind.ENTRIES or "id" in header.keys.values() or chosen
        columns = {} if is_named else _swapped(table, header)
        return Fault.of("columns-swapped", proposal=proposed_columns(columns)) if columns else None
    columns = _guessed(table) if alone and kind_of_sheet(table.name) is TableKind.ENTRIES else {}
    if columns:
        return Fault.of("columns-guessed", proposal=proposed_columns(columns))
    if header is None:
        return Fault.of("no-header", rows=len(table.rows)) if table.rows or table.faults else None
    return Fault.of("no-column", names=header.missing)


def _stacked(table: Table) -> tuple[Table, Header] | None:
    """Return a sheet with answers below their questions as a row a question, with a header; `None` for other sheets.

    The marks Q and A stand before the texts, or in a column of their own.
    """
    for column in sorted({column for cells in table.rows.values() for column in cells}):
        pieces = list(_pieces(table, column))
        asked, answered = (sum(mark == each for _, mark, _, _ in pieces) for each in "QA")
        if asked >= _FEWEST and answered * 2 >= asked:
            return _paired(table, pieces)
    return None


def _pieces(table: Table, column: int) -> Iterator[tuple[int, str, int, Cell]]:
    """Yield each row with its mark Q, A or none, the column of its text, and the text."""
    for row, cells in sorted(table.rows.items()):
        cell, beside = cells.get(column), cells.get(column + 1)
        text = cell.value.strip() if cell and isinstance(cell.value, str) else ""
        bare = next((mark for mark, (alone, _) in _MARKS.items() if alone.fullmatch(text)), "")
        before = {
            mark: rest for mark, (_, mark_of) in _MARKS.items() if (rest := without_mark(mark_of, text))
        }
        mark = next(iter(before), "")
        if beside and (bare or (not text and isinstance(beside.value, str))):
            yield row, bare, column + 1, beside
        elif cell and text:
            yield row, mark, column, replace(cell, value=before[mark]) if mark else cell


def _paired(table: Table, pieces: list[tuple[int, str, int, Cell]]) -> tuple[Table, Header]:
    rows: dict[int, dict[int, Cell]] = {}
    item: dict[int, Cell] = {}
    question = 1
    for row, mark, column, cell in pieces:
        is_title = not mark and ANSWERS in item and _SECTION.match(str(cell.value))
        if mark == "Q":
            question, item = column, {column: cell}
            rows[row] = item
        elif not item or is_title:
            item, rows[row] = {}, {_OUTSIDE: cell}
        else:
            _put_below(item, ANSWERS if mark == "A" or ANSWERS in item else question, cell)
    header = Header(0, 0, TableKind.ENTRIES, {question: "question", ANSWERS: "answer"})
    return replace(table, rows=rows, areas=()), header


def _put_below(item: dict[int, Cell], column: int, cell: Cell) -> None:
    """Put a cell below what an item has in that column; both show the address that they link to."""
    below = cell.with_link
    if above := item.get(column):
        above = above.with_link
        below = Cell(f"{above.value}\n{below.value}", above.fault or below.fault)
    item[column] = below


def _with_rows_joined(table: Table, header: Header) -> Table:
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
                _put_below(first, column, cell)
        rows[area.top] = first
        for row in below:
            del rows[row]
        notes += [(Fault.of("rows-joined"), row, question) for row in below]
    return replace(table, rows=rows, notes=tuple(notes))


def section(cells: Mapping[int, Cell], *, wide: bool) -> str | None:
    """Return the title that a row is: a lone text with a mark, or in a `wide` cell and no question; else `None`."""
    texts = [cell.value for cell in cells.values()]
    if len(texts) != 1 or not isinstance(texts[0], str):
        return None
    found = _SECTION.fullmatch(texts[0].strip())
    return found[1] if found else texts[0].strip() if wide and not asks(texts[0]) else None


def _guessed(table: Table) -> dict[int, str]:
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
    return {question: "question", answer: "answer"} if answer else {}


def _swapped(table: Table, header: Header) -> dict[int, str]:
    """Return the columns swapped if the answers of a sheet ask and its questions do not; else empty."""
    named = {column: key for column, key in header.keys.items() if key in REQUIRED[TableKind.ENTRIES]}
    below = {
        row: {column: cells[column] for column in cells.keys() & named.keys()}
        for row, cells in table.rows.items()
        if row > header.bottom
    }
    found = _guessed(replace(table, rows=below))
    return found if found != named else {}
