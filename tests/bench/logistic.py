"""The fit of a regression: logistic, over features and products of some, with a ridge.

Hoerl and Kennard, "Ridge regression" (1970); fitted by iteratively reweighted least squares (Nelder and Wedderburn,
"Generalized linear models", 1972).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.decision.model import FARTHEST, Regression, sigmoid
from index.retrieval.bm25 import Floats

RIDGE = 1.0
"""On the weights of standardized features; the bias has none."""
PAIR_RIDGE = 300.0
"""On those of products: few questions give nearly a plain regression."""

_ROUNDS = 30
_CONVERGED = 1e-8


def fit(
    names: Sequence[str],
    values: Floats,
    labels: npt.NDArray[np.bool_],
    weights: Floats | None = None,
    *,
    paired: Sequence[str] = (),
) -> Regression:
    """Fit a regression to labels, one a row of `values`; `weights` say how much each row counts, 1 without."""
    weight = np.ones(len(values)) if weights is None else weights
    centre = np.average(values, axis=0, weights=weight)
    scale = np.sqrt(np.average((values - centre) ** 2, axis=0, weights=weight))
    scale[scale == 0] = 1.0
    standard = (values - centre) / scale
    among = [list(names).index(name) for name in paired]
    near = np.clip(standard, -FARTHEST, FARTHEST)[:, among]
    rows, columns = np.triu_indices(len(among))
    design = np.column_stack([np.ones(len(values)), standard, near[:, rows] * near[:, columns]])
    ridge = np.array([0.0, *[RIDGE] * len(names), *[PAIR_RIDGE] * len(rows)])
    found = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        chance = sigmoid(design @ found)
        curvature = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        curvature[np.diag_indices_from(curvature)] += ridge + 1e-9
        step = np.linalg.solve(curvature, design.T @ (weight * (labels - chance)) - ridge * found)
        found += step
        if np.abs(step).max() < _CONVERGED:
            break
    plain, products = found[1 : 1 + len(names)], found[1 + len(names) :]
    return Regression(
        names=tuple(names),
        paired=tuple(paired),
        centre=tuple(centre.tolist()),
        scale=tuple(scale.tolist()),
        weights=tuple((plain / scale).tolist()),
        pairs=tuple(np.round(products, 6).tolist()),
        bias=float(found[0]),
    )
