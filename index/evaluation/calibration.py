"""Intervals of means, and calibration of confidences for one FAQ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.decision.model import sigmoid
from index.decision.policy import Calibration
from index.retrieval.bm25 import Floats

LEVEL, RESAMPLES, _AT_ONCE, _SEED = 0.95, 2_000, 50, 1979

FEWEST = 20
"""Fewest questions for a calibration."""

_RIDGE = 2.5
"""The ridge, which pulls towards no change as ten questions with outcomes by chance would."""
_LEAST_SCALE = 0.05
_SURE = 1e-4
_ROUNDS = 50


@dataclass(frozen=True)
class Interval:
    """A mean with its interval of 95 %."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference is beyond chance."""
        return self.low > 0 or self.high < 0


def interval(values: Sequence[float] | Floats) -> Interval:
    """Return the mean of the values, one a question, with its percentile bootstrap interval (Efron, 1979).

    Raises `ValueError` without values.

    Equally many values are always resampled in the same way, so that the interval of a difference between two
    treatments of the same questions is that of the paired difference.
    """
    given = np.asarray(values, dtype=np.float64)
    if not len(given):
        msg = "no values to take the mean of"
        raise ValueError(msg)
    random = np.random.default_rng(_SEED)
    shape = (_AT_ONCE, len(given))
    drawn = (random.integers(len(given), size=shape) for _ in range(RESAMPLES // _AT_ONCE))
    means = np.concatenate([given[each].mean(axis=1) for each in drawn])
    outside = (1 - LEVEL) / 2
    low, high = np.quantile(means, (outside, 1 - outside))
    return Interval(float(given.mean()), float(low), float(high))


def fit_calibration(
    answer_probabilities: npt.ArrayLike,
    answered_right: npt.ArrayLike,
    offered_probabilities: npt.ArrayLike,
    offered_right: npt.ArrayLike,
) -> Calibration:
    """Return the calibration that fits probabilities to outcomes, one a question; fewer than 20 change nothing.

    The probabilities are that the best answer is right, and that one of the first three entries is. Platt scaling of
    logits ("Probabilistic outputs for support vector machines", 1999), as Guo, Pleiss, Sun and Weinberger ("On
    calibration of modern neural networks", 2017) use it, with a ridge for the sake of few questions.
    """
    scale, shift = _platt(answer_probabilities, answered_right)
    offered_scale, offered_shift = _platt(offered_probabilities, offered_right)
    return Calibration(scale=scale, shift=shift, offered_scale=offered_scale, offered_shift=offered_shift)


def _platt(probabilities: npt.ArrayLike, outcomes: npt.ArrayLike) -> tuple[float, float]:
    """Return scale and shift of the logits, by Newton's method on one and the other in turn."""
    clipped = np.clip(np.asarray(probabilities, dtype=np.float64), _SURE, 1 - _SURE)
    if len(clipped) < FEWEST:
        return 1.0, 0.0
    logits, seen = np.log(clipped / (1 - clipped)), np.asarray(outcomes, dtype=np.float64)
    # Around their mean, the scale and the level hardly depend on each other.
    mean = float(logits.mean())
    away = logits - mean
    scale, level = 1.0, mean
    for _ in range(_ROUNDS):
        expected = sigmoid(scale * away + level)
        slope = (seen - expected).sum() - _RIDGE * (level - mean)
        # Far from the best level the curve is flat, and a whole step is too long.
        level += float(np.clip(slope / ((expected * (1 - expected)).sum() + _RIDGE), -1, 1))
        expected = sigmoid(scale * away + level)
        slope = away @ (seen - expected) - _RIDGE * (scale - 1)
        scale += float(slope / (away**2 @ (expected * (1 - expected)) + _RIDGE))
        scale = max(scale, _LEAST_SCALE)
    return scale, level - scale * mean
