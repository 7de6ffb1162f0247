"""Decisions by counting words, for tests of what becomes of a decision: no fitted number of the product takes part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from faq.model import Knowledge
from index.decision.model import Ranking
from index.decision.policy import Policy
from index.release.building import Release
from index.retrieval.bm25 import Floats
from index.retrieval.compiling import compile_index
from index.retrieval.evidence import Evidence
from index.retrieval.search import Index
from tests.index.builders import FEW, TINY

Sure = Callable[[float, float], float]
"""How sure an answer is, given its score, about 10 for one that has all words, and its margin over the next entry."""


def by_words(score: float, _margin: float) -> float:
    """Sure of an entry that has three words in four, unsure of one that has half."""
    return float(1 / (1 + np.exp(5 - score)))


def bold(score: float, _margin: float) -> float:
    return 0.95 if score > 0 else 0.0


def by_margin(score: float, margin: float) -> float:
    return 0.95 if score > 0 and margin > 1 else by_words(score, margin)


@dataclass(frozen=True, eq=False)
class WordModel:
    """Ranks by the share of the question's words that an entry has; stands in for `index.decision.model.Model`."""

    sure: Sure = by_words

    def model_dump_json(self) -> str:
        return "words"

    def rank(
        self, _index: Index, evidence: Evidence, *, bonus: Floats | None = None, hidden: Sequence[int] = ()
    ) -> Ranking:
        parts = {"coverage": 10 * evidence.raw["coverage"], "phrasing": evidence.raw["phrasing"]}
        if bonus is not None:
            parts["thread"] = bonus
        scores: Floats = np.sum(list(parts.values()), axis=0)
        scores[list(hidden)] = -np.inf
        likely = np.zeros(len(scores) + 1)
        ranking = Ranking(scores, parts, likely, evidence.raw)
        for first in ranking.first(1):
            likely[:-1] = np.where(scores > 0, self._sure(scores, first) / 50, 0.0)
            likely[first] = self._sure(scores, first)
        likely[-1] = 1 - likely.sum()
        return ranking

    def confidence(
        self, _index: Index, _evidence: Evidence, ranking: Ranking, first: int
    ) -> tuple[float, float]:
        """Return how sure the entry of number `first` is, and that one of the first three is right."""
        right = self._sure(ranking.scores, first) if [first] == ranking.first(1) else 0.0
        return right, min(1.0, right + 0.15) if right >= 0.4 else 0.0

    def _sure(self, scores: Floats, number: int) -> float:
        rest = np.delete(scores, number).max(initial=0.0)
        return self.sure(float(scores[number]), float(scores[number] - rest))


class WordRelease(Release):
    """A release that decides so."""

    def policy_for(self, _encoders: tuple[str, ...]) -> Policy:
        return Policy(WordModel(getattr(self, "sure", by_words)))  # type: ignore[arg-type]


def release(knowledge: Knowledge = TINY, sure: Sure = by_words) -> Release:
    """Return a release, by words alone, that decides by counting them."""
    made = WordRelease("0123456789ab", knowledge, compile_index(knowledge, cohort=FEW))
    object.__setattr__(made, "sure", sure)
    return made


def decide_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.release.building.shipped", lambda _encoders: WordModel())
    monkeypatch.setattr("index.retrieval.compiling.library_cohort", lambda: FEW)


@pytest.fixture(autouse=True)
def _decides_by_words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decide so in every test, by words alone unless it sets encoders; a test may want the product's decisions."""
    monkeypatch.setenv("FAQ_ENCODER", "none")
    if "decides_as_the_product_does" not in request.fixturenames:
        decide_by_words(monkeypatch)


@pytest.fixture
def decides_as_the_product_does() -> None:
    """Decide by the fitted numbers."""
