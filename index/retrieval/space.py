"""The space in which an encoder's vectors are compared.

What all texts share is taken away, what tells topics of recruiting apart counts more, and each text lies near some
topics of the library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.retrieval.encoder import SentenceEncoder, Vectors, unit
from index.retrieval.evidence import NEAREST

SHARPNESS = 2.5
"""What a standard score of closeness counts, in logits: a question is about one topic or two, not about fifty."""
_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Space:
    """How vectors of one encoder, of length d, are compared.

    Attributes:
        mean: Of questions in general, d numbers; `passage_mean`: of sentences of answers, which share other things.
        projection: d by k numbers, fitted so that questions on one topic lie together (`tests.bench.vectors`).
        topics: A row of k numbers a topic of the library: where its questions lie. None where nothing was fitted.
        usual, spread: By topic, the mean and deviation of its closeness to questions in general.
    """

    mean: Vectors
    passage_mean: Vectors
    projection: Vectors
    topics: Vectors
    usual: Vectors
    spread: Vectors

    def plain_questions(self, vectors: Vectors) -> Vectors:
        """Return questions less what all questions share: rows of length 1."""
        return unit(vectors - self.mean)

    def plain_passages(self, vectors: Vectors) -> Vectors:
        """Return passages less what all passages share: rows of length 1."""
        return unit(vectors - self.passage_mean)

    def questions(self, vectors: Vectors) -> Vectors:
        """Return questions by their subject: what the projection leaves of them, rows of k numbers, of length 1."""
        return self.projected(self.plain_questions(vectors))

    def passages(self, vectors: Vectors) -> Vectors:
        """Return passages by their subject, in the same way."""
        return self.projected(self.plain_passages(vectors))

    def projected(self, rows: Vectors) -> Vectors:
        """Return what the projection leaves of plain rows, of length 1."""
        # In half the digits the last ones would depend on where a row stands.
        return unit(rows.astype(np.float64) @ self._precise_projection)

    @cached_property
    def _precise_projection(self) -> npt.NDArray[np.float64]:
        return self.projection.astype(np.float64)

    def about(self, questions: Vectors) -> Vectors:
        """Return how likely each topic is what each question is about, a row a question, as `questions` returns it."""
        scores = (questions @ self.topics.T - self.usual) / self.spread
        likely = np.exp(SHARPNESS * (scores - scores.max(axis=-1, keepdims=True, initial=-np.inf)))
        return np.asarray(likely / likely.sum(axis=-1, keepdims=True), dtype=np.float32)

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Return what `Space.of` makes it from again, in half the digits."""
        return {each.name: getattr(self, each.name).astype(np.float16) for each in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "Space":
        """Return the space of these arrays; raises `KeyError` if one is missing."""
        return cls(**{each.name: arrays[each.name].astype(np.float32) for each in fields(cls)})


def unfitted(general: Vectors, passages: Vectors) -> Space:
    """Return the space of an encoder for which nothing was fitted, from vectors of questions in general."""
    mean = general.mean(axis=0)
    size = len(mean)
    none = np.zeros(0, dtype=np.float32)
    passage_mean = passages.mean(axis=0) if len(passages) else mean
    same = np.eye(size, dtype=np.float32)
    return Space.of(Space(mean, passage_mean, same, np.zeros((0, size), np.float32), none, none).arrays())


@cache
def _shipped(file: Path) -> Space | None:
    if not file.exists():
        return None
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        return Space.of(dict(arrays))


def shipped(encoder: SentenceEncoder) -> Space | None:
    """Return the space that ships with the program for an encoder; `None` for one that it does not know."""
    return _shipped(space_file(encoder))


def space_file(encoder: SentenceEncoder) -> Path:
    """Return where the space of an encoder ships."""
    return _DATA / f"{encoder.name}-{sha256(encoder.identity.encode()).hexdigest()[:8]}-space.npz"


def nearness(entries: Vectors, questions: Vectors) -> npt.NDArray[np.float64]:
    """Return the cosine of what each question, a row, and each entry are about, 0 to 1; entries are of length 1."""
    if not entries.shape[1]:
        return np.zeros((len(questions), len(entries)))
    return np.asarray(unit(questions) @ entries.T, dtype=np.float64)


def coverage_of_topics(about: Vectors, sizes: npt.NDArray[np.intp]) -> Vectors:
    """Return how much each topic is what the entry nearest to it is about: a mean over its three nearest phrasings.

    `about` has a row a phrasing, those of each entry together, as many as `sizes` says.
    """
    covered = np.zeros(about.shape[1], dtype=np.float32)
    for first, size in zip(np.cumsum(sizes) - sizes, sizes, strict=True):
        nearest = np.sort(about[first : first + size], axis=0)[-NEAREST:]
        np.maximum(covered, nearest.mean(axis=0), out=covered)
    return covered
