"""What a reader makes of a file: plain data, the place of every part, and the problems, also those of a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from faq.problems import Fault, Place, Problem, Severity, letters, shown
from faq.wording import Part, Term, Value, worded

Steps = tuple[str | int, ...]
"""The path to a part of a file: keys and positions from the top, `("entries", 0, "answer")`."""

MOST_PROBLEMS = 200
"""Most problems of one file that are listed: a file with more is something else."""

MOST_PARTS = 500_000
"""Most values, keys and lists of one file that are read: some 20,000 entries."""

_MOST_CELLS = 10
TOO_MANY_PARTS = Fault.of("too-many-values", most=MOST_PARTS)


def name_of(steps: Steps) -> Value:
    """Return what a part of a file is called: its key, or its number in the list of that key."""
    if steps and steps[-1] == "[key]":  # as pydantic says that a key is wrong
        steps = steps[:-1]
    items: list[int] = []
    while steps and isinstance(steps[-1], int):
        items.insert(0, steps[-1])
        steps = steps[:-1]
    return Part(str(steps[-1]), tuple(items)) if steps else Term("ここ")


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: places by steps from the top of the file, and the steps to the value itself."""

    file: str
    places: Mapping[Steps, Place] = field(repr=False)
    steps: Steps = ()

    def at(self, *steps: str | int) -> Place:
        """Return the place of a part of the value, or of the nearest known part around it."""
        way = (*self.steps, *steps)
        while way and way not in self.places:
            way = way[:-1]
        return self.places.get(way) or Place(self.file)

    def has(self, *steps: str | int) -> bool:
        """Whether a part of the value stands in the file."""
        return (*self.steps, *steps) in self.places

    def within(self, *steps: str | int) -> "Origin":
        """Return the origin of a part of the value."""
        return Origin(self.file, self.places, (*self.steps, *steps))


@dataclass
class ParsedFile:
    """One file, read but not validated; its reader fills it.

    `columns` are the keys of the columns by sheet, and `lost_ids` ids of entries that could not be read.
    `rows` are all rows of a table that are not empty, without the header; `problems` explains those in `unread`.
    """

    file: str
    data: object = None
    places: dict[Steps, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost_ids: set[str] = field(default_factory=set)
    rows: list[Place] = field(default_factory=list)
    unread: set[Place] = field(default_factory=set)
    columns: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def origin(self) -> Origin:
        """Of the whole file."""
        return Origin(self.file, self.places)

    def report(self, place: Place, fault: Fault, severity: Severity = Severity.ERROR) -> None:
        """Add a problem."""
        self.problems.append(Problem(place, fault, severity))


class SheetProblems:
    """Reports the problems of one sheet to its file."""

    def __init__(self, parsed: ParsedFile, sheet: str) -> None:
        """Report on the sheet of that name; empty for a file that is one sheet."""
        self._parsed, self._name = parsed, shown(sheet)
        self._notes: dict[Fault, list[str]] = {}

    def at(self, row: int = 0, column: int = 0) -> Place:
        """Return a place of the sheet."""
        return Place(self._parsed.file, sheet=self._name, row=row, column=column)

    def report(self, fault: Fault, row: int, column: int = 0) -> None:
        """Report an error."""
        self._parsed.report(self.at(row, column), fault)

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
            self._parsed.report(self.at(), fault, Severity.WARNING)
