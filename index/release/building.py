"""A release: one immutable set of knowledge, compiled index and fitted thresholds, named by its content."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from faq.model import Entry, Knowledge
from index.channel import Weights
from index.compiling import PAIRS, compile_index, standard_weights
from index.decision import Fit
from index.fitting import FEWEST, fit
from index.heldout import held_out
from index.points import Point
from index.release.fits import known_fit, standard_fit
from index.search import Index
from index.sudachi import fingerprint
from index.vectors import WordVectors

ENGINE = 4
"""Raised whenever the same knowledge would be compiled or decided differently."""


@dataclass(frozen=True, eq=False)
class Release:
    """What is served.

    Attributes:
        name: 12 hexadecimal digits of the hash of the knowledge and of all that decides how it is compiled.
        point: Whose thresholds the fit has in use.
    """

    name: str
    knowledge: Knowledge
    index: Index
    fit: Fit
    point: Point = Point.BALANCED

    @property
    def label(self) -> str:
        """What a reply depends on beside its question: the name, with the point where that is not the usual one."""
        return self.name if self.point is Point.BALANCED else f"{self.name}@{self.point}"

    def at(self, point: Point) -> "Release":
        """Return this release at an operating point; asked twice, the same object."""
        if point is self.point:
            return self
        if point not in self._at:
            self._at[point] = replace(self, fit=self.fit.at(point), point=point)
        return self._at[point]

    @cached_property
    def _at(self) -> "dict[Point, Release]":
        return {}

    @cached_property
    def dated(self) -> tuple[Entry, ...]:
        """The entries that have a last day: mostly few, and a question need not look through all the others."""
        return tuple(entry for entry in self.knowledge.entries if entry.valid_until)


def build(
    knowledge: Knowledge,
    weights: Weights | None = None,
    vectors: WordVectors | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Compile the index and fit the thresholds; the same knowledge always gives the same release.

    A knowledge set with too few expectations of its own for a fit is served with the fit of the built-in one, whose
    features are shares and so mean the same.

    Args:
        knowledge: What is to be served.
        weights: Of the kinds of evidence; by default those for a set of its shape.
        vectors: Word vectors, if there are any: without them the search finds less.
        progress: Told, in Japanese, what is being done.
    """
    progress("索引を作っています")
    index = compile_index(knowledge, weights, vectors)
    answered = sum(bool(expectation.gold) for expectation in knowledge.expectations)
    if min(answered, len(knowledge.expectations) - answered) >= FEWEST:
        known = known_fit(knowledge, index.weights, index.compiled.vectors)
        fitted = known or fit(held_out(knowledge, weights, vectors, progress=progress))
    else:
        fitted = standard_fit()
    return Release(name_of(knowledge, weights, index.compiled.vectors), knowledge, index, fitted)


def name_of(knowledge: Knowledge, weights: Weights | None = None, vectors: str = "") -> str:
    """Return the name that the release of this knowledge has; `vectors` names the word vectors, if any."""
    digest = hashlib.sha256(basis(weights or standard_weights(knowledge), vectors).encode())
    digest.update(knowledge.model_dump_json().encode())
    return digest.hexdigest()[:12]


def basis(weights: Weights | None = None, vectors: str = "") -> str:
    """Return, as text, all that decides how knowledge is compiled, but for the knowledge."""
    given = asdict(weights) if weights else [asdict(Weights()), asdict(PAIRS)]
    return json.dumps([ENGINE, fingerprint(), vectors, given, standard_fit().model_dump()])


def engine() -> str:
    """Name what decides how a stored release replies, but for what is stored in it."""
    return json.dumps([ENGINE, fingerprint()])
