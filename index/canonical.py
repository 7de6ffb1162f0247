"""Canonical correlation: directions of questions and directions of answers that go together.

What people ask and what an office writes are two ways of saying a thing. A set's own pairs of question and answer show
which directions of the one go with which of the other, without a labelled question. Hotelling, "Relations between two
sets of variates" (1936), with a ridge as in Vinod, "Canonical ridge and econometrics of joint production" (1976).
"""

import numpy as np
import numpy.typing as npt

from index.vectors import Vectors

FEWEST_PAIRS = 50
"""Pairs of question and answer below which nothing is learned from them."""
MOST_VARIATES = 50
"""Directions that are kept, those that go together best."""

_RIDGE = 0.3
"""What is added to each variance, against the mean of all."""

_Matrix = npt.NDArray[np.float64]


def canonical(questions: Vectors, answers: Vectors) -> tuple[Vectors, Vectors]:
    """Return what projects questions, and what projects answers, to their canonical variates.

    Args:
        questions: One row a pair; not centred, as their common part is expected to be gone.
        answers: The same number of rows, of the same pairs.

    Returns:
        Two matrices with a column for each of up to `MOST_VARIATES` variates, the most correlated first, each weighed
        by the root of its correlation: products of the two projections then weigh it by the correlation itself.
    """
    one, two = questions.astype(np.float64), answers.astype(np.float64)
    left, right = _whitening(one), _whitening(two)
    across = left @ (one.T @ two / len(one)) @ right
    firsts, correlations, seconds = np.linalg.svd(across)
    # The sign of a pair of variates is free; the largest part of the first is made positive, so that builds repeat.
    firsts, seconds = firsts[:, :MOST_VARIATES], seconds.T[:, :MOST_VARIATES]
    largest = np.abs(firsts).argmax(axis=0)
    signs = np.sign(firsts[largest, np.arange(firsts.shape[1])])
    weights = signs * np.sqrt(correlations[:MOST_VARIATES])
    return (left @ firsts * weights).astype(np.float32), (right @ seconds * weights).astype(np.float32)


def _whitening(found: _Matrix) -> _Matrix:
    """Return the symmetric inverse root of the second moments, with the ridge."""
    moments = found.T @ found / len(found)
    size = len(moments)
    moments += _RIDGE * np.trace(moments) / size * np.eye(size)
    values, directions = np.linalg.eigh(moments)
    whitening: _Matrix = (directions / np.sqrt(values)) @ directions.T
    return whitening
