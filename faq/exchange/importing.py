"""A file of any format taken over into a folder of YAML: first what would change, then the change, whole."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from faq.checks.check import check
from faq.exchange.edits import EXPECTATIONS, Edits, write_files
from faq.formats import jsonl, yaml_writer
from faq.formats.table_reader import made_id
from faq.formats.table_writer import lexicon_rows
from faq.formats.yaml_writer import lexicon_data
from faq.loading.loader import Reading, read
from faq.model import Changed, Entry, Expectation, Knowledge, Lexicon, folded
from faq.problems import KnowledgeError, Severity


@dataclass(frozen=True)
class Regraded:
    """An expectation that both have, with its number in the old knowledge, counted from 0."""

    number: int
    before: Expectation
    after: Expectation


@dataclass(frozen=True)
class Comparison:
    """The differences; what only the old knowledge has is listed and never taken away."""

    added: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    lacking: tuple[Entry, ...]
    expected: tuple[Expectation, ...]
    regraded: tuple[Regraded, ...]
    words: tuple[tuple[str, tuple[str, ...], object], ...]

    def __bool__(self) -> bool:
        """Whether anything would change."""
        return bool(self.added or self.changed or self.expected or self.regraded or self.words)


@dataclass(frozen=True)
class Import:
    """What a file without errors says, and how that differs from the knowledge that takes it over."""

    reading: Reading
    comparison: Comparison


def plan(file: Path, into: Path) -> Import:
    """Return what a file would change in a knowledge, or in none yet; `KnowledgeError` has the errors of either."""
    reading = read(file)
    new = reading.sure()
    held = Knowledge(entries=()) if _is_empty(into) else read(into).sure()
    return Import(reading, compare(held, new))


def apply(planned: Import, into: Path, today: datetime.date) -> tuple[Path, ...]:
    """Write what was planned, and return the files that changed; what only the knowledge has is kept, order and all.

    Raises `EditError` where a file cannot be changed safely, `KnowledgeError` where the knowledge would get errors.
    """
    if _is_empty(into):
        files = _new_files(planned.reading.sound, into)
        refuse_new_errors(None, read(into, instead=files), today)
        return write_files(files)
    edits, comparison = Edits(into), planned.comparison
    for entry in comparison.added:
        edits.add_entry(entry)
    for changed in comparison.changed:
        edits.replace(changed.after)
    for expectation in comparison.expected:
        edits.add_expectation(expectation)
    for each in comparison.regraded:
        edits.replace_expectation(each.number, each.after)
    for name, words, row in comparison.words:
        edits.set_words(name, words, row)
    refuse_new_errors(edits.reading, edits.after(), today)
    return edits.save()


def refuse_new_errors(before: Reading | None, after: Reading, today: datetime.date) -> None:
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
    """Return the files of a folder that begins with a knowledge, or one file with all of it."""
    if into.suffix:
        return {into: yaml_writer.dump(knowledge).encode()}
    files = {"entries.yaml": yaml_writer.dump(Knowledge(entries=knowledge.entries))}
    if knowledge.lexicon != Lexicon():
        files["lexicon.yaml"] = yaml_writer.dump(Knowledge(entries=(), lexicon=knowledge.lexicon))
    if knowledge.expectations:
        files[EXPECTATIONS] = jsonl.dump(knowledge.expectations)
    return {into / name: text.encode() for name, text in files.items()}


def _is_empty(path: Path) -> bool:
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))


def compare(old: Knowledge, new: Knowledge) -> Comparison:
    """Return what the new knowledge says otherwise.

    An entry whose row had no id is the old one with the same question, where there is one.
    """
    held = {entry.id: entry for entry in old.entries}
    asked = {folded(entry.question): entry.id for entry in old.entries}
    entries = {}
    for entry in new.entries:
        known = asked.get(folded(entry.question))
        if known and entry.id not in held and entry.id == made_id(entry.question):
            entries[known] = entry.model_copy(update={"id": known})
        else:
            entries[entry.id] = entry
    same, numbers = {}, {}
    for number, each in enumerate(old.expectations):
        same[repr(each)] = numbers[each.q] = number
    others = [each for each in new.expectations if repr(each) not in same]
    changed = [
        Changed(held[entry.id], entry) for entry in entries.values() if held.get(entry.id, entry) != entry
    ]
    return Comparison(
        added=tuple(entry for entry in entries.values() if entry.id not in held),
        changed=tuple(changed),
        unchanged=sum(held.get(entry.id) == entry for entry in entries.values()),
        lacking=tuple(entry for entry in old.entries if entry.id not in entries),
        expected=tuple(each for each in others if each.q not in numbers),
        regraded=tuple(
            Regraded(numbers[each.q], old.expectations[numbers[each.q]], each)
            for each in others
            if each.q in numbers
        ),
        words=tuple(_words(old.lexicon, new.lexicon)),
    )


def _words(old: Lexicon, new: Lexicon) -> Iterator[tuple[str, tuple[str, ...], object]]:
    held, data = set(lexicon_rows(old)), lexicon_data(new)
    seen: Counter[str] = Counter()
    for name, words in lexicon_rows(new):
        if (name, words) not in held:
            yield name, words, data[name][seen[name]]
        seen[name] += 1
