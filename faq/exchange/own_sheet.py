"""An FAQ written back into an office's own workbook: its columns, their order, widths and filters stay."""

from dataclasses import dataclass
from pathlib import Path

from faq.exchange.comparison import Choice, compare
from faq.exchange.xlsx_edits import WorkbookEdits
from faq.formats.sheets.columns import COLUMNS, Kind
from faq.formats.sheets.items import made_id
from faq.loading.loader import Reading, read
from faq.model import Entry, EntryKind, Knowledge
from faq.problems import EditError, Fault, shown


@dataclass(frozen=True)
class Refilled:
    """The workbook as it is to be, with how many rows changed and came new, and what is not in it.

    `kept` are entries of rows that the FAQ does not have, `left_out` those of the FAQ of a kind for which the sheet has
    no column, and `unwritten` how many entries have something in a field that the sheet has no column for, by its name.
    """

    content: bytes
    changed: int
    added: int
    kept: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    unwritten: dict[str, int]


def refilled(knowledge: Knowledge, sheet: Path) -> Refilled:
    """Return a workbook with what the FAQ says now; rows, columns and sheets of its own stay. Raises `FaqError`."""
    if sheet.suffix.lower() != ".xlsx":
        raise EditError.of(Fault.of("like-no-workbook", file=shown(sheet)))
    reading = read(sheet)
    old, edits = reading.sure(), WorkbookEdits(sheet.read_bytes(), shown(sheet), widen=False)
    columns = {key.split(".")[0] for keys in reading.columns.values() for key in keys}
    lacking = frozenset(Entry.model_fields) - columns - {"id"}
    entries = tuple(
        entry for entry in knowledge.entries if "kind" in columns or entry.kind is EntryKind.ANSWER
    )
    new = knowledge.model_copy(update={"entries": entries})
    comparison = compare(old, new, dict.fromkeys((entry.id for entry in entries), lacking))
    found = comparison.decided({doubt.row.id: Choice.CHANGE for doubt in comparison.doubts})
    for changed in found.changed:
        edits.replace(reading.origins[changed.after.id], changed.before, changed.after)
    for entry in found.added:
        edits.add(entry.model_copy(update={"id": entry.id if "id" in columns else made_id(entry.question)}))
    content = edits.content()
    _refuse_loss(entries, read(sheet, instead={sheet: content}), sheet)
    said = {
        name: sum(bool(getattr(entry, name)) for entry in entries)
        for name in sorted(lacking - {"kind", "category"})
    }
    return Refilled(
        content,
        len(found.changed),
        len(found.added),
        found.lacking,
        tuple(entry for entry in knowledge.entries if entry not in entries),
        {COLUMNS[Kind.ENTRIES].get(name, "出典"): count for name, count in said.items() if count},
    )


def _refuse_loss(entries: tuple[Entry, ...], after: Reading, sheet: Path) -> None:
    """Raise `EditError` where a question with its answer is not in the sheet as it would be."""
    there = {(entry.question, entry.answer) for entry in after.sound.entries}
    if any((entry.question, entry.answer) not in there for entry in entries):
        raise EditError.of(Fault.of("like-unsafe", file=shown(sheet)))
