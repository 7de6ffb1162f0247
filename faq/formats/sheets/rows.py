"""The rows of a sheet as items of a document, with their problems, and a knowledge as rows."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from faq.fields import LONGEST_PHRASING
from faq.formats.asking import CELL_ANSWER, CELL_QUESTION, questions_in, without_mark
from faq.formats.document import Document, Steps
from faq.formats.sheets.cells import Value
from faq.formats.sheets.columns import COLUMNS, KINDS, LISTS, NO_DAY, NO_GOLD, NUMBERED, SHEETS, TableKind
from faq.formats.sheets.layout import Header
from faq.model import Entry, EntryKind, Expectation, Knowledge, Lexicon, folded
from faq.problems import Fault, Place, Severity, letters, shown
from faq.wording import worded

_LONGEST_CATEGORY = 60
_MOST_CELLS = 10
_FEWEST_PHRASINGS = 3


def made_id(question: str) -> str:
    """Return an id for a row without one: the same for the same question, however it is typed."""
    return f"q-{hashlib.sha256((folded(question) or question).encode()).hexdigest()[:8]}"


class SheetProblems:
    """Reports the problems of one sheet to its document."""

    def __init__(self, document: Document, sheet: str) -> None:
        """Report on the sheet of that name; empty for a file that is one sheet."""
        self._document, self._name = document, shown(sheet)
        self._notes: dict[Fault, list[str]] = {}

    def at(self, row: int = 0, column: int = 0) -> Place:
        """Return a place of the sheet."""
        return Place(self._document.file, sheet=self._name, row=row, column=column)

    def report(self, fault: Fault, row: int, column: int = 0) -> None:
        """Report an error."""
        self._document.report(self.at(row, column), fault)

    def note(self, note: Fault, row: int, column: int = 0) -> None:
        """Keep a note on a cell or row."""
        self.note_on(note, f"{letters(column)}{row}" if column else worded("{row}行", row=row))

    def note_on(self, note: Fault, what: str) -> None:
        """Keep a note on a part of the sheet, by its name."""
        self._notes.setdefault(note, []).append(what)

    def report_notes(self) -> None:
        """Report each note once, with all the cells that it is about."""
        for note, cells in self._notes.items():
            told = (*cells[:_MOST_CELLS], *(["…"] if len(cells) > _MOST_CELLS else []))
            fault = replace(note, values=(*note.values, ("cells", told)))
            self._document.report(self.at(), fault, Severity.WARNING)


class Items:
    """The rows of a sheet as items of its document."""

    def __init__(self, document: Document, data: dict[Any, Any], sheet: SheetProblems) -> None:
        self._document, self._data, self._sheet = document, data, sheet

    def keep(self, number: int, values: Sequence[tuple[str, int, Any]], header: Header, section: str) -> None:
        """Add a row, with the key and column of each value; without a column for it, the `section` is the category."""
        if header.kind is TableKind.LEXICON:
            self._keep_words(number, values)
            return
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
        if header.kind is TableKind.ENTRIES and section and "category" not in header.keys.values():
            item["category"] = section[:_LONGEST_CATEGORY]
        if header.kind is TableKind.ENTRIES and "id" not in item:
            if item["question"]:
                self._tidy(item, number, columns)
            item["id"] = made_id(item["question"] or f"{number}")
            if item["question"] and "id" in header.keys.values():
                self._sheet.note(Fault.of("made-id"), number)
        self._keep(number, (header.kind.value,), item, columns)

    def _tidy(self, item: dict[str, Any], number: int, columns: Mapping[Steps, int]) -> None:
        """Remove marks such as Q1 from the texts of a row, and split several questions."""
        column, marked = columns["question",], without_mark(CELL_QUESTION, item["question"])
        if marked:
            item["question"] = marked
            item["answer"] = without_mark(CELL_ANSWER, item.get("answer") or "") or item.get("answer")
            self._sheet.note(Fault.of("cell-marks"), number, column)
        first, *others = questions_in(item["question"])
        if others and all(len(each) <= LONGEST_PHRASING for each in (first, *others)):
            item["question"] = first
            item["also_asked"] = [*others, *item.get("also_asked", [])]
            self._sheet.note(Fault.of("cell-several"), number, column)

    def _keep_words(self, number: int, values: Sequence[tuple[str, int, Any]]) -> None:
        """Add a row of the lexicon: a group, a one-way rule, a pair, or terms."""
        name = next((value for key, _, value in values if key == "kind"), None)
        words = [value for key, _, value in values if key == "word"]
        columns = [column for key, column, _ in values if key == "word"]
        if name == "terms":
            for word in words:
                self._keep(number, ("lexicon", name), word, {})
        elif name == "one_way":
            places: dict[Steps, int] = {("means", at): column for at, column in enumerate(columns[1:])}
            places["word",] = columns[0]
            self._keep(number, ("lexicon", name), {"word": words[0], "means": words[1:]}, places)
        elif name in LISTS:
            self._keep(number, ("lexicon", name), words, {(at,): column for at, column in enumerate(columns)})

    def _keep(self, number: int, block: Steps, item: object, columns: Mapping[Steps, int]) -> None:
        items = self.block(block)
        way = (*block, len(items))
        items.append(item)
        self._document.places[way] = self._sheet.at(number)
        for steps, column in columns.items():
            self._document.places[*way, *steps] = self._sheet.at(number, column)

    def block(self, block: Steps) -> list[object]:
        """Return the list of a block."""
        held = self._data
        for step in block[:-1]:
            held = held.setdefault(step, {})
        items: list[object] = held.setdefault(block[-1], [])
        return items


Parts = Mapping[str, Value | tuple[str, ...] | None]
"""A row by key, before its columns are laid out; several values under a repeatable key."""


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: each row is as long as the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]


def sheets_of(knowledge: Knowledge) -> tuple[Sheet, ...]:
    """Return a knowledge as sheets; reading them gives the same knowledge.

    The first has the entries. Expectations and the lexicon have a sheet each, if there are any.
    """
    parts: dict[TableKind, list[Parts]] = {
        TableKind.ENTRIES: [entry_parts(entry) for entry in knowledge.entries],
        TableKind.EXPECTATIONS: [_expectation_parts(each) for each in knowledge.expectations],
        TableKind.LEXICON: [
            {"kind": LISTS[name], "word": words} for name, words in lexicon_rows(knowledge.lexicon)
        ],
    }
    return tuple(_sheet(kind, rows) for kind, rows in parts.items() if rows or kind is TableKind.ENTRIES)


def entry_parts(entry: Entry) -> Parts:
    """Return the cells of an entry's row by key."""
    source = entry.source
    return {
        **{key: getattr(entry, key) for key in COLUMNS[TableKind.ENTRIES] if not key.startswith("source.")},
        "kind": None if entry.kind is EntryKind.ANSWER else KINDS[entry.kind],
        "source.title": source.title if source else None,
        "source.publisher": source.publisher if source else None,
        "source.as_of": source.as_of if source else None,
        "source.url": source.url if source else None,
        # An empty cell would be read as the day of the source.
        "as_of": NO_DAY if source and entry.as_of is None else entry.as_of,
        "related": "、".join(entry.related) or None,
        "handover": entry.handover or None,
    }


