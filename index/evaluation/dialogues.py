"""Conversations with labelled turns in, how many turns were answered rightly out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from faq.model import Expectation
from index.evaluation.judgements import Judgement, Outcome, judge


class Turn(Expectation):
    """What is said at one point of a conversation.

    Attributes:
        all: Every entry of `gold` is wanted, not one of them.
    """

    all: bool = False


class Dialogue(BaseModel):
    """A conversation with labelled turns."""

    model_config = ConfigDict(frozen=True)

    turns: tuple[Turn, ...] = Field(min_length=1)


@dataclass(frozen=True)
class TurnMiss:
    """A turn of a conversation whose reply was not right.

    Attributes:
        said: What the person had said until then, this turn included.
    """

    said: tuple[str, ...]
    gold: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Turns:
    """How the turns of conversations went.

    Attributes:
        asked: How many there were.
        misses: Those that were not answered rightly, in order.
    """

    asked: int = 0
    misses: tuple[TurnMiss, ...] = ()

    @property
    def right(self) -> int:
        """How many were answered rightly."""
        return self.asked - len(self.misses)


def converse_all(dialogues: Sequence[Dialogue], begin: Callable[[], Callable[[str], Outcome]]) -> Turns:
    """Ask every turn of every conversation and count; `begin` starts one and returns what answers in it.

    A turn is right if an answer shows what may answer it: all of it where the turn says so, else one in an answer of
    one or two entries. A turn that must not be answered is right if there is no answer.
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
