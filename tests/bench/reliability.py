"""How far probabilities hold: what was said of questions, against how often it came true."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.retrieval.bm25 import Floats

BINS = 10


@dataclass(frozen=True)
class Bin:
    """The questions whose probability is from `low`, included, to `high`: what was said of them, and what was true."""

    low: float
    high: float
    questions: int
    said: float
    true: float


@dataclass(frozen=True)
class Reliability:
    """Said against true, in bins that have questions; 0 is the best error.

    `error` is the expected calibration error (Naeini, Cooper and Hauskrecht, 2015), `brier` the mean squared distance
    of probability and outcome (Brier, 1950).
    """

    bins: tuple[Bin, ...]
    error: float
    brier: float


def reliability(chances: Floats, outcomes: Sequence[bool]) -> Reliability:
    """Return how often what was said came true in each tenth of probability; nothing for no questions."""
    true = np.asarray(outcomes, dtype=np.float64)
    if not len(true):
        return Reliability((), 0.0, 0.0)
    places = np.minimum((chances * BINS).astype(int), BINS - 1)
    bins = []
    for place in np.unique(places).tolist():
        inside = places == place
        said, seen = float(chances[inside].mean()), float(true[inside].mean())
        bins.append(Bin(place / BINS, (place + 1) / BINS, int(inside.sum()), said, seen))
    error = sum(each.questions * abs(each.said - each.true) for each in bins) / len(true)
    return Reliability(tuple(bins), error, float(((chances - true) ** 2).mean()))
