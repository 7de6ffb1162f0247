import numpy as np
import pytest

from index.decision.logistic import _FARTHEST, _PAIR_RIDGE, Flags, logistic
from index.retrieval.bm25 import Floats


def draw(rows: int, columns: int, seed: int = 0) -> tuple[Floats, Flags]:
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
    found = logistic(values, labels)
    scale = values.std(axis=0)
    standardized = (values - values.mean(axis=0)) / scale
    chance = 1 / (1 + np.exp(-((values - found.centre) @ found.weights + found.bias)))
    gradient = standardized.T @ (labels - chance) - found.weights * scale
    assert gradient == pytest.approx(np.zeros(columns), abs=1e-6)
    assert (labels - chance).sum() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("label", [True, False])
def test_labels_that_are_all_alike_give_finite_weights(label: bool) -> None:  # noqa: FBT001 -- the case itself
    values, _ = draw(150, 3)
    chances = logistic(values, np.full(150, label), paired=range(3)).chances(values)
    assert np.isfinite(chances).all()
    assert np.round(chances).astype(bool).tolist() == [label] * 150


def test_products_stand_where_the_penalized_likelihood_is_flat() -> None:
    """Column by column, as a plain regression over features and products would have it."""
    values, labels = draw(400, 3)
    found = logistic(values, labels, paired=range(3))
    near = np.clip((values - values.mean(axis=0)) / values.std(axis=0), -_FARTHEST, _FARTHEST)
    error = labels - found.chances(values)
    for one in range(3):
        for other in range(one, 3):
            weight = found.pairs[one, other] * (1 if one == other else 2)
            assert (near[:, one] * near[:, other]) @ error == pytest.approx(_PAIR_RIDGE * weight, abs=1e-6)


def test_a_product_says_what_no_feature_says_alone() -> None:
    """Right where both are high or both are low: a plain regression sees nothing, products see it."""
    values = np.random.default_rng(5).normal(size=(2_000, 2))
    labels = values[:, 0] * values[:, 1] > 0
    apart = [
        chances[labels].mean() - chances[~labels].mean()
        for chances in (logistic(values, labels, paired=paired).chances(values) for paired in ((), (0, 1)))
    ]
    assert apart[0] < 0.05
    assert apart[1] > 0.2


def test_effects_and_the_bias_add_up_to_the_logit_of_one_row_and_of_many() -> None:
    values, labels = draw(200, 4)
    found = logistic(values, labels, paired=range(values.shape[1]))
    together = found.effects(values)
    assert together.shape == values.shape
    assert found.effects(values[7]) == pytest.approx(together[7])
    logits = found.bias + together.sum(axis=1)
    assert found.chances(values) == pytest.approx(1 / (1 + np.exp(-logits)))


def test_only_chosen_features_are_multiplied() -> None:
    values, labels = draw(200, 4)
    found = logistic(values, labels, paired=(1, 3))
    assert {tuple(place) for place in np.argwhere(found.pairs).tolist()} == {(1, 1), (1, 3), (3, 1), (3, 3)}


def test_a_row_that_counts_twice_is_two_rows() -> None:
    values, labels = draw(120, 3)
    twice = np.arange(120) % 3 == 0
    weighted = logistic(values, labels, weights=1.0 + twice, paired=(0, 2))
    repeated = logistic(
        np.concatenate([values, values[twice]]), np.concatenate([labels, labels[twice]]), paired=(0, 2)
    )
    assert weighted.chances(values) == pytest.approx(repeated.chances(values), abs=1e-6)
