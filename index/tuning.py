"""Weights and confidence chosen on labelled questions, each asked of an index that was not taught it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from faq.model import Expectation
from index.bm25 import Floats
from index.channel import Weights
from index.decision import Fit
from index.fitting import (
    FEWEST,
    Sample,
    chances_by,
    enough,
    fit,
    thresholds,
    unseen_chances,
)
from index.kinds import KINDS, present
from index.points import SHARES, Point
from index.question import question
from index.search import Index

FACTORS = (0.0, 0.5, 2.0)
"""What a weight is multiplied by, each in turn."""

SURE = 2.0
"""Standard errors by which a change must be better: of a dozen weights and three factors, some gain by chance."""

ROUNDS = 2
"""How often all weights are gone through, at most."""

FEWEST_OF_A_SORT = 20
"""Questions of each sort (to be answered, not to be answered) below which thresholds are not chosen on them: a share of
5 % is one question then.
"""

_HELD = frozenset({"phrasing", "thread"})
"""Kinds whose weights stay: the first is what the others are measured by, the second counts in conversations only."""


def tunable(index: Index, questions: Sequence[Expectation]) -> tuple[str, ...]:
    """Return the names of the weights that can be chosen, in order of `KINDS`: those that count for something.

    The weight of the story told beside a question is one of them where a question has a story.
    """
    held = set(_HELD)
    if not any(question(each.q).background for each in questions):
        held.add("background")
    return tuple(
        name
        for kind in present(index)
        if kind not in held
        for name in KINDS[kind]
        if getattr(index.weights, name)
    )


def merits(known: Sample, places: Floats, chances: Floats) -> Floats:
    """Return what each question that may be answered is worth, 0 to 1: half for its place, half for how sure it is.

    For its place, a question counts one over the rank of its first right entry. For how sure it is, it counts the share
    of right ones among all questions that are at least as sure, if its best entry is right, and else 0: the mean of
    that is the average precision (Buckley and Voorhees, 2000) of answering the surest first, with every question that
    may be answered in its base.

    >>> right = np.array([True, False, True])
    >>> known = Sample(np.zeros((3, 1)), right, right, asked=right)
    >>> merits(known, np.array([1.0, 0.0, 0.5]), np.array([0.9, 0.8, 0.7])).tolist()
    [1.0, 0.5833333333333333]
    """
    order = np.argsort(-chances, kind="stable")
    right = known.right[order]
    sure = np.zeros(len(known))
    sure[order] = right * np.cumsum(right) / np.arange(1, len(known) + 1)
    return np.asarray((places + sure) / 2)[known.asked]


def search(
    start: Weights,
    names: Sequence[str],
    worth: Callable[[Weights], Floats],
    *,
    step: Callable[[], None] = lambda: None,
) -> Weights:
    """Return weights found by going from one to the next and keeping what is better; the same each time.

    A change is kept if its mean gain is more than `SURE` standard errors over the questions: fewer questions change
    less.

    Args:
        start: Returned where nothing is better.
        names: The weights that may change, in the order in which they are tried.
        worth: What each question is worth with some weights; always of the same questions, in the same order.
        step: Called after each weight has been tried with one factor; `len(FACTORS)` times a weight and round.
    """
    best, held = start, worth(start)
    for _ in range(ROUNDS):
        before = best
        for name in names:
            found, gained = best, held
            for factor in FACTORS:
                tried = replace(best, **{name: round(factor * getattr(best, name), 4)})
                gain = worth(tried)
                if gain.sum() > gained.sum():
                    found, gained = tried, gain
                step()
            if _is_sure(gained - held):
                best, held = found, gained
        if best == before:
            break
    return best


def _is_sure(gains: Floats) -> bool:
    """Whether the mean of paired differences is above 0 by more than `SURE` standard errors."""
    if len(gains) < 2:  # noqa: PLR2004 -- one value has no spread
        return False
    return bool(gains.mean() > SURE * gains.std(ddof=1) / math.sqrt(len(gains)))


@dataclass(frozen=True)
class Scope:
    """What questions are enough for.

    Attributes:
        confidence: To fit a confidence on them, together with what the knowledge expects.
        thresholds: To choose thresholds on them.
    """

    confidence: bool
    thresholds: bool


def scope_of(parts: Iterable[Sequence[Expectation]], expected: Sequence[Expectation] = ()) -> Scope:
    """Return what each of several sets of questions is enough for, given what the knowledge expects besides."""
    confidence = thresholds = True
    for part in parts:
        own, known = _least(part), _least([*part, *expected])
        confidence = confidence and known >= FEWEST
        thresholds = thresholds and own >= FEWEST_OF_A_SORT
    return Scope(confidence, thresholds)


def _least(questions: Sequence[Expectation]) -> int:
    """Return how many there are of the sort of which there are fewer."""
    answered = sum(bool(each.gold) for each in questions)
    return min(answered, len(questions) - answered)


def chances_of(known: Sample, current: Fit) -> Floats:
    """Return the probability of each row by fits that have not seen it, or by the current one where they are few.

    Without products of features: many weights are tried, and each needs the fits of all folds.
    """
    return unseen_chances(known, products=False) if enough(known) else chances_by(current, known)


def refit(own: Sample, expected: Sample | None, current: Fit, scope: Scope) -> Fit:
    """Return a confidence fitted on all of these questions, with thresholds chosen on an operator's own.

    Args:
        own: The operator's questions.
        expected: What the knowledge expects, if it is to be fitted on that too; none of the operator's questions.
        current: The fit in use, of which stays what the questions are too few for.
        scope: What they are enough for.
    """
    known = own if expected is None else Sample.joined([own, expected])
    if scope.confidence:
        return fit(known, judged=len(own) if scope.thresholds else None)
    if not scope.thresholds:
        return current
    chances = chances_by(current, own)
    points = {point: thresholds(chances, own, shares) for point, shares in SHARES.items()}
    return current.model_copy(update={"points": points}).at(Point.BALANCED)
