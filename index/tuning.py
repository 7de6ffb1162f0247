"""Weights and confidence chosen on labelled questions, each asked of an index that was not taught it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from faq.model import Expectation
from index.bm25 import Floats
from index.channel import Weights
from index.decision import Fit
from index.evidence import Query
from index.features import names
from index.fitting import (
    FEWEST,
    EmbeddingOf,
    Row,
    Sample,
    chances_by,
    enough,
    fit,
    query_of,
    row,
    thresholds,
    unseen_chances,
)
from index.kinds import KINDS, present
from index.measures import reciprocal_rank
from index.points import SHARES, Point
from index.question import question
from index.search import Index

FACTORS = (0.0, 0.5, 2.0)
"""What a weight is multiplied by, each in turn."""

SURE = 2.0
"""Standard errors by which a change must be better: of a dozen weights and three factors, some gain by chance."""

ROUNDS = 2
"""How often all weights are gone through, at most."""

DEPTH = 10
"""Entries of a ranking that are looked at."""

FEWEST_OF_A_SORT = 20
"""Questions of each sort (to be answered, not to be answered) below which thresholds are not chosen on them: a share of
5 % is one question then.
"""

_HELD = frozenset({"phrasing", "thread"})
"""Kinds whose weights stay: the first is what the others are measured by, the second counts in conversations only."""

Rows = npt.NDArray[np.intp]


class Bench:
    """Labelled questions, each beside an index that was not taught it.

    Attributes:
        questions: In their order; a question's row is its place here.
        indexes: Their weights are of no account.
        numbers: For each question, the number of the index that it is put to.
        embedding_of: Gives the embedding of each, which is put with it; `None` if they are put without.
    """

    def __init__(
        self,
        questions: Sequence[Expectation],
        indexes: Sequence[Index],
        numbers: Sequence[int],
        embedding_of: EmbeddingOf | None = None,
    ) -> None:
        """Put each question to the index of that number."""
        self.embedding_of = embedding_of
        self.questions = tuple(questions)
        self.numbers = np.array(numbers, dtype=np.intp)
        self.indexes = tuple(indexes)
        self._asked: dict[Weights, tuple[Sample, Floats]] = {}
        self._queries: dict[tuple[int, float, float], list[Query]] = {}

    def __len__(self) -> int:
        return len(self.questions)

    def ask(self, weights: Weights, *, step: Callable[[], None] = lambda: None) -> Sample:
        """Return one row a question, as it is with these weights; asked only once.

        `step` is called after each question that is asked.
        """
        return self._ask(weights, step)[0]

    def places(self, weights: Weights) -> Floats:
        """Return one over the rank of each question's first right entry among the first ten; 0 where none is."""
        return self._ask(weights, lambda: None)[1]

    def _ask(self, weights: Weights, step: Callable[[], None]) -> tuple[Sample, Floats]:
        if weights not in self._asked:
            found: dict[int, Row] = {}
            places = np.zeros(len(self))
            for number, index in enumerate(self.indexes):
                rows = np.flatnonzero(self.numbers == number).tolist()
                other = index.reweighed(weights) if rows else index
                for place, query in zip(rows, self._queried(number, other, rows), strict=True):
                    scores = other.score(query, rehearsed=True)
                    ranking = [other.entries[entry].id for entry in scores.order[:DEPTH]]
                    found[place] = row(other, self.questions[place], scores)
                    places[place] = reciprocal_rank(self.questions[place].gold, ranking)
                    step()
            known = tuple(names(embedded=self.embedding_of is not None))
            self._asked[weights] = Sample.of([found[place] for place in range(len(self))], known), places
        return self._asked[weights]

    def _queried(self, number: int, index: Index, rows: Sequence[int]) -> list[Query]:
        # Of all weights, only these two are in a query; making one takes longer than a score.
        key = number, index.weights.related, index.weights.background
        if key not in self._queries:
            asked, of = [self.questions[place] for place in rows], self.embedding_of
            self._queries[key] = [
                query_of(index, each, of) if of else query_of(index, each) for each in asked
            ]
        return self._queries[key]

    def part(self, rows: Rows) -> "Bench":
        """Return a bench with the questions of those rows."""
        questions, numbers = [self.questions[row] for row in rows], self.numbers[rows].tolist()
        return Bench(questions, self.indexes, numbers, self.embedding_of)

    def put(self, embedding_of: EmbeddingOf | None) -> "Bench":
        """Return a bench that puts the same questions with these embeddings, or without."""
        return Bench(self.questions, self.indexes, self.numbers.tolist(), embedding_of)


