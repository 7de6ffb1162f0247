"""Tables into one document: every row is read, or reported with its sheet, row and column."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from faq.formats.asking import CELL_ANSWER, CELL_QUESTION, after, questions_in
from faq.formats.columns import (
    COLUMNS,
    GUIDE_SHEET,
    LISTS,
    NUMBERED,
    REQUIRED,
    Kind,
    key_of,
    kind_of_sheet,
    meant_column,
)
from faq.formats.document import Document, Steps
from faq.formats.layout import guessed, joined, section, stacked, swapped
from faq.formats.table import NO_RESULT, Cell, Header, Table, cell_value, find_header
from faq.model import LONGEST_PHRASING, folded
from faq.problems import Fault, Place, Severity, letters, shown
from faq.wording import Part

# What people merge down a column to say it once. Any other merged cell belongs to one row only.
_SHARED = frozenset(
    {"kind", "category", "speaker", "owner", "as_of", "review_by", "valid_until", "handover"}
    | {key for key in COLUMNS[Kind.ENTRIES] if key.startswith("source.")}
)

_ABOVE = Fault.of("row-above")
_APART = Fault.of("row-apart")
_SECTION = Fault.of("row-section")
_AGAIN = Fault.of("header-again")
_STRUCK_ROW = Fault.of("row-struck")
_HIDDEN = Fault.of("row-hidden")
_HIDDEN_COLUMN = Fault.of("column-hidden")
_NAMELESS = Fault.of("cell-nameless")
_OWN = Fault.of("column-unread")
_LINK = Fault.of("cell-linked")
_DAY = Fault.of("cell-no-day")
_SEVERAL = Fault.of("cell-several")
_MARKS = Fault.of("cell-marks")
_MERGED = Fault.of("answer-merged")
_TITLE = Fault.of("sheet-category")
_NO_ID = Fault.of("made-id")
_BEYOND = Fault.of("cell-beyond")
_REPEATED = Fault.of("column-twice")
_WORDS = Fault.of("many-words")
_PLAIN_TITLE = re.compile(r"(?:sheet|シート|faq|q&a|一覧|表|データ|採用)*[0-9]*", re.IGNORECASE)
_MOST_CELLS = 10
_LONGEST_CATEGORY = 60


def add_tables(
    document: Document, tables: Iterable[Table], chosen: Mapping[str, str] = MappingProxyType({})
) -> Document:
    """Return the document with what the tables of the file hold, in order of the sheets.

    >>> cells = {1: {1: Cell("質問"), 2: Cell("回答")}, 2: {1: Cell("服装は"), 2: Cell("自由です")}}
    >>> found = add_tables(Document("faq.xlsx"), [Table("採用", cells)])
    >>> found.data
    {'entries': [{'question': '服装は', 'answer': '自由です', 'id': 'q-c676c7bc'}]}
    >>> print(found.origin.at("entries", 0, "answer"))
    faq.xlsx シート『採用』2行 B列
    """
    data: dict[Any, Any] = {}
    readers = [_TableReader(document, data, table, chosen) for table in tables if table.name != GUIDE_SHEET]
    by_sheet = sum(reader.has_entries for reader in readers) > 1
    for reader in readers:
        reader.read(by_sheet=by_sheet)
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
    def __init__(
        self, document: Document, data: dict[Any, Any], table: Table, chosen: Mapping[str, str]
    ) -> None:
        self._document, self._data, self._chosen = document, data, chosen
        self._notes: dict[Fault, list[str]] = {}
        header = find_header(table, chosen)
        pairs = stacked(table) if header is None or header.missing else None
        self._table, self._header = pairs or (table, header)
        if self.has_entries and self._header:
            self._table = joined(self._table, self._header)
        self._section = ""
        last = max(table.rows, default=0)  # a column merged to the end of the sheet is a million rows long
        self._merged = {
            (row, area.left): area.top
            for area in self._table.areas
            for row in range(area.top + 1, min(area.bottom, last) + 1)
        }
        self._wide = {area.top for area in self._table.areas if area.right > area.left}

    @property
    def has_entries(self) -> bool:
        header = self._header
        return header is not None and header.kind is Kind.ENTRIES and not header.missing

    def read(self, *, by_sheet: bool) -> None:
        """Read the table; `by_sheet` if others of the file have entries too, so that its name may be a category."""
        table, header = self._table, self._header
        names = range(header.top, header.bottom + 1) if header else range(0)
        numbers = sorted({*table.rows, *table.faults} - {*names})
        self._document.rows += map(self._at, numbers)
        for number, fault in table.faults.items():
            self._document.unread.add(self._at(number))
            if fault:
                self._report(fault, number)
        if header and not header.missing and self._is_as_named(header):
            self._read_rows(header, numbers, by_sheet=by_sheet)
        elif header or numbers:
            self._document.unread.update(map(self._at, numbers))
            if header is None or header.missing:
                self._refuse(header)
        self._tell_notes()

    def _read_rows(self, header: Header, numbers: Iterable[int], *, by_sheet: bool) -> None:
        table, keys = self._table, header.keys.values()
        self._document.columns[self._at().sheet] = frozenset(keys)
        if by_sheet and not _PLAIN_TITLE.fullmatch(table.name) and "category" not in keys:
            self._section = table.name.strip()
            self._notes[_TITLE] = [f"「{shown(self._section)}」"]
        self._read_names(header)
        for number in numbers:
            if number in table.rows:
                self._read_row(number, header)
        for note, row, column in table.notes:
            if row > header.bottom:
                self._note(note, row, column)

    def _tell_notes(self) -> None:
        for note, cells in self._notes.items():
            told = (*cells[:_MOST_CELLS], *(["…"] if len(cells) > _MOST_CELLS else []))
            fault = replace(note, values=(*note.values, ("cells", told)))
            self._document.report(self._at(), fault, Severity.WARNING)

    def _is_as_named(self, header: Header) -> bool:
        """Report a sheet whose answers ask and whose questions do not, unless a person said that it is so."""
        if header.kind is not Kind.ENTRIES or "id" in header.keys.values() or self._chosen:
            return True
        if not swapped(self._table, header):
            return True
        columns = {key: column for column, key in header.keys.items()}
        self._propose({"question": columns["answer"], "answer": columns["question"]})
        self._report(Fault.of("columns-swapped", proposal=self._document.proposal), header.top)
        return False

    def _propose(self, columns: Mapping[str, int]) -> None:
        names = COLUMNS[Kind.ENTRIES]
        self._document.proposal = ",".join(
            f"{names[key]}={letters(number)}" for key, number in columns.items()
        )

    def _refuse(self, header: Header | None) -> None:
        table = self._table
        columns = guessed(table) if kind_of_sheet(table.name) in (None, Kind.ENTRIES) else {}
        if columns and not self._data:
            self._propose(columns)
            self._report(Fault.of("columns-guessed", proposal=self._document.proposal), 0)
            return
        if header is None:
            severity = Severity.ERROR if table.nameless else Severity.WARNING
            self._document.report(self._at(), Fault.of("no-header", rows=len(table.rows)), severity)
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
            told = f"{shown(' '.join(name.split()))}({letters(column)}列)"
            if meant and meant not in held:
                self._notes.setdefault(Fault.of("column-meant", near=meant), []).append(told)
            else:
                self._notes.setdefault(_OWN, []).append(told)
        for column in header.repeated:
            self._report(_REPEATED, header.top, column)
        for column in sorted(self._table.hidden_columns & header.keys.keys()):
            self._notes.setdefault(_HIDDEN_COLUMN, []).append(f"{letters(column)}列")
        if header.kind is not Kind.LEXICON:
            self._items((header.kind.value,))

    def _read_row(self, number: int, header: Header) -> None:
        cells = self._with_merged(number, header)
        reason = self._why_unread(number, cells, header)
        if reason:
            self._document.unread.add(self._at(number))
            self._note(reason, number)
            return
        without = [column for column in header.keys if column in cells and cells[column].fault == NO_RESULT]
        if without:
            self._document.unread.add(self._at(number))
            for column in without:
                self._note(NO_RESULT, number, column)
            return
        values = list(self._values(number, cells, header))
        if number in self._table.hidden:
            self._note(_HIDDEN, number)
        self._note_cells(number, cells, header)
        if header.kind is Kind.LEXICON:
            self._keep_words(number, values)
        else:
            self._keep_item(number, values, header)

    def _why_unread(self, number: int, cells: Mapping[int, Cell], header: Header) -> Fault | None:
        """Return what a row is that is no item, if it is none; a section is kept for the rows below it."""
        if number < header.top:
            return _ABOVE
        here = self._table.rows[number]
        if not cells.keys() & header.keys.keys() or not here.keys() & header.keys.keys():
            return self._section_of(number, here) or _APART
        if header.kind is not Kind.ENTRIES:
            return None
        columns = {key: column for column, key in header.keys.items()}
        question, answer = (here.get(columns[key]) for key in ("question", "answer"))
        if (number, columns["question"]) in self._table.struck and question is None:
            return _STRUCK_ROW
        if columns.get("id") not in here and question and answer and _are_names(question, answer):
            return _AGAIN
        return self._section_of(number, here)

    def _section_of(self, number: int, here: Mapping[int, Cell]) -> Fault | None:
        texts = [cell.value for cell in here.values()]
        if len(texts) != 1 or not isinstance(texts[0], str):
            return None
        title = section(texts[0], wide=number in self._wide)
        if title is None:
            return None
        self._section = title
        return _SECTION

    def _with_merged(self, number: int, header: Header) -> Mapping[int, Cell]:
        """Return the cells of a row with those that it shares with rows above it."""
        cells = dict(self._table.rows[number])
        for column, key in header.keys.items():
            top = self._merged.get((number, column), 0)
            above = self._table.rows.get(top, {}).get(column)
            if above and key == "answer":
                self._note(_MERGED, number, column)
            elif above and key not in _SHARED:
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
                if cell.link and key == "answer":
                    self._note(_LINK, number, column)
                    cell = cell.with_link  # noqa: PLW2901 -- the same cell, written out
                value = cell.fault if cell.value is None else cell_value(header.kind, key, cell.value)
                if isinstance(value, Fault) and key == "as_of" and column in header.usual:
                    self._note(_DAY, number, column)
                    value = None
                elif isinstance(value, Fault):
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
        for column in cells.keys() - header.keys.keys():
            if self._table.nameless and column > last:
                self._report(_BEYOND, number, column)
            elif column not in header.unknown and column not in header.repeated and header.top:
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
        if header.kind is Kind.ENTRIES and self._section and "category" not in header.keys.values():
            item["category"] = self._section[:_LONGEST_CATEGORY]
        if header.kind is Kind.ENTRIES and not item.get("id"):
            if "id" not in item and isinstance(item.get("question"), str):
                self._tidy(item, number, columns)
                item["id"] = made_id(item["question"])
                if "id" in header.keys.values():
                    self._note(_NO_ID, number)
            else:
                item.setdefault("id", None)
                self._document.gaps.add(self._at(number))
        self._keep(number, (header.kind.value,), item, columns)
        if number in self._table.unsure:
            self._document.unsure.add(self._at(number))

    def _tidy(self, item: dict[str, Any], number: int, columns: Mapping[Steps, int]) -> None:
        """Take the marks off the texts of a row that a person numbered, and its several questions apart."""
        column, marked = columns["question",], after(CELL_QUESTION, item["question"])
        if marked:
            item["question"] = marked
            item["answer"] = after(CELL_ANSWER, item.get("answer") or "") or item.get("answer")
            self._note(_MARKS, number, column)
        first, *others = questions_in(item["question"])
        if others and all(len(each) <= LONGEST_PHRASING for each in (first, *others)):
            item["question"] = first
            item["also_asked"] = [*others, *item.get("also_asked", [])]
            self._note(_SEVERAL, number, column)

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

    def _note(self, note: Fault, row: int, column: int = 0) -> None:
        """Keep a remark, which is told once, with all cells or rows that it is about."""
        self._notes.setdefault(note, []).append(f"{letters(column)}{row}" if column else f"{row}行")


def _are_names(question: Cell, answer: Cell) -> bool:
    """Whether a row has the names of the columns again, as on each page of a long list."""
    texts = (question.value, answer.value)
    keys = [key_of(text, Kind.ENTRIES)[0] if isinstance(text, str) else None for text in texts]
    return keys == ["question", "answer"]


def _lines(cell: Cell | None, *, several: bool) -> list[Cell]:
    """Return a cell, or each of its lines where they are several texts; nothing for an empty one."""
    if cell is None:
        return []
    if not several or not isinstance(cell.value, str):
        return [cell]
    return [Cell(line, cell.fault) for line in cell.value.splitlines() if line.strip()]
