"""Tables into one document: every row is read, or reported with its sheet, row and column."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from faq.formats.columns import COLUMNS, LISTS, NUMBERED, REQUIRED, Kind, meant_column
from faq.formats.document import Document, Steps
from faq.formats.table import Cell, Header, Table, cell_value, find_header
from faq.model import folded
from faq.problems import Fault, Place, Problem, Severity, shown
from faq.wording import Part

# What people merge down a column to say it once. Any other merged cell belongs to one row only.
_SHARED = frozenset(
    {"kind", "category", "speaker", "owner", "as_of", "review_by", "valid_until", "handover"}
    | {key for key in COLUMNS[Kind.ENTRIES] if key.startswith("source.")}
)

_ABOVE = Fault.of("row-above")
_APART = Fault.of("row-apart")
_HIDDEN = Fault.of("row-hidden")
_NAMELESS = Fault.of("cell-nameless")
_BEYOND = Fault.of("cell-beyond")
_REPEATED = Fault.of("column-twice")
_WORDS = Fault.of("many-words")
_NO_ID = Fault.of("made-id")


def add_tables(document: Document, tables: Iterable[Table]) -> Document:
    """Return the document with what the tables of the file hold, in order of the sheets.

    >>> cells = {1: {1: Cell("質問"), 2: Cell("回答")}, 2: {1: Cell("服装は"), 2: Cell("自由です")}}
    >>> found = add_tables(Document("faq.xlsx"), [Table("採用", cells)])
    >>> found.data
    {'entries': [{'question': '服装は', 'answer': '自由です', 'id': 'q-c676c7bc'}]}
    >>> print(found.origin.at("entries", 0, "answer"))
    faq.xlsx シート『採用』2行 B列
    """
    data: dict[Any, Any] = {}
    for table in tables:
        _TableReader(document, data, table).read()
    if not data and not document.problems:
        document.report(Place(document.file), Fault.of("empty-sheet"))
    document.data = data
    return document


def made_id(question: str) -> str:
    """Return the id of an entry whose row has none: the same for the same question, however it is typed.

    >>> made_id("服装は？") == made_id("服装は")
    True
    """
    return f"q-{hashlib.sha256((folded(question) or question).encode()).hexdigest()[:8]}"


class _TableReader:
    def __init__(self, document: Document, data: dict[Any, Any], table: Table) -> None:
        self._document, self._data, self._table = document, data, table
        self._notes: dict[Fault, list[Place]] = {}
        last = max(table.rows, default=0)  # a column merged to the end of the sheet is a million rows long
        self._merged = {
            (row, area.left): area.top
            for area in table.areas
            for row in range(area.top + 1, min(area.bottom, last) + 1)
        }

    def read(self) -> None:
        table, header = self._table, find_header(self._table)
        names = range(header.top, header.bottom + 1) if header else range(0)
        numbers = sorted({*table.rows, *table.faults} - {*names})
        self._document.rows += map(self._at, numbers)
        for number, fault in table.faults.items():
            self._document.unread.add(self._at(number))
            if fault:
                self._report(fault, number)
        if header and not header.missing:
            self._read_names(header)
            for number in numbers:
                if number in table.rows:
                    self._read_row(number, header)
        elif header or numbers:
            self._document.unread.update(map(self._at, numbers))
            self._refuse(header)
        for fault, (first, *more) in self._notes.items():
            self._document.problems.append(Problem(first, fault, Severity.WARNING, tuple(more)))

    def _refuse(self, header: Header | None) -> None:
        if header is None:
            severity = Severity.ERROR if self._table.nameless else Severity.WARNING
            self._document.report(self._at(), Fault.of("no-header", rows=len(self._table.rows)), severity)
            return
        meant = {meant_column(name, header.kind): name for name in header.unknown.values()}
        near = next((name for name in header.missing if name in meant), None)
        old, advice = (meant[near], "rename-column") if near else ("", "")
        fault = Fault.of("no-column", names=header.missing, old=old, new=near or "", advice=advice)
        self._report(fault, header.top)

    def _read_names(self, header: Header) -> None:
        held = {COLUMNS[header.kind][key] for key in header.keys.values() if key not in NUMBERED}
        for column, name in header.unknown.items():
            meant = meant_column(name, header.kind)
            if meant and meant not in held:
                fault = Fault.of("unknown-column", name=name, near=meant)
                self._report(fault, header.top, column)
            else:
                self._note(Fault.of("column-unread", name=name), header.top, column)
        for column in header.repeated:
            self._report(_REPEATED, header.top, column)
        if header.kind is not Kind.LEXICON:
            self._items((header.kind.value,))

    def _read_row(self, number: int, header: Header) -> None:
        cells = self._with_merged(number, header)
        if number < header.top or not cells.keys() & header.keys.keys():
            self._document.unread.add(self._at(number))
            self._note(_ABOVE if number < header.top else _APART, number)
            return
        values = list(self._values(number, cells, header))
        if number in self._table.hidden:
            self._note(_HIDDEN, number)
        self._note_cells(number, cells, header)
        if header.kind is Kind.LEXICON:
            self._keep_words(number, values)
        else:
            self._keep_item(number, values, header)

    def _with_merged(self, number: int, header: Header) -> Mapping[int, Cell]:
        """Return the cells of a row with those that it shares with rows above it."""
        cells = dict(self._table.rows[number])
        for column, key in header.keys.items():
            top = self._merged.get((number, column), 0)
            above = self._table.rows.get(top, {}).get(column)
            if above and key not in _SHARED:
                above = Cell(None, Fault.of("cell-merged", row=top))
            if above:
                cells[column] = above
        return cells

    def _values(
        self, number: int, cells: Mapping[int, Cell], header: Header
    ) -> Iterator[tuple[str, int, Any]]:
        """Yield key, column and value of each cell that means something; `None` for one that cannot be read."""
        empty = set(REQUIRED[header.kind]) - {header.keys.get(column) for column in cells}
        for column, key in sorted(header.keys.items()):
            if key in empty:
                empty.remove(key)
                kind = "empty-gold" if key == "gold" else "empty-cell"
                self._gap(Fault.of(kind, name=Part(COLUMNS[header.kind][key])), number, column)
                yield key, column, None
            for cell in _lines(cells.get(column), several=column in header.several):
                value = cell.fault if cell.value is None else cell_value(header.kind, key, cell.value)
                if isinstance(value, Fault):
                    self._gap(value, number, column)
                yield key, column, None if isinstance(value, Fault) else value

    def _gap(self, fault: Fault, row: int, column: int) -> None:
        """Report a cell whose value is left empty."""
        if (
            self._at(row, column) not in self._document.gaps
        ):  # of several lines in one cell, the first is enough
            self._report(fault, row, column)
            self._document.gaps.add(self._at(row, column))

    def _note_cells(self, number: int, cells: Mapping[int, Cell], header: Header) -> None:
        last = max((*header.keys, *header.unknown))
        for column, cell in cells.items():
            if column in header.keys:
                if cell.fault and cell.value is not None:
                    self._note(cell.fault, number, column)
            elif self._table.nameless and column > last:
                self._report(_BEYOND, number, column)
            elif column not in header.unknown and column not in header.repeated:
                self._note(_NAMELESS, number, column)

    def _keep_item(self, number: int, values: Iterable[tuple[str, int, Any]], header: Header) -> None:
        item: dict[str, Any] = {}
        columns: dict[Steps, int] = {}
        for key, column, value in values:
            steps: Steps = tuple(key.split("."))
            if key in NUMBERED:
                parts = item.setdefault(key, [])
                steps = (key, len(parts))
                parts.append(value)
            elif key.startswith("source."):
                item.setdefault("source", {})[steps[1]] = value
            else:
                item[key] = value
            columns.setdefault(steps[:1], column)
            columns[steps] = column
        if "source" in item and "as_of" not in item["source"] and item.get("as_of"):
            item["source"]["as_of"] = item["as_of"]
            columns["source", "as_of"] = columns["as_of",]
        if header.kind is Kind.ENTRIES and not item.get("id"):
            if "id" not in item and isinstance(item.get("question"), str):
                item["id"] = made_id(item["question"])
                column = next((column for column, key in header.keys.items() if key == "id"), 0)
                self._note(_NO_ID, number, column)
            else:
                item.setdefault("id", None)
                self._document.gaps.add(self._at(number))
        self._keep(number, (header.kind.value,), item, columns)

    def _keep_words(self, number: int, values: Iterable[tuple[str, int, Any]]) -> None:
        """Keep a row of the lexicon: a group, a one-way rule, a pair, or a word that is one."""
        name, words, columns = None, [], []
        for key, column, value in values:
            if key == "kind":
                name = value
            else:
                words.append(value)
                columns.append(column)
        item: object = words
        places: dict[Steps, int] = {(place,): column for place, column in enumerate(columns)}
        if name == "one_way":
            item = {"word": words[0], "means": words[1:]}
            places = {("means", place): column for place, column in enumerate(columns[1:])}
            places["word",] = columns[0]
        elif name == "terms":
            item, places = words[0], {}
            if len(words) > 1:
                self._gap(_WORDS, number, columns[1])
        if name in LISTS:
            self._keep(number, ("lexicon", name), item, places)

    def _keep(self, number: int, block: Steps, item: object, columns: Mapping[Steps, int]) -> None:
        items = self._items(block)
        way = (*block, len(items))
        items.append(item)
        self._document.places[way] = self._at(number)
        for steps, column in columns.items():
            self._document.places[*way, *steps] = self._at(number, column)

    def _items(self, block: Steps) -> list[object]:
        held = self._data
        for step in block[:-1]:
            held = held.setdefault(step, {})
        items: list[object] = held.setdefault(block[-1], [])
        return items

    def _at(self, row: int = 0, column: int = 0) -> Place:
        name = "" if self._table.nameless else shown(self._table.name)
        return Place(self._document.file, sheet=name, row=row, column=column)

    def _report(self, fault: Fault, row: int, column: int = 0) -> None:
        self._document.report(self._at(row, column), fault)

    def _note(self, fault: Fault, row: int, column: int = 0) -> None:
        """Keep a remark, which is told once for all places that it is about."""
        self._notes.setdefault(fault, []).append(self._at(row, column))


def _lines(cell: Cell | None, *, several: bool) -> list[Cell]:
    """Return a cell, or each of its lines where they are several texts; nothing for an empty one."""
    if cell is None:
        return []
    if not several or not isinstance(cell.value, str):
        return [cell]
    return [Cell(line, cell.fault) for line in cell.value.splitlines() if line.strip()]
