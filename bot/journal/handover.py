"""A question passed to HR, as a value: its state, its steps, and what these say."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HandoverState(StrEnum):
    """How far a hand-over has got."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"
    REPLIED = "replied"  # the candidate has written again
    UNREACHED = "unreached"  # the candidate did not get the answer
    CLOSED = "closed"


STATE_LABELS = {
    HandoverState.OPEN: "未対応",
    HandoverState.TAKEN: "対応中",
    HandoverState.ANSWERED: "回答済み",
    HandoverState.REPLIED: "返信あり",
    HandoverState.UNREACHED: "未達",
    HandoverState.CLOSED: "完了",
}


@dataclass(frozen=True)
class Step:
    """One change of state: who made it, and with which words; its key makes the same click count once."""

    key: str
    at: datetime
    state: HandoverState
    who: str
    text: str


@dataclass(frozen=True)
class Handover:
    """A question passed to HR as it was written; `user` is empty once deleted, `said` what the bot would have said.

    `release` is what it was asked of; `place`, such as "C0123ABCD:1700000000.000100", the message under which HR was
    called. Both are empty in a journal of before they were kept.
    """

    id: str
    state: HandoverState
    user: str
    category: str
    question: str
    said: str
    steps: tuple[Step, ...]
    release: str = ""
    place: str = ""

    @property
    def opened(self) -> Step:
        """The step by which it was opened, the last time."""
        return next(step for step in reversed(self.steps) if step.state is HandoverState.OPEN)

    @property
    def taker(self) -> str:
        """Who works on it: who took it, or else answered first, since it was opened; empty for nobody."""
        taker = ""
        for step in self.steps:
            if step.state is HandoverState.OPEN:
                taker = ""
            elif step.state is HandoverState.TAKEN or (step.state is HandoverState.ANSWERED and not taker):
                taker = step.who
        return taker

    @property
    def words(self) -> tuple[Step, ...]:
        """What HR answered and what the candidate wrote to it, in order; without what was taken back."""
        said = {HandoverState.ANSWERED, HandoverState.REPLIED}
        return tuple(step for step in self.steps if step.state in said and step.text)

    @property
    def answers(self) -> tuple[Step, ...]:
        """What HR answered, in order; without what was taken back."""
        return tuple(step for step in self.words if step.state is HandoverState.ANSWERED)

    @property
    def is_answered(self) -> bool:
        """Whether an answer has reached the candidate and stands."""
        return any(map(self.has_reached, self.answers))

    def has_reached(self, answer: Step) -> bool:
        """Tell whether an answer was not refused by Slack."""
        return all(step.key != unreached(answer.key) for step in self.steps)


def unreached(answer_key: str) -> str:
    """Return the key of the step that says that an answer did not arrive."""
    return f"unreached answer {answer_key}"
