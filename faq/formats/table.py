"""A sheet as plain cells, whatever file it comes from."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from faq.problems import Fault

Value = str | bool | datetime.date
NO_RESULT = Fault.of("formula-empty")
"""What is wrong with the cell of a formula whose result the file does not have: its row is left out."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: numbers as text, as a person sees them; `None`, with a fault, for what cannot be read.

    `link` is the address that a text leads to, if it is not in the text.
    """

    value: Value | None
    fault: Fault | None = None
    link: str = ""

    @property
    def with_link(self) -> "Cell":
        """The cell with its address behind the text."""
        if not self.link or not isinstance(self.value, str):
            return self
        return Cell(f"{self.value.rstrip()} ({self.link})", self.fault)


@dataclass(frozen=True)
class Area:
    """A merged range; all four from 1, the ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Table:
    """One sheet, or one CSV file: cells with something in them, by row and column from 1.

    Of merged cells only the first is in `rows`. `faults` are rows that cannot be read; `None` where the one of a row
    above is the reason. `notes` say what was made of which cells, by row and column; `struck` cells have nothing but
    text that is struck through, and `unsure` rows were made of several that may not be one. A `nameless` table is a
    file of its own: a cell beyond its header is the sign of a torn row.
    """

    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    areas: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    notes: tuple[tuple[Fault, int, int], ...] = ()
    unsure: frozenset[int] = frozenset()
    faults: Mapping[int, Fault | None] = field(default_factory=dict)
    nameless: bool = False
