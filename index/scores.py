"""The scores of one query, and the order that they give."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.bm25 import Floats, Ints
from index.embeddings import Nearness
from index.evidence import Query
from index.stack import Found

Numbers = npt.NDArray[np.signedinteger]

NEAREST = 15
"""Phrasings that are looked at for what the questions around one are."""


@dataclass(frozen=True)
class Scores:
    """The scores of one query.

    Attributes:
        entries: By entry number; 0 where nothing is shared.
        phrasings: By phrasing number; an entry's best phrasing is part of its score.
        spoken: By entry number, the score of its best phrasing.
        query: What was searched for.
        thread: What the conversation is about: weight by entry id.
        shown: How many entries there are; the documents after them are never shown.
        found: The query's postings.
        likeness: For each kind of likeness that counts, its weight's name with what it adds, by entry number.
        nearness: How near the question's embedding is to each document; `None` without an embedding.
        embedding: For each kind of that nearness that counts, the same way.
        covered: By entry number, the words of the query that it has or means, of the entries that were looked at.
        spoken_by: By entry number, the phrasing by which it scored, of the same.
    """

    entries: Floats
    phrasings: Floats
    spoken: Floats
    query: Query
    thread: Mapping[str, float]
    shown: int
    found: Found
    likeness: Mapping[str, Floats] = field(default_factory=dict)
    nearness: Nearness | None = None
    embedding: Mapping[str, Floats] = field(default_factory=dict)
    covered: dict[int, frozenset[str]] = field(default_factory=dict)
    spoken_by: dict[int, int] = field(default_factory=dict)

    @cached_property
    def order(self) -> Ints:
        """The numbers of the entries that scored, best first, ties in order of the files."""
        entries = self.entries[: self.shown]
        scored = (entries > 0).nonzero()[0]
        return scored[(-entries[scored]).argsort(kind="stable")].astype(np.int32)

    @cached_property
    def nearest(self) -> Numbers:
        """The numbers of the phrasings that scored best, at most `NEAREST`, best first, ties in order of the files."""
        # Many share a little with the question; the best phrasings of the entries tell which of them to look at.
        spoken, scores = self.spoken[: self.shown], self.phrasings
        least = np.partition(spoken, -NEAREST)[-NEAREST] if self.shown > NEAREST else 0.0
        scored = (scores >= least if least else scores > 0).nonzero()[0]
        return scored[(-scores[scored]).argsort(kind="stable")[:NEAREST]]

    def without_embedding(self) -> "Scores":
        """Return what the scores are without the question's embedding."""
        if self.nearness is None:
            return self
        entries = np.maximum(self.entries - sum(self.embedding.values()), 0)
        return replace(self, entries=entries, nearness=None, embedding={})

    def best(self, among: Numbers) -> int | None:
        """Return the first of some entries, given in order of the files, in `order`; `None` if none of them scored."""
        if not len(among):
            return None
        number = int(among[self.entries[among].argmax()])
        return number if self.entries[number] > 0 else None
