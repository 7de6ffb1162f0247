"""Likeness of sentences: cosines of mean word vectors, each word by its idf, without what all sentences share.

After Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings" (2017): the first principal
component of the documents is removed from every vector.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.bm25 import Postings
from index.canonical import FEWEST_PAIRS, canonical
from index.vectors import Vectors, WordVectors, dots


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