def tunable(index: Index, questions: Sequence[Expectation]) -> tuple[str, ...]:
    """Return the names of the weights that can be chosen, in order of `KINDS`: those that count for something.

    The weight of the story told beside a question is one of them where a question has a story.
    """
    held = set(_HELD)
    if not any(question(each.q).background for each in questions):
        held.add("background")
    return tuple(
        name
        for kind in present(index)
        if kind not in held
        for name in KINDS[kind]
        if getattr(index.weights, name)
    )


def merits(known: Sample, places: Floats, chances: Floats) -> Floats:
    """Return what each question that may be answered is worth, 0 to 1: half for its place, half for how sure it is.

    For its place, a question counts one over the rank of its first right entry. For how sure it is, it counts the share
    of right ones among all questions that are at least as sure, if its best entry is right, and else 0: the mean of
    that is the average precision (Buckley and Voorhees, 2000) of answering the surest first, with every question that
    may be answered in its base.

    >>> right = np.array([True, False, True])
    >>> known = Sample(np.zeros((3, 1)), right, right, asked=right)
    >>> merits(known, np.array([1.0, 0.0, 0.5]), np.array([0.9, 0.8, 0.7])).tolist()
    [1.0, 0.5833333333333333]
    """
    order = np.argsort(-chances, kind="stable")
    right = known.right[order]
    sure = np.zeros(len(known))
    sure[order] = right * np.cumsum(right) / np.arange(1, len(known) + 1)
    return np.asarray((places + sure) / 2)[known.asked]


def search(
    start: Weights,
    names: Sequence[str],
    worth: Callable[[Weights], Floats],
    *,
    step: Callable[[], None] = lambda: None,
) -> Weights:
    """Return weights found by going from one to the next and keeping what is better; the same each time.

    A change is kept if its mean gain is more than `SURE` standard errors over the questions: fewer questions change
    less.

    Args:
        start: Returned where nothing is better.
        names: The weights that may change, in the order in which they are tried.
        worth: What each question is worth with some weights; always of the same questions, in the same order.
        step: Called after each weight has been tried with one factor; `len(FACTORS)` times a weight and round.
    """
    best, held = start, worth(start)
    for _ in range(ROUNDS):
        before = best
        for name in names:
            found, gained = best, held
            for factor in FACTORS:
                tried = replace(best, **{name: round(factor * getattr(best, name), 4)})
                gain = worth(tried)
                if gain.sum() > gained.sum():
                    found, gained = tried, gain
                step()
            if _is_sure(gained - held):
                best, held = found, gained
        if best == before:
            break
    return best


def _is_sure(gains: Floats) -> bool:
    """Whether the mean of paired differences is above 0 by more than `SURE` standard errors."""
    if len(gains) < 2:  # noqa: PLR2004 -- one value has no spread
        return False
    return bool(gains.mean() > SURE * gains.std(ddof=1) / math.sqrt(len(gains)))


@dataclass(frozen=True)
class Scope:
    """What questions are enough for.

    Attributes:
        confidence: To fit a confidence on them, together with what the knowledge expects.
        thresholds: To choose thresholds on them.
    """

    confidence: bool
    thresholds: bool


def scope_of(parts: Iterable[Sequence[Expectation]], expected: Sequence[Expectation] = ()) -> Scope:
    """Return what each of several sets of questions is enough for, given what the knowledge expects besides."""
    confidence = thresholds = True
    for part in parts:
        own, known = _least(part), _least([*part, *expected])
        confidence = confidence and known >= FEWEST
        thresholds = thresholds and own >= FEWEST_OF_A_SORT
    return Scope(confidence, thresholds)


def _least(questions: Sequence[Expectation]) -> int:
    """Return how many there are of the sort of which there are fewer."""
    answered = sum(bool(each.gold) for each in questions)
    return min(answered, len(questions) - answered)


def chances_of(known: Sample, current: Fit) -> Floats:
    """Return the probability of each row by fits that have not seen it, or by the current one where they are few.

    Without products of features: many weights are tried, and each needs the fits of all folds.
    """
    return unseen_chances(known, products=False) if enough(known) else chances_by(current, known)


def refit(own: Sample, expected: Sample | None, current: Fit, scope: Scope) -> Fit:
    """Return a confidence fitted on all of these questions, with thresholds chosen on an operator's own.

    Args:
        own: The operator's questions.
        expected: What the knowledge expects, if it is to be fitted on that too; none of the operator's questions.
        current: The fit in use, of which stays what the questions are too few for.
        scope: What they are enough for.
    """
    known = own if expected is None else Sample.joined([own, expected])
    if scope.confidence:
        return fit(known, judged=len(own) if scope.thresholds else None)
    if not scope.thresholds:
        return current
    chances = chances_by(current, own)
    points = {point: thresholds(chances, own, shares) for point, shares in SHARES.items()}
    return current.model_copy(update={"points": points}).at(Point.BALANCED)
