"""What is kept for how long, deleted when that time is over, and when a person asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import Database
from bot.journal.handover import HandoverState
from bot.journal.outbox import DeliveryState
from bot.journal.schema import (
    admin_events,
    deliveries,
    feedback,
    handover_steps,
    handovers,
    processed_events,
    questions,
    threads,
)
from bot.journal.user_hasher import UserHasher, month_of
from bot.privacy.masking import Masker

CLOSED_AS_WRITTEN = timedelta(days=7)
"""After that, a closed hand-over is masked."""
THREADS = timedelta(days=30)
"""After its last message, a conversation is forgotten."""
DELIVERIES = timedelta(days=30)
SIGHTINGS = timedelta(days=7)

_FORGOTTEN = "(削除済み)"


@dataclass(frozen=True)
class Held:
    """How much the journal holds of one kind.

    Attributes:
        count: How many.
        oldest: The oldest one's moment; `None` if there is none.
    """

    count: int
    oldest: datetime | None


class Retention:
    """Keeps what was promised, and no longer."""

    def __init__(self, database: Database, *, days: int, masker: Masker, persons: UserHasher) -> None:
        """Keep questions in that database for so many days."""
        self._database = database
        self._days = timedelta(days=days)
        self._masker = masker
        self._persons = persons

    def purge(self, *, at: datetime) -> dict[str, int]:
        """Delete what is past its time, and mask hand-overs that were closed a while ago.

        What belongs to a hand-over that is not closed is not touched, however old it is.

        Returns:
            How many rows of each table were deleted, or masked; what did not change is left out.

        Raises:
            JournalError: the journal cannot be written.
        """
        over = at - self._days
        closed = handovers.c.state == HandoverState.CLOSED.value
        loose = deliveries.c.handover_id.is_(None)
        shorter = {name: at - min(kept, self._days) for name, kept in _SHORTER.items()}
        with self._database.writing() as connection:
            found = {
                "questions": _delete(connection, questions, questions.c.asked_at < over),
                "threads": _delete(connection, threads, threads.c.changed_at < shorter["threads"]),
                "deliveries": _delete(
                    connection, deliveries, loose & (deliveries.c.planned_at < shorter["deliveries"])
                ),
                "sightings": _delete(
                    connection, processed_events, processed_events.c.at < shorter["sightings"]
                ),
                "admin_events": _delete(connection, admin_events, admin_events.c.at < over),
                "handovers": _delete(connection, handovers, closed & (handovers.c.changed_at < over)),
                "handovers_masked": self._mask_closed(connection, at - min(CLOSED_AS_WRITTEN, self._days)),
                "person_keys": self._persons.drop_before(connection, month_of(over)),
            }
        found = {name: count for name, count in found.items() if count}
        if found:
            self._database.forget_pages()
        return found

    def forget(self, user: str, *, at: datetime) -> dict[str, int]:
        """Delete what is known of a person, in every month whose key is kept.

        Returns:
            How many questions, feedbacks, conversations, closed hand-overs and refused attempts were deleted, and under
            "unfinished_handovers" how many hand-overs stay because somebody works on them. Zeros included.

        Raises:
            JournalError: the journal cannot be written.
        """
        with self._database.writing() as connection:
            hashes = self._persons.hashes_of(connection, user)
            own = (handovers.c.user == user) | handovers.c.person.in_(hashes)
            closed = handovers.c.state == HandoverState.CLOSED.value
            others = sa.select(questions.c.id).where(questions.c.person.in_(hashes))
            marks = feedback.c.person.in_(hashes) | feedback.c.question_id.in_(others)
            refused = (admin_events.c.who == user) & (admin_events.c.outcome == "refused")
            unfinished = sa.select(sa.func.count()).select_from(handovers).where(own, ~closed)
            found = {
                "feedback": _delete(connection, feedback, marks),
                "questions": _delete(connection, questions, questions.c.person.in_(hashes)),
                "threads": _delete(connection, threads, threads.c.person.in_(hashes)),
                "handovers": _delete(connection, handovers, own & closed),
                "admin_events": connection.execute(
                    sa.update(admin_events).where(refused).values(who=_FORGOTTEN, detail="", at=at)
                ).rowcount,
                "unfinished_handovers": connection.execute(unfinished).scalar_one(),
            }
        self._database.forget_pages()
        return found

    def foreign_months(self) -> list[str]:
        """Return the months in which people were hashed with another secret, so that `forget` cannot find them."""
        with self._database.reading() as connection:
            return self._persons.foreign_months(connection)

    def held(self) -> Mapping[str, Held]:
        """Return how much there is of each kind."""
        unfinished = handovers.c.state != HandoverState.CLOSED.value
        unsettled = deliveries.c.state.in_([DeliveryState.WAITING.value, DeliveryState.BEGUN.value])
        counted = {
            "questions": (questions.c.asked_at, sa.true()),
            "feedback": (feedback.c.given_at, sa.true()),
            "unfinished_handovers": (handovers.c.opened_at, unfinished),
            "closed_handovers": (handovers.c.changed_at, ~unfinished),
            "threads": (threads.c.changed_at, sa.true()),
            "waiting_deliveries": (deliveries.c.planned_at, unsettled),
            "admin_events": (admin_events.c.at, sa.true()),
        }
        with self._database.reading() as connection:
            return {
                name: Held(
                    *connection.execute(sa.select(sa.func.count(), sa.func.min(when)).where(which)).one()
                )
                for name, (when, which) in counted.items()
            }

    def _mask_closed(self, connection: Connection, before: datetime) -> int:
        wanted = sa.select(handovers).where(
            handovers.c.state == HandoverState.CLOSED.value,
            handovers.c.changed_at < before,
            handovers.c.user.is_not(None),
        )
        rows = connection.execute(wanted).all()
        for row in rows:
            mask = self._masker.mask
            values = {
                "user": None,
                "person": self._persons.hash_of(connection, row.user, row.changed_at) or None,
                "question": mask(row.question),
            }
            connection.execute(sa.update(handovers).where(handovers.c.id == row.id).values(**values))
            own = handover_steps.c.handover_id == row.id
            for step in connection.execute(sa.select(handover_steps).where(own)).all():
                who = _FORGOTTEN if step.who == row.user else step.who
                masked = {"who": who, "text": mask(step.text)}
                connection.execute(
                    sa.update(handover_steps).where(handover_steps.c.id == step.id).values(**masked)
                )
        return len(rows)


_SHORTER = {"threads": THREADS, "deliveries": DELIVERIES, "sightings": SIGHTINGS}


def _delete(connection: Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.delete(table).where(which)).rowcount
