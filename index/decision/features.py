"""Evidence to numbers that a model weighs: normalized and raw, and how an entry's size bears on them."""

from collections.abc import Mapping

import numpy as np

from index.retrieval.bm25 import Floats
from index.retrieval.evidence import Evidence
from index.retrieval.search import Index

BASIS = ("always", "size", "mean_size")
"""What a weight is made of: a constant, what it changes for an entry with more phrasings than others here have, and for
an FAQ whose entries have many. So one model serves FAQs of every shape, without a jump at some number of phrasings."""

IN_RICH = " in a rich FAQ"
"""Behind the name of a feature that is one times the mean size: what it says where entries have many phrasings."""

_ALL = 0.99
_MEAN_SIZE = 0.5


def basis(index: Index) -> Floats:
    """Return the values of `BASIS`, one column an entry."""
    own = index.log_sizes
    mean = index.mean_size
    return np.stack([np.ones(len(own)), own - mean, np.full(len(own), mean - _MEAN_SIZE)])


def prior(index: Index) -> Floats:
    """Return what is known of entries before any question: size against others, both ways, and being a referral."""
    own = index.log_sizes
    mean = index.mean_size
    away = own - mean
    smaller = np.minimum(away, 0.0)
    return np.stack([away, smaller, away * mean, smaller * mean, index.is_referral.astype(np.float64)])


PRIOR = ("size", "smaller", f"size{IN_RICH}", f"smaller{IN_RICH}", "referral")
"""The names of these."""


def none_features(index: Index, evidence: Evidence) -> dict[str, float]:
    """Return what makes it likely that no entry is meant, by name.

    That is words that nobody has, and near questions that nothing may answer.
    """
    near, nearest = evidence.nearest_unanswerable
    return {
        "always": 1.0,
        "unknown": evidence.unknown,
        "uncovered": float(evidence.uncovered.sum()),
        "mean_size": index.mean_size,
        "entries": float(np.log(len(index.entries)) / 3),
        "taught": float(bool(index.unanswerable)),
        "near": near,
        "nearest": nearest,
        "near_size": near * index.mean_size,
        "nearest_size": nearest * index.mean_size,
    }


def first_features(
    index: Index,
    evidence: Evidence,
    normalized: Mapping[str, Floats],
    probabilities: Floats,
    first: int,
) -> dict[str, float]:
    """Return what tells whether the entry of number `first` is right, by name."""
    others = probabilities[:-1].copy()
    others[first] = 0.0
    # What lacks a thing that is named does not compete with an entry that has it with all else that is asked.
    if evidence.raw["coverage"][first] > _ALL:
        for lacks in evidence.lacking.values():
            others[lacks & ~lacks[first]] = 0.0
    second = int(others.argmax() if others.any() else probabilities[:-1].argmin())
    referral = float(np.where(index.is_referral, others, 0.0).max(initial=0.0))
    near, nearest = evidence.nearest_unanswerable
    sizes = index.log_sizes
    found = {
        "first": _logit(probabilities[first]),
        "second": _logit(others[second]),
        "referral": _logit(referral),
        "none": _logit(probabilities[-1]),
        "unknown": evidence.unknown,
        "uncovered": float(evidence.uncovered.sum()),
        "most_covered": float(evidence.raw["coverage"].max()),
        "taught": float(bool(index.unanswerable)),
        "near": near,
        "nearest": nearest,
        "closer": evidence.closeness("meaning", first) - near,
        "size": float(sizes[first]),
        "mean_size": index.mean_size,
        "referrals": float(index.is_referral.mean()),
    }
    for kind in normalized:
        found[f"{kind} z"] = float(normalized[kind][first])
        found[f"{kind} raw"] = float(evidence.raw[kind][first])
        found[f"{kind} margin"] = float(normalized[kind][first] - normalized[kind][second])
    # In an FAQ without other phrasings all of these are 0, and the plain features decide alone.
    return found | {f"{name}{IN_RICH}": value * found["mean_size"] for name, value in found.items()}


def _logit(probability: float) -> float:
    return float(np.log((probability + 1e-4) / (1 - probability + 1e-4)))
