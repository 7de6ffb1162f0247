"""Evidence: the few kinds of reasons why an entry may be what a question means, each a number an entry.

Kinds of words are BM25 scores as shares of what the question's words weigh, so that questions of all lengths compare;
kinds of meaning are cosines of centred vectors. All are comparable between entries after normalization by a cohort.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from index.analysis.values import ORGANIZATION, Value
from index.retrieval.bm25 import Floats, Postings

NEAREST = 3
"""Phrasings of an entry whose closeness to a question is averaged: one alone may be near by chance."""

Closeness = npt.NDArray[np.floating[Any]]
"""A number for each text."""

_TINY = 1e-9
_OWN = 0.5
"""How much an entry's own deviation counts, against the mean of all entries: few questions tell it badly."""
_LEAST = 1e-3
_EVERYWHERE = 0.1
"""Share of the entries from which an organization is that of the FAQ."""


FIELDS: Mapping[str, str] = {"phrasing": "words", "sound": "sounds"}
"""Which terms of an analysis each field holds, by the name of its evidence: its documents are phrasings, and an entry
scores as its best one."""

WORDS = (*FIELDS, "coverage")
"""The kinds of evidence that need no encoder; "coverage" is the share of the question's words that an entry has, or
another word for."""

ENCODED = ("meaning", "passage", "plain_passage", "topic")
"""The kinds that an encoder gives: closeness to the nearest phrasings and to the best sentence of the answer, in the
space that tells topics of recruiting apart; to that sentence as the encoder has it, as answers tell of much that no
topic is about; and of what both are about, by the topics."""


