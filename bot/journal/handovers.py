"""Questions passed to HR: each step is durable, with what is to be told about it, before anybody is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import Database, insert_new, storable
from bot.journal.outbox import OutboxMessage, plan_within
from bot.journal.question_record import new_id
from bot.journal.schema import handover_steps, handovers
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

_STATES = {
    HandoverState.OPEN: "未対応です",
    HandoverState.TAKEN: "すでにほかの人が引き受けています",
    HandoverState.ANSWERED: "すでに回答しています",
    HandoverState.CLOSED: "すでに閉じています",
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

    `release` is what it was asked of; empty in a journal of before it was kept.
    """

    id: str
    state: HandoverState
    user: str
    category: str
    question: str
    said: str
    steps: tuple[Step, ...]
    release: str = ""


class HandoverError(FaqError):
    """A step that the hand-over's state does not allow; in Japanese, as the card in Slack that it answers to."""


class UnknownHandoverError(FaqError):
    """A hand-over that is not in the journal, or no longer."""


Tell = Callable[[Handover], Iterable[OutboxMessage]]
"""What is to be told, and to whom, about a hand-over that has just changed."""


@dataclass
class Handovers:
    """Questions passed to HR, shared by every process on the database."""

    database: Database

    def open(  # noqa: PLR0913 -- the parts of a hand-over
        self,
        key: str,
        *,
        user: str,
        question: str,
        at: datetime,
        said: str = "",
        category: str = "",
        release: str = "",
        tell: Tell = lambda _: (),
    ) -> Handover:
        """Pass a question to HR, with what `tell` gives planned; the same key, as of a form sent twice, opens one."""
        values = {
            "id": new_id(),
            "key": key,
            "state": HandoverState.OPEN.value,
            "opened_at": at,
            "changed_at": at,
            "user": user,
            "category": category,
            "question": storable(question),
            "said": storable(said),
            "release": release,
        }
        with self.database.writing() as connection:
            new = insert_new(connection, handovers, values)
            wanted = sa.select(handovers.c.id).where(handovers.c.key == key)
            handover_id: str = connection.execute(wanted).scalar_one()
            if new:
                step = Step(f"open {key}", at, HandoverState.OPEN, user, "")
                return _made_step(connection, handover_id, step, tell)
            return _read(connection, handover_id)

    def move(  # noqa: PLR0913 -- the parts of a step
        self,
        handover_id: str,
        state: HandoverState,
        *,
        who: str,
        key: str,
        at: datetime,
        text: str = "",
        tell: Tell = lambda _: (),
    ) -> Handover:
        """Make a step, with what `tell` gives planned; the same key, as of a click, makes one, however often it comes.

        Raises `HandoverError` if the state does not allow it, as when somebody else was first.
        """
        with self.database.writing() as connection:
            before = _read(connection, handover_id, lock=True)
            if any(step.key == key for step in before.steps):
                return before
            if state not in NEXT[before.state]:
                msg = f"この問い合わせは{_STATES[before.state]}。\n  表示を確かめてください。"
                raise HandoverError(msg)
            changed = sa.update(handovers).where(handovers.c.id == handover_id)
            connection.execute(changed.values(state=state.value, changed_at=at))
            return _made_step(connection, handover_id, Step(key, at, state, who, storable(text)), tell)

    def find(self, handover_id: str) -> Handover:
        """Return a hand-over, or raise `UnknownHandoverError`."""
        with self.database.reading() as connection:
            return _read(connection, handover_id)

    def unfinished(self) -> tuple[Handover, ...]:
        """Return what is not closed, oldest first."""
        return self._where(handovers.c.state != HandoverState.CLOSED.value)

    def opened(self, since: datetime | None = None, until: datetime | None = None) -> tuple[Handover, ...]:
        """Return what was opened from `since` up to, not including, `until`, oldest first; without them, all."""
        bounds = [handovers.c.opened_at >= since] if since else []
        return self._where(*bounds, *([handovers.c.opened_at < until] if until else []))

    def _where(self, *which: sa.ColumnElement[bool]) -> tuple[Handover, ...]:
        with self.database.reading() as connection:
            return _all(connection, *which)


def _all(connection: Connection, *which: sa.ColumnElement[bool], lock: bool = False) -> tuple[Handover, ...]:
    """Return hand-overs with their steps, oldest first; with `lock`, nobody else changes them meanwhile."""
    wanted = sa.select(handovers).where(*which).order_by(handovers.c.opened_at, handovers.c.id)
    made = sa.select(handover_steps).join(handovers).where(*which).order_by(handover_steps.c.id)
    rows = connection.execute(wanted.with_for_update() if lock else wanted).all()
    steps: dict[str, list[Step]] = {}
    for each in connection.execute(made):
        step = Step(each.key, each.at, HandoverState(each.state), each.who, each.text)
        steps.setdefault(each.handover_id, []).append(step)
    found: list[Handover] = []
    for row in rows:
        told = (row.user or "", row.category or "", row.question, row.said)
        found.append(Handover(row.id, HandoverState(row.state), *told, tuple(steps[row.id]), row.release))
    return tuple(found)


def _read(connection: Connection, handover_id: str, *, lock: bool = False) -> Handover:
    found = _all(connection, handovers.c.id == handover_id, lock=lock)
    if not found:
        msg = f"この問い合わせ({handover_id})は記録にありません。\n  保存期間が過ぎたのかもしれません。"
        raise UnknownHandoverError(msg)
    return found[0]


def _made_step(connection: Connection, handover_id: str, step: Step, tell: Tell) -> Handover:
    """Add a step, plan what is to be told about it, and return the hand-over as it is then."""
    values = {"key": step.key, "at": step.at, "state": step.state.value, "who": step.who, "text": step.text}
    connection.execute(sa.insert(handover_steps).values(handover_id=handover_id, **values))
    handover = _read(connection, handover_id)
    plan_within(connection, tell(handover), at=step.at, handover_id=handover_id)
    return handover
