"""What would change if one knowledge took over what another says, by entry, expectation and word."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from faq.formats.table_reader import made_id
from faq.formats.table_writer import lexicon_rows
from faq.formats.yaml_writer import lexicon_data
from faq.model import Entry, Expectation, Knowledge, Lexicon, folded


@dataclass(frozen=True)
class Changed:
    """An entry that both have, and the fields in which they differ."""

    before: Entry
    after: Entry

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that differ, in order of the model."""
        return tuple(
            name for name in Entry.model_fields if getattr(self.before, name) != getattr(self.after, name)
        )


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
