"""Evidence of all kinds, added up: a question in, scores of every entry out."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from faq.model import Entry, EntryKind, Knowledge
from index.analyzer import Analyzer
from index.bm25 import Floats, Ints
from index.channel import EMBEDDING, Channel, Weights
from index.comparison import Comparison
from index.compiled import Compiled
from index.documents import Document, documents
from index.embeddings import Nearness
from index.evidence import LISTS, Query
from index.facets import facets
from index.likeness import sentence, without
from index.related import Related, never_joined
from index.scores import Scores
from index.stack import Stack
from index.text import bare
from index.vectors import Vectors, WordVectors

_NOTHING: Mapping[str, float] = {}


class Index:
    """The search over the answers and referrals of a knowledge set. Safe to share among threads.

    Attributes:
        entries: What is searched, in order of the files; an entry's number is its place here.
        phrasings: All of their phrasings, in order; a phrasing's number is its place here.
        first: Number of each entry's first phrasing, and at the end how many phrasings there are.
    """

    def __init__(self, knowledge: Knowledge, compiled: Compiled, vectors: WordVectors | None = None) -> None:
        """Hold what `compile_index` made of that knowledge, with the word vectors that it was given."""
        self.analyzer = Analyzer(knowledge.lexicon)
        indexed = documents(knowledge)
        self.entries: tuple[Entry, ...] = tuple(document.entry for document in indexed if document.entry)
        self.numbers = {entry.id: number for number, entry in enumerate(self.entries)}
        self.phrasings = [phrasing for document in indexed for phrasing in document.phrasings]
        self.first = first_phrasings(indexed)
        self._learned = _learned(indexed, self.first)
        self.is_referral = np.array([entry.kind is EntryKind.REFERRAL for entry in self.entries], dtype=bool)
        self.referrals = np.flatnonzero(self.is_referral)
        self.answers = np.flatnonzero(~self.is_referral)
        is_rival = np.ones(len(indexed), dtype=bool)
        is_rival[self.answers] = False
        self.rivals = np.flatnonzero(is_rival)
        self._hold(compiled)
        self.rival_words = self.words.held_by(is_rival)
        self.stack = Stack(compiled.by_phrasing, compiled.by_entry, self.first)
        self.concepts_of = tuple(
            frozenset(concept for words in meanings for found in words.values() for concept in found)
            for meanings in map(self._meanings, range(len(indexed)))
        )
        self._vectors = vectors
        self._related = (
            Related(list(self.words.rows), vectors, never_joined(self.analyzer, knowledge.lexicon.never))
            if vectors
            else None
        )
        self._comparison = Comparison(compiled.likeness, vectors) if compiled.likeness and vectors else None

    def _hold(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.weights = compiled.weights
        self.channels = (*compiled.by_phrasing, *compiled.by_entry)
        self._by_name = {channel.name: channel for channel in reversed(self.channels)}
        self.words = self.channel("entry").postings
        self._by_list = {
            channel.lists[0]: channel.postings
            for channel in compiled.by_phrasing
            if channel.lists[0] in LISTS
        }

    def reweighed(self, weights: Weights) -> "Index":
        """Return an index that shares everything with this one but the weights; nothing is compiled again.

        What was left out when this one was compiled, as its weight was 0, stays out: "meaning", "classifier".

        Raises:
            ValueError: `k1` or `b` is another one, and these are in the postings.
        """
        if (weights.k1, weights.b) != (self.weights.k1, self.weights.b):
            msg = "k1 and b are in the postings; compile the index with them"
            raise ValueError(msg)
        by_phrasing, by_entry = (
            tuple(replace(channel, weight=getattr(weights, channel.name)) for channel in channels)
            for channels in (self.compiled.by_phrasing, self.compiled.by_entry)
        )
        other = copy(self)
        other._hold(replace(self.compiled, by_phrasing=by_phrasing, by_entry=by_entry, weights=weights))  # noqa: SLF001 -- its own
        other.stack = self.stack.reweighed(by_phrasing, by_entry)
        return other

    def _meanings(self, number: int) -> Sequence[Mapping[str, frozenset[str]]]:
        return self.compiled.meanings[self.first[number] : self.first[number + 1]]

    def channel(self, name: str) -> Channel:
        """Return the channel of that name."""
        return self._by_name[name]

    def query(self, question: str, background: str = "", embedding: Vectors | None = None) -> Query:
        """Return the terms of a question with its embedding, if known, and, weighing less, of the story beside it."""
        terms: dict[str, dict[str, float]] = {name: {} for name in LISTS}
        meanings: dict[str, frozenset[str]] = {}
        texts = ((background, self.weights.background),) if background else ()
        for text, weight in (*texts, (question, 1.0)):
            analysis = self.analyzer.analyze(text, asked=True)
            meanings |= analysis.meanings
            for name in LISTS:
                # A word said twice is not meant twice.
                terms[name] |= dict.fromkeys(getattr(analysis, name), weight)
        terms["related"] = self._related.expand(terms["words"], self.weights.related) if self._related else {}
        terms["verbatim"] = {bare(question): 1.0}
        masses = self.words.masses(terms["words"])
        reach = {name: postings.mass(terms[name]) for name, postings in self._by_list.items()}
        return Query(terms, meanings, analysis.nouns, facets(question), masses, reach, embedding)

    def sentence(self, words: Mapping[str, float]) -> Vectors | None:
        """Return the vector of weighted words, of length 1, or 0 where none has one; `None` without word vectors."""
        likeness = self.compiled.likeness
        if likeness is None or self._vectors is None:
            return None
        return without(likeness.common, sentence(words, self.words, self._vectors))

    def score(
        self,
        query: Query,
        thread: Mapping[str, float] = _NOTHING,
        *,
        withheld: Collection[str] = (),
        rehearsed: bool = False,
    ) -> Scores:
        """Return the score of every document.

        Args:
            query: From `query`.
            thread: What the conversation is about: weight by entry id.
            withheld: Ids of entries that are not to be found; they score 0.
            rehearsed: Leave out what an expectation in these very words taught as a phrasing, or as a document of
                its own: knowing the labelled question by heart says nothing about those that are like it.
        """
        found = self.stack.find(query.terms)
        learned = self._learned.get(next(iter(query.terms["verbatim"])), ()) if rehearsed else ()
        phrasings, best, total = self.stack.scores(found, without=learned)
        likeness = self._likeness(query, total > 0)
        for added in likeness.values():
            total += added
        nearness = self._nearness(query, learned)
        embedding = self._embedding(query, nearness) if nearness else {}
        total += sum(embedding.values())
        for phrasing in learned:
            document = int(np.searchsorted(self.first, phrasing, side="right")) - 1
            total[document] *= document < len(self.entries)
        for entry_id, weight in thread.items():
            if entry_id in self.numbers:
                total[self.numbers[entry_id]] += self.weights.thread * weight
        for entry_id in withheld:
            if entry_id in self.numbers:
                total[self.numbers[entry_id]] = 0.0
        return Scores(
            total, phrasings, best, query, thread, len(self.entries), found, likeness, nearness, embedding
        )

    def _likeness(self, query: Query, shared: npt.NDArray[np.bool_]) -> dict[str, Floats]:
        """Return what likeness adds to each entry's score; nothing to entries that share no term with the query."""
        if self._vectors is None or self._comparison is None:
            return {}
        mass, masses = sum(query.masses.values()), dict[int, float]()
        for word, own in query.masses.items():
            row = self._vectors.row(word)
            masses[row] = masses.get(row, 0.0) + own
        return {
            name: weight * mass * cosines * shared
            for name, cosines in self._comparison.cosines(masses).items()
            if (weight := getattr(self.weights, name))
        }

    def _nearness(self, query: Query, left_out: Sequence[int]) -> Nearness | None:
        embeddings = self.compiled.embeddings
        if embeddings is None or query.embedding is None:
            return None
        return embeddings.nearness(query.embedding, self.first, left_out)

    def _embedding(self, query: Query, nearness: Nearness) -> dict[str, Floats]:
        """Return what nearness adds to each entry's score, also of entries that share no term with the query."""
        mass, cosines = sum(query.masses.values()), (nearness.asked, nearness.told, nearness.linked)
        weights = {name: getattr(self.weights, name) for name in EMBEDDING}
        return {
            name: weight * mass * cosine
            for (name, weight), cosine in zip(weights.items(), cosines, strict=True)
            if weight
        }

    def places(self, scores: Scores, numbers: Sequence[int]) -> list[int]:
        """Return the documents of the stack where entries scored: their best phrasings and themselves."""
        spoken = [self.best_phrasing(scores, number) for number in numbers]
        return spoken + [len(self.phrasings) + number for number in numbers]

    def best_phrasing(self, scores: Scores, number: int) -> int:
        """Return the number of the phrasing by which the entry of that number scored; the first of those that tie."""
        found = scores.spoken_by.get(number)
        if found is None:
            start, end = int(self.first[number]), int(self.first[number + 1])
            found = scores.spoken_by[number] = start + int(scores.phrasings[start:end].argmax())
        return found


def _learned(indexed: Sequence[Document], first: Ints) -> Mapping[str, list[int]]:
    """Return the numbers of the phrasings that expectations taught, by their bare text."""
    found: dict[str, list[int]] = {}
    for document, start in zip(indexed, first.tolist(), strict=False):
        own = len(document.entry.phrasings) if document.entry else 0
        for number, phrasing in enumerate(document.phrasings[own:], start + own):
            found.setdefault(bare(phrasing), []).append(number)
    return found


def first_phrasings(indexed: Sequence[Document]) -> Ints:
    """Return the number of each document's first phrasing, and at the end how many there are."""
    return np.cumsum([0, *(len(document.phrasings) for document in indexed)], dtype=np.int32)
