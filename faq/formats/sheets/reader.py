"""Tables into one file: every row is read, or reported with its sheet, row and column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from faq.fields import LONGEST_PHRASING
from faq.formats.asking import CELL_ANSWER, CELL_QUESTION, questions_in, without_mark
from faq.formats.parsed_file import ParsedFile, SheetProblems, Steps
from faq.formats.sheets.cells import Cell, Table, cell_value
from faq.formats.sheets.columns import (
    COLUMNS,
    GUIDE_SHEET,
    LISTS,
    NUMBERED,
    REQUIRED,
    TableKind,
    is_usual,
    key_of,
    meant_column,
)
from faq.formats.sheets.layout import Header, laid_out, refusal, section
from faq.formats.sheets.rows import made_id
from faq.problems import Fault, Place, Severity, letters, shown
from faq.wording import Part, worded

_LONGEST_CATEGORY = 60
# People merge these cells to write a value once. Any other merged cell belongs to one row only.
_SHARED = frozenset(
    {"kind", "category", "speaker", "owner", "as_of", "review_by", "valid_until", "handover"}
    | {key for key in COLUMNS[TableKind.ENTRIES] if key.startswith("source.")}
)

_PLAIN_TITLE = re.compile(r"(?:sheet|シート|faq|q&a|一覧|表|データ|採用)*[0-9]*", re.IGNORECASE)


def add_tables(
    parsed: ParsedFile, tables: Iterable[Table], chosen: Mapping[int, str] = MappingProxyType({})
) -> ParsedFile:
    """Return the file with what the tables of the file hold, in order of the sheets."""
    data: dict[Any, Any] = {}
    laid = [laid_out(table, chosen) for table in tables if table.name != GUIDE_SHEET]
    headers = [header for _, header in laid if header and header.kind is TableKind.ENTRIES]
    by_sheet = sum(not header.missing for header in headers) > 1
    for table, header in laid:
        sheet = SheetProblems(parsed, "" if table.nameless else table.name)
        names = range(header.top, header.bottom + 1) if header else range(0)
        numbers = sorted({*table.rows, *table.faults} - {*names})
        parsed.rows += map(sheet.at, numbers)
        parsed.unread.update(map(sheet.at, table.faults))
        for number, fault in table.faults.items():
            if fault:
                sheet.report(fault, number)
        if refused := refusal(table, header, chosen, alone=not data):
            parsed.unread.update(map(sheet.at, numbers))
            is_other = refused.kind == "no-header" and not table.nameless
            severity = Severity.WARNING if is_other else Severity.ERROR
            parsed.report(sheet.at(header.top if header else 0), refused, severity)
        elif header:
            parsed.columns[sheet.at().sheet] = frozenset(header.keys.values())
            _TableReader(parsed, data, sheet, table, header).read(numbers, by_sheet=by_sheet)
        sheet.report_notes()
    if not data and not parsed.problems:
        parsed.report(Place(parsed.file), Fault.of("empty-sheet"))
    parsed.data = data
    return parsed


class _TableReader:
    def __init__(
        self, parsed: ParsedFile, data: dict[Any, Any], sheet: SheetProblems, table: Table, header: Header
    ) -> None:
        self._parsed, self._data, self._sheet = parsed, data, sheet
        self._table, self._header = table, header
        self._columns = {key: column for column, key in header.keys.items()}
        self._section = ""
        last = max(table.rows, default=0)  # a column merged to the end of the sheet is a million rows long
        self._merged = {
            (row, area.left): area.top
            for area in table.areas
            for row in range(area.top + 1, min(area.bottom, last) + 1)
        }
        self._struck = {(row, column) for note, row, column in table.notes if note.kind == "cell-struck"}
        self._wide = {area.top for area in table.areas if area.right > area.left}

    def read(self, numbers: Iterable[int], *, by_sheet: bool) -> None:
        """Read the rows; with `by_sheet`, other sheets have entries too, and its name may be a category."""
        name = self._table.name.strip()
        is_category = self._header.kind is TableKind.ENTRIES and "category" not in self._columns
        if by_sheet and is_category and not _PLAIN_TITLE.fullmatch(name):
            self._section = name
            self._sheet.note_on(Fault.of("sheet-category"), worded("「{text}」", text=shown(name)))
        self._note_columns()
        if self._header.kind is not TableKind.LEXICON:
            self._block((self._header.kind.value,))
        for number in numbers:
            if number not in self._table.rows:
                continue
            if reason := self._why_unread(number):
                self._sheet.note(reason, number)
                self._parsed.unread.add(self._sheet.at(number))
            elif self._header.kind is TableKind.LEXICON:
                self._keep_words(number, self._values(number))
            else:
                self._keep_item(number, self._values(number))
        for note, row, column in self._table.notes:
            if row > self._header.bottom:
                self._sheet.note(note, row, column)

    def _note_columns(self) -> None:
        kind, keys = self._header.kind, self._header.keys
        held = {COLUMNS[kind][key] for key in keys.values() if key not in NUMBERED}
        for column, name in self._header.unknown.items():
            meant = meant_column(name, kind)
            note = Fault.of("column-unread")
            if meant and meant not in held:
                note = Fault.of("column-meant", near=meant)
            told = worded("{name}({column}列)", name=shown(" ".join(name.split())), column=letters(column))
            self._sheet.note_on(note, told)
        for column in sorted(self._table.hidden_columns & keys.keys()):
            self._sheet.note_on(Fault.of("column-hidden"), worded("{column}列", column=letters(column)))

    def _why_unread(self, number: int) -> Fault | None:
        """Return why a row is no item, `None` if it is one; a section title is kept for the rows below it."""
        if number < self._header.top:
            return Fault.of("row-above")
        here = self._table.rows[number]
        is_apart = not here.keys() & self._header.keys.keys()
        may_be_title = is_apart or self._header.kind is TableKind.ENTRIES
        if may_be_title and (title := section(here, wide=number in self._wide)):
            self._section = title
            return Fault.of("row-section")
        if is_apart:
            return Fault.of("row-apart")
        question, answer = (here.get(self._columns.get(key, 0)) for key in REQUIRED[TableKind.ENTRIES])
        if question is None and (number, self._columns.get("question")) in self._struck:
            return Fault.of("row-struck")
        is_named = self._columns.get("id") in here
        return Fault.of("header-again") if not is_named and _are_names(question, answer) else None

    def _cells(self, number: int) -> Mapping[int, Cell]:
        """Return the cells of a row, with merged cells that begin above it."""
        cells = dict(self._table.rows[number])
        for column, key in self._header.keys.items():
            top = self._merged.get((number, column), 0)
            above = self._table.rows.get(top, {}).get(column)
            if above and key == "answer":
                self._sheet.note(Fault.of("answer-merged"), number, column)
            elif above and key not in _SHARED:
                above = Cell(None, Fault.of("cell-merged", row=top))
            if above:
                cells[column] = above
        return cells

    def _values(self, number: int) -> Sequence[tuple[str, int, Any]]:
        """Return key, column and value of each cell of a known column; the value is `None` if it cannot be read."""
        header, cells = self._header, self._cells(number)
        values: list[tuple[str, int, Any]] = []
        empty = set(REQUIRED[header.kind]) - {header.keys.get(column) for column in cells}
        for column, key in sorted(header.keys.items()):
            if key in empty:
                empty.remove(key)
                kind = "empty-gold" if key == "gold" else "empty-cell"
                self._sheet.report(Fault.of(kind, name=Part(COLUMNS[header.kind][key])), number, column)
                values.append((key, column, None))
            elif column in cells:
                several = column in header.several
                lines = _lines(cells[column]) if several else [cells[column]]
                values += [(key, column, self._value(number, column, line)) for line in lines]
        if number in self._table.hidden:
            self._sheet.note(Fault.of("row-hidden"), number)
        last = max((*header.keys, *header.unknown))
        for column in cells.keys() - header.keys.keys():
            if self._table.nameless and column > last:
                self._sheet.report(Fault.of("cell-beyond"), number, column)
            elif column not in header.unknown and header.top:
                self._sheet.note(Fault.of("cell-nameless"), number, column)
        return values

    def _value(self, number: int, column: int, cell: Cell) -> object:
        key = self._header.keys[column]
        if cell.link and key == "answer":
            self._sheet.note(Fault.of("cell-linked"), number, column)
            cell = cell.with_link
        value = cell.fault if cell.value is None else cell_value(self._header.kind, key, cell.value)
        if not isinstance(value, Fault):
            return value
        name = self._table.rows.get(self._header.top, {}).get(column)
        # An office's own 更新日 may hold anything; a day under 時点 is meant to be shown.
        if key == "as_of" and name and is_usual(str(name.value), self._header.kind):
            self._sheet.note(Fault.of("cell-no-day"), number, column)
        else:
            self._sheet.report(value, number, column)
        return None

    def _keep_item(self, number: int, values: Sequence[tuple[str, int, Any]]) -> None:
        """Keep an entry or an expectation; without a column for it, the section is the category of an entry."""
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
        if self._header.kind is TableKind.ENTRIES:
            if self._section and "category" not in self._columns:
                item["category"] = self._section[:_LONGEST_CATEGORY]
            if "id" not in item:
                self._tidy(item, number)
                item["id"] = made_id(item["question"] or f"{number}")
        self._keep(number, (self._header.kind.value,), item, columns)

    def _tidy(self, item: dict[str, Any], number: int) -> None:
        """Remove marks such as Q1 from the texts of a row without an id, and split several questions."""
        if not item["question"]:
            return
        if marked := without_mark(CELL_QUESTION, item["question"]):
            item["question"] = marked
            item["answer"] = without_mark(CELL_ANSWER, item.get("answer") or "") or item.get("answer")
            self._sheet.note(Fault.of("cell-marks"), number, self._columns["question"])
        first, *others = questions_in(item["question"])
        if others and all(len(each) <= LONGEST_PHRASING for each in (first, *others)):
            item["question"] = first
            item["also_asked"] = [*others, *item.get("also_asked", [])]
            self._sheet.note(Fault.of("cell-several"), number, self._columns["question"])
        if "id" in self._columns:
            self._sheet.note(Fault.of("made-id"), number)

    def _keep_words(self, number: int, values: Sequence[tuple[str, int, Any]]) -> None:
        """Keep a row of the lexicon: a group, a one-way rule, a pair, or terms."""
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
        items = self._block(block)
        way = (*block, len(items))
        items.append(item)
        self._parsed.places[way] = self._sheet.at(number)
        for steps, column in columns.items():
            self._parsed.places[*way, *steps] = self._sheet.at(number, column)

    def _block(self, block: Steps) -> list[object]:
        held = self._data
        for step in block[:-1]:
            held = held.setdefault(step, {})
        items: list[object] = held.setdefault(block[-1], [])
        return items


def _are_names(question: Cell | None, answer: Cell | None) -> bool:
    """Whether a row repeats the names of the columns, as on each page of a long list."""
    texts = [cell.value if cell else None for cell in (question, answer)]
    keys = [key_of(text, TableKind.ENTRIES)[0] if isinstance(text, str) else None for text in texts]
    return keys == ["question", "answer"]


def _lines(cell: Cell) -> list[Cell]:
    """Return a cell of several texts as a cell for each of its lines."""
    if not isinstance(cell.value, str):
        return [cell]
    return [Cell(line, cell.fault) for line in cell.value.splitlines() if line.strip()]
