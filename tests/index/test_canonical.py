import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from index.canonical import _RIDGE, MOST_VARIATES, canonical
from index.vectors import Vectors

SIZE = 6


def pairs(seed: int, count: int = 80) -> tuple[Vectors, Vectors]:
    """Return questions and answers that share two hidden directions, and noise."""
    chance = np.random.default_rng(seed)
    hidden = chance.normal(size=(count, 2))
    one, two = (hidden @ chance.normal(size=(2, SIZE)) + chance.normal(size=(count, SIZE)) for _ in range(2))
    return one.astype(np.float32), two.astype(np.float32)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_correlations_are_those_of_a_second_implementation(seed: int) -> None:
    """The generalized eigenproblem of textbooks, in place of whitening and a singular value decomposition."""
    one, two = pairs(seed)
    left, right = canonical(one, two)
    moments = []
    for found in (one, two):
        plain = found.T.astype(np.float64) @ found / len(found)
        moments.append(plain + _RIDGE * np.trace(plain) / SIZE * np.eye(SIZE))
    across = one.T.astype(np.float64) @ two / len(one)
    coupled = np.block([[np.zeros((SIZE, SIZE)), across], [across.T, np.zeros((SIZE, SIZE))]])
    expected = linalg.eigh(coupled, linalg.block_diag(*moments), eigvals_only=True)[::-1][:SIZE]
    # Each projection has a variance of its correlation, so that their product weighs a variate by it.
    for projection, moment in zip((left, right), moments, strict=True):
        assert np.diag(projection.T @ moment @ projection) == pytest.approx(expected, abs=1e-4)
    assert np.diag(left.T @ across @ right) == pytest.approx(expected**2, abs=1e-4)


def test_what_goes_together_is_found_where_it_is_written_in_other_words() -> None:
    one, two = pairs(1, count=400)
    left, right = canonical(one[:300], two[:300])
    own = np.einsum("ij,ij->i", one[300:] @ left, two[300:] @ right)
    others = np.einsum("ij,ij->i", one[300:] @ left, np.roll(two[300:], 1, axis=0) @ right)
    assert own.mean() > 3 * abs(others.mean())


def test_the_same_pairs_give_the_same_variates_whatever_their_signs() -> None:
    one, two = pairs(2)
    for projection, again in zip(canonical(one, two), canonical(one[::-1], two[::-1]), strict=True):
        assert projection == pytest.approx(again, abs=1e-4)


def test_the_best_variates_are_kept() -> None:
    wide = np.random.default_rng(3).normal(size=(90, MOST_VARIATES + 9)).astype(np.float32)
    left, right = canonical(wide, wide)
    assert left.shape == right.shape == (MOST_VARIATES + 9, MOST_VARIATES)
