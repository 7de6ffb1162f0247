"""Confidence and thresholds, fitted on labelled questions and judged on questions that the fit has not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from faq.model import Expectation
from index.bm25 import Floats
from index.decision import MOST_CHOICES, Fit, Thresholds
from index.evidence import Query
from index.features import NAMES, features, names
from index.logistic import Flags, logistic, sigmoid
from index.points import SHARES, Point, Shares
from index.question import question
from index.scores import Scores
from index.search import Index
from index.vectors import Vectors

FEWEST = 60
"""Labelled questions of each sort (to be answered, not to be answered) below which a fit says nothing."""

_FOLDS = 10
_USEFUL_OFFERS = 0.4

EmbeddingOf = Callable[[str], Vectors | None]
"""Gives the embedding of a question's text; `None` where it is not known."""

Row: TypeAlias = tuple[Floats, bool, bool, bool]
"""A question in a sample: its part of each attribute, in their order."""


@dataclass(frozen=True)
class Sample:
    """Labelled questions as numbers, one row each.

    Attributes:
        values: Features of the best answer entry, by row and in the order of `names`; zeros where there is none.
        right: Whether that entry may answer.
        offered: Whether one that may answer is among the first three of the ranking.
        asked: Whether any entry may answer.
        names: Of the features.
    """

    values: Floats
    right: Flags
    offered: Flags
    asked: Flags
    names: tuple[str, ...] = tuple(NAMES)

    def __len__(self) -> int:
        return len(self.right)

    @classmethod
    def of(cls, rows: Sequence[Row], known: tuple[str, ...] = tuple(NAMES)) -> "Sample":
        """Return the sample of these rows, none or more, whose features have the names `known`."""
        values = np.array([row[0] for row in rows]).reshape(-1, len(known))
        right, offered, asked = (np.array([row[column] for row in rows], dtype=bool) for column in (1, 2, 3))
        return cls(values, right, offered, asked, known)

    @classmethod
    def joined(cls, samples: Sequence["Sample"]) -> "Sample":
        """Return the rows of one or more samples, one sample after the other."""
        values, right, offered, asked = (
            np.concatenate([getattr(each, name) for each in samples])
            for name in ("values", "right", "offered", "asked")
        )
        return cls(values, right, offered, asked, samples[0].names)

    def at(self, rows: npt.NDArray[np.intp]) -> "Sample":
        """Return the rows of those numbers, in their order."""
        return Sample(self.values[rows], self.right[rows], self.offered[rows], self.asked[rows], self.names)


def sample(
    index: Index,
    expectations: Sequence[Expectation],
    embedding_of: EmbeddingOf | None = None,
    *,
    step: Callable[[], None] = lambda: None,
) -> Sample:
    """Ask the index every labelled question; `step` is called after each.

    Args:
        index: It has embeddings if `embedding_of` is given, which then knows every question.
        expectations: The labelled questions.
        embedding_of: Without it, they are asked without their embeddings.
        step: Called after each.
    """
    rows = []
    for expectation in expectations:
        query = query_of(index, expectation, embedding_of or _unknown)
        rows.append(row(index, expectation, index.score(query, rehearsed=True)))
        step()
    return Sample.of(rows, tuple(names(embedded=embedding_of is not None)))


def _unknown(_text: str) -> None:
    return None


def query_of(index: Index, expectation: Expectation, embedding_of: EmbeddingOf = _unknown) -> Query:
    """Return a labelled question as the index takes it."""
    asked = question(expectation.q)
    return index.query(asked.text, asked.background, embedding_of(asked.whole))


def row(index: Index, expectation: Expectation, scores: Scores) -> Row:
    """Return what a sample says of a question with these scores."""
    size = len(names(embedded=scores.nearness is not None))
    order = scores.order
    answers = order[~index.is_referral[order]]
    offered = any(index.entries[number].id in expectation.gold for number in order[:MOST_CHOICES])
    if not len(answers):
        return np.zeros(size), False, offered, bool(expectation.gold)
    right = index.entries[answers[0]].id in expectation.gold
    return features(index, scores, int(answers[0])), right, offered, bool(expectation.gold)


def enough(known: Sample) -> bool:
    """Whether there are enough questions of both sorts for a fit."""
    return bool(min(known.asked.sum(), (~known.asked).sum()) >= FEWEST)


def fit(known: Sample, *, judged: int | None = None) -> Fit:
    """Fit the probability that the best answer is right, then the thresholds on probabilities across folds.

    Each point's answer threshold gives the most right answers within its shares (`index.points.SHARES`). From the
    offer threshold on, two offers in five hold a right entry. The fit is returned at the point `BALANCED`.

    Args:
        known: Labelled questions.
        judged: How many of them, the first, the thresholds are chosen on; all without it.

    Raises:
        ValueError: fewer than `FEWEST` questions of either sort.
    """
    if not enough(known):
        msg = f"a fit needs {FEWEST} questions with an answer and {FEWEST} without"
        raise ValueError(msg)
    unseen, own = unseen_chances(known)[:judged], known.at(np.arange(len(known))[:judged])
    points = {point: thresholds(unseen, own, shares) for point, shares in SHARES.items()}
    found = logistic(known.values, known.right, products=True)
    return Fit.of_regression(found, known.names, points, asked=len(known))


def unseen_chances(known: Sample, *, products: bool = True) -> Floats:
    """Return the probability of each row by a fit on the other folds, which has not seen it.

    Without `products` of features it is a rougher one, which takes a hundredth of the time.
    """
    unseen = np.zeros(len(known))
    folds = np.arange(len(known)) % _FOLDS
    for fold in range(_FOLDS):
        inside = folds == fold
        found = logistic(known.values[~inside], known.right[~inside], products=products)
        unseen[inside] = found.chances(known.values[inside])
    return unseen


def thresholds(chances: Floats, known: Sample, shares: Shares) -> Thresholds:
    """Return from which probabilities on to answer and to offer, within these shares."""
    answer = answer_threshold(chances, known, shares)
    return Thresholds(answer=answer, offer=offer_threshold(chances, known, answer))


def chances_by(fitted: Fit, known: Sample) -> Floats:
    """Return the probability of each row by a fit."""
    return fitted.regression(known.names).chances(known.values)


def answer_threshold(chances: Floats, known: Sample, shares: Shares = SHARES[Point.BALANCED]) -> float:
    """Return the lowest probability from which on false and wrong answers stay within their shares."""
    for threshold in np.unique(chances):
        shown = chances >= threshold
        false = (shown & ~known.asked).sum() / (~known.asked).sum()
        wrong = (shown & known.asked & ~known.right).sum() / known.asked.sum()
        if false <= shares.false and wrong <= shares.wrong:
            return float(threshold)
    return 1.0


def offer_threshold(chances: Floats, known: Sample, answer: float) -> float:
    """Return the probability at which an offer of three holds a right entry as often as `_USEFUL_OFFERS` says.

    The share of useful offers at a probability is itself a logistic regression, on the logit; never above `answer`.
    """
    logits = _logit(chances)
    found = logistic(logits[:, None], known.offered)
    if found.weights[0] <= 0:
        return answer
    wanted = float(_logit(np.array([_USEFUL_OFFERS]))[0])
    at = (wanted - found.bias) / found.weights[0] + found.centre[0]
    return min(answer, float(sigmoid(np.array([at]))[0]))


def _logit(chances: Floats) -> Floats:
    safe = np.clip(chances, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(safe / (1 - safe)))
