"""What is still to be sent: planned in the transaction that makes it so, settled once it was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import Database, insert_new
from bot.journal.schema import deliveries

REMINDER = "reminder"  # the kind of what is for a later time
LEASE = timedelta(seconds=60)
"""How long a delivery belongs to the worker that claimed it; after that the worker is taken for dead."""


class DeliveryState(StrEnum):
    """How far a delivery has got."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    GIVEN_UP = "given up"


_UNSETTLED_STATES = [DeliveryState.WAITING.value, DeliveryState.BEGUN.value]
_UNSETTLED = deliveries.c.state.in_(_UNSETTLED_STATES)


@dataclass(frozen=True)
class OutboxMessage:
    """Something to send, planned once under its key of up to 200 characters, in order within an `ordering_key`.

    It is due at once, or at the time that is given.
    """

    key: str
    ordering_key: str
    kind: str
    payload: Mapping[str, Any]
    due: datetime | None = None


@dataclass(frozen=True)
class Delivery:
    """Something to send, claimed by one worker; from the second attempt on, one that died may have sent it already."""

    key: str
    kind: str
    payload: Mapping[str, Any]
    handover_id: str | None
    attempts: int


@dataclass
class Outbox:
    """Deliveries, claimed by one worker at a time; if it dies, each is given out again once its lease is over."""

    database: Database

    def plan(self, *messages: OutboxMessage, at: datetime) -> bool:
        """Plan to send something; it is durable when this returns. Tell whether any of it is new."""
        with self.database.writing() as connection:
            return plan_within(connection, messages, at=at) > 0

    def claim(self, *, at: datetime) -> Delivery | None:
        """Take the oldest delivery that is due, so that nobody else takes it; `None` if there is none."""
        earlier = deliveries.alias()
        blocked = sa.exists().where(
            earlier.c.ordering_key == deliveries.c.ordering_key,
            earlier.c.id < deliveries.c.id,
            earlier.c.state.in_(_UNSETTLED_STATES),
        )
        due = sa.select(deliveries).where(_UNSETTLED, deliveries.c.not_before <= at, ~blocked)
        oldest = due.order_by(deliveries.c.id).limit(1).with_for_update(skip_locked=True, of=deliveries)
        with self.database.writing() as connection:
            row = connection.execute(oldest).first()
            if row is None:
                return None
            begun, attempts = DeliveryState.BEGUN.value, row.attempts + 1
            taken = sa.update(deliveries).values(state=begun, not_before=at + LEASE, attempts=attempts)
            connection.execute(taken.where(deliveries.c.id == row.id))
        return Delivery(row.key, row.kind, row.payload, row.handover_id, attempts)

    def amend(self, key: str, kind: str, payload: Mapping[str, Any]) -> None:
        """Make a delivery that was claimed another one: what was to be done is done, and is to be told."""
        with self.database.writing() as connection:
            settle_within(connection, key, DeliveryState.BEGUN, {"kind": kind, "payload": dict(payload)})

    def later(self, key: str, *, not_before: datetime, why: str, attempts: int | None = None) -> None:
        """Note that it was not sent, and is to be tried again; without `attempts`, this one counts."""
        changes: dict[str, object] = {"not_before": not_before, "why": why}
        if attempts is not None:
            changes["attempts"] = attempts
        with self.database.writing() as connection:
            settle_within(connection, key, DeliveryState.WAITING, changes)

    def give_up(
        self,
        key: str,
        *,
        at: datetime,
        why: str,
        instead: OutboxMessage | None = None,
        handover_id: str | None = None,
    ) -> None:
        """Note that it cannot be sent, and plan what is to be sent instead, about the same hand-over."""
        with self.database.writing() as connection:
            settle_within(
                connection, key, DeliveryState.GIVEN_UP, {"settled_at": at, "why": why, "payload": sa.null()}
            )
            plan_within(connection, [instead] if instead else [], at=at, handover_id=handover_id)

    def waiting(self) -> int:
        """Return how many deliveries are not settled, without reminders, which wait for their time."""
        own = _UNSETTLED & (deliveries.c.kind != REMINDER)
        wanted = sa.select(sa.func.count()).select_from(deliveries).where(own)
        with self.database.reading() as connection:
            return connection.execute(wanted).scalar_one()

    def receipt(self, key: str) -> str:
        """Return the receipt of a delivery; empty if it has none."""
        wanted = sa.select(deliveries.c.receipt).where(deliveries.c.key == key)
        with self.database.reading() as connection:
            return connection.execute(wanted).scalar() or ""

    def answer_to(self, key: str, ordering_key: str) -> str:
        """Return the receipt of a delivery, or of the first that was sent in its place; empty if there is none.

        What is in the place of "message 7" has a key such as "message 7 again" and the same `ordering_key`.
        """
        own = (deliveries.c.key == key) | deliveries.c.key.startswith(f"{key} ", autoescape=True)
        done = deliveries.c.state == DeliveryState.DONE.value
        sent = done & (deliveries.c.ordering_key == ordering_key) & deliveries.c.receipt.is_not(None)
        wanted = sa.select(deliveries.c.receipt).where(sent, own).order_by(deliveries.c.id).limit(1)
        with self.database.reading() as connection:
            return connection.execute(wanted).scalar() or ""

    def handover_of(self, receipt: str) -> str | None:
        """Return the id of the hand-over that a message is about; `None` if it is about none."""
        wanted = sa.select(deliveries.c.handover_id).where(
            deliveries.c.receipt == receipt, deliveries.c.handover_id.is_not(None)
        )
        with self.database.reading() as connection:
            found: str | None = connection.execute(wanted).scalar()
        return found


def plan_within(
    connection: Connection,
    messages: Iterable[OutboxMessage],
    *,
    at: datetime,
    handover_id: str | None = None,
) -> int:
    """Plan deliveries in a transaction that does more; return how many are new."""
    new = 0
    for message in messages:
        values = {
            "key": message.key,
            "ordering_key": message.ordering_key,
            "kind": message.kind,
            "payload": dict(message.payload),
            "handover_id": handover_id,
            "state": DeliveryState.WAITING.value,
            "planned_at": at,
            "not_before": message.due or at,
            "attempts": 0,
        }
        new += insert_new(connection, deliveries, values)
    return new


def settle_within(
    connection: Connection, key: str, state: DeliveryState, values: Mapping[str, object]
) -> None:
    """Change a delivery, unless it is settled for good."""
    changed = sa.update(deliveries).where(deliveries.c.key == key, _UNSETTLED)
    connection.execute(changed.values(state=state.value, **values))
