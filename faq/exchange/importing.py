"""A file of any format taken over into a folder of YAML: first what would change, then the change, whole."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from faq.checks.check import check
from faq.exchange.diff import Comparison, compare
from faq.exchange.edits import Edits, write_files
from faq.formats import jsonl, yaml_writer
from faq.loading.loader import Reading, read
from faq.model import Knowledge, Lexicon
from faq.problems import KnowledgeError, Severity


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
    known = {(problem.what, problem.remedy) for problem in check(before, today)} if before else set()
    problems = [
        problem
        for problem in (*after.problems, *check(after, today))
        if problem.severity is Severity.ERROR and (problem.what, problem.remedy) not in known
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
        files["expectations.jsonl"] = jsonl.dump(knowledge.expectations)
    return {into / name: text.encode() for name, text in files.items()}


def _is_empty(path: Path) -> bool:
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))
