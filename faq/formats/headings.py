"""The row of a table that names its columns, and what the rows below it are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from faq.formats.columns import NUMBERED, Header, Kind, kind_of_sheet, read_header
from faq.formats.table import Table

_FURTHEST = 30
_FEWEST_NAMES = 2


@dataclass(frozen=True)
class Heading:
    """Where the names of the columns stand, and what they mean.

    Attributes:
        top: The row with the names.
        bottom: The last row that belongs to it; merged cells may make it several.
        missing: Names of columns without which no row can be read.
    """

    top: int
    bottom: int
    kind: Kind
    header: Header
    missing: tuple[str, ...]


def find_heading(table: Table) -> Heading | None:
    """Return the first row that names all columns that are needed, else the one that names most; `None` if none does.

    A sheet that is called 想定質問 or 用語 is read as such, and any other as what its columns say.
    """
    named = kind_of_sheet(table.name)
    candidates = [
        heading
        for row in sorted(table.rows)[:_FURTHEST]
        for kind in ([named] if named else Kind)
        if (heading := _heading(table, row, kind)) is not None
    ]
    complete = next((heading for heading in candidates if not heading.missing), None)
    return complete or max(candidates, key=lambda heading: len(heading.header.keys), default=None)


def _heading(table: Table, row: int, kind: Kind) -> Heading | None:
    names = {column: cell.value for column, cell in table.rows[row].items() if isinstance(cell.value, str)}
    header = read_header(names, kind)
    if len(header.keys) < _FEWEST_NAMES:
        return None
    header = _widened(header, dict(_spans(table, row)))
    touching = (
        area.bottom for area in table.areas if area.top <= row <= area.bottom and area.left in header.keys
    )
    return Heading(row, max([row, *touching]), kind, header, header.missing(kind))


def _spans(table: Table, row: int) -> Iterator[tuple[int, int]]:
    """Yield the last column of each merged cell of a row, by the first."""
    return ((area.left, area.right) for area in table.areas if area.top <= row <= area.bottom)


def _widened(header: Header, spans: Mapping[int, int]) -> Header:
    """Return the header with one name over several columns of a numbered kind given to each of them."""
    wide = {
        column: key
        for left, key in header.keys.items()
        if key in NUMBERED
        for column in range(left, spans.get(left, left) + 1)
    }
    several = frozenset(column for column in header.several if spans.get(column, column) == column)
    return replace(header, keys={**header.keys, **wide}, several=several)
