"""Tables into one document: every row is read, or reported with its sheet, row and column."""

import hashlib
from collections.abc import Iterable, Mapping

from faq.folding import folded
from faq.formats.columns import COLUMNS, NUMBERED, Kind, meant_column
from faq.formats.document import Document, Origin, Steps
from faq.formats.headings import Heading, find_heading
from faq.formats.records import Record, record
from faq.formats.table import Area, Cell, Table
from faq.formats.wording import quoted, shown
from faq.problems import Place, Problem, Severity

# What people merge down a column to say it once. Any other merged cell belongs to one row only.
_SHARED = frozenset(
    {"kind", "category", "speaker", "owner", "as_of", "review_by", "valid_until", "handover"}
    | {key for key in COLUMNS[Kind.ENTRIES] if key.startswith("source.")}
)


def document(tables: Iterable[Table], file: str, problems: Iterable[Problem] = ()) -> Document:
    """Return what the tables of a file hold.

    Args:
        tables: In order of the sheets.
        file: As a person knows it.
        problems: What the reader of the file has to say already.

    >>> cells = {1: {1: Cell("質問"), 2: Cell("回答")}, 2: {1: Cell("服装は"), 2: Cell("自由です")}}
    >>> found = document([Table("採用", cells)], "faq.xlsx")
    >>> found.data
    {'entries': [{'question': '服装は', 'answer': '自由です', 'id': 'q-c676c7bc'}]}
    >>> print(found.origin.at("entries", 0, "answer"))
    faq.xlsx シート『採用』2行 B列
    """
    book = _Book(file, list(problems))
    for table in tables:
        _TableReader(book, table).read()
    return book.document()


def made_id(question: str) -> str:
    """Return the id of an entry whose row has none: the same for the same question, however it is typed.

    >>> made_id("服装は？") == made_id("服装は")
    True
    """
    return f"q-{hashlib.sha256((folded(question) or question).encode()).hexdigest()[:8]}"


