import numpy as np
import pytest
from scipy.optimize import minimize

from index.decision.policy import Calibration, moved
from index.evaluation.calibration import FEWEST, LEVEL, fit_calibration, interval
from index.retrieval.bm25 import Floats


def drawn(scale: float, shift: float, rows: int, seed: int = 3) -> tuple[Floats, list[bool]]:
    """Return probabilities and outcomes of which a calibration by these two would be right."""
    random = np.random.default_rng(seed)
    probabilities = 1 / (1 + np.exp(-random.normal(0.5, 2, rows)))
    truth = np.array([moved(probability, scale, shift) for probability in probabilities])
    return probabilities, (random.random(rows) < truth).tolist()


@pytest.mark.parametrize(("scale", "shift", "rows"), [(0.5, 1.0, 30), (1.5, -1.0, 200), (3.0, 2.0, 50)])
def test_it_stands_where_the_penalized_likelihood_is_highest(scale: float, shift: float, rows: int) -> None:
    """A second implementation: scipy's minimizer."""
    probabilities, right = drawn(scale, shift, rows)
    logits = np.log(probabilities / (1 - probabilities))
    away, outcomes = logits - logits.mean(), np.array(right)

    def loss(found: Floats) -> float:
        moved_logits = found[0] * away + found[1]
        ridge = 1.25 * ((found[0] - 1) ** 2 + (found[1] - logits.mean()) ** 2)
        return float(np.logaddexp(0, np.where(outcomes, -moved_logits, moved_logits)).sum() + ridge)

    best = minimize(loss, [1.0, 0.0], tol=1e-12).x
    found = fit_calibration(probabilities, right, probabilities, right)
    assert found.scale == pytest.approx(best[0], abs=1e-3)
    assert found.shift == pytest.approx(best[1] - best[0] * logits.mean(), abs=1e-3)


def test_few_questions_change_nothing() -> None:
    probabilities, right = drawn(0.2, 3.0, FEWEST - 1)
    assert fit_calibration(probabilities, right, [], []) == Calibration()


@pytest.mark.parametrize("seed", range(5))
def test_the_bounds_are_those_of_another_implementation(seed: int) -> None:
    from scipy import stats  # noqa: PLC0415 -- takes seconds, which each process of the run would need

    values = np.random.default_rng(seed).exponential(size=80)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, confidence_level=LEVEL, rng=seed
    ).confidence_interval
    found = interval(values)
    width = theirs.high - theirs.low
    assert found.low == pytest.approx(theirs.low, abs=0.06 * width)
    assert found.high == pytest.approx(theirs.high, abs=0.06 * width)


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        interval([])
