"""What is told of one sheet: each problem at its place, and each remark once, with all cells that it is about."""

from dataclasses import replace

from faq.formats.document import Document
from faq.problems import Fault, Place, Severity, letters, shown

_MOST_CELLS = 10


class Remarks:
    """The problems and remarks of a sheet, for its document."""

    def __init__(self, document: Document, sheet: str) -> None:
        """Speak of the sheet of that name; a file that is one sheet has none."""
        self._document, self._sheet = document, shown(sheet)
        self._notes: dict[Fault, list[str]] = {}

    def at(self, row: int = 0, column: int = 0) -> Place:
        """Return a place of the sheet."""
        return Place(self._document.file, sheet=self._sheet, row=row, column=column)

    def report(self, fault: Fault, row: int, column: int = 0) -> None:
        """Tell a mistake."""
        self._document.report(self.at(row, column), fault)

    def gap(self, fault: Fault, row: int, column: int) -> None:
        """Tell of a cell whose value is left empty; of several lines in one cell, the first is enough."""
        if self.at(row, column) not in self._document.gaps:
            self.report(fault, row, column)
            self._document.gaps.add(self.at(row, column))

    def note(self, note: Fault, row: int, column: int = 0) -> None:
        """Keep a remark on a cell or row."""
        self.note_on(note, f"{letters(column)}{row}" if column else f"{row}行")

    def note_on(self, note: Fault, what: str) -> None:
        """Keep a remark on a part of the sheet, by its name."""
        self._notes.setdefault(note, []).append(what)

    def tell(self) -> None:
        """Tell the remarks that were kept."""
        for note, cells in self._notes.items():
            told = (*cells[:_MOST_CELLS], *(["…"] if len(cells) > _MOST_CELLS else []))
            fault = replace(note, values=(*note.values, ("cells", told)))
            self._document.report(self.at(), fault, Severity.WARNING)
