"""Likeness of sentences: cosines of mean word vectors, each word by its idf, without what all sentences share.

After Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings" (2017): the first principal
component of the documents is removed from every vector.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.bm25 import Floats, Postings
from index.canonical import FEWEST_PAIRS, canonical
from index.vectors import Vectors, WordVectors, dots

_CACHED = 1_000


@dataclass(frozen=True)
class Likeness:
    """Vectors of every entry; rows of length 1, or 0 where nothing is known.

    Attributes:
        common: What all sentences share; one vector.
        asked: Of each entry's phrasings together, one row an entry.
        whole: Of each entry with its answer, the same way.
        answered: Of each entry's answer, where `projection` leads questions to; without rows where that is empty.
        projection: From word vectors to the canonical variates of questions; without columns for too few answers.
    """

    common: Vectors
    asked: Vectors
    whole: Vectors
    answered: Vectors
    projection: Vectors


class Space:
    """The rows of a matrix, and how much like each of them a question is. Safe to share among threads.

    A question's vector is a sum over its words, and so is its product with a row: what a word gives is worked out the
    first time that it is asked for.
    """

    def __init__(
        self, rows: Vectors, vectors: WordVectors, common: Vectors, projection: Vectors | None = None
    ) -> None:
        """Compare with `rows`, in the space of the word vectors without `common`, or projected from there."""
        self._rows, self._vectors, self._common, self._projection = rows, vectors, common, projection
        self._known: dict[int, Vectors] = {}

    def cosines(self, words: Mapping[int, float]) -> Floats | None:
        """Return the cosine with each row, 0 to 1, of words given by the row of their vector; `None` without any.

        Args:
            words: The mass of each word; of row -1, which is no word's, nothing is made.
        """
        parts = [(self._of(row), np.float32(mass)) for row, mass in words.items() if row >= 0]
        if not parts:
            return None
        total, part = np.zeros_like(parts[0][0]), np.empty_like(parts[0][0])
        for products, mass in parts:
            total += np.multiply(products, mass, out=part)
        count = len(self._rows)
        length = math.sqrt(np.square(total[count:], dtype=np.float64).sum())
        return np.maximum(total[:count], 0, dtype=np.float64) / (length or 1.0)

    def _of(self, row: int) -> Vectors:
        """Return the product of a word with each row of the matrix, and after them its vector in this space."""
        found = self._known.get(row)
        if found is None:
            vector = self._vectors.vectors(np.array([row], dtype=np.int32))[0]
            vector = vector - dots(vector[None], self._common)[0] * self._common
            if self._projection is not None:
                vector = dots(self._projection.T, vector)
            if len(self._known) >= _CACHED:
                self._known = {}
            found = self._known[row] = np.concatenate([dots(self._rows, vector), vector])
        return found


def sentence(words: Mapping[str, float], postings: Postings, vectors: WordVectors) -> Vectors:
    """Return the mean vector of weighted words, of length 1; zeros where none has a vector."""
    rows = vectors.rows(words)
    masses = np.array([weight * postings.idf_of(word) for word, weight in words.items()], dtype=np.float32)
    found = dots(vectors.vectors(rows).T, masses) if len(rows) else np.zeros(vectors.size, dtype=np.float32)
    return unit(found)


def without(common: Vectors, found: Vectors) -> Vectors:
    """Return vectors without their part along `common`, of length 1."""
    return unit(found - (found @ common)[..., None] * common)


def compile_likeness(
    asked: Sequence[Mapping[str, float]],
    whole: Sequence[Mapping[str, float]],
    answers: Sequence[Mapping[str, float]],
    postings: Postings,
    vectors: WordVectors,
) -> Likeness:
    """Work out the vectors of entries.

    Args:
        asked: For each entry the weighted words of its phrasings.
        whole: Of all of it.
        answers: Of its answer; empty where none is searched, and altogether where answers are not to be compared.
        postings: Hold the idf of the words.
        vectors: Of the words.
    """
    empty = np.zeros((0, vectors.size), dtype=np.float32)
    questions, everything, said = (
        np.array([sentence(words, postings, vectors) for words in texts]) if texts else empty
        for texts in (asked, whole, answers)
    )
    if not len(questions):
        return Likeness(np.zeros(vectors.size, dtype=np.float32), empty, empty, empty, empty[:, :0])
    common = first_direction(questions)
    questions, everything, said = (without(common, found) for found in (questions, everything, said))
    return Likeness(common, questions, everything, *linked(questions, said))


def linked(questions: Vectors, answers: Vectors) -> tuple[Vectors, Vectors]:
    """Return the answers among the canonical variates, and what leads questions there.

    Args:
        questions: One row a pair, of length 1, or 0 where nothing is known.
        answers: Of the same pairs, the same way; or no rows.

    Returns:
        The answers at length 1, and a matrix with as many rows as a question has numbers. Where there are fewer pairs
        than are needed to learn from, the one has no rows and the other no columns.
    """
    known = np.array([], dtype=np.intp)
    if len(answers):
        known = np.flatnonzero(questions.any(axis=1) & answers.any(axis=1))
    if len(known) < FEWEST_PAIRS:
        return np.zeros((0, 0), dtype=np.float32), np.zeros((questions.shape[1], 0), dtype=np.float32)
    left, right = canonical(questions[known], answers[known])
    return unit(answers @ right), left


def first_direction(rows: Vectors) -> Vectors:
    """Return the first right singular vector of rows, from the smaller problem; of length 1."""
    return np.asarray(
        np.linalg.eigh(rows.T.astype(np.float64) @ rows)[1][:, -1].astype(np.float32), dtype=np.float32
    )


def unit(found: Vectors) -> Vectors:
    """Return vectors at length 1; those of length 0 stay."""
    length = np.linalg.norm(found, axis=-1, keepdims=True)
    return np.asarray(found / np.where(length == 0, 1, length), dtype=np.float32)
