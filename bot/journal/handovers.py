"""Questions passed to HR: each step is durable, with what is to be told about it, before anybody is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import Database, insert_new
from bot.journal.handover import STATE_LABELS, Handover, HandoverState, Step
from bot.journal.outbox import OutboxMessage, plan_within
from bot.journal.question_record import new_id
from bot.journal.schema import handover_steps, handovers, storable
from faq.problems import FaqError

_WORKED_ON = set(HandoverState) - {HandoverState.OPEN, HandoverState.TAKEN}
NEXT = {
    HandoverState.OPEN: {HandoverState.TAKEN, *_WORKED_ON},
    HandoverState.TAKEN: _WORKED_ON,
    HandoverState.ANSWERED: _WORKED_ON,
    HandoverState.REPLIED: {HandoverState.TAKEN, *_WORKED_ON},
    HandoverState.UNREACHED: _WORKED_ON,
    HandoverState.CLOSED: {HandoverState.OPEN, HandoverState.UNREACHED},
}
"""Which states may follow: one that was closed can be opened again."""

_FORGOTTEN = "候補者の記録が消されています"
_UNSEEN = "この画面を開いたあとに、すでにほかの人が回答しています"


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
        release: str = "",
        place: str = "",
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
            "category": "",
            "question": storable(question),
            "said": "",
            "release": release,
            "place": place,
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
        answers: int | None = None,
        tell: Tell = lambda _: (),
    ) -> Handover:
        """Make a step, with what `tell` gives planned; the same key, as of a click, makes one, however often it comes.

        Raises `HandoverError` if the state does not allow it, as when somebody else was first, or if there are more
        than the `answers` that whoever makes it has seen.
        """
        with self.database.writing() as connection:
            before = _read(connection, handover_id, lock=True)
            if any(step.key == key for step in before.steps):
                return before
            if state is HandoverState.TAKEN and before.taker == who:
                return before
            second = (
                state is HandoverState.TAKEN and before.taker and before.state is not HandoverState.CLOSED
            )
            forgotten = state is HandoverState.OPEN and not before.user
            unseen = answers is not None and len(before.answers) > answers
            if state not in NEXT[before.state] or second or forgotten or unseen:
                found = HandoverState.TAKEN if second else before.state
                told = _UNSEEN if unseen else _FORGOTTEN if forgotten else f"「{STATE_LABELS[found]}」です"
                msg = f"この問い合わせは{told}。\n  表示を確かめてください。"
                raise HandoverError(msg)
            changed = sa.update(handovers).where(handovers.c.id == handover_id)
            connection.execute(changed.values(state=state.value, changed_at=at))
            return _made_step(connection, handover_id, Step(key, at, state, who, storable(text)), tell)

    def rewrite(self, step_key: str, text: str, *, at: datetime, tell: Tell = lambda _: ()) -> None:
        """Change what was said in a step, with what `tell` gives planned; empty text takes it back.

        An answer that is taken back leaves the question to be answered. What was taken back stays so.
        """
        with self.database.writing() as connection:
            wanted = sa.select(handover_steps).where(handover_steps.c.key == step_key)
            if (step := connection.execute(wanted).first()) is None or step.text in {"", storable(text)}:
                return
            before = _read(connection, step.handover_id, lock=True)
            if text and not before.user:  # what is masked stays so
                return
            changed = sa.update(handover_steps).where(handover_steps.c.id == step.id)
            connection.execute(changed.values(text=storable(text)))
            own = sa.update(handovers).where(handovers.c.id == before.id)
            back = not text and before.state in {HandoverState.ANSWERED, HandoverState.UNREACHED}
            state = _without_one_answer(_read(connection, before.id)) if back else before.state
            connection.execute(own.values(state=state.value, changed_at=at))
            plan_within(connection, tell(_read(connection, before.id)), at=at, handover_id=before.id)

    def describe(self, handover_id: str, said: str, category: str) -> Handover:
        """Note what the bot would say, and what about the question is, once somebody has looked."""
        with self.database.writing() as connection:
            this = sa.update(handovers).where(handovers.c.id == handover_id)
            connection.execute(this.values(said=storable(said), category=category))
            return _read(connection, handover_id)

    def find(self, handover_id: str) -> Handover:
        """Return a hand-over, or raise `UnknownHandoverError`."""
        with self.database.reading() as connection:
            return _read(connection, handover_id)

    def of_step(self, step_key: str) -> Handover | None:
        """Return the hand-over that has this step; `None` if none has."""
        has = sa.select(handover_steps.c.handover_id).where(handover_steps.c.key == step_key)
        return next(iter(self._where(handovers.c.id.in_(has))), None)

    def of_user(self, user: str) -> tuple[Handover, ...]:
        """Return what a person asked, as far as it is not closed, oldest first."""
        return self._where(handovers.c.user == user, handovers.c.state != HandoverState.CLOSED.value)

    def unfinished(self) -> tuple[Handover, ...]:
        """Return what is not closed, oldest first."""
        return self._where(handovers.c.state != HandoverState.CLOSED.value)

    def _where(self, *which: sa.ColumnElement[bool]) -> tuple[Handover, ...]:
        with self.database.reading() as connection:
            return _all(connection, *which)


def _all(connection: Connection, *which: sa.ColumnElement[bool], lock: bool = False) -> tuple[Handover, ...]:
    """Return hand-overs with their steps, oldest first; with `lock`, nobody else changes them meanwhile."""
    wanted = sa.select(handovers).where(*which).order_by(handovers.c.opened_at, handovers.c.id)
    made = sa.select(handover_steps).join(handovers).where(*which).order_by(handover_steps.c.id)
    rows = connection.execute(wanted.with_for_update() if lock else wanted).all()
    steps: dict[str, tuple[Step, ...]] = {}
    for each in connection.execute(made):
        step = Step(each.key, each.at, HandoverState(each.state), each.who, each.text)
        steps[each.handover_id] = (*steps.get(each.handover_id, ()), step)
    return tuple(
        Handover(
            row.id,
            HandoverState(row.state),
            row.user or "",
            row.category or "",
            row.question,
            row.said,
            steps[row.id],
            row.release,
            row.place,
        )
        for row in rows
    )


def _without_one_answer(handover: Handover) -> HandoverState:
    if handover.is_answered:
        return HandoverState.ANSWERED
    return HandoverState.UNREACHED if handover.answers else HandoverState.TAKEN


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
