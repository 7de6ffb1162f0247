"""The fitted numbers: which entry is meant, and how sure that is. They ship with the program."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from faq.problems import Fault
from index.decision.features import PRIOR, basis, first_features, none_features, prior
from index.retrieval.bm25 import Floats, best
from index.retrieval.encoder import EncoderError
from index.retrieval.evidence import Evidence
from index.retrieval.search import Index

ENGINE = 21
"""Raised whenever the same knowledge would be compiled, kept or decided differently."""

VERBATIM = 10.0
"""What the one entry gets that has the question word for word: people press what the bot offers, and type it too."""
NAMED = -3.0
"""What an entry gets that does not have what a question names: a year, a class, a person."""
SURE = 0.99
"""How sure that entry is."""

FARTHEST = 4.0
"""Standard deviations beyond which a feature counts no more in products."""

_FOLDER = Path(__file__).with_name("pretrained")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def sigmoid(logits: Floats) -> Floats:
    """Return the probabilities of logits, safe at any size."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))


class Regression(_Frozen):
    """A logistic regression over named features and over products of some of them, as it was fitted.

    A single feature rarely decides: a margin over the next entry says much where the words of a question are
    covered, and nothing where they are not. Products of standardized features say so.

    Attributes:
        paired: Those whose products count, squares included.
        scale: Standard deviation of each; 1 for one that never changes.
        weights: Change of the logit for each unit of a feature.
        pairs: The upper triangle of the products' weights, row by row, each of two standardized features.
    """

    names: tuple[str, ...]
    paired: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    pairs: tuple[float, ...]
    bias: float

    def probabilities(self, values: Floats) -> Floats:
        """Return the probability of each row of `values`, or of the only one."""
        centre, scale, weights, places, products = self._arrays
        away = values - centre
        # What `clip` does, in a third of its time for a single row.
        near = np.minimum(np.maximum(away / scale, -FARTHEST), FARTHEST)[..., places]
        return sigmoid(self.bias + away @ weights + ((near @ products) * near).sum(axis=-1))

    @cached_property
    def _arrays(self) -> tuple[Floats, Floats, Floats, npt.NDArray[np.intp], Floats]:
        places = np.array([self.names.index(name) for name in self.paired], dtype=np.intp)
        products = np.zeros((len(places), len(places)))
        products[np.triu_indices(len(places))] = self.pairs
        return np.array(self.centre), np.array(self.scale), np.array(self.weights), places, products


class Weight(_Frozen):
    """What one kind of evidence counts, normalized and raw, by `index.decision.features.BASIS`."""

    normalized: tuple[float, ...]
    raw: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Ranking:
    """Every entry's score for one question, in logits, with its part by kind of evidence; the parts add up to it.

    `probabilities` has one for each entry, and at the end one for none. What may not be shown has a score of -inf.
    """

    scores: Floats
    parts: Mapping[str, Floats]
    probabilities: Floats
    normalized: Mapping[str, Floats]

    @cached_property
    def _rounded(self) -> Floats:
        # The last digits of a product depend on where its rows stand.
        rounded: Floats = np.round(self.scores, 4)
        return rounded

    def first(self, limit: int) -> list[int]:
        """Return the first entries that may be shown, best first, ties in order of the files."""
        return [number for number in best(self._rounded, limit) if self.scores[number] > -np.inf]

    def first_of(self, some: npt.NDArray[np.bool_]) -> int | None:
        """Return the first entry that may be shown of some; `None` if there is none."""
        scores = np.where(some, self._rounded, -np.inf)
        number = int(scores.argmax()) if len(scores) else 0
        return number if scores.max(initial=-np.inf) > -np.inf else None


class Model(_Frozen):
    """All that is fitted for one set of encoders; `offered` tells whether one of the first three is right.

    It ranks and judges what was searched, and is safe to share among threads.

    `probe` holds what the search found in a small FAQ when this was fitted: a search that finds something else needs
    another fit.
    """

    made_from: str
    engine: int
    probe: dict[str, float]
    encoders: tuple[str, ...]
    weights: dict[str, Weight]
    prior: dict[str, float]
    none: dict[str, float]
    first: Regression | None = None
    offered: Regression | None = None

    @cached_property
    def _weights(self) -> Mapping[str, tuple[Floats, Floats]]:
        weights = self.weights.items()
        return {kind: (np.array(each.normalized), np.array(each.raw)) for kind, each in weights}

    @cached_property
    def _prior(self) -> Floats:
        return np.array([self.prior[name] for name in PRIOR])

    def rank(
        self, index: Index, evidence: Evidence, *, bonus: Floats | None = None, hidden: Sequence[int] = ()
    ) -> Ranking:
        """Score every entry; `bonus` is for what a conversation is about, and what is `hidden` is not found."""
        by_size, normalized, parts = basis(index), {}, {}
        for kind, (of_normalized, of_raw) in self._weights.items():
            raw = evidence.raw[kind]
            found = normalized[kind] = index.compiled.norms.normalized(kind, raw)
            parts[kind] = (of_normalized @ by_size) * found + (of_raw @ by_size) * raw
        parts["prior"] = self._prior @ prior(index)
        if evidence.lacking:
            parts["named"] = NAMED * np.sum(list(evidence.lacking.values()), axis=0)
        if bonus is not None:
            parts["thread"] = bonus
        if evidence.verbatim is not None:
            parts["verbatim"] = np.zeros(len(index.entries))
            parts["verbatim"][evidence.verbatim] = VERBATIM
        scores: Floats = np.sum(list(parts.values()), axis=0)
        if len(hidden):
            scores[list(hidden)] = -np.inf
        none = np.array(list(none_features(index, evidence).values()))
        logits = np.append(scores, np.array(list(self.none.values())) @ none)
        likely = np.exp(logits - logits.max())
        return Ranking(scores, parts, likely / likely.sum(), normalized)

    def confidence(
        self, index: Index, evidence: Evidence, ranking: Ranking, first: int
    ) -> tuple[float, float]:
        """Return the probability that the entry of number `first` is right, and that one of the first three is."""
        if first == evidence.verbatim:
            return SURE, SURE
        found = first_features(index, evidence, ranking.normalized, ranking.probabilities, first)
        values = np.array(list(found.values()))
        right = float(self.first.probabilities(values)) if self.first else float(ranking.probabilities[first])
        offered = float(self.offered.probabilities(values)) if self.offered else right
        return right, max(right, offered)


@cache
def shipped(encoders: tuple[str, ...]) -> Model:
    """Return the model that ships with the program for encoders of these names; `EncoderError` if there is none."""
    file = _FOLDER / f"{'+'.join(encoders) or 'words'}.json"
    if not file.exists():
        known = tuple(sorted(each.stem for each in _FOLDER.glob("*.json")))
        fault = Fault.of(
            "encoder-unfitted", encoders="+".join(encoders), known=known, names=" ".join(encoders)
        )
        raise EncoderError.of(fault)
    return Model.model_validate(json.loads(file.read_bytes()))
