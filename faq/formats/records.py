"""One row of a table into one item of a document, and what is wrong with its cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from faq.formats.cells import FaultError, wanted
from faq.formats.columns import COLUMNS, LISTS, NUMBERED, REQUIRED, Header, Kind
from faq.formats.document import Steps
from faq.formats.table import Cell
from faq.formats.wording import quoted


@dataclass
class Record:
    """A row as data.

    Attributes:
        item: As it would stand in a YAML file.
        columns: The column of each part of the item, by steps into it.
        faults: What is wrong, by column.
        block: The list of the document that the item belongs to.
    """

    item: object
    block: Steps
    columns: dict[Steps, int] = field(default_factory=dict)
    faults: dict[int, FaultError] = field(default_factory=dict)


def record(cells: Mapping[int, Cell], header: Header, kind: Kind) -> Record:
    """Return what a row holds; a cell that cannot be read is left empty and is one of the faults."""
    row = _Row(cells, header, kind)
    for key in REQUIRED[kind]:
        row.require(key)
    if kind is Kind.LEXICON:
        return _words(row)
    item: dict[str, object] = {}
    found = Record(item, (kind.value,), faults=row.faults)
    for key, column, value in row.values():
        steps: Steps = tuple(key.split("."))
        if key in NUMBERED:
            parts = item.setdefault(key, [])
            if isinstance(parts, list):
                steps = (key, len(parts))
                parts.append(value)
        elif len(steps) > 1:
            inner = item.setdefault(str(steps[0]), {})
            if isinstance(inner, dict):
                inner[steps[1]] = value
        else:
            item[key] = value
        found.columns.setdefault(steps[:1], column)
        found.columns[steps] = column
    _complete_source(item, found)
    return found


def _complete_source(item: dict[str, object], found: Record) -> None:
    """Give a source without a day of its own the day of the answer."""
    source = item.get("source")
    if isinstance(source, dict) and "as_of" not in source and item.get("as_of"):
        source["as_of"] = item["as_of"]
        found.columns["source", "as_of"] = found.columns["as_of",]


def _words(row: "_Row") -> Record:
    """Return a row of the lexicon: a group, a one-way rule, a pair, or a word that is one."""
    name: object = None
    words: list[object] = []
    columns: list[int] = []
    for key, column, value in row.values():
        if key == "kind":
            name = value
        else:
            words.append(value)
            columns.append(column)
    way = str(name)
    found = Record(words, ("lexicon", way if name in LISTS else ""), faults=row.faults)
    if way == "one_way":
        found.item = {"word": words[0] if words else None, "means": words[1:]}
        found.columns = {("means", number): column for number, column in enumerate(columns[1:])}
        found.columns |= {("word",): columns[0]} if columns else {}
    elif way == "terms":
        found.item = words[0] if words else None
        if len(words) > 1:
            row.faults[columns[1]] = FaultError("more than one word", "write each in a row of its own")
    else:
        found.columns = {(number,): column for number, column in enumerate(columns)}
    return found


class _Row:
    """The cells of a row by what their columns mean."""

    def __init__(self, cells: Mapping[int, Cell], header: Header, kind: Kind) -> None:
        self.faults: dict[int, FaultError] = {}
        self._cells, self._header, self._kind = cells, header, kind

    def require(self, key: str) -> None:
        """Note a fault if nothing stands under a key that every row has."""
        columns = [column for column, known in self._header.keys.items() if known == key]
        if not any(column in self._cells for column in columns):
            what = f"{quoted(COLUMNS[self._kind][key])} is empty"
            remedy = (
                "write the ids, or 答えない if it must not be answered" if key == "gold" else "write the text"
            )
            self.faults[columns[0]] = FaultError(what, remedy)

    def values(self) -> Iterator[tuple[str, int, object]]:
        """Yield key, column and value of each cell that means something, one for each line where there are several."""
        for column, key in sorted(self._header.keys.items()):
            if column in self.faults:
                yield key, column, None
            elif column in self._cells:
                for value in self._split(column, self._cells[column]):
                    yield key, column, self._wanted(key, column, value)

    def _split(self, column: int, cell: Cell) -> list[Cell]:
        if column not in self._header.several or not isinstance(cell.value, str):
            return [cell]
        return [Cell(line, cell.fault) for line in cell.value.splitlines() if line.strip()]

    def _wanted(self, key: str, column: int, cell: Cell) -> object:
        if cell.value is None:
            self.faults[column] = FaultError(*(cell.fault or ("a cell that cannot be read", "type it again")))
            return None
        try:
            return wanted(self._kind, key, cell.value)
        except FaultError as fault:
            self.faults[column] = fault
            return None
