"""Labelled questions and conversations in, figures out: what was answered rightly, wrongly, or left alone."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from faq.model import Expectation

_ANSWERS_AT_ONCE = 2
_DEPTH = 10


class Judgement(StrEnum):
    """The judgement of a reply."""

    RIGHT = "right"
    OFFERED = "offered"
    MISSED = "missed"
    WRONG = "wrong"
    WRONG_CHOICES = "wrong_choices"
    FALSE = "false"
    OFFERED_UNASKED = "offered_unasked"
    QUIET = "quiet"


OUT_OF_SCOPE = (Judgement.FALSE, Judgement.OFFERED_UNASKED, Judgement.QUIET)
IN_SCOPE = tuple(judgement for judgement in Judgement if judgement not in OUT_OF_SCOPE)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a question: the reply, the entries shown, and the ranking before the decision, best first."""

    reply: str
    ids: tuple[str, ...]
    ranking: tuple[str, ...]


@dataclass(frozen=True)
class Miss:
    """A question whose reply was neither right nor quiet."""

    expectation: Expectation
    outcome: Outcome
    judgement: Judgement


@dataclass(frozen=True)
class EvaluationReport:
    """How a set of questions went; the four means are over in-scope questions, and 0 where there are none."""

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
    """Return the judgement of a reply.

    An answer of one or two entries is right if one of them may answer; more entries only offer. A referral or small
    talk misses a question in scope, and is quiet for one that must not be answered.
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


def evaluate(questions: Iterable[Expectation], ask: Callable[[str], Outcome]) -> EvaluationReport:
    """Ask every question and count."""
    counts: Counter[Judgement] = Counter()
    by_kind: dict[str, Counter[Judgement]] = {}
    misses = []
    asked = []
    for question in questions:
        outcome = ask(question.q)
        judgement = judge(question.gold, outcome)
        counts[judgement] += 1
        by_kind.setdefault(question.kind, Counter())[judgement] += 1
        if judgement not in {Judgement.RIGHT, Judgement.QUIET}:
            misses.append(Miss(question, outcome, judgement))
        if question.gold:
            asked.append((question.gold, outcome.ranking))
    return EvaluationReport(
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


def reciprocal_rank(gold: Mapping[str, int], ranking: Sequence[str]) -> float:
    """Return 1 over the rank of the first entry that may answer; 0 where none is ranked."""
    return next((1 / rank for rank, entry_id in enumerate(ranking, 1) if entry_id in gold), 0.0)


def ndcg(gold: Mapping[str, int], ranking: Sequence[str]) -> float:
    """Return nDCG@10 with linear gain (Järvelin and Kekäläinen, 2002) and log2 discount; 0 without gold."""
    best = _dcg(sorted(gold.values(), reverse=True)[:_DEPTH])
    return _dcg([gold.get(entry_id, 0) for entry_id in ranking[:_DEPTH]]) / best if best else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def recall(gold: Mapping[str, int], ranking: Sequence[str]) -> float:
    """Return recall@10: the share of the entries that may answer among the first ten; 0 without gold."""
    return sum(entry_id in gold for entry_id in ranking[:_DEPTH]) / len(gold) if gold else 0.0


class Turn(Expectation):
    """One message of a conversation; with `all`, every entry of `gold` is wanted, not one of them."""

    all: bool = False


class Dialogue(BaseModel):
    """A conversation with labelled turns."""

    model_config = ConfigDict(frozen=True)

    turns: tuple[Turn, ...] = Field(min_length=1)


@dataclass(frozen=True)
class TurnMiss:
    """A turn whose reply was not right, with the messages of the conversation up to this turn."""

    said: tuple[str, ...]
    gold: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Turns:
    """The number of turns, and the turns that were not answered rightly, in order."""

    asked: int = 0
    misses: tuple[TurnMiss, ...] = ()

    @property
    def right(self) -> int:
        """How many were answered rightly."""
        return self.asked - len(self.misses)


def converse_all(dialogues: Iterable[Dialogue], begin: Callable[[], Callable[[str], Outcome]]) -> Turns:
    """Ask every turn of every conversation and count; `begin` starts a conversation and returns what answers in it.

    A turn is right if its answer is, as `judge` says; with `all`, if the answer shows every entry of `gold`. A turn
    that must not be answered is right without an answer.
    """
    asked, misses = 0, []
    for dialogue in dialogues:
        ask = begin()
        for number, turn in enumerate(dialogue.turns, start=1):
            outcome = ask(turn.q)
            asked += 1
            if not _turn_is_right(turn.gold, outcome, every=turn.all):
                said = tuple(each.q for each in dialogue.turns[:number])
                misses.append(TurnMiss(said, tuple(turn.gold), outcome))
    return Turns(asked, tuple(misses))


def _turn_is_right(gold: Mapping[str, int], outcome: Outcome, *, every: bool) -> bool:
    if not gold:
        return outcome.reply != "answer"
    if every:
        return outcome.reply == "answer" and gold.keys() <= set(outcome.ids)
    return judge(gold, outcome) is Judgement.RIGHT
