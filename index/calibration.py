"""How far a confidence can be trusted, and what each threshold on it costs: reliability and the curve of answers.

Both are made from probabilities of fits that have not seen the question.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from faq.model import Expectation
from index.bm25 import Floats
from index.decision import Fit
from index.fitting import EmbeddingOf, Sample, chances_by, sample, unseen_chances
from index.points import Point
from index.search import Index

BINS = 10
FALSE_SHARES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.10, 0.15, 0.20, 0.30)
"""The shares of false answers for which the curve tells how many right ones they buy."""


@dataclass(frozen=True)
class Bin:
    """The questions whose confidence lies in one tenth.

    Attributes:
        low: The least confidence, included.
        high: The greatest, excluded; 1 belongs to the last bin.
        questions: How many there are, 1 or more.
        expected: Mean confidence.
        seen: Share of them whose best answer is right.
    """

    low: float
    high: float
    questions: int
    expected: float
    seen: float


@dataclass(frozen=True)
class Reliability:
    """Expected against seen.

    Attributes:
        bins: Lowest first; those without questions are left out.
        error: Expected calibration error: mean distance of expected and seen, weighted by questions (Naeini, Cooper
            and Hauskrecht, 2015); 0 is best.
        brier: Mean squared distance of confidence and outcome (Brier, 1950); 0 is best.
    """

    bins: tuple[Bin, ...]
    error: float
    brier: float


@dataclass(frozen=True)
class CurvePoint:
    """What answering from one confidence on comes to.

    Attributes:
        answer: The confidence.
        right: Share of the questions in scope whose best answer is shown and right.
        wrong: Share of them that get another answer.
        false: Share of the questions out of scope that are answered.
        name: The operating point that this is, if it is one.
    """

    answer: float
    right: float
    wrong: float
    false: float
    name: Point | None = None


def unseen(  # noqa: PLR0913 -- what a judgement on unseen questions needs
    index: Index,
    fit: Fit,
    expectations: Sequence[Expectation],
    questions: Sequence[Expectation],
    held: Callable[[], Sample | None] = lambda: None,
    *,
    embedding_of: EmbeddingOf | None = None,
) -> tuple[Floats, Sample]:
    """Return the confidence in each question's best answer by a fit that has not seen the question, and the answers.

    Args:
        index: What is asked.
        fit: Made from `expectations`, if they were enough for one.
        expectations: Of the knowledge set.
        questions: Those that are also among the expectations get the probability of the folds that lack them.
        held: Gives the expectations asked of indexes that were not taught them, as `index.heldout` does; `None` if the
            fit was not made from them. Only called where one of the questions is among them.
        embedding_of: Knows the embeddings of all questions; without it they are asked without. `held` must do the same.
    """
    fit = fit.of(embedded=embedding_of is not None)
    row_of = {each.q: row for row, each in enumerate(expectations)}
    rows = np.array([row_of.get(each.q, -1) for each in questions], dtype=np.intp)
    asked = sample(index, questions, embedding_of)
    chances = chances_by(fit, asked)
    known = held() if (rows >= 0).any() else None
    if known is None:
        return chances, asked
    places = np.where(rows >= 0, rows, np.arange(len(rows)) + len(known))
    joined = Sample.joined([known, asked]).at(places)
    return np.concatenate([unseen_chances(known), chances])[places], joined


def reliability(chances: Floats, right: Sequence[bool]) -> Reliability:
    """Return how often the best answer is right in each tenth of confidence; nothing for no questions.

    >>> found = reliability(np.array([0.9, 0.9, 0.1]), [True, False, False])
    >>> [(each.questions, each.seen) for each in found.bins], round(found.error, 3)
    ([(1, 0.0), (2, 0.5)], 0.3)
    """
    outcomes = np.asarray(right, dtype=np.float64)
    if not len(outcomes):
        return Reliability((), 0.0, 0.0)
    places = np.minimum((chances * BINS).astype(int), BINS - 1)
    bins = tuple(
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int((places == place).sum()),
            float(chances[places == place].mean()),
            float(outcomes[places == place].mean()),
        )
        for place in np.unique(places).tolist()
    )
    error = sum(each.questions * abs(each.expected - each.seen) for each in bins) / len(outcomes)
    return Reliability(bins, error, float(((chances - outcomes) ** 2).mean()))


def at(chances: Floats, known: Sample, answer: float, name: Point | None = None) -> CurvePoint:
    """Return what answering from a confidence on comes to; a share of no questions is 0."""
    shown = chances >= answer
    in_scope, out_of_scope = max(1, int(known.asked.sum())), max(1, int((~known.asked).sum()))
    return CurvePoint(
        answer,
        float((shown & known.right).sum() / in_scope),
        float((shown & known.asked & ~known.right).sum() / in_scope),
        float((shown & ~known.asked).sum() / out_of_scope),
        name,
    )


def curve(chances: Floats, known: Sample, fit: Fit) -> tuple[CurvePoint, ...]:
    """Return the most right answers for each share of false ones, and the fit's own points; most careful first."""
    named = [at(chances, known, thresholds.answer, name) for name, thresholds in fit.points.items()]
    told = {(each.right, each.wrong, each.false) for each in named}
    steps = [each for each in _steps(chances, known) if (each.right, each.wrong, each.false) not in told]
    return tuple(sorted((*named, *steps), key=lambda each: -each.answer))


def _steps(chances: Floats, known: Sample) -> Iterator[CurvePoint]:
    candidates = [at(chances, known, answer) for answer in np.unique(chances).tolist()]
    told = None
    for share in FALSE_SHARES if (~known.asked).any() else ():
        within = [each for each in candidates if each.false <= share]
        best = min(within, key=lambda each: each.answer, default=None)
        if best and best != told:
            told = best
            yield best
