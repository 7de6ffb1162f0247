"""Evidence of all kinds, added up: a question in, ranked entries out, each with its reasons."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faq.model import Entry, EntryKind, Knowledge
from index.analyzer import Analyzer
from index.bm25 import Floats, Ints
from index.channel import Channel, Weights, compile_channel
from index.evidence import Evidence, Hit, Query
from index.facets import facets

LISTS = ("words", "concepts", "sounds")
"""The lists of an analysis that are searched for."""

_SEARCHED = (EntryKind.ANSWER, EntryKind.REFERRAL)
_NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True)
class Scores:
    """The scores of one query.

    Attributes:
        entries: By entry number; 0 where nothing is shared.
        best: Number of the best phrasing of each entry.
        query: What was searched for.
        thread: What the conversation is about: weight by entry id.
    """

    entries: Floats
    best: Ints
    query: Query
    thread: Mapping[str, float]


@dataclass(frozen=True)
class Compiled:
    """What is worked out once of a knowledge set, and kept.

    Attributes:
        by_phrasing: Channels whose documents are phrasings; an entry scores as its best phrasing.
        by_entry: Channels whose documents are entries.
        meanings: For each phrasing, the concepts of its words.
        facets: For each entry, what kinds of things its phrasings ask for.
        weights: What it was compiled with.
    """

    by_phrasing: tuple[Channel, ...]
    by_entry: tuple[Channel, ...]
    meanings: tuple[Mapping[str, frozenset[str]], ...]
    facets: tuple[frozenset[str], ...]
    weights: Weights


class Index:
    """The search over the answers and referrals of a knowledge set. Safe to share among threads.

    Attributes:
        entries: What is searched, in order of the files; an entry's number is its place here.
        phrasings: All of their phrasings, in order; a phrasing's number is its place here.
        first: Number of each entry's first phrasing, and at the end how many phrasings there are.
    """

    def __init__(self, knowledge: Knowledge, compiled: Compiled) -> None:
        """Hold what `compile_index` made of that knowledge."""
        self.compiled = compiled
        self.weights = compiled.weights
        self.analyzer = Analyzer(knowledge.lexicon)
        self.entries: tuple[Entry, ...] = knowledge.of_kind(*_SEARCHED)
        self.numbers = {entry.id: number for number, entry in enumerate(self.entries)}
        self.phrasings = [phrasing for entry in self.entries for phrasing in entry.phrasings]
        self.first = _first_phrasings(self.entries)
        self.is_referral = np.array([entry.kind is EntryKind.REFERRAL for entry in self.entries], dtype=bool)
        self.channels = (*compiled.by_phrasing, *compiled.by_entry)
        self.concepts_of = tuple(
            frozenset(
                concept
                for words in compiled.meanings[start:end]
                for found in words.values()
                for concept in found
            )
            for start, end in zip(self.first, self.first[1:], strict=False)
        )

    def channel(self, name: str) -> Channel:
        """Return the channel of that name."""
        return next(channel for channel in self.channels if channel.name == name)

    def query(self, question: str, background: str = "") -> Query:
        """Return the terms of a question, and, weighing less, of the story told beside it."""
        terms: dict[str, dict[str, float]] = {name: {} for name in LISTS}
        meanings: dict[str, frozenset[str]] = {}
        for text, weight in ((background, self.weights.background), (question, 1.0)):
            analysis = self.analyzer.analyze(text, asked=True)
            meanings |= analysis.meanings
            for name in LISTS:
                # A word said twice is not meant twice.
                terms[name] |= dict.fromkeys(getattr(analysis, name), weight)
        return Query(terms, meanings, analysis.nouns, facets(question))

    def score(
        self, query: Query, thread: Mapping[str, float] = _NOTHING, *, withheld: Collection[str] = ()
    ) -> Scores:
        """Return the score of every entry.

        Args:
            query: From `query`.
            thread: What the conversation is about: weight by entry id.
            withheld: Ids of entries that are not to be found; they score 0.
        """
        if not self.entries:
            return Scores(np.zeros(0), np.zeros(0, dtype=np.int32), query, thread)
        phrasings = np.zeros(len(self.phrasings))
        for channel in self.compiled.by_phrasing:
            phrasings += channel.scores(query.terms)
        total = np.maximum.reduceat(phrasings, self.first[:-1])
        for channel in self.compiled.by_entry:
            total += channel.scores(query.terms)
        for entry_id, weight in thread.items():
            if entry_id in self.numbers:
                total[self.numbers[entry_id]] += self.weights.thread * weight
        total[[self.numbers[entry_id] for entry_id in withheld if entry_id in self.numbers]] = 0.0
        spans = zip(self.first, self.first[1:], strict=False)
        best = np.array([start + phrasings[start:end].argmax() for start, end in spans], dtype=np.int32)
        return Scores(total, best, query, thread)

    def order(self, scores: Scores) -> Ints:
        """Return the numbers of the entries that scored, best first, ties in order of the files."""
        order = np.argsort(-scores.entries, kind="stable").astype(np.int32)
        return order[scores.entries[order] > 0]

    def hit(self, scores: Scores, number: int, *, explained: bool = True) -> Hit:
        """Return the entry of that number; its evidence adds up to its score, and is left out unless `explained`."""
        entry = self.entries[number]
        found = self._evidence(scores, number) if explained else ()
        evidence = sorted(found, key=lambda evidence: -evidence.score)
        phrasing = self.phrasings[int(scores.best[number])]
        return Hit(entry.id, entry.kind, float(scores.entries[number]), phrasing, tuple(evidence))

    def _evidence(self, scores: Scores, number: int) -> Iterator[Evidence]:
        places = [(channel, int(scores.best[number])) for channel in self.compiled.by_phrasing]
        places += [(channel, number) for channel in self.compiled.by_entry]
        for channel, document in places:
            for term, weight in scores.query.terms[channel.terms].items():
                if part := channel.impact(term, weight, document):
                    yield Evidence(channel.name, term, part)
        entry_id = self.entries[number].id
        if scores.thread.get(entry_id):
            yield Evidence("thread", entry_id, self.weights.thread * scores.thread[entry_id])


def compile_index(knowledge: Knowledge, weights: Weights = Weights()) -> Index:  # noqa: B008 -- frozen
    """Analyze and compile a knowledge set; n phrasings take about n / 5,000 seconds."""
    analyzer = Analyzer(knowledge.lexicon)
    entries = knowledge.of_kind(*_SEARCHED)
    first = _first_phrasings(entries)
    phrasings = [analyzer.analyze(phrasing) for entry in entries for phrasing in entry.phrasings]
    # A referral's answer says where to ask, in words that all referrals share.
    answers = [
        () if entry.kind is EntryKind.REFERRAL else analyzer.analyze(entry.answer).words for entry in entries
    ]
    whole = [
        [word for phrasing in phrasings[start:end] for word in phrasing.words] + list(answer)
        for start, end, answer in zip(first, first[1:], answers, strict=False)
    ]
    owners = np.repeat(np.arange(len(entries)), np.diff(first)).tolist()
    lists = (("phrasing", "words"), ("concept", "concepts"), ("sound", "sounds"))
    by_phrasing = (
        compile_channel(name, terms, weights, [getattr(part, terms) for part in phrasings], owners)
        for name, terms in lists
    )
    alone = range(len(entries))
    by_entry = (
        compile_channel("entry", "words", weights, whole, alone),
        compile_channel("answer", "words", weights, answers, alone),
    )
    return Index(
        knowledge,
        Compiled(
            by_phrasing=tuple(by_phrasing),
            by_entry=by_entry,
            meanings=tuple(part.meanings for part in phrasings),
            facets=tuple(frozenset().union(*map(facets, entry.phrasings)) for entry in entries),
            weights=weights,
        ),
    )


def _first_phrasings(entries: Sequence[Entry]) -> Ints:
    """Return the number of each entry's first phrasing, and at the end how many there are."""
    return np.cumsum([0, *(len(entry.phrasings) for entry in entries)], dtype=np.int32)