class _Book:
    """What has been read of a file so far."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.data: dict[str, object] = {}
        self.problems = problems
        self.lines: dict[Steps, int | Place] = {}
        self.gaps: set[Place] = set()
        self.rows: list[Place] = []
        self.unread: set[Place] = set()

    def document(self) -> Document:
        if not self.data and not self.problems:
            remedy = "write the names of the columns into the first row, 質問 and 回答 among them"
            self.problems.append(Problem(Place(self.file), "the file is empty", remedy))
        origin = Origin(self.file, self.lines)
        gaps, unread = frozenset(self.gaps), frozenset(self.unread)
        return Document(origin, self.data, tuple(self.problems), gaps, rows=tuple(self.rows), unread=unread)

    def items(self, block: Steps) -> list[object]:
        """Return the list of a block, made where there is none yet."""
        held: object = self.data
        for number, step in enumerate(block):
            if isinstance(held, dict):
                held = held.setdefault(step, [] if number == len(block) - 1 else {})
        return held if isinstance(held, list) else []


class _TableReader:
    """Takes the rows of one table over into a book."""

    def __init__(self, book: _Book, table: Table) -> None:
        self._book, self._table = book, table
        self._notes: dict[tuple[str, str], list[Place]] = {}
        self._merged = {
            (row, area.left): area.top
            for area in table.areas
            for row in range(area.top + 1, _bottom(area, table) + 1)
        }

    def read(self) -> None:
        heading = find_heading(self._table)
        names = range(heading.top, heading.bottom + 1) if heading else range(0)
        numbers = sorted({*self._table.rows, *self._table.faults, *self._table.torn} - {*names})
        self._book.rows += map(self._at, numbers)
        self._skip(*self._table.faults, *self._table.torn)
        for number, (what, remedy) in self._table.faults.items():
            self._problem(self._at(number), what, remedy)
        if not numbers and heading is None:
            return
        if heading is None:
            self._refuse(numbers)
        elif heading.missing:
            self._refuse_names(heading, numbers)
        else:
            self._read_names(heading)
            for number in numbers:
                if number in self._table.rows:
                    self._read_row(number, heading)
        self._tell_notes()

    def _refuse(self, numbers: Iterable[int]) -> None:
        self._skip(*numbers)
        what = f"no row has the names of columns, so that the {len(self._table.rows)} rows are not read"
        remedy = "name the columns 質問 and 回答, or remove the sheet if it is something else"
        severity = Severity.WARNING if not self._table.nameless else Severity.ERROR
        self._problem(self._at(), what, remedy, severity)

    def _refuse_names(self, heading: Heading, numbers: Iterable[int]) -> None:
        self._skip(*numbers)
        names = " and ".join(map(quoted, heading.missing))
        what = f"there is no column {names}, so that no row below is read"
        meant = {meant_column(name, heading.kind): name for name in heading.header.unknown.values()}
        near = next((name for name in heading.missing if name in meant), None)
        remedy = f"rename {quoted(meant[near])} to {near}" if near else "add the column, or rename one to it"
        self._problem(self._at(heading.top), what, remedy)

    def _read_names(self, heading: Heading) -> None:
        header = heading.header
        held = {COLUMNS[heading.kind][key] for key in header.keys.values() if key not in NUMBERED}
        for column, name in header.unknown.items():
            meant = meant_column(name, heading.kind)
            place = self._at(heading.top, column)
            if meant and meant not in held:
                self._problem(place, f"unknown column {quoted(name)}", f"did you mean {meant}?")
            else:
                what = f"the column {quoted(name)} is not read"
                self._problem(place, what, "nothing, if it is a note of your own", Severity.WARNING)
        for column in header.repeated:
            self._problem(
                self._at(heading.top, column), "a second column of the same name", "keep one of them"
            )
        if heading.kind is not Kind.LEXICON:
            self._book.items((heading.kind.value,))

    def _read_row(self, number: int, heading: Heading) -> None:
        cells = self._table.rows[number]
        if number < heading.top:
            self._skip(number)
            self._note(
                self._at(number),
                "a row above the names of the columns is not read",
                "nothing, if it is a title",
            )
            return
        cells = self._with_merged(number, cells, heading)
        if not any(column in heading.header.keys for column in cells):
            self._skip(number)
            what = "a row with nothing in the columns that are read"
            self._note(self._at(number), what, "fill it in, or nothing if it is a note of your own")
            return
        found = record(cells, heading.header, heading.kind)
        for column, fault in found.faults.items():
            self._problem(self._at(number, column), fault.what, fault.remedy)
            self._book.gaps.add(self._at(number, column))
        if number in self._table.hidden:
            self._note(self._at(number), "a hidden row is read like any other", "show it, or remove it")
        self._note_cells(number, cells, heading)
        self._keep(number, found, heading)

    def _keep(self, number: int, found: Record, heading: Heading) -> None:
        if found.block == ("lexicon", ""):
            return
        if heading.kind is Kind.ENTRIES and isinstance(found.item, dict) and not found.item.get("id"):
            self._make_id(number, found.item, heading)
        items = self._book.items(found.block)
        way: Steps = (*found.block, len(items))
        items.append(found.item)
        self._book.lines[way] = self._at(number)
        for steps, column in found.columns.items():
            self._book.lines[*way, *steps] = self._at(number, column)

    def _make_id(self, number: int, item: dict[str, object], heading: Heading) -> None:
        if "id" in item or not isinstance(item.get("question"), str):
            item.setdefault("id", None)
            self._book.gaps.add(self._at(number))
            return
        item["id"] = made_id(str(item["question"]))
        column = next((column for column, key in heading.header.keys.items() if key == "id"), 0)
        remedy = "write an id of your own that stays when the question is worded anew"
        self._note(self._at(number, column), "no id; one is made of the question", remedy)

    def _with_merged(self, number: int, cells: Mapping[int, Cell], heading: Heading) -> Mapping[int, Cell]:
        """Return the cells of a row with those that it shares with rows above it."""
        shared = dict(cells)
        for column, key in heading.header.keys.items():
            top = self._merged.get((number, column))
            above = self._table.rows.get(top or 0, {}).get(column)
            if top is None or above is None or not cells:
                continue
            if key in _SHARED:
                shared[column] = above
            else:
                what = f"the cell is merged with the one in row {top}"
                shared[column] = Cell(None, (what, "unmerge the two, and write what belongs to each row"))
        return shared

    def _note_cells(self, number: int, cells: Mapping[int, Cell], heading: Heading) -> None:
        last = max((*heading.header.keys, *heading.header.unknown))
        for column, cell in cells.items():
            place = self._at(number, column)
            if column in heading.header.keys:
                if cell.fault and cell.value is not None:
                    self._note(place, *cell.fault)
            elif self._table.nameless and column > last:
                self._problem(
                    place, "more cells than the first row has", 'put texts with a separator in "quotes"'
                )
            elif column not in heading.header.unknown and column not in heading.header.repeated:
                self._note(
                    place,
                    "a cell in a column without a name is not read",
                    "name the column, or clear the cell",
                )

    def _at(self, row: int = 0, column: int = 0) -> Place:
        name = "" if self._table.nameless else shown(self._table.name)
        return Place(self._book.file, sheet=name, row=row, column=column)

    def _skip(self, *numbers: int) -> None:
        self._book.unread.update(map(self._at, numbers))

    def _problem(self, place: Place, what: str, remedy: str, severity: Severity = Severity.ERROR) -> None:
        self._book.problems.append(Problem(place, what, remedy, severity))

    def _note(self, place: Place, what: str, remedy: str) -> None:
        self._notes.setdefault((what, remedy), []).append(place)

    def _tell_notes(self) -> None:
        """Say each remark once, at the first place that it is about."""
        for (what, remedy), (first, *more) in self._notes.items():
            also = f" (and {len(more)} more like it)" if more else ""
            self._problem(first, what + also, remedy, Severity.WARNING)


def _bottom(area: Area, table: Table) -> int:
    # A column merged to the end of the sheet is a million rows long.
    return min(area.bottom, max(table.rows, default=0))
