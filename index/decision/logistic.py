"""Logistic regression over features and over their products, with a ridge.

A single feature rarely decides: a lead over the next entry says much where the words of a question are covered, and
nothing where they are not. Products of standardized features let a fit say so. They are shrunk harder than the features
themselves, so that few questions give nearly a plain regression. Hoerl and Kennard, "Ridge regression" (1970); fitted
by iteratively reweighted least squares (Nelder and Wedderburn, "Generalized linear models", 1972).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.retrieval.bm25 import Floats

Flags = npt.NDArray[np.bool_]

_RIDGE = 1.0
_PAIR_RIDGE = 300.0
_CONVERGED = 1e-8
_FARTHEST = 4.0
"""Standard deviations beyond which a feature counts no more in products."""


@dataclass(frozen=True, eq=False)
class Logistic:
    """A fitted regression over k features.

    Attributes:
        centre: Mean of each feature.
        scale: Standard deviation of each; 1 for one that never changes.
        weights: Change of the logit for each unit of a feature.
        pairs: k by k and symmetric: what products of two standardized features change, half of it on either side of
            the diagonal; zeros for a regression without products.
        bias: The logit where every feature is at its mean.
    """

    centre: Floats
    scale: Floats
    weights: Floats
    pairs: Floats
    bias: float

    def effects(self, values: Floats) -> Floats:
        """Return each feature's part of the logit, in the shape of `values`: one row of k, or many.

        A product belongs to both of its features by half. The logit is the bias and the sum of a row.
        """
        away = values - self.centre
        # What `clip` does, in a third of its time for a single row.
        near = np.minimum(np.maximum(away / self.scale, -_FARTHEST), _FARTHEST)
        found: Floats = away * self.weights + near * (near @ self.pairs)
        return found

    def chances(self, values: Floats) -> Floats:
        """Return the probability of each row."""
        return sigmoid(self.bias + self.effects(values).sum(axis=-1))


def sigmoid(logits: Floats) -> Floats:
    """Return the probabilities of logits, safe at any size.

    >>> sigmoid(np.array([0.0, -1e9])).tolist()
    [0.5, 0.0]
    """
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))


def logistic(
    values: Floats,
    labels: Flags,
    *,
    weights: Floats | None = None,
    paired: Sequence[int] = (),
    rounds: int = 30,
) -> Logistic:
    """Fit a regression to labels, one a row of `values`.

    The ridge, 1 for features and 300 for products, holds on standardized ones, and not on the bias.

    Args:
        values: Rows of k features.
        labels: One a row.
        weights: How much each row counts; 1 without.
        paired: Places of the features whose products, squares included, are features too; none without.
        rounds: Steps at the most.
    """
    weight = np.ones(len(values)) if weights is None else weights
    centre = np.average(values, axis=0, weights=weight)
    scale = np.sqrt(np.average((values - centre) ** 2, axis=0, weights=weight))
    scale[scale == 0] = 1.0
    size, among = values.shape[1], np.array(paired, dtype=np.intp)
    standard = (values - centre) / scale
    near = np.clip(standard, -_FARTHEST, _FARTHEST)
    rows, columns = (among[place] for place in np.triu_indices(len(among)))
    design = np.column_stack([np.ones(len(values)), standard, near[:, rows] * near[:, columns]])
    ridge = np.array([0.0, *[_RIDGE] * size, *[_PAIR_RIDGE] * len(rows)])
    found = np.zeros(design.shape[1])
    for _ in range(rounds):
        chance = sigmoid(design @ found)
        curvature = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        curvature[np.diag_indices_from(curvature)] += ridge + 1e-9
        step = np.linalg.solve(curvature, design.T @ (weight * (labels - chance)) - ridge * found)
        found += step
        if np.abs(step).max() < _CONVERGED:
            break
    pairs = np.zeros((size, size))
    pairs[rows, columns] += 0.5 * found[1 + size :]
    pairs[columns, rows] += 0.5 * found[1 + size :]
    return Logistic(centre, scale, found[1 : 1 + size] / scale, pairs, float(found[0]))
