"""Sheets that are laid out in ways of their own: Q. and A. one under the other, merged questions, nameless columns."""

import re
from collections.abc import Iterator
from dataclasses import replace

from faq.formats.asking import BARE_ANSWER, BARE_QUESTION, CELL_ANSWER, CELL_QUESTION, asks, without_mark
from faq.formats.sheets.cells import Cell, Table
from faq.formats.sheets.columns import Kind
from faq.formats.sheets.header import Header
from faq.problems import Fault

ANSWERS = 0
"""The column of answers that stand below their questions; it has no letter."""

_OUTSIDE = -1
_FEWEST = 2
_OFTEN, _SELDOM = 0.6, 0.25
_SECTION = re.compile(r"[■◆●◇□▼【]\s*(.+?)】?\s*$")


def stacked(table: Table) -> tuple[Table, Header] | None:
    """Return a row for each question of a sheet in which answers stand below their questions, with its columns.

    The marks stand before the texts or in a column of their own. `None` for any other sheet.
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
    return replace(table, rows=rows, areas=()), Header(0, 0, Kind.ENTRIES, keys, frozenset(), {})


def _joined(above: Cell, below: Cell) -> Cell:
    return replace(above, value=f"{above.value}\n{below.value}", fault=above.fault or below.fault)


def with_rows_joined(table: Table, header: Header) -> Table:
    """Return a sheet in which rows that share one merged question are one row, with their answers one below the other.

    Such a row is unsure where the other columns differ too, as for whom its answer holds.
    """
    columns = {key: column for column, key in header.keys.items()}
    question, together = columns["question"], {columns["answer"], *header.several}
    rows, notes, unsure, last = dict(table.rows), list(table.notes), set(), max(table.rows, default=0)
    for area in table.areas:
        below = [row for row in range(area.top + 1, min(area.bottom, last) + 1) if row in rows]
        first = dict(rows.get(area.top, {}))
        same = [first, *(rows[row] for row in below)]
        texts = [cell for cells in same for column, cell in cells.items() if column in together]
        unread = next((cell for cell in texts if not isinstance(cell.value, str)), None)
        if not area.left == area.right == question or area.top <= header.bottom or question not in first:
            continue
        if unread:
            rows |= {row: {**rows[row], columns["answer"]: unread} for row in (area.top, *below)}
            continue
        for row in below:
            cells = rows.pop(row)
            differs = any(
                cell != first.get(column) for column, cell in cells.items() if column not in together
            )
            if differs or row in table.hidden:
                unsure.add(area.top)
            for column in cells.keys() & together:
                above, cell = first.get(column), cells[column].with_link
                first[column] = _joined(above.with_link, cell) if above else cell
        rows[area.top] = first
        fault = Fault.of("rows-joined-unsure" if area.top in unsure else "rows-joined")
        notes += [(fault, row, question) for row in below]
    return replace(table, rows=rows, notes=tuple(notes), unsure=frozenset(unsure))


def section(text: str, *, wide: bool) -> str | None:
    """Return the title that a text alone in its row is: it has a mark, or is in a `wide` cell and asks nothing."""
    found = _SECTION.fullmatch(text.strip())
    return found[1] if found else text.strip() if wide and not asks(text) else None


def guessed(table: Table) -> dict[str, int]:
    """Return the columns that seem to hold questions and answers by what is in them; nothing if none do."""
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
    """Return the columns the other way round if the answers of a sheet ask and its questions do not; else nothing."""
    columns = {key: column for column, key in header.keys.items()}
    question, answer = columns["question"], columns["answer"]
    below = {
        number: {column: cell for column, cell in cells.items() if column in (question, answer)}
        for number, cells in table.rows.items()
        if number > header.bottom
    }
    found = guessed(replace(table, rows=below))
    return found if found == {"question": answer, "answer": question} else {}
