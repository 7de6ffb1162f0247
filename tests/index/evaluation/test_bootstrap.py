import numpy as np
import pytest
from scipy import stats

from index.evaluation.calibration import LEVEL, interval


@pytest.mark.parametrize("seed", range(5))
def test_the_bounds_are_those_of_another_implementation(seed: int) -> None:
    values = np.random.default_rng(seed).exponential(size=80)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, confidence_level=LEVEL, rng=seed
    ).confidence_interval
    found = interval(values)
    width = theirs.high - theirs.low
    assert found.low == pytest.approx(theirs.low, abs=0.06 * width)
    assert found.high == pytest.approx(theirs.high, abs=0.06 * width)


def test_a_difference_is_paired() -> None:
    """Questions that both get right or wrong say nothing about it, however many they are."""
    before = [1.0, 0.0] * 50
    after = [1.0, 0.0] * 49 + [1.0, 1.0]
    apart = [later - earlier for earlier, later in zip(before, after, strict=True)]
    found, alone = interval(apart), interval(before)
    assert (found.low, found.high) == pytest.approx((0.0, 0.03), abs=0.011)
    assert alone.high - alone.low > 0.15


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        interval([])
