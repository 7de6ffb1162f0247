"""A release: one immutable set of knowledge, compiled index and fitted thresholds, named by its content."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from faq.model import Knowledge
from index.channel import Weights
from index.decision import Fit
from index.fitting import FEWEST, fit, sample
from index.search import Index, compile_index
from index.sudachi import fingerprint

ENGINE = 1
"""Raised whenever the same knowledge would be compiled or decided differently."""


@dataclass(frozen=True, eq=False)
class Release:
    """What is served.

    Attributes:
        name: 12 hexadecimal digits of the hash of the knowledge and of all that decides how it is compiled.
    """

    name: str
    knowledge: Knowledge
    index: Index
    fit: Fit


def build(
    knowledge: Knowledge,
    weights: Weights = Weights(),  # noqa: B008 -- frozen
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Compile the index and fit the thresholds; the same knowledge always gives the same release.

    A knowledge set with too few expectations of its own for a fit is served with the fit of the built-in one, whose
    features are shares and so mean the same.
    """
    progress("索引を作っています")
    index = compile_index(knowledge, weights)
    answered = sum(bool(expectation.gold) for expectation in knowledge.expectations)
    if min(answered, len(knowledge.expectations) - answered) >= FEWEST:
        progress("想定質問でしきい値を合わせています")
        fitted = fit(sample(index, knowledge.expectations))
    else:
        fitted = standard_fit()
    return Release(name_of(knowledge, weights), knowledge, index, fitted)


def name_of(knowledge: Knowledge, weights: Weights = Weights()) -> str:  # noqa: B008 -- frozen
    """Return the name that the release of this knowledge has."""
    digest = hashlib.sha256(basis(weights).encode())
    digest.update(knowledge.model_dump_json().encode())
    return digest.hexdigest()[:12]


def basis(weights: Weights = Weights()) -> str:  # noqa: B008 -- frozen
    """Return, as text, all that decides how knowledge is compiled, but for the knowledge."""
    return json.dumps([ENGINE, fingerprint(), asdict(weights), standard_fit().model_dump()])


@cache
def standard_fit() -> Fit:
    """Return the fit of the built-in knowledge, for sets that cannot be fitted on their own questions."""
    return Fit.model_validate_json(Path(__file__).with_name("standard_fit.json").read_bytes())
