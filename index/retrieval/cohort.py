"""The cohort: questions in general, against which the evidence of each entry is normalized; few are about it.

An entry with three hundred phrasings has three hundred chances to be near to a question, one with three has three. What
each scores on questions that are not about it tells how much of a score is chance: the Z-norm of speaker verification
(Reynolds, "Comparison of background normalization methods for text-independent speaker verification", 1997).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from index.retrieval.bm25 import Floats

_OWN = 0.5
"""How much an entry's own deviation counts, against the mean of all entries: few questions tell it badly."""
_LEAST = 1e-3


@dataclass(frozen=True)
class Norms:
    """Mean and deviation of each kind of evidence for each entry, over questions in general."""

    mean: Mapping[str, Floats]
    deviation: Mapping[str, Floats]

    def normalized(self, kind: str, raw: Floats) -> Floats:
        """Return evidence of a kind as z-scores."""
        found: Floats = (raw - self.mean[kind]) / self.deviation[kind]
        return found


def norms(found: Mapping[str, Floats]) -> Norms:
    """Return the norms of entries from the evidence of each kind that a cohort found, a row a question."""
    mean, deviation = {}, {}
    for kind, values in found.items():
        mean[kind] = values.mean(axis=0)
        own = values.std(axis=0) + _LEAST
        deviation[kind] = _OWN * own + (1 - _OWN) * own.mean()
    return Norms(mean, deviation)