def _expectation_parts(expectation: Expectation) -> Parts:
    gold = (f"{each}({grade})" if grade > 1 else each for each, grade in expectation.gold.items())
    return {
        "q": expectation.q,
        "gold": "、".join(gold) or NO_GOLD,
        "kind": None if expectation.kind == Expectation.model_fields["kind"].default else expectation.kind,
        "answer_has": expectation.answer_has,
    }


def lexicon_rows(lexicon: Lexicon) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the rows of a lexicon: which list it belongs to, and its words."""
    yield from (("groups", group) for group in lexicon.groups)
    yield from (("one_way", (rule.word, *rule.means)) for rule in lexicon.one_way)
    yield from (("never", pair) for pair in lexicon.never)
    yield from (("terms", (term,)) for term in lexicon.terms)


def laid_out(parts: Parts, keys: Mapping[int, str]) -> dict[int, Value]:
    """Return the cells of a row by column; `keys` has the key of each column, repeatable ones often enough."""
    cells: dict[int, Value] = {}
    numbered = {key: iter(value) for key, value in parts.items() if isinstance(value, tuple)}
    for column, key in sorted(keys.items()):
        value = next(numbered[key], None) if key in numbered else parts.get(key)
        if value is not None and not isinstance(value, tuple):
            cells[column] = value
    return cells


def _sheet(kind: TableKind, rows: list[Parts]) -> Sheet:
    columns: list[tuple[str, str]] = []
    for key, name in COLUMNS[kind].items():
        if key not in NUMBERED:
            columns.append((key, name))
            continue
        several = [len(value) for row in rows if isinstance(value := row[key], tuple)]
        most = max([_FEWEST_PHRASINGS if key == "also_asked" else 1, *several])
        columns += [(key, f"{name}{number}") for number in range(1, most + 1)]
    keys = {column: key for column, (key, _) in enumerate(columns, start=1)}
    laid = (laid_out(row, keys) for row in rows)
    header = tuple(name for _, name in columns)
    return Sheet(SHEETS[kind], header, tuple(tuple(map(row.get, keys)) for row in laid))
