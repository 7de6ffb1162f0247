"""A file of any format taken over into a knowledge: first what would change, then the change as a whole."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from faq.checks import check
from faq.exchange.changes import FileChange, write_files
from faq.exchange.comparison import Comparison, compare, fields_without
from faq.exchange.edits import EXPECTATIONS, Edits
from faq.files import YAML_SUFFIXES
from faq.formats import jsonl, yaml_writer
from faq.loading.loader import KnowledgeReading, read
from faq.model import Knowledge, Lexicon
from faq.problems import EditError, Fault, KnowledgeError, Severity, shown


@dataclass(frozen=True)
class Import:
    """A file without errors, and how it differs from the knowledge that takes it over."""

    reading: KnowledgeReading
    comparison: Comparison


def plan(
    file: Path, into: Path, *, chosen: Mapping[int, str] = MappingProxyType({}), remove: Collection[str] = ()
) -> Import:
    """Return what a file would change in a knowledge, or in an empty place; `KnowledgeError` has the errors of either.

    `chosen` are columns as for `read`; `remove` are ids of entries that the file lacks and that are to be removed.
    """
    reading = read(file, chosen=chosen)
    new = reading.sure()
    held = Knowledge(entries=()) if _is_empty(into) else read(into).sure()
    places = {entry.id: reading.origins[entry.id].at() for entry in new.entries}
    columns = {entry_id: reading.columns.get((at.file, at.sheet)) for entry_id, at in places.items()}
    lacking = {entry_id: fields_without(keys) for entry_id, keys in columns.items() if keys}
    comparison = compare(held, new, lacking)
    unknown = set(remove) - {entry.id for entry in comparison.lacking}
    if unknown:
        raise EditError.of(Fault.of("remove-unknown", ids=tuple(sorted(unknown))))
    going = tuple(entry for entry in comparison.lacking if entry.id in remove)
    left = tuple(entry for entry in comparison.lacking if entry.id not in remove)
    return Import(reading, replace(comparison, lacking=left, removed=going))


def apply(planned: Import, into: Path, today: datetime.date) -> tuple[Path, ...]:
    """Write what was planned, and return the files that changed; what only the knowledge has stays as it is.

    Raises `EditError` if a file cannot be changed safely, `KnowledgeError` if the knowledge would have errors.
    """
    comparison = planned.comparison.decided()
    if _is_empty(into):
        return begin(planned.reading.sound.model_copy(update={"entries": comparison.added}), into, today)
    edits = Edits(into, comparison.taken_into, comparison.words)
    refuse_new_errors(edits.reading, edits.after, today)
    return edits.save()


def begin(knowledge: Knowledge, into: Path, today: datetime.date) -> tuple[Path, ...]:
    """Write the files of a new FAQ, and return them; raises as `apply` does, also if the place is not empty."""
    if not _is_empty(into):
        raise EditError.of(Fault.of("folder-full", folder=shown(into)))
    files = _new_files(knowledge, into)
    refuse_new_errors(None, read(into, instead=files), today)
    return write_files([FileChange(file=file, before=None, after=data) for file, data in files.items()])


def refuse_new_errors(before: KnowledgeReading | None, after: KnowledgeReading, today: datetime.date) -> None:
    """Raise `KnowledgeError` with the errors that a change would bring to a knowledge."""
    known = {problem.fault for problem in check(before, today)} if before else set()
    problems = [
        problem
        for problem in (*after.problems, *check(after, today))
        if problem.severity is Severity.ERROR and problem.fault not in known
    ]
    if problems:
        raise KnowledgeError(problems)


def _new_files(knowledge: Knowledge, into: Path) -> dict[Path, bytes]:
    """Return the files for a new folder, or one file with all of the knowledge."""
    if into.suffix:
        if into.suffix.lower() not in YAML_SUFFIXES:
            raise EditError.of(Fault.of("new-file", file=shown(into)))
        return {into: yaml_writer.dump(knowledge).encode()}
    files = {"entries.yaml": yaml_writer.dump(Knowledge(entries=knowledge.entries, about=knowledge.about))}
    if knowledge.lexicon != Lexicon():
        files["lexicon.yaml"] = yaml_writer.dump(Knowledge(entries=(), lexicon=knowledge.lexicon))
    if knowledge.expectations:
        files[EXPECTATIONS] = jsonl.dump(knowledge.expectations)
    return {into / name: text.encode() for name, text in files.items()}


def _is_empty(path: Path) -> bool:
    hidden = (each.name.startswith(".") for each in path.iterdir()) if path.is_dir() else ()
    return not path.exists() or (path.is_dir() and all(hidden))
