"""What `faq tune` kept of a knowledge, as the search takes it; and the search's choice, as it is kept."""

import dataclasses
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from faq.model import Knowledge
from faq.tuning import Confidence, Feature, Levels, Tuning
from index.channel import Weights
from index.decision import Fit, Thresholds
from index.documents import searched
from index.features import NAMES
from index.points import Point

DIGITS = 6

WEIGHTS = tuple(field.name for field in dataclasses.fields(Weights))


def in_force(knowledge: Knowledge, search: str) -> Tuning | None:
    """Return the tuning of a knowledge; `None` without one, or if it was chosen for another search or is broken.

    Args:
        knowledge: As it was read, or as it was kept by another version of the program.
        search: Names the search that would take it.
    """
    tuning = knowledge.tuning
    if tuning is None or tuning.search != search or not tuning.weights.keys() <= set(WEIGHTS):
        return None
    confidence = tuning.confidence
    if confidence and (
        not confidence.features.keys() <= NAMES.keys()
        or not confidence.products.keys() <= products_of(confidence.features)
        or confidence.thresholds.keys() != set(Point)
    ):
        return None
    return tuning


def products_of(features: Iterable[str]) -> frozenset[str]:
    """Return what products of these features may be called."""
    names = tuple(features)
    return frozenset(f"{one} {other}" for one in names for other in names)


def tuned_weights(usual: Weights, tuning: Tuning | None) -> Weights:
    """Return the usual weights with those of a tuning in their place."""
    return replace(usual, **tuning.weights) if tuning else usual


def tuned_fit(tuning: Tuning | None) -> Fit | None:
    """Return the fit of a tuning that is in force; `None` where the usual one is to be made.

    The thresholds in use are those of the point `BALANCED`.
    """
    if tuning is None or tuning.confidence is None:
        return None
    kept = tuning.confidence
    points = {
        point: Thresholds(answer=kept.thresholds[point].answer, offer=kept.thresholds[point].offer)
        for point in Point
    }
    return Fit(
        centre={name: feature.centre for name, feature in kept.features.items()},
        weights={name: feature.weight for name, feature in kept.features.items()},
        scale={name: feature.scale for name, feature in kept.features.items()},
        pairs=kept.products,
        bias=kept.bias,
        answer=points[Point.BALANCED].answer,
        offer=points[Point.BALANCED].offer,
        points=points,
        asked=tuning.questions,
    )


def tuning_of(  # noqa: PLR0913 -- the parts of a tuning
    knowledge: Knowledge,
    usual: Weights,
    weights: Weights,
    fit: Fit | None,
    *,
    questions: int,
    search: str,
    made_on: date,
) -> Tuning:
    """Return a choice as it is kept, to six decimals.

    Args:
        knowledge: What it is for.
        usual: The weights that it would have without a tuning; where the choice is the same, nothing is kept.
        weights: Chosen.
        fit: Chosen; `None` for the usual one.
        questions: How many labelled questions it was chosen on.
        search: Names the search that it was chosen for.
        made_on: The day.
    """
    return Tuning(
        made_on=made_on,
        questions=questions,
        entries=len(searched(knowledge)),
        search=search,
        weights={
            name: round(getattr(weights, name), DIGITS)
            for name in WEIGHTS
            if getattr(weights, name) != getattr(usual, name)
        },
        confidence=_confidence(fit) if fit else None,
    )


def _confidence(fit: Fit) -> Confidence:
    return Confidence(
        bias=round(fit.bias, DIGITS),
        features={
            name: Feature(
                centre=round(fit.centre[name], DIGITS),
                weight=round(fit.weights[name], DIGITS),
                scale=max(round(fit.scale.get(name, 1.0), DIGITS), 10**-DIGITS),
            )
            for name in NAMES
            if name in fit.weights
        },
        products={pair: round(part, DIGITS) for pair, part in fit.pairs.items()},
        thresholds={
            point.value: Levels(answer=round(kept.answer, DIGITS), offer=round(kept.offer, DIGITS))
            for point, kept in fit.points.items()
        },
    )
