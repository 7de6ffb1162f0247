"""Labelled questions in, a report out: how many were answered rightly, wrongly, or left alone."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from faq.model import Expectation
from index.evaluation.metrics import ndcg, recall, reciprocal_rank

_ANSWERS_AT_ONCE = 2


class Judgement(StrEnum):
    """What a reply was worth."""

    RIGHT = "right"
    OFFERED = "offered"
    MISSED = "missed"
    WRONG = "wrong"
    WRONG_CHOICES = "wrong_choices"
    FALSE = "false"
    OFFERED_UNASKED = "offered_unasked"
    QUIET = "quiet"


IN_SCOPE = (
    Judgement.RIGHT,
    Judgement.OFFERED,
    Judgement.MISSED,
    Judgement.WRONG,
    Judgement.WRONG_CHOICES,
)
OUT_OF_SCOPE = (Judgement.FALSE, Judgement.OFFERED_UNASKED, Judgement.QUIET)


@dataclass(frozen=True)
class Outcome:
    """What a question got.

    Attributes:
        reply: "answer", "choices", "referral", "unknown" or "smalltalk".
        ids: The entries shown, in order.
        ranking: Entry ids before the decision, best first.
    """

    reply: str
    ids: tuple[str, ...]
    ranking: tuple[str, ...]


@dataclass(frozen=True)
class Miss:
    """A question whose reply was anything but right or quiet."""

    expectation: Expectation
    outcome: Outcome
    judgement: Judgement


@dataclass(frozen=True)
class Report:
    """How a set of questions went.

    Attributes:
        counts: By judgement; every judgement is there.
        by_kind: The same by the questions' kind.
        p_at_1: Share of in-scope questions whose first ranked entry may answer.
        mrr: Mean reciprocal rank of the first entry that may answer; a question without one counts 0.
        ndcg_at_10: With linear gain, as in Järvelin and Kekäläinen (2002), and log2 discount.
        recall_at_10: Mean share of the entries that may answer among the first ten.
        misses: In order of the questions.

    The four means are over in-scope questions, and 0 where there are none.
    """

    counts: Mapping[Judgement, int]
    by_kind: Mapping[str, Mapping[Judgement, int]]
    p_at_1: float
    mrr: float
    ndcg_at_10: float
    recall_at_10: float
    misses: tuple[Miss, ...]

    @property
    def in_scope(self) -> int:
        """How many of the questions may be answered."""
        return sum(self.counts[judgement] for judgement in IN_SCOPE)

    @property
    def out_of_scope(self) -> int:
        """How many of the questions must not be answered."""
        return sum(self.counts[judgement] for judgement in OUT_OF_SCOPE)


def judge(gold: Mapping[str, int], outcome: Outcome) -> Judgement:
    """Return what a reply was worth.

    An answer is right with one or two entries of which one may answer; more of them only offer. A referral and small
    talk miss an in-scope question, and leave one that must not be answered alone.

    >>> judge({"training": 1}, Outcome("answer", ("training",), ("training",)))
    <Judgement.RIGHT: 'right'>
    >>> judge({}, Outcome("referral", ("salary",), ("salary",)))
    <Judgement.QUIET: 'quiet'>
    """
    found = any(entry_id in gold for entry_id in outcome.ids)
    if not gold:
        unasked = {"answer": Judgement.FALSE, "choices": Judgement.OFFERED_UNASKED}
        return unasked.get(outcome.reply, Judgement.QUIET)
    match outcome.reply:
        case "answer" if found:
            return Judgement.RIGHT if len(outcome.ids) <= _ANSWERS_AT_ONCE else Judgement.OFFERED
        case "answer":
            return Judgement.WRONG
        case "choices":
            return Judgement.OFFERED if found else Judgement.WRONG_CHOICES
        case _:
            return Judgement.MISSED


def evaluate(questions: Sequence[Expectation], ask: Callable[[str], Outcome]) -> Report:
    """Ask every question and count."""
    outcomes = [ask(question.q) for question in questions]
    judgements = [
        judge(question.gold, outcome) for question, outcome in zip(questions, outcomes, strict=True)
    ]
    by_kind: dict[str, Counter[Judgement]] = {}
    for question, judgement in zip(questions, judgements, strict=True):
        by_kind.setdefault(question.kind, Counter())[judgement] += 1
    counts = Counter(judgements)
    asked = [
        (question.gold, outcome.ranking)
        for question, outcome in zip(questions, outcomes, strict=True)
        if question.gold
    ]
    good = (Judgement.RIGHT, Judgement.QUIET)
    misses = (
        Miss(*found) for found in zip(questions, outcomes, judgements, strict=True) if found[2] not in good
    )
    return Report(
        counts={judgement: counts[judgement] for judgement in Judgement},
        by_kind={kind: dict(found) for kind, found in sorted(by_kind.items())},
        p_at_1=_mean([float(ranking[:1] != () and ranking[0] in gold) for gold, ranking in asked]),
        mrr=_mean([reciprocal_rank(gold, ranking) for gold, ranking in asked]),
        ndcg_at_10=_mean([ndcg(gold, ranking) for gold, ranking in asked]),
        recall_at_10=_mean([recall(gold, ranking) for gold, ranking in asked]),
        misses=tuple(misses),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
