"""The cohort: questions that are about other things, against which the evidence of each entry is normalized.

An entry with three hundred phrasings has three hundred chances to be near to a question, one with three has three. What
each scores on questions that are not about it tells how much of a score is chance: the Z-norm of speaker verification
(Reynolds, "Comparison of background normalization methods for text-independent speaker verification", 1997).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from index.retrieval.bm25 import Floats

_FILE = Path(__file__).with_name("data") / "cohort.json"
_OWN = 0.5
"""How much an entry's own deviation counts, against the mean of all entries: few questions tell it badly."""
_LEAST = 1e-3


@dataclass(frozen=True)
class Cohort:
    """Questions of the cohort."""

    questions: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Norms:
    """Mean and deviation of each kind of evidence for each entry, over questions that are not about it."""

    mean: Mapping[str, Floats]
    deviation: Mapping[str, Floats]

    def normalized(self, kind: str, raw: Floats) -> Floats:
        """Return evidence of a kind as z-scores."""
        found: Floats = (raw - self.mean[kind]) / self.deviation[kind]
        return found


@cache
def shipped_cohort() -> Cohort:
    """Return the cohort that ships with the program."""
    rows = json.loads(_FILE.read_bytes())
    return Cohort(tuple(row["q"] for row in rows), tuple(row["topic"] for row in rows))


def norms(found: Sequence[Mapping[str, Floats]], topics: Sequence[str], numbers: Mapping[str, int]) -> Norms:
    """Return the norms of entries."""
    mean, deviation = {}, {}
    for kind in found[0] if found else ():
        values = np.array([each[kind] for each in found])
        for row, topic in enumerate(topics):
            if topic in numbers:
                values[row, numbers[topic]] = np.nan
        mean[kind] = np.nanmean(values, axis=0)
        own = np.nanstd(values, axis=0) + _LEAST
        deviation[kind] = _OWN * own + (1 - _OWN) * own.mean()
    return Norms(mean, deviation)
