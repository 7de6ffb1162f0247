"""What became of the rows of a file: each is read or reported, and none is both or neither."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faq.formats.document import Document, Origin
from faq.problems import Place, Problem, Severity


@dataclass(frozen=True)
class RowCount:
    """Rows with something in them, the names of the columns left out.

    >>> RowCount(3, read=2, reported=1) + RowCount(1, read=1)
    RowCount(found=4, read=3, reported=1)
    """

    found: int = 0
    read: int = 0
    reported: int = 0

    def __add__(self, other: "RowCount") -> "RowCount":
        return RowCount(self.found + other.found, self.read + other.read, self.reported + other.reported)


def account(
    document: Document, entries: Iterable[Origin], expectations: Iterable[Origin], problems: Sequence[Problem]
) -> tuple[RowCount, list[Problem]]:
    """Return the count of a document's rows, and a problem for each that would be dropped without a word.

    Args:
        document: One file as its reader left it.
        entries: Where all sound entries so far stand, those of other files among them.
        expectations: The same of the expectations.
        problems: All that was said about the file.
    """
    if not document.rows:
        return RowCount(), []
    kept = {origin.at().whole_row for origins in (entries, expectations) for origin in origins}
    kept |= {
        spot.whole_row
        for steps, spot in document.origin.lines.items()
        if steps[:1] == ("lexicon",) and isinstance(spot, Place)
    }
    wrong = {problem.place.whole_row for problem in problems if problem.severity is Severity.ERROR}
    reported = document.unread | wrong
    dropped = [row for row in document.rows if row not in kept and row not in reported]
    # Of a file with too many problems the rest is not looked at; then these are cut off with the others.
    lost = [Problem(row, "the row could not be read", "see the rows around it") for row in dropped]
    told = sum(row in reported for row in document.rows) + len(dropped)
    return RowCount(len(document.rows), read=len(document.rows) - told, reported=told), lost
