"""A sheet as plain cells, whatever file it comes from: what readers make, and what writers take."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Value = str | bool | datetime.date


@dataclass(frozen=True)
class Cell:
    """What stands in a cell.

    Attributes:
        value: Numbers are text, as a person sees them in the cell; `None` if what stands there cannot be read.
        fault: What is wrong with it, and what to do; a cell with a value and a fault is read all the same.
    """

    value: Value | None
    fault: tuple[str, str] | None = None


@dataclass(frozen=True)
class Area:
    """A merged range; all four from 1, the ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Table:
    """One sheet, or one CSV file.

    Attributes:
        name: Of the sheet; empty for a file that has none.
        rows: Cells with something in them, by row and column counted from 1; rows without any are absent.
        areas: Merged cells; only the first of each is in `rows`.
        hidden: Rows that a person does not see.
        faults: What is wrong with a row as a whole, with what to do; such a row is not read.
        torn: Rows that cannot be told apart because of a fault above them.
        nameless: Whether it is a file of its own: a cell beyond the header is the sign of a torn row there.
    """

    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    areas: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    faults: Mapping[int, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    torn: frozenset[int] = frozenset()
    nameless: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: its name, its header and its rows, each as long as the header or shorter."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]
