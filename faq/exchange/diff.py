"""What would change if one knowledge took over what another says, by entry, expectation and word."""

from collections.abc import Iterator
from dataclasses import dataclass

from faq.folding import folded
from faq.formats.authoring import lexicon_data
from faq.formats.table_reader import made_id
from faq.formats.tabulation import lexicon_rows
from faq.model import Entry, Expectation, Knowledge, Lexicon


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
    """The differences; what only the old knowledge has is listed and never taken away.

    Attributes:
        added: Entries that are new.
        changed: Entries that differ.
        unchanged: How many are the same.
        lacking: Entries that only the old knowledge has.
        expected: Expectations that are new.
        regraded: Expectations that differ in anything but the question.
        words: Rows of the lexicon that are new or changed: list, words, and the row as it stands in YAML.
    """

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
    added, changed, seen = [], [], set()
    for entry in (_named(entry, held, asked) for entry in new.entries):
        seen.add(entry.id)
        before = held.get(entry.id)
        if before is None:
            added.append(entry)
        elif before != entry:
            changed.append(Changed(before, entry))
    same, numbers = (
        set(map(repr, old.expectations)),
        {each.q: number for number, each in enumerate(old.expectations)},
    )
    expected, regraded = [], []
    for each in new.expectations:
        if repr(each) in same:
            continue
        if each.q in numbers:
            number = numbers[each.q]
            regraded.append(Regraded(number, old.expectations[number], each))
        else:
            expected.append(each)
    return Comparison(
        added=tuple(added),
        changed=tuple(changed),
        unchanged=len(new.entries) - len(added) - len(changed),
        lacking=tuple(entry for entry in old.entries if entry.id not in seen),
        expected=tuple(expected),
        regraded=tuple(regraded),
        words=tuple(_words(old.lexicon, new.lexicon)),
    )


def _named(entry: Entry, held: dict[str, Entry], asked: dict[str, str]) -> Entry:
    known = asked.get(folded(entry.question))
    if known is not None and entry.id not in held and entry.id == made_id(entry.question):
        return entry.model_copy(update={"id": known})
    return entry


def _words(old: Lexicon, new: Lexicon) -> Iterator[tuple[str, tuple[str, ...], object]]:
    held = set(lexicon_rows(old))
    data = lexicon_data(new)
    numbers: dict[str, int] = {}
    for name, words in lexicon_rows(new):
        number = numbers.get(name, 0)
        numbers[name] = number + 1
        rows = data[name]
        if (name, words) not in held and isinstance(rows, list):
            yield name, words, rows[number]
