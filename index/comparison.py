"""How like every entry a question is: the vector of its words beside those that a release keeps."""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from index.bm25 import Floats
from index.likeness import Likeness
from index.vectors import Vectors, WordVectors, dots

_REMEMBERED_BYTES = 25_000_000


class Comparison:
    """Compares questions with the vectors of entries. Safe to share among threads.

    A question's vector is a sum over its words, and so is its product with that of an entry: what a word gives is
    remembered for those that were asked for last.
    """

    def __init__(self, likeness: Likeness, vectors: WordVectors) -> None:
        """Compare with the rows of `likeness`, by the words of `vectors`."""
        self._vectors, self._likeness = vectors, likeness
        asked, whole, answered = likeness.asked, likeness.whole, likeness.answered
        # Of most entries no answer is searched, so all of them is what is asked.
        others = (asked != whole).any(axis=1).nonzero()[0]
        self._rows = np.concatenate([asked, whole[others]])
        self._whole = np.arange(len(asked))
        self._whole[others] = len(asked) + np.arange(len(others))
        self._end = len(self._rows) + asked.shape[1]
        size = 4 * (self._end + len(answered) + answered.shape[1])
        self._of = lru_cache(maxsize=1 + _REMEMBERED_BYTES // size)(self._given_by)

    def cosines(self, words: Mapping[int, float]) -> Mapping[str, Floats]:
        """Return the cosine with each entry, 0 to 1, by the name of its weight; nothing without a known word.

        Args:
            words: The mass of each word, by the row of its vector; of row -1, which is no word's, nothing is made.
        """
        parts = [(self._of(row), np.float32(mass)) for row, mass in words.items() if row >= 0]
        if not parts:
            return {}
        total, part = np.zeros_like(parts[0][0]), np.empty_like(parts[0][0])
        for given, mass in parts:
            total += np.multiply(given, mass, out=part)
        rows, end = len(self._rows), self._end
        length = _length(total[rows:end])
        found = {
            "likeness": _cosines(total[: len(self._whole)], length),
            "whole_likeness": _cosines(total[self._whole], length),
        }
        if answered := len(self._likeness.answered):
            found["answer_likeness"] = _cosines(total[end : end + answered], _length(total[end + answered :]))
        return found

    def _given_by(self, row: int) -> Vectors:
        """Return the products of a word with all rows, its vector, and the same among the canonical variates."""
        likeness = self._likeness
        vector = self._vectors.vectors(np.array([row], dtype=np.int32))[0]
        vector = vector - dots(vector[None], likeness.common)[0] * likeness.common
        parts = [dots(self._rows, vector), vector]
        if len(likeness.answered):
            variates = dots(likeness.projection.T, vector)
            parts += [dots(likeness.answered, variates), variates]
        return np.concatenate(parts)


def _cosines(products: Vectors, length: float) -> Floats:
    return np.maximum(products, 0, dtype=np.float64) / length


def _length(vector: Vectors) -> float:
    return math.sqrt(np.square(vector, dtype=np.float64).sum()) or 1.0
