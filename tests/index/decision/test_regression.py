import numpy as np
import numpy.typing as npt
import pytest

from index.retrieval.bm25 import Floats
from tests.bench.logistic import PAIR_RIDGE, fit
from tests.bench.reliability import reliability

NAMES = [f"feature {number}" for number in range(12)]


def draw(rows: int, columns: int, seed: int = 0) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return values of unlike sizes, and labels that lean on the first two."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, columns)) * random.uniform(0.1, 20, columns) + random.normal(
        size=columns
    )
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    labels = random.random(rows) < 1 / (1 + np.exp(-(scaled @ np.linspace(2, -1, columns) - 0.5)))
    return values, labels


@pytest.mark.parametrize(("rows", "columns"), [(40, 1), (120, 3), (300, 12)])
def test_the_regression_stands_where_the_penalized_likelihood_is_flat(rows: int, columns: int) -> None:
    """The gradient, by the book: Z'(y - p) - w for the weights, the sum of y - p for the bias."""
    values, labels = draw(rows, columns)
    found = fit(NAMES[:columns], values, labels)
    scale = values.std(axis=0)
    standardized = (values - values.mean(axis=0)) / scale
    chance = 1 / (1 + np.exp(-((values - np.array(found.centre)) @ np.array(found.weights) + found.bias)))
    assert found.probabilities(values) == pytest.approx(chance)
    gradient = standardized.T @ (labels - chance) - np.array(found.weights) * scale
    assert gradient == pytest.approx(np.zeros(columns), abs=1e-6)
    assert (labels - chance).sum() == pytest.approx(0, abs=1e-6)


def test_products_stand_where_the_penalized_likelihood_is_flat() -> None:
    """Column by column, as a plain regression over features and products would have it."""
    values, labels = draw(400, 3)
    found = fit(NAMES[:3], values, labels, paired=(NAMES[0], NAMES[2]))
    near = np.clip((values - values.mean(axis=0)) / values.std(axis=0), -4, 4)
    error = labels - found.probabilities(values)
    products = [near[:, one] * near[:, other] for one, other in ((0, 0), (0, 2), (2, 2))]
    assert [product @ error for product in products] == pytest.approx(
        [PAIR_RIDGE * weight for weight in found.pairs], abs=1e-3
    )


@pytest.mark.parametrize("label", [True, False])
def test_labels_that_are_all_alike_give_finite_weights(label: bool) -> None:  # noqa: FBT001 -- the case itself
    values, _ = draw(150, 3)
    chances = fit(NAMES[:3], values, np.full(150, label), paired=NAMES[:3]).probabilities(values)
    assert np.isfinite(chances).all()
    assert np.round(chances).astype(bool).tolist() == [label] * 150


def test_a_probability_that_is_too_high_is_told() -> None:
    """Of ten answers at 0.9 five are right: 0.4 off; each is 0.1 or 0.9 from its outcome."""
    found = reliability(np.full(10, 0.9), [True, False] * 5)
    assert found.bins[0].said == pytest.approx(0.9)
    assert found.bins[0].true == 0.5
    assert found.error == pytest.approx(0.4)
    assert found.brier == pytest.approx((0.1**2 + 0.9**2) / 2)
