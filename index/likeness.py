"""Likeness of sentences: cosines of mean word vectors, each word by its idf, without what all sentences share.

After Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings" (2017): the first principal
component of the documents is removed from every vector.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.bm25 import Floats, Postings
from index.vectors import Vectors, WordVectors, dots


@dataclass(frozen=True)
class Likeness:
    """Vectors of every entry.

    Attributes:
        common: What all of them share; one vector.
        asked: Of each entry's phrasings together, one row an entry, of length 1 or 0.
        whole: Of each entry with its answer, the same way.
    """

    common: Vectors
    asked: Vectors
    whole: Vectors

    @staticmethod
    def cosines(rows: Vectors, query: Vectors) -> Floats:
        """Return the cosine, 0 to 1, of a query's vector with each row of `asked` or `whole`."""
        return np.asarray(np.maximum(dots(rows, query), 0), dtype=np.float64)


def sentence(words: Mapping[str, float], postings: Postings, vectors: WordVectors) -> Vectors:
    """Return the mean vector of weighted words, of length 1; zeros where none has a vector."""
    rows = vectors.rows(words)
    masses = np.array([weight * postings.idf_of(word) for word, weight in words.items()], dtype=np.float32)
    found = dots(vectors.vectors(rows).T, masses) if len(rows) else np.zeros(vectors.size, dtype=np.float32)
    return _unit(found)


def without(common: Vectors, found: Vectors) -> Vectors:
    """Return vectors without their part along `common`, of length 1."""
    return _unit(found - (found @ common)[..., None] * common)


def compile_likeness(
    asked: Sequence[Mapping[str, float]],
    whole: Sequence[Mapping[str, float]],
    postings: Postings,
    vectors: WordVectors,
) -> Likeness:
    """Work out the vectors of entries, given the weighted words of their phrasings and of all of them."""
    empty = np.zeros((0, vectors.size), dtype=np.float32)
    questions, everything = (
        np.array([sentence(words, postings, vectors) for words in texts]) if texts else empty
        for texts in (asked, whole)
    )
    if not len(questions):
        return Likeness(np.zeros(vectors.size, dtype=np.float32), empty, empty)
    # The first right singular vector of the questions, from the smaller problem.
    common = np.linalg.eigh(questions.T.astype(np.float64) @ questions)[1][:, -1].astype(np.float32)
    return Likeness(common, without(common, questions), without(common, everything))


def _unit(found: Vectors) -> Vectors:
    length = np.linalg.norm(found, axis=-1, keepdims=True)
    return np.asarray(found / np.where(length == 0, 1, length), dtype=np.float32)
