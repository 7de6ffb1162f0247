"""A question passed to HR: its states, the steps between them, and which steps there are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from faq.problems import FaqError


class HandoverState(StrEnum):
    """How far a hand-over has got."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"


NEXT = {
    HandoverState.OPEN: {HandoverState.TAKEN, HandoverState.ANSWERED, HandoverState.CLOSED},
    HandoverState.TAKEN: {HandoverState.OPEN, HandoverState.ANSWERED, HandoverState.CLOSED},
    HandoverState.ANSWERED: {HandoverState.ANSWERED, HandoverState.CLOSED},
    HandoverState.CLOSED: set[HandoverState](),
}
"""Which states may follow: one that was taken can be put back, one that was answered can be answered again."""


@dataclass(frozen=True)
class Step:
    """One change of state.

    Attributes:
        key: Names the step, so that the same click counts once.
        who: Who made it, as the front end names people.
        text: The answer, or a remark; may be empty.
    """

    key: str
    at: datetime
    state: HandoverState
    who: str
    text: str


@dataclass(frozen=True)
class Handover:
    """A question passed to HR, as it was written: nothing is masked while people work on it.

    Attributes:
        key: What it was opened with.
        channel: The kind of place where it was asked.
        user: Who waits for the answer, as the front end names people; empty once that was deleted.
        category: What it is about, for HR's channels; may be empty.
        question: As the person wrote it.
        said: What the bot said, or would have.
        question_id: The question in the journal, which may be deleted before the hand-over; `None` for none.
        steps: From the opening on, oldest first: 1 or more.
    """

    id: str
    key: str
    state: HandoverState
    channel: str
    user: str
    category: str
    question: str
    said: str
    question_id: str | None
    steps: tuple[Step, ...]

    @property
    def taken_by(self) -> str:
        """Who works on it; empty for nobody."""
        return self.steps[-1].who if self.state is HandoverState.TAKEN else ""


_SAID = {
    HandoverState.OPEN: "未対応です",
    HandoverState.TAKEN: "すでにほかの人が引き受けています",
    HandoverState.ANSWERED: "すでに回答しています",
    HandoverState.CLOSED: "すでに閉じています",
}


class HandoverError(FaqError):
    """A step that the hand-over's state does not allow, in Japanese.

    Attributes:
        handover: As it is.
    """

    def __init__(self, handover: Handover) -> None:
        """Keep it."""
        self.handover = handover
        super().__init__(f"この問い合わせは{_SAID[handover.state]}。表示を確かめてください。")


class UnknownHandoverError(FaqError):
    """A hand-over that is not in the journal, or no longer."""

    def __init__(self, handover_id: str) -> None:
        """Name it."""
        super().__init__(
            f"この問い合わせ({handover_id})は記録にありません。保存期間が過ぎたのかもしれません。"
        )
