"""Words near in meaning: the index's own words that stand closest to one of the question's."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from index.analyzer import Analyzer
from index.vectors import WordVectors, dots

NEAREST = 5
"""Words of the index that one word of a question brings in, at most."""
LEAST_COSINE = 0.5

_CACHED, _CACHED_VECTORS = 20_000, 2_000


class Related:
    """Finds the words of one index that are near a word. Safe to share among threads.

    Words that the lexicon says must never be joined are not near, whatever their vectors say.
    """

    def __init__(
        self, vocabulary: Sequence[str], vectors: WordVectors, never: frozenset[frozenset[str]]
    ) -> None:
        """Use the words of `vocabulary` that have a vector; `never` holds pairs of terms."""
        rows = vectors.rows(vocabulary)
        self._words = [word for word, row in zip(vocabulary, rows, strict=True) if row >= 0]
        # Many words share a vector.
        known, self._places = np.unique(rows[rows >= 0], return_inverse=True)
        self._matrix = vectors.vectors(known)
        self._vectors = vectors
        self._never = never
        self._found: dict[str, Mapping[str, float]] = {}
        self._close = lru_cache(maxsize=_CACHED_VECTORS)(self._close_to)

    def near(self, word: str) -> Mapping[str, float]:
        """Return up to `NEAREST` words of the index with their cosine, 0.5 to 1, nearest first; not the word itself."""
        if word not in self._found:
            if len(self._found) >= _CACHED:
                self._found = {}
            self._found[word] = self._search(word)
        return self._found[word]

    def _search(self, word: str) -> Mapping[str, float]:
        row = self._vectors.row(word)
        if row < 0 or not self._words:
            return {}
        near: dict[str, float] = {}
        for number, cosine in self._close(row):
            other = self._words[number]
            if other != word and frozenset({word, other}) not in self._never:
                near[other] = cosine
            if len(near) == NEAREST:
                break
        return near

    def _close_to(self, row: int) -> Sequence[tuple[int, float]]:
        """Return the words whose cosine with a vector is `LEAST_COSINE` to 1, by number, nearest first."""
        cosines = dots(self._matrix, self._vectors.vectors(np.array([row], dtype=np.int32))[0])[self._places]
        close = np.flatnonzero(cosines >= LEAST_COSINE)
        order = close[np.argsort(-cosines[close], kind="stable")]
        return tuple(zip(order.tolist(), np.minimum(1.0, cosines[order]).tolist(), strict=True))

    def expand(self, words: Mapping[str, float], share: float) -> dict[str, float]:
        """Return the words near those of a question that are not in it: weight times cosine times `share` each.

        A word that several bring in gets the most that one of them gives it.
        """
        found: dict[str, float] = {}
        for word, weight in words.items():
            for other, cosine in self.near(word).items():
                if other not in words:
                    found[other] = max(found.get(other, 0.0), share * weight * cosine)
        return found


def never_joined(analyzer: Analyzer, pairs: Sequence[tuple[str, str]]) -> frozenset[frozenset[str]]:
    """Return the pairs of terms that pairs of words of the lexicon forbid.

    A word of several terms is forbidden by those that the other one lacks: of 合格 and 不合格, 合格 stays out.
    """
    forbidden: set[frozenset[str]] = set()
    for left, right in pairs:
        terms, others = (set(analyzer.analyze(word).words) for word in (left, right))
        for one, other in product(terms - others, others - terms):
            forbidden.add(frozenset({one, other}))
    return frozenset(forbidden)
