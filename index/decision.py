"""Whether to answer: a calibrated probability against fitted thresholds, with what raised or lowered it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from index.bm25 import Ints
from index.contrast import contrasted
from index.features import EMBEDDED, NAMES, features, names
from index.logistic import Logistic, sigmoid
from index.points import Point
from index.scores import Scores
from index.search import Index

MOST_CHOICES = 3


class Thresholds(BaseModel):
    """From which probability on an entry is shown.

    Attributes:
        answer: As the answer.
        offer: As one of up to three choices.
    """

    model_config = ConfigDict(frozen=True)

    answer: float = Field(ge=0, le=1)
    offer: float = Field(ge=0, le=1)


class Fit(Thresholds):
    """A logistic regression over the features, and the thresholds on its probability. Kept in the release.

    Attributes:
        centre: Mean of each feature where it was fitted.
        weights: Change of the logit for each unit of a feature; one that is not named changes nothing.
        scale: Standard deviation of each feature, for products.
        pairs: What the product of two standardized features changes, by their names with a blank between; empty for a
            regression without products.
        bias: The logit where every feature is at its mean.
        points: The thresholds of each operating point; those in use are the fit's own.
        asked: How many labelled questions it was fitted on.
        embedded: The fit for questions whose embedding is known; `None` where there is none.
    """

    centre: dict[str, float]
    weights: dict[str, float]
    scale: dict[str, float] = {}
    pairs: dict[str, float] = {}
    bias: float
    points: dict[Point, Thresholds] = {}
    asked: int = Field(ge=0)
    embedded: "Fit | None" = None

    @classmethod
    def of_regression(
        cls, found: Logistic, names: Sequence[str], points: Mapping[Point, Thresholds], *, asked: int
    ) -> "Fit":
        """Return a regression over features of those names as a fit, with the thresholds of `BALANCED` in use."""
        rows, columns = np.triu_indices(len(names))
        whole = (2 - (rows == columns)) * found.pairs[rows, columns]
        pairs = {
            f"{names[row]} {names[column]}": part
            for row, column, part in zip(rows.tolist(), columns.tolist(), whole.tolist(), strict=True)
        }
        return cls(
            centre=dict(zip(names, found.centre.tolist(), strict=True)),
            weights=dict(zip(names, found.weights.tolist(), strict=True)),
            scale=dict(zip(names, found.scale.tolist(), strict=True)),
            pairs=pairs,
            bias=found.bias,
            answer=points[Point.BALANCED].answer,
            offer=points[Point.BALANCED].offer,
            points=dict(points),
            asked=asked,
        )

    def regression(self, names: Sequence[str]) -> Logistic:
        """Return the regression over features of those names, in that order."""
        known = self._regressions.get(tuple(names))
        if known is None:
            pairs = np.zeros((len(names), len(names)))
            place = {name: number for number, name in enumerate(names)}
            for pair, part in self.pairs.items():
                one, other = (place[name] for name in pair.split(" "))
                pairs[one, other] += part / 2
                pairs[other, one] += part / 2
            centre, weights, scale = (
                np.array([part.get(name, usual) for name in names])
                for part, usual in ((self.centre, 0.0), (self.weights, 0.0), (self.scale, 1.0))
            )
            known = self._regressions[tuple(names)] = Logistic(centre, scale, weights, pairs, self.bias)
        return known

    @cached_property
    def _regressions(self) -> dict[tuple[str, ...], Logistic]:
        return {}

    def at(self, point: Point) -> "Fit":
        """Return the same fit with the thresholds of a point in use; with its own where it has no such point."""
        found = self.points.get(point, self)
        embedded = self.embedded.at(point) if self.embedded else None
        return self.model_copy(update={"answer": found.answer, "offer": found.offer, "embedded": embedded})

    def of(self, *, embedded: bool) -> "Fit":
        """Return the fit for a question whose embedding is known, if there is one, or for one whose is not."""
        return self.embedded if embedded and self.embedded else self


class VerdictKind(StrEnum):
    """What is to be done with a question."""

    ANSWER = "answer"
    CHOICES = "choices"
    REFERRAL = "referral"
    UNKNOWN = "unknown"


class Factor(NamedTuple):
    """What one feature did to the confidence.

    Attributes:
        name: In Japanese, for people.
        value: The feature.
        effect: Its part of the logit, against a question that is average in it, with half of each product.
    """

    name: str
    value: float
    effect: float


@dataclass(frozen=True)
class Verdict:
    """What was decided.

    Attributes:
        entry_ids: What is to be shown, best first; empty for `UNKNOWN`.
        confidence: Probability, 0 to 1, that the best entry shown or considered is right.
        factors: Strongest first; empty where nothing was found.
    """

    kind: VerdictKind
    entry_ids: tuple[str, ...] = ()
    confidence: float = 0.0
    factors: tuple[Factor, ...] = ()


def decide(index: Index, scores: Scores, fit: Fit) -> Verdict:
    """Answer, offer choices, refer, or admit that nothing is known.

    The best answer is shown if it is probable enough; with another that differs from it by a word which the question
    lacks, both are offered. If it is worth offering and no more, it is offered, with what
    stands beside it. If it is not even that, the best referral is shown, where one beats every answer and is at least
    worth offering itself: it promises nothing.
    """
    scores, fit = _together(scores, fit)
    order = scores.order[:MOST_CHOICES]
    if not len(order):
        return Verdict(VerdictKind.UNKNOWN)
    answer = scores.best(index.answers)
    verdict = Verdict(VerdictKind.UNKNOWN)
    if answer is not None:
        confidence, factors = confidence_in(index, scores, answer, fit)
        best = index.entries[answer].id
        if confidence >= fit.answer:
            if (other := contrasted(index, scores, answer)) is not None:
                both = (best, index.entries[other].id)
                return Verdict(VerdictKind.CHOICES, both, confidence, factors)
            return Verdict(VerdictKind.ANSWER, (best,), confidence, factors)
        if confidence >= fit.offer:
            offered = tuple(index.entries[number].id for number in _offered(order, answer))
            return Verdict(VerdictKind.CHOICES, offered, confidence, factors)
        verdict = Verdict(VerdictKind.UNKNOWN, (), confidence, factors)
    first = int(order[0])
    if index.is_referral[first]:
        confidence, factors = confidence_in(index, scores, first, fit)
        if confidence >= fit.offer:
            return Verdict(VerdictKind.REFERRAL, (index.entries[first].id,), confidence, factors)
    return verdict


def _offered(order: Ints, answer: int) -> list[int]:
    """Return the first entries of the ranking, with the best answer among them wherever it stands."""
    offered = [int(number) for number in order[:MOST_CHOICES]]
    return offered if answer in offered else [*offered[: MOST_CHOICES - 1], answer]


def confidence_in(index: Index, scores: Scores, number: int, fit: Fit) -> tuple[float, tuple[Factor, ...]]:
    """Return the probability that the entry of that number is what the question wants, and what made it so."""
    scores, fit = _together(scores, fit)
    known = names(embedded=scores.nearness is not None)
    values = features(index, scores, number)
    effects = fit.regression(tuple(known)).effects(values)
    confidence = float(sigmoid(fit.bias + effects.sum()))
    factors = map(Factor, known.values(), values.tolist(), effects.tolist())
    return confidence, tuple(sorted(factors, key=_strongest))


def _together(scores: Scores, fit: Fit) -> tuple[Scores, Fit]:
    """Return what belongs together: where no fit knows embeddings, the decision is made as without them."""
    embedded = scores.nearness is not None
    if embedded and fit.embedded is None and not fit.weights.keys() >= EMBEDDED.keys():
        return scores.without_embedding(), fit
    return scores, fit.of(embedded=embedded)


def _strongest(factor: Factor) -> float:
    return -abs(factor.effect)


def cautious(weights: Mapping[str, float]) -> Fit:
    """Return a fit with those weights that answers nothing; for tests and for a set that was never fitted."""
    return Fit(
        centre=dict.fromkeys(NAMES, 0.0), weights=dict(weights), bias=0.0, answer=1.0, offer=1.0, asked=0
    )
