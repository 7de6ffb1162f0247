"""How a file differs from a knowledge: entries added, changed and lacking, and rows that a person must decide on."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from faq.formats.sheets.rows import lexicon_rows, made_id
from faq.model import Changed, Entry, Expectation, Knowledge, folded

SOURCE_ADDRESS = "source.url"  # a sheet may have columns of a source, and none for this
_FEWEST_OF_AN_OFFICE = 3
_CLOSE = 0.6
_FAR_QUESTION = 0.3
_SAME_ANSWER = 0.85
_TELLING = 20
_NEAREST = 10
_MOST_COMMON = 400
"""A pair of letters that more entries have does not help to find the one that is meant."""


class Choice(StrEnum):
    """What to do with a row that may be a known entry in other words."""

    CHANGE = "change"
    ADD = "add"
    SKIP = "skip"


@dataclass(frozen=True)
class Doubt:
    """A row that a person must decide on: close to an entry, which `change` would replace, but without its id."""

    row: Entry
    change: Changed


@dataclass(frozen=True)
class Comparison:
    """The differences between a knowledge and a file.

    `lacking` are entries that the file does not have, and `removed` those of them that a person wants to go.
    `foreign` if the two share nothing, as with another office's file. `same_question` are the ids of changed entries
    whose row had no id.
    """

    added: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    lacking: tuple[Entry, ...]
    expected: tuple[Expectation, ...]
    regraded: tuple[tuple[Expectation, Expectation], ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]
    doubts: tuple[Doubt, ...] = ()
    removed: tuple[Entry, ...] = ()
    skipped: tuple[Entry, ...] = ()
    same_question: frozenset[str] = field(default=frozenset())
    foreign: bool = False

    def __bool__(self) -> bool:
        entries = self.added or self.changed or self.doubts or self.removed
        return bool(entries or self.expected or self.regraded or self.words)

    def taken_into(self, held: Knowledge) -> Knowledge:
        """Return the old knowledge with these changes of its entries and expectations."""
        entries = {each.id: each for each in held.entries}
        entries |= {each.after.id: each.after for each in self.changed}
        for gone in self.removed:
            del entries[gone.id]
        regraded = {repr(before): after for before, after in self.regraded}
        kept = (regraded.get(repr(each), each) for each in held.expectations)
        update = {"entries": (*entries.values(), *self.added), "expectations": (*kept, *self.expected)}
        return held.model_copy(update=update)

    def decided(self, choices: Mapping[str, str]) -> "Comparison":
        """Return the comparison with all doubts settled by the id of the row; rows without a choice are skipped."""
        settled: dict[str, list[Doubt]] = {choice: [] for choice in Choice}
        for doubt in self.doubts:
            settled[choices.get(doubt.row.id, Choice.SKIP)].append(doubt)
        changed = (*self.changed, *(doubt.change for doubt in settled[Choice.CHANGE]))
        there = {each.after.id for each in changed}
        return replace(
            self,
            added=(*self.added, *(doubt.row for doubt in settled[Choice.ADD])),
            changed=changed,
            skipped=(*self.skipped, *(doubt.row for doubt in settled[Choice.SKIP])),
            lacking=tuple(entry for entry in self.lacking if entry.id not in there),
            doubts=(),
        )


def compare(
    old: Knowledge, new: Knowledge, columnless: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> Comparison:
    """Return how the new knowledge differs.

    A row without an id is the old entry with the same question, if exactly one entry and one row have that question.
    `columnless` has, by id of a new entry, the fields for which its sheet has no column: they keep their old values.
    """
    held = {entry.id: entry for entry in old.entries}
    rows = [entry for entry in new.entries if entry.id not in held]
    free = {entry.id: entry for entry in old.entries if entry.id not in {each.id for each in new.entries}}
    known = {row.id: entry for row, entry in _same_question(rows, free)}
    doubts = [Doubt(row, _changed(row, entry, columnless)) for row, entry in _close(rows, free, known)]
    asked = {doubt.row.id for doubt in doubts}
    entries = []
    for entry in new.entries:
        owner = held.get(entry.id) or known.get(entry.id)
        if entry.id not in asked:
            entries.append(_changed(entry, owner, columnless).after if owner else entry)
    there = {entry.id for entry in entries}
    expected = {each.q: each for each in old.expectations}
    same, words = set(map(repr, old.expectations)), set(lexicon_rows(old.lexicon))
    others = [each for each in new.expectations if repr(each) not in same]
    return Comparison(
        added=tuple(entry for entry in entries if entry.id not in held),
        changed=tuple(
            Changed(held[entry.id], entry) for entry in entries if held.get(entry.id, entry) != entry
        ),
        unchanged=sum(held.get(entry.id) == entry for entry in entries),
        lacking=tuple(entry for entry in old.entries if entry.id not in there),
        expected=tuple(each for each in others if each.q not in expected),
        regraded=tuple((expected[each.q], each) for each in others if each.q in expected),
        words=tuple(row for row in lexicon_rows(new.lexicon) if row not in words),
        doubts=tuple(doubts),
        same_question=frozenset(entry.id for entry in known.values()),
        foreign=not there & held.keys() and not doubts and _is_foreign(old, new),
    )


def _same_question(rows: list[Entry], free: Mapping[str, Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield each row without an id of its own, with the one entry that has the same question."""
    held, asked = Counter(map(_question, free.values())), Counter(map(_question, rows))
    by_question = {_question(entry): entry for entry in free.values()}
    for row in rows:
        question = _question(row)
        if held[question] == asked[question] == 1 and row.id == made_id(row.question):
            yield row, by_question[question]


