"""How far a mean over questions can be trusted: the percentile bootstrap.

After Efron, "Bootstrap methods: another look at the jackknife" (1979).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.retrieval.bm25 import Floats

LEVEL = 0.95
RESAMPLES = 2_000

_SEED = 1979


@dataclass(frozen=True)
class Interval:
    """A mean, and between which values it lies with a probability of 95 %."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference is beyond chance."""
        return self.low > 0 or self.high < 0


def interval(values: Sequence[float] | Floats) -> Interval:
    """Return the mean of one value a question, and its percentile bootstrap interval; `ValueError` without values.

    The same number of values is always resampled in the same way, so that the interval of a difference between two
    treatments of the same questions is that of the paired difference.
    """
    given = np.asarray(values, dtype=np.float64)
    if not len(given):
        msg = "no values to take the mean of"
        raise ValueError(msg)
    random = np.random.default_rng(_SEED)
    means = [given[random.integers(len(given), size=len(given))].mean() for _ in range(RESAMPLES)]
    outside = (1 - LEVEL) / 2
    low, high = np.quantile(means, (outside, 1 - outside))
    return Interval(float(given.mean()), float(low), float(high))
