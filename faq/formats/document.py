"""What a reader makes of a file: plain data, the line of every part of it, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from faq.problems import Place, Problem

Steps = tuple[str | int, ...]
"""The way to a part of a document: keys and positions from the top, `("entries", 0, "answer")`."""

MOST_PROBLEMS = 200
"""Problems of one file that are listed; more than this means that the file is something else."""

MOST_PARTS = 200_000
"""Values, keys and lists of one file that are read: some 6,000 entries with all there is to say of them."""


def too_many_parts() -> tuple[str, str]:
    """Return what is wrong with a file that has more, and what to do."""
    return f"more than {MOST_PARTS:,} values in one file", "split it into several files"


@dataclass(frozen=True)
class Origin:
    """Where a value comes from, so that each of its parts can be pointed at.

    Attributes:
        file: The file, as a person knows it.
        lines: Line, counted from 1, or place by steps from the top of the file; parts may be absent.
        steps: The way from the top of the file to this value.
    """

    file: str
    lines: Mapping[Steps, int | Place] = field(repr=False)
    steps: Steps = ()

    def at(self, *steps: str | int) -> Place:
        """Return the place of a part of the value, or of the nearest known part around it.

        >>> origin = Origin("job.yaml", {("entries", 0): 3, ("entries", 0, "answer"): 5}, ("entries", 0))
        >>> print(origin.at("answer"), origin.at("speaker"))
        job.yaml:5 job.yaml:3
        """
        way = (*self.steps, *steps)
        while way and way not in self.lines:
            way = way[:-1]
        spot = self.lines.get(way, 0)
        return spot if isinstance(spot, Place) else Place(self.file, spot)

    def within(self, *steps: str | int) -> "Origin":
        """Return the origin of a part of the value."""
        return Origin(self.file, self.lines, (*self.steps, *steps))


@dataclass(frozen=True)
class Document:
    """One file, read but not yet understood.

    Attributes:
        origin: Of the whole file.
        data: Mappings, lists and scalars as they stand; `None` if there is nothing.
        problems: What the reader could not read; the rest of `data` is still sound.
        gaps: Places of values that the reader could not read and left empty.
        lost_ids: Ids of entries that are written in the file and could not be read.
        rows: Every row of a table that has something in it, those above the header included, the header not.
        unread: Those of `rows` that the reader did not read, and said so in `problems`.
    """

    origin: Origin
    data: object
    problems: tuple[Problem, ...] = ()
    gaps: frozenset[Place] = frozenset()
    lost_ids: frozenset[str] = frozenset()
    rows: tuple[Place, ...] = ()
    unread: frozenset[Place] = frozenset()