def kinds(encoders: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of evidence that there are with encoders of these names, in order.

    >>> kinds(["use"])[-2:]
    ('plain_passage:use', 'topic:use')
    """
    return (*WORDS, *(f"{kind}:{name}" for name in encoders for kind in ENCODED))


@dataclass(frozen=True)
class Evidence:
    """What a question found.

    Attributes:
        passages: By the encoder's name, the closeness of each passage.
        unanswerable: By the encoder's name, the closeness of each labelled question that nothing may answer.
        uncovered: By topic of the library, how likely it is what the question is about while no entry is; empty without
            an encoder that knows the library.
        lacking: By what the question names (a year, a class, a person), which entries do not have it.
        wanted: The sorts of things that the question wants, as `index.analysis.wanted` names them.
        unknown: Share of these weights that no entry has, 0 to 1.
        verbatim: Number of the one entry that has the question word for word among its phrasings; `None` without one.
        nouns: Those of what asks, in order; none where one may be denied.
        meanings: What each word of the question stands for.
    """

    raw: Mapping[str, Floats]
    by_phrasing: Mapping[str, Closeness]
    passages: Mapping[str, Closeness]
    unanswerable: Mapping[str, Closeness]
    words: Mapping[str, float]
    unknown: float
    uncovered: Closeness
    lacking: Mapping[str, npt.NDArray[np.bool_]]
    verbatim: int | None = None
    wanted: frozenset[str] = frozenset()
    nouns: tuple[str, ...] = ()
    meanings: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def encoders(self) -> tuple[str, ...]:
        """Names of the encoders that took part, in order."""
        return tuple(self.passages)

    @cached_property
    def nearest_unanswerable(self) -> tuple[float, float]:
        """How close the nearest questions are that nothing may answer: the mean of three, and the first, or 0."""
        found = [closeness for closeness in self.unanswerable.values() if len(closeness)]
        if not found:
            return 0.0, 0.0
        near = np.mean(found, axis=0) if len({len(each) for each in found}) == 1 else found[0]
        best = np.partition(near, -min(NEAREST, len(near)))[-NEAREST:]
        return float(best.mean()), float(best.max())

    def closeness(self, kind: str, number: int) -> float:
        """Return the evidence of a kind of `ENCODED` for one entry, the mean of the encoders; 0 without one."""
        return float(np.mean([self.raw[f"{kind}:{name}"][number] for name in self.encoders] or [0.0]))


def coverage(
    held: Postings, words: Mapping[str, float], meanings: Mapping[str, frozenset[str]], entry_count: int
) -> tuple[Floats, float]:
    """Return the share of the question's words that each entry has or means, and the share that none has."""
    total = sum(words.values()) + _TINY
    found, unknown = np.zeros(entry_count), 0.0
    for word, weight in words.items():
        holders, *others = map(held.holders, (word, *meanings.get(word, ())))
        if others:
            has = np.zeros(entry_count, dtype=bool)
            has[np.concatenate([holders, *others])] = True
            holders = np.flatnonzero(has)
        found[holders] += weight
        if not len(holders):
            unknown += weight
    return found / total, unknown / total


def without(
    held: Postings, values: Iterable[Value], meanings: Mapping[str, frozenset[str]], entry_count: int
) -> Mapping[str, npt.NDArray[np.bool_]]:
    """Return which entries do not have what a question names: all of its words, or others that mean the same.

    The organization that the FAQ is about, which a tenth of the entries name, need not be named by an answer.
    """
    found = {}
    for value in values:
        lacks = np.zeros(entry_count, dtype=bool)
        for term in value.term.split():
            has = [held.holders(each) for each in (term, *meanings.get(term, ()))]
            lacks[np.setdiff1d(np.arange(entry_count), np.concatenate(has))] = True
        if value.kind != ORGANIZATION or np.mean(~lacks) <= _EVERYWHERE:
            found[value.surface] = lacks
    return found


def nearest_mean(closeness: Closeness, first: npt.NDArray[np.intp], sizes: npt.NDArray[np.intp]) -> Floats:
    """Return for each question, a row, and each entry the mean closeness of its nearest phrasings, 3 at most."""
    if not len(first):
        return np.zeros((len(closeness), 0))
    total = np.zeros((len(closeness), len(first)))
    most = min(NEAREST, int(sizes.max()))
    for row, left in enumerate(closeness.copy()):
        for rank in range(most):
            best = np.maximum.reduceat(left, first)
            total[row] += np.where(sizes > rank, best, 0.0)
            if rank + 1 < most:
                nearest = np.flatnonzero(left == np.repeat(best, sizes))
                if len(nearest) > len(first):
                    nearest = nearest[np.searchsorted(nearest, first)]
                # The nearest of each entry is gone, one even where several are as near.
                left[nearest] = -np.inf
    return total / np.minimum(sizes, NEAREST)


@dataclass(frozen=True)
class Norms:
    """Mean and deviation of each kind of evidence for each entry, over the cohort: questions in general.

    An entry with three hundred phrasings has three hundred chances to be near to a question, one with three has three.
    What each scores on questions that are not about it tells how much of a score is chance: the Z-norm of speaker
    verification (Reynolds, "Comparison of background normalization methods for text-independent speaker verification",
    1997).
    """

    mean: Mapping[str, Floats]
    deviation: Mapping[str, Floats]

    def normalized(self, kind: str, raw: Floats) -> Floats:
        """Return evidence of a kind as z-scores."""
        found: Floats = (raw - self.mean[kind]) / self.deviation[kind]
        return found


def norms(found: Iterable[Mapping[str, Floats]]) -> Norms:
    """Return the norms of entries from the evidence of each kind that the cohort found, a row a question, in parts."""
    count = 0
    total: dict[str, Floats] = {}
    squares: dict[str, Floats] = {}
    for part in found:
        for kind, rows in part.items():
            total[kind] = total.get(kind, 0.0) + rows.sum(axis=0)
            squares[kind] = squares.get(kind, 0.0) + (rows * rows).sum(axis=0)
        count += len(rows)
    mean = {kind: each / count for kind, each in total.items()}
    deviation = {kind: _deviation(each / count, mean[kind]) for kind, each in squares.items()}
    return Norms(mean, deviation)


def _deviation(squares: Floats, mean: Floats) -> Floats:
    """Return the deviations of entries, from the mean of the squares of their evidence and that of the evidence."""
    own = np.sqrt(np.maximum(squares - mean**2, 0.0)) + _LEAST
    found: Floats = _OWN * own + (1 - _OWN) * own.mean()
    return found


def _squares(mean: Floats, deviation: Floats) -> Floats:
    """Return what `_deviation` was given."""
    own = (deviation - (1 - _OWN) * deviation.mean()) / _OWN
    found: Floats = (own - _LEAST) ** 2 + mean**2
    return found


def asked_otherwise(
    known: Norms, count: int, gone: Mapping[str, Floats], come: Mapping[str, Floats]
) -> Norms:
    """Return norms where some of the `count` questions of the cohort find something else, a row each."""
    mean, deviation = {**known.mean}, {**known.deviation}
    for kind, rows in come.items():
        more = (rows * rows).sum(axis=0) - (gone[kind] * gone[kind]).sum(axis=0)
        squares = _squares(mean[kind], deviation[kind]) + more / count
        mean[kind] = mean[kind] + (rows.sum(axis=0) - gone[kind].sum(axis=0)) / count
        deviation[kind] = _deviation(squares, mean[kind])
    return Norms(mean, deviation)


def answered_otherwise(known: Norms, numbers: Sequence[int], found: Mapping[str, Floats]) -> Norms:
    """Return norms where the cohort finds something else of the entries of these numbers: a row a question."""
    mean, deviation = {**known.mean}, {**known.deviation}
    for kind, rows in found.items():
        squares = _squares(mean[kind], deviation[kind])
        mean[kind] = mean[kind].copy()
        mean[kind][numbers] = rows.mean(axis=0)
        squares[numbers] = (rows * rows).mean(axis=0)
        deviation[kind] = _deviation(squares, mean[kind])
    return Norms(mean, deviation)
