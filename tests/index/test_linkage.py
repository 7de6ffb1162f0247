import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from index.bm25 import Floats
from index.linkage import Join, joins


def closeness(count: int, seed: int) -> Floats:
    """Return a matrix without ties, on which the order of joins does not depend on how they are broken."""
    drawn = np.random.default_rng(seed).permutation(count * count).reshape(count, count) / (count * count)
    close: Floats = np.triu(drawn, 1)
    return close + close.T + np.eye(count)


def members(count: int, pairs: list[tuple[int, int]]) -> list[frozenset[int]]:
    """Return what each join holds, in their order."""
    found = [frozenset({item}) for item in range(count)]
    for left, right in pairs:
        found.append(found[left] | found[right])
    return found[count:]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [2, 3, 10, 60])
def test_joins_are_those_of_a_second_implementation(count: int, seed: int) -> None:
    close = closeness(count, seed)
    found = joins(close)
    distances = 1 - close
    np.fill_diagonal(distances, 0)
    theirs = linkage(squareform(distances), "average")
    ours = dict(
        zip(
            members(count, [(join.left, join.right) for join in found]),
            (join.closeness for join in found),
            strict=True,
        )
    )
    wanted = dict(
        zip(members(count, theirs[:, :2].astype(int).tolist()), (1 - theirs[:, 2]).tolist(), strict=True)
    )
    assert ours == pytest.approx(wanted)


def test_of_equals_the_first_are_joined_first_and_always() -> None:
    close = np.full((4, 4), 0.5)
    assert joins(close) == joins(close.copy())
    assert joins(close)[0] == Join(0, 1, 0.5)
    assert {join.closeness for join in joins(close)} == {0.5}


@pytest.mark.parametrize("count", [0, 1])
def test_one_item_and_none_are_joined_to_nothing(count: int) -> None:
    assert joins(np.ones((count, count))) == []


def test_the_matrix_stays_as_it_was() -> None:
    close = closeness(5, 1)
    before = close.copy()
    joins(close)
    assert (close == before).all()
