"""How a file differs from a knowledge: entries added, changed and lacking, and rows that a person must decide on."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from faq.formats.sheets.rows import lexicon_rows, made_id
from faq.model import Changed, Entry, Expectation, Knowledge, folded

_SOURCE_ADDRESS = "source.url"  # a sheet may have columns of a source, and none for this
_FEWEST_OF_AN_OFFICE = 3
_CLOSE = 0.6
_FAR_QUESTION = 0.3
_SAME_ANSWER = 0.85
_TELLING = 20
_NEAREST = 10
_MOST_COMMON = 400
"""A pair of letters that more entries have does not help to find the one that is meant."""


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
    regraded: tuple[Expectation, ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]
    doubts: tuple[Doubt, ...] = ()
    removed: tuple[Entry, ...] = ()
    same_question: frozenset[str] = frozenset()
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
        regraded = {each.q: each for each in self.regraded}
        kept = (regraded.get(each.q, each) for each in held.expectations)
        update = {"entries": (*entries.values(), *self.added), "expectations": (*kept, *self.expected)}
        return held.model_copy(update=update)

    def decided(self, changing: Collection[str] = (), adding: Collection[str] = ()) -> "Comparison":
        """Return the comparison without doubts: rows of these ids change their entry or are added, others left out."""
        changes = tuple(doubt.change for doubt in self.doubts if doubt.row.id in changing)
        added = (doubt.row for doubt in self.doubts if doubt.row.id in adding)
        gone = {change.after.id for change in changes}
        return replace(
            self,
            added=(*self.added, *added),
            changed=(*self.changed, *changes),
            lacking=tuple(entry for entry in self.lacking if entry.id not in gone),
            doubts=(),
        )


def fields_without(columns: Collection[str]) -> frozenset[str]:
    """Return the fields of an entry for which a sheet with columns of these keys has none."""
    has = {"id", *columns, *(key.split(".")[0] for key in columns)}
    if "source.title" not in columns:
        has.discard("source")  # which is nothing without its title
    return frozenset((*Entry.model_fields, _SOURCE_ADDRESS)) - has


def compare(
    old: Knowledge, new: Knowledge, columnless: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> Comparison:
    """Return how the new knowledge differs.

    A row without an id is the old entry with the same question, if exactly one entry and one row have that question.
    `columnless` has, by id of a new entry, the fields for which its sheet has no column: they keep their old values.
    """
    held = {entry.id: entry for entry in old.entries}
    ids = {entry.id for entry in new.entries}
    rows = [entry for entry in new.entries if entry.id not in held]
    free = [entry for entry in old.entries if entry.id not in ids]
    same = _same_question(rows, free)
    same_ids = frozenset(entry.id for entry in same.values())
    close = _close(
        [row for row in rows if row.id not in same], [entry for entry in free if entry.id not in same_ids]
    )
    added, changed, doubts = list[Entry](), list[Changed](), list[Doubt]()
    there = set[str]()
    for row in new.entries:
        owner = held.get(row.id) or same.get(row.id) or close.get(row.id)
        if owner is None:
            added.append(row)
            continue
        change = _changed(row, owner, columnless.get(row.id, frozenset()))
        if row.id in close:
            doubts.append(Doubt(row, change))
            continue
        there.add(owner.id)
        if change.before != change.after:
            changed.append(change)
    words, known = set(lexicon_rows(old.lexicon)), set(map(repr, old.expectations))
    asked = {each.q for each in old.expectations}
    others = [each for each in new.expectations if repr(each) not in known]
    fewest = min(len(old.entries), len(new.entries))
    return Comparison(
        added=tuple(added),
        changed=tuple(changed),
        unchanged=len(there) - len(changed),
        lacking=tuple(entry for entry in old.entries if entry.id not in there),
        expected=tuple(each for each in others if each.q not in asked),
        regraded=tuple(each for each in others if each.q in asked),
        words=tuple(row for row in lexicon_rows(new.lexicon) if row not in words),
        doubts=tuple(doubts),
        same_question=same_ids,
        foreign=not there and not doubts and fewest >= _FEWEST_OF_AN_OFFICE,
    )


def _same_question(rows: Sequence[Entry], free: Sequence[Entry]) -> dict[str, Entry]:
    """Return, by id of each row without an id of its own, the one entry that has the same question."""
    held, asked = Counter(map(_question, free)), Counter(map(_question, rows))
    by_question = {_question(entry): entry for entry in free}
    return {
        row.id: by_question[_question(row)]
        for row in rows
        if held[_question(row)] == asked[_question(row)] == 1 and row.id == made_id(row.question)
    }


def _changed(row: Entry, owner: Entry, lacking: frozenset[str]) -> Changed:
    """Return an entry before and after a row replaces it, without the fields for which the sheet has no column."""
    kept: dict[str, object] = {name: getattr(owner, name) for name in lacking - {_SOURCE_ADDRESS}}
    if _SOURCE_ADDRESS in lacking and "source" not in lacking and row.source and owner.source:
        kept["source"] = row.source.model_copy(update={"url": owner.source.url})
    after = row.model_copy(update={**kept, "id": owner.id})
    if after.handover and after.kind is not owner.kind:
        after = after.model_copy(update={"handover": row.handover})
    return Changed(owner, after)


def _question(entry: Entry) -> str:
    return folded(entry.question) or entry.question


def _close(rows: Sequence[Entry], held: Sequence[Entry]) -> dict[str, Entry]:
    """Return the entry that each row may be, by id of the row; an entry is that of one row at most, the closest.

    Close are questions that share most of their pairs of letters, less of them where the answers are alike too, or
    long answers that are nearly the same. A row with an id of its own is close to the same question alone.
    """
    found: dict[tuple[int, int], float] = {}
    questions = [[_bigrams(_question(entry)) for entry in each] for each in (rows, held)]
    answers = [[_bigrams(folded(entry.answer)) for entry in each] for each in (rows, held)]
    for row, entry in _sharing(*questions):
        closeness = _dice(questions[0][row], questions[1][entry])
        if closeness >= _FAR_QUESTION:
            closeness = max(closeness, (closeness + _dice(answers[0][row], answers[1][entry])) / 2)
        if closeness >= _CLOSE:
            found[row, entry] = closeness
    telling = ([bag if len(bag) >= _TELLING else Counter[str]() for bag in each] for each in answers)
    for row, entry in _sharing(*telling):
        closeness = _dice(answers[0][row], answers[1][entry])
        if closeness >= _SAME_ANSWER:
            found[row, entry] = max(closeness, found.get((row, entry), 0))
    close, taken = dict[str, Entry](), set[int]()
    for row, entry in sorted(found, key=lambda pair: (-found[pair], pair)):
        asked, known = rows[row], held[entry]
        may_be = asked.id == made_id(asked.question) or _question(asked) == _question(known)
        if may_be and asked.id not in close and entry not in taken:
            close[asked.id] = known
            taken.add(entry)
    return close


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
