"""What `faq tune` kept of a knowledge, as the search takes it; and the search's choice, as it is kept."""

import dataclasses
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from faq.model import Knowledge
from faq.tuning import LONGEST_MODEL, Confidence, EmbeddedTuning, Feature, Levels, Tuning
from index.channel import EMBEDDING, Weights
from index.decision import Fit, Thresholds
from index.documents import searched
from index.features import names
from index.points import Point

DIGITS = 6

WEIGHTS = tuple(field.name for field in dataclasses.fields(Weights) if field.name not in EMBEDDING)
"""The weights of all evidence but embeddings, which have their own."""


def in_force(knowledge: Knowledge, search: str) -> Tuning | None:
    """Return the tuning of a knowledge; `None` without one, or if it was chosen for another search or is broken.

    Args:
        knowledge: As it was read, or as it was kept by another version of the program.
        search: Names the search that would take it.
    """
    tuning = knowledge.tuning
    if tuning is None or tuning.search != search:
        return None
    parts = [(tuning, WEIGHTS, False), (tuning.embedded, EMBEDDING, True)]
    sound = all(
        part.weights.keys() <= set(weights) and _is_sound(part.confidence, embedded=embedded)
        for part, weights, embedded in parts
        if part
    )
    return tuning if sound else None


def _is_sound(confidence: Confidence | None, *, embedded: bool) -> bool:
    return confidence is None or (
        confidence.features.keys() <= names(embedded=embedded).keys()
        and confidence.products.keys() <= products_of(confidence.features)
        and confidence.thresholds.keys() == set(Point)
    )


def products_of(features: Iterable[str]) -> frozenset[str]:
    """Return what products of these features may be called."""
    names = tuple(features)
    return frozenset(f"{one} {other}" for one in names for other in names)


def tuned_weights(usual: Weights, tuning: Tuning | None, embedded: str = "") -> Weights:
    """Return the usual weights with those of a tuning in their place.

    Args:
        usual: Those without it.
        tuning: In force.
        embedded: Names the search with the embeddings that there are; empty without. Weights of embeddings that were
            chosen for another are left out.
    """
    if tuning is None:
        return usual
    more = tuning.embedded.weights if tuning.embedded and tuning.embedded.search == embedded else {}
    return replace(usual, **tuning.weights, **more)


def tuned_fit(tuning: Tuning | None, embedded: str = "") -> Fit | None:
    """Return the fit of a tuning that is in force; `None` where the usual one is to be made.

    The thresholds in use are those of the point `BALANCED`. Where the tuning has a confidence for the embeddings of
    that name too, as for `tuned_weights`, the fit has it for questions whose embedding is known.
    """
    if tuning is None or tuning.confidence is None:
        return None
    fitted, more = _fit(tuning.confidence, tuning.questions), tuning.embedded
    if more is None or more.confidence is None or more.search != embedded:
        return fitted
    return fitted.model_copy(update={"embedded": _fit(more.confidence, tuning.questions)})


def _fit(kept: Confidence, questions: int) -> Fit:
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
        asked=questions,
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
    embedded: EmbeddedTuning | None = None,
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
        embedded: What was chosen for questions whose embedding is known, from `embedded_tuning_of`.
    """
    return Tuning(
        made_on=made_on,
        questions=questions,
        entries=len(searched(knowledge)),
        search=search,
        weights=_changed(WEIGHTS, usual, weights),
        confidence=_confidence(fit) if fit else None,
        embedded=embedded,
    )


def embedded_tuning_of(
    usual: Weights, weights: Weights, fit: Fit | None, *, model: str, search: str
) -> EmbeddedTuning | None:
    """Return what was chosen for questions whose embedding is known, as it is kept; `None` if it is as usual.

    Args:
        usual: As for `tuning_of`.
        weights: Chosen.
        fit: Chosen, whose part for such questions is kept; `None` for the usual one.
        model: Whose embeddings they are, for people.
        search: Names the search with them.
    """
    changed = _changed(EMBEDDING, usual, weights)
    confidence = _confidence(fit.embedded) if fit and fit.embedded else None
    if not changed and confidence is None:
        return None
    shown = model[:LONGEST_MODEL]
    return EmbeddedTuning(model=shown, search=search, weights=changed, confidence=confidence)


def _changed(known: Iterable[str], usual: Weights, weights: Weights) -> dict[str, float]:
    return {
        name: round(getattr(weights, name), DIGITS)
        for name in known
        if getattr(weights, name) != getattr(usual, name)
    }


def _confidence(fit: Fit) -> Confidence:
    return Confidence(
        bias=round(fit.bias, DIGITS),
        features={
            name: Feature(
                centre=round(fit.centre[name], DIGITS),
                weight=round(fit.weights[name], DIGITS),
                scale=max(round(fit.scale.get(name, 1.0), DIGITS), 10**-DIGITS),
            )
            for name in names(embedded=True)
            if name in fit.weights
        },
        products={pair: round(part, DIGITS) for pair, part in fit.pairs.items()},
        thresholds={
            point.value: Levels(answer=round(kept.answer, DIGITS), offer=round(kept.offer, DIGITS))
            for point, kept in fit.points.items()
        },
    )
