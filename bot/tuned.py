"""What tuning came to, in figures: before, after and the difference, each with its interval; and as JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.choice import Tuned
from bot.evaluated import rounded
from faq.model import Expectation
from index.bootstrap import Interval, interval
from index.channel import EMBEDDING
from index.decision import Fit
from index.evaluation import Judgement, Outcome, judge
from index.measures import ndcg, recall, reciprocal_rank
from index.release.tuned import WEIGHTS

FEW = 100
"""Questions below which the intervals are so wide that little can be said."""


class Asked(StrEnum):
    """Which questions a measure is over."""

    IN_SCOPE = "in_scope"
    OUT_OF_SCOPE = "out_of_scope"
    ALL = "all"


@dataclass(frozen=True)
class Measure:
    """A mean over questions.

    Attributes:
        value: Of one question and what it got.
        good: 1 if more is better, -1 if less is, 0 if that depends.
    """

    asked: Asked
    value: Callable[[Expectation, Outcome], float]
    good: int


def _share(judgement: Judgement) -> Callable[[Expectation, Outcome], float]:
    return lambda question, outcome: float(judge(question.gold, outcome) is judgement)


def _first(question: Expectation, outcome: Outcome) -> float:
    return float(outcome.ranking[:1] != () and outcome.ranking[0] in question.gold)


def _net(question: Expectation, outcome: Outcome) -> float:
    worth = {Judgement.RIGHT: 1.0, Judgement.WRONG: -1.0, Judgement.FALSE: -1.0}
    return worth.get(judge(question.gold, outcome), 0.0)


MEASURES: Mapping[str, Measure] = {
    "net": Measure(Asked.ALL, _net, 1),
    "right": Measure(Asked.IN_SCOPE, _share(Judgement.RIGHT), 1),
    "offered": Measure(Asked.IN_SCOPE, _share(Judgement.OFFERED), 0),
    "missed": Measure(Asked.IN_SCOPE, _share(Judgement.MISSED), 0),
    "wrong": Measure(Asked.IN_SCOPE, _share(Judgement.WRONG), -1),
    "wrong_choices": Measure(Asked.IN_SCOPE, _share(Judgement.WRONG_CHOICES), 0),
    "false": Measure(Asked.OUT_OF_SCOPE, _share(Judgement.FALSE), -1),
    "p_at_1": Measure(Asked.IN_SCOPE, _first, 1),
    "mrr": Measure(Asked.IN_SCOPE, lambda asked, got: reciprocal_rank(asked.gold, got.ranking), 1),
    "ndcg_at_10": Measure(Asked.IN_SCOPE, lambda asked, got: ndcg(asked.gold, got.ranking), 1),
    "recall_at_10": Measure(Asked.IN_SCOPE, lambda asked, got: recall(asked.gold, got.ranking), 1),
}
"""Every measure; "net" is right answers less wrong and false ones, by which a change is called better or worse."""


@dataclass(frozen=True)
class Figure:
    """One measure, before and after.

    Attributes:
        questions: How many it is over.
        difference: Of each question, after less before.
    """

    questions: int
    before: Interval
    after: Interval
    difference: Interval


class Verdict(StrEnum):
    """Whether a change is beyond chance."""

    BETTER = "better"
    WORSE = "worse"
    CHANCE = "chance"


def figures(found: Tuned) -> dict[str, Figure]:
    """Return the measures, in order; those without a question are left out."""
    return dict(_figures(found))


def _figures(found: Tuned) -> Iterator[tuple[str, Figure]]:
    for name, measure in MEASURES.items():
        rows = [row for row, each in enumerate(found.questions) if _counts(measure.asked, each)]
        if not rows:
            continue
        before, after = (
            [measure.value(found.questions[row], outcomes[row]) for row in rows]
            for outcomes in (found.before, found.after)
        )
        difference = [now - was for was, now in zip(before, after, strict=True)]
        yield name, Figure(len(rows), interval(before), interval(after), interval(difference))


def _counts(asked: Asked, question: Expectation) -> bool:
    return asked is Asked.ALL or (asked is Asked.IN_SCOPE) == bool(question.gold)


def verdict(told: Mapping[str, Figure]) -> Verdict:
    """Return whether the change of "net" is beyond chance, and which way."""
    difference = told["net"].difference
    if not difference.excludes_zero:
        return Verdict.CHANCE
    return Verdict.BETTER if difference.estimate > 0 else Verdict.WORSE


def changed_weights(found: Tuned) -> dict[str, tuple[float, float]]:
    """Return the weights that are others, before and after, by name."""
    old, new = found.old.weights, found.new.weights
    pairs = {name: (getattr(old, name), getattr(new, name)) for name in (*WEIGHTS, *EMBEDDING)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def tuned_record(
    found: Tuned, told: Mapping[str, Figure], *, skipped: int, kept: Path | None
) -> dict[str, Any]:
    """Return everything under keys that stay.

    Args:
        found: What came of it.
        told: Its figures.
        skipped: Conversations that were not used.
        kept: The file that was written.
    """
    inside = sum(bool(each.gold) for each in found.questions)
    embedded = found.unembedded is not None
    return {
        "questions": {
            "asked": len(found.questions),
            "in_scope": inside,
            "out_of_scope": len(found.questions) - inside,
            "expectations": found.expected,
            "conversations_skipped": skipped,
            "few": len(found.questions) < FEW,
        },
        "measures": _measures(told),
        "verdict": verdict(told).value,
        "weights": {
            name: {"before": pair[0], "after": pair[1]} for name, pair in changed_weights(found).items()
        },
        "confidence_fitted": found.fitted,
        "thresholds": _thresholds(found, embedded=embedded),
        "unembedded": {
            "measures": _measures(figures(found.away)),
            "thresholds": _thresholds(found, embedded=False),
        }
        if found.away
        else None,
        "kept": str(kept) if kept else None,
    }


_SIDES: Sequence[str] = ("before", "after", "difference")


def _measures(told: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        name: {"questions": each.questions, **{side: rounded(getattr(each, side)) for side in _SIDES}}
        for name, each in told.items()
    }


def _thresholds(found: Tuned, *, embedded: bool) -> dict[str, Any]:
    sides = (("before", found.old), ("after", found.new))
    return {side: _levels(choice.fit.of(embedded=embedded)) for side, choice in sides}


def _levels(fit: Fit) -> dict[str, Any]:
    return {point.value: rounded(kept.model_dump()) for point, kept in fit.points.items()}