def _close(
    rows: list[Entry], free: Mapping[str, Entry], known: Mapping[str, Entry]
) -> Iterator[tuple[Entry, Entry]]:
    """Yield rows with the entry that each may be; a row with an id of its own only for the same question."""
    left = [row for row in rows if row.id not in known]
    taken = {entry.id for entry in known.values()}
    for row, entry in _closest(left, [entry for entry in free.values() if entry.id not in taken]):
        if row.id == made_id(row.question) or _question(row) == _question(entry):
            yield row, entry


def _changed(row: Entry, owner: Entry, columnless: Mapping[str, frozenset[str]]) -> Changed:
    """Return an entry before and after a row replaces it; fields without a column in the sheet stay."""
    lacking = columnless.get(row.id, frozenset())
    kept: dict[str, object] = {name: getattr(owner, name) for name in lacking - {SOURCE_ADDRESS}}
    if SOURCE_ADDRESS in lacking and "source" not in lacking and row.source and owner.source:
        kept["source"] = row.source.model_copy(update={"url": owner.source.url})
    after = row.model_copy(update={**kept, "id": owner.id})
    if after.handover and after.kind is not owner.kind:
        after = after.model_copy(update={"handover": row.handover})
    return Changed(owner, after)


def _question(entry: Entry) -> str:
    return folded(entry.question) or entry.question


def _is_foreign(old: Knowledge, new: Knowledge) -> bool:
    """Whether sets that share no entry seem to be of two offices: no publisher is in both."""
    publishers = [
        {entry.source.publisher for entry in each.entries if entry.source and entry.source.publisher}
        for each in (old, new)
    ]
    return (
        min(len(old.entries), len(new.entries)) >= _FEWEST_OF_AN_OFFICE and not publishers[0] & publishers[1]
    )


def _closest(rows: Sequence[Entry], held: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of a row and the entry that it may be, the closest first; a row or an entry is in one pair at most.

    Close are questions that share most of their pairs of letters, less of them where the answers are alike too, or
    long answers that are nearly the same.
    """
    found: dict[tuple[int, int], float] = {}
    asked = [[_bigrams(folded(entry.question)) for entry in each] for each in (rows, held)]
    answered = [[_bigrams(folded(entry.answer)) for entry in each] for each in (rows, held)]
    for row, entry in _sharing(*asked):
        closeness = _dice(asked[0][row], asked[1][entry])
        if closeness >= _FAR_QUESTION:
            closeness = max(closeness, (closeness + _dice(answered[0][row], answered[1][entry])) / 2)
        if closeness >= _CLOSE:
            found[row, entry] = closeness
    for row, entry in _sharing(
        *([bag if len(bag) >= _TELLING else Counter() for bag in each] for each in answered)
    ):
        closeness = _dice(answered[0][row], answered[1][entry])
        if closeness >= _SAME_ANSWER:
            found[row, entry] = max(closeness, found.get((row, entry), 0))
    taken_rows: set[int] = set()
    taken: set[int] = set()
    for row, entry in sorted(found, key=lambda pair: (-found[pair], pair)):
        if row not in taken_rows and entry not in taken:
            taken_rows.add(row)
            taken.add(entry)
            yield rows[row], held[entry]


def _sharing(bags: Sequence[Counter[str]], others: Sequence[Counter[str]]) -> Iterator[tuple[int, int]]:
    """Yield the number of each text with those of the others that share most pairs of letters with it."""
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(others):
        for pair in bag:
            holding[pair].append(number)
    for number, bag in enumerate(bags):
        near = Counter(other for pair in bag if len(holding[pair]) <= _MOST_COMMON for other in holding[pair])
        yield from ((number, other) for other, _ in near.most_common(_NEAREST))


def _dice(bag: Counter[str], other: Counter[str]) -> float:
    return 2 * (bag & other).total() / ((bag.total() + other.total()) or 1)


def _bigrams(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))
