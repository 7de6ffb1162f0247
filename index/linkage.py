"""Average linkage (UPGMA: Sokal and Michener, 1958), by chains of nearest neighbours (Murtagh, 1983).

Of its own rather than scipy's, whose packages for clusters and sparse matrices take a third of a second to import.
"""

from typing import NamedTuple

import numpy as np

from index.bm25 import Floats

_GONE = -1.0


class Join(NamedTuple):
    """Two groups made one: a number below the count of items is an item, that count the first join, and so on.

    Attributes:
        closeness: The mean of all pairs of an item of one and an item of the other.
    """

    left: int
    right: int
    closeness: float


def joins(close: Floats) -> list[Join]:
    """Return how items come together until all are one, groups before what they become a part of.

    Of neighbours that are equally near, the one whose group has the first item counts. Takes the square of the number
    of items, in time and in memory.

    Args:
        close: Square and symmetric, 0 or more; the diagonal does not count.

    Returns:
        One join fewer than there are items; none of none.

    >>> joins(np.array([[1, 0.2, 0.9], [0.2, 1, 0.4], [0.9, 0.4, 1]]))
    [Join(left=0, right=2, closeness=0.9), Join(left=1, right=3, closeness=0.30000000000000004)]
    """
    near = close.astype(np.float64)
    np.fill_diagonal(near, _GONE)
    numbers, sizes = list(range(len(near))), np.ones(len(near))
    found: list[Join] = []
    chain: list[int] = []
    while len(found) < len(near) - 1:
        if not chain:
            chain.append(int(sizes.argmax() if found else 0))
        while True:
            nearest = int(near[chain[-1]].argmax())
            if len(chain) > 1 and near[chain[-1], chain[-2]] >= near[chain[-1], nearest]:
                break
            chain.append(nearest)
        kept, gone = sorted((chain.pop(), chain.pop()))
        left, right = sorted((numbers[kept], numbers[gone]))
        numbers[kept] = len(near) + len(found)
        found.append(Join(left, right, float(near[kept, gone])))
        mean = (sizes[kept] * near[kept] + sizes[gone] * near[gone]) / (sizes[kept] + sizes[gone])
        near[kept], near[:, kept] = mean, mean
        near[gone], near[:, gone], near[kept, kept] = _GONE, _GONE, _GONE
        sizes[kept], sizes[gone] = sizes[kept] + sizes[gone], 0
    return found
