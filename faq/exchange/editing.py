"""One change to a knowledge file that keeps what people wrote around it, made whole or not at all."""

from pathlib import Path

from faq.exchange.edits import Edits
from faq.model import Entry, Expectation


def add_phrasing(path: Path, entry_id: str, text: str) -> Path:
    """Add another way to ask an entry to the file that holds the entry, and return the file.

    Args:
        path: A file or folder of knowledge without errors: YAML, JSON Lines, Excel, CSV or TSV.
        entry_id: Of an entry that it holds.
        text: The phrasing, as it is to be read back.

    Raises:
        EditError: there is no such entry, the text cannot be a phrasing, or the file cannot be changed safely.
        KnowledgeError: the knowledge has errors already; nothing was changed.
    """
    edits = Edits(path)
    edits.add_phrasing(entry_id, text)
    return edits.save()[0]


def add_entry(path: Path, entry: Entry) -> Path:
    """Add an entry beside others of its category, and return the file; raises as `add_phrasing` does."""
    edits = Edits(path)
    edits.add_entry(entry)
    return edits.save()[0]


def set_field(path: Path, entry_id: str, field: str, value: object) -> Path:
    """Give a field of an entry another value, as `Entry` takes it, and return the file; raises as `add_phrasing` does.

    A value of `None`, or an empty one, takes the field out.
    """
    edits = Edits(path)
    edits.set_field(entry_id, field, value)
    return edits.save()[0]


def add_expectation(path: Path, expectation: Expectation) -> Path:
    """Add an expectation to the file that holds the others, and return the file; raises as `add_phrasing` does."""
    edits = Edits(path)
    edits.add_expectation(expectation)
    return edits.save()[0]
