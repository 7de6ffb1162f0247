"""Measures of one ranking against its qrels: reciprocal rank, nDCG, recall."""

import math
from collections.abc import Mapping, Sequence

_DEPTH = 10


def reciprocal_rank(gold: Mapping[str, int], ranking: Sequence[str]) -> float:
    """Return 1 over the rank of the first entry that may answer; 0 where none is ranked.

    >>> reciprocal_rank({"b": 1}, ["a", "b"])
    0.5
    """
    return next((1 / rank for rank, entry_id in enumerate(ranking, 1) if entry_id in gold), 0.0)


def ndcg(gold: Mapping[str, int], ranking: Sequence[str], depth: int = _DEPTH) -> float:
    """Return the discounted cumulative gain of the first `depth`, over that of the best order; 0 without gold.

    >>> ndcg({"a": 2, "b": 1}, ["a", "b"])
    1.0
    """
    best = _dcg(sorted(gold.values(), reverse=True)[:depth])
    return _dcg([gold.get(entry_id, 0) for entry_id in ranking[:depth]]) / best if best else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def recall(gold: Mapping[str, int], ranking: Sequence[str], depth: int = _DEPTH) -> float:
    """Return the share of the entries that may answer among the first `depth`; 0 without gold.

    >>> recall({"a": 1, "b": 1}, ["b", "c"])
    0.5
    """
    return sum(entry_id in gold for entry_id in ranking[:depth]) / len(gold) if gold else 0.0
