"""What is still to be told to somebody: planned in the transaction that makes it so, settled once it was told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import Database, insert_new
from bot.journal.schema import deliveries, processed_events

LEASE = timedelta(seconds=60)
"""How long a delivery belongs to who claimed it; after that it is taken for dead."""

_MOST_KEYS = 500
"""In one query: databases allow no more than so many parameters."""


class DeliveryState(StrEnum):
    """How far a delivery has got."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    GIVEN_UP = "given up"


@dataclass(frozen=True)
class OutboxMessage:
    """Something to tell.

    Attributes:
        key: Names it for ever, so that the same thing is planned once; up to 200 characters.
        ordering_key: What shares it is told in order, one after the other: a channel, a person.
        kind: The front end's own word for it.
        payload: All that is needed to tell it, as JSON; deleted when it was told.
    """

    key: str
    ordering_key: str
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Delivery:
    """Something to tell, claimed by one worker.

    Attributes:
        handover_id: The hand-over that it is about, if any.
        attempts: How often it was claimed, this time included.
        doubtful: Whether somebody claimed it before and did not say how it went: it may have been told already.
        receipt: What `done` was given; empty before.
    """

    key: str
    ordering_key: str
    kind: str
    payload: Mapping[str, Any]
    handover_id: str | None
    attempts: int
    doubtful: bool
    receipt: str


class Outbox:
    """Deliveries, shared by every process on the database.

    One worker at a time has a delivery: `claim` gives it out, and `done`, `later` or `give_up` settle it. A delivery
    whose worker died comes back from `claim` as `doubtful` once its lease is over; look whether it was told (a
    message's metadata can carry the key) before telling it again.
    """

    def __init__(self, database: Database) -> None:
        """Use that database."""
        self._database = database

    def first_sight(self, *keys: str, at: datetime) -> bool:
        """Tell whether none of these was seen before, and note that they are now: events that may come twice.

        Raises:
            JournalError: the journal cannot be written.
        """
        with self._database.writing() as connection:
            return _first_sight(connection, keys, at)

    def plan(self, *messages: OutboxMessage, at: datetime, seen: Sequence[str] = ()) -> bool:
        """Plan to tell something; it is durable when this returns.

        Args:
            messages: What to tell. Those whose key is known are left out.
            at: When it was planned.
            seen: Keys as of `first_sight`: of one that was seen before, nothing is planned.

        Returns:
            Whether anything new was planned.

        Raises:
            JournalError: the journal cannot be written.
        """
        with self._database.writing() as connection:
            if not _first_sight(connection, seen, at):
                return False
            return plan_within(connection, messages, at=at) > 0

    def claim(
        self, *, at: datetime, limit: int = 10, key: str | None = None, lease: timedelta = LEASE
    ) -> tuple[Delivery, ...]:
        """Take deliveries that are due, the oldest of each ordering key, and make sure that nobody else takes them.

        Args:
            at: Now.
            limit: Most to take.
            key: Only this one.
            lease: How long they are this worker's.

        Raises:
            JournalError: the journal cannot be written.
        """
        unsettled = (DeliveryState.WAITING.value, DeliveryState.BEGUN.value)
        earlier = deliveries.alias()
        blocked = sa.exists().where(
            earlier.c.ordering_key == deliveries.c.ordering_key,
            earlier.c.id < deliveries.c.id,
            earlier.c.state.in_(unsettled),
        )
        due = sa.select(deliveries).where(
            deliveries.c.state.in_(unsettled), deliveries.c.not_before <= at, ~blocked
        )
        if key is not None:
            due = due.where(deliveries.c.key == key)
        with self._database.writing() as connection:
            rows = connection.execute(
                due.order_by(deliveries.c.id).limit(limit).with_for_update(skip_locked=True, of=deliveries)
            ).all()
            taken = {"state": DeliveryState.BEGUN.value, "not_before": at + lease}
            for row in rows:
                connection.execute(
                    sa.update(deliveries)
                    .where(deliveries.c.id == row.id)
                    .values(attempts=row.attempts + 1, **taken)
                )
        return tuple(
            Delivery(
                key=row.key,
                ordering_key=row.ordering_key,
                kind=row.kind,
                payload=row.payload,
                handover_id=row.handover_id,
                attempts=row.attempts + 1,
                doubtful=row.state == DeliveryState.BEGUN,
                receipt=row.receipt or "",
            )
            for row in rows
        )

    def done(self, key: str, *, at: datetime, receipt: str = "") -> None:
        """Note that it was told; `receipt` names the message, such as "C0123ABCD:1700000000.000100"."""
        self._settle(key, state=DeliveryState.DONE, settled_at=at, receipt=receipt or None, payload=sa.null())

    def later(self, key: str, *, not_before: datetime, why: str) -> None:
        """Note that it was certainly not told, and is to be tried again."""
        self._settle(key, state=DeliveryState.WAITING, not_before=not_before, why=why)

    def give_up(self, key: str, *, at: datetime, why: str) -> None:
        """Note that it cannot be told, so that what comes after it can be."""
        self._settle(key, state=DeliveryState.GIVEN_UP, settled_at=at, why=why, payload=sa.null())

    def waiting(self) -> int:
        """Return how many deliveries are not settled."""
        unsettled = (DeliveryState.WAITING.value, DeliveryState.BEGUN.value)
        wanted = sa.select(sa.func.count()).select_from(deliveries).where(deliveries.c.state.in_(unsettled))
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar_one()

    def state(self, key: str) -> DeliveryState | None:
        """Return how far a delivery has got; `None` if it was never planned, or long ago."""
        with self._database.reading() as connection:
            found = connection.execute(sa.select(deliveries.c.state).where(deliveries.c.key == key)).scalar()
        return None if found is None else DeliveryState(found)

    def told(self, keys: Sequence[str]) -> frozenset[str]:
        """Return which of these deliveries were told, by whichever process.

        Raises:
            JournalError: the journal cannot be read.
        """
        found: set[str] = set()
        for start in range(0, len(keys), _MOST_KEYS):
            wanted = sa.select(deliveries.c.key).where(
                deliveries.c.key.in_(keys[start : start + _MOST_KEYS]),
                deliveries.c.state == DeliveryState.DONE.value,
            )
            with self._database.reading() as connection:
                found.update(connection.execute(wanted).scalars())
        return frozenset(found)

    def receipt(self, key: str) -> str:
        """Return the receipt of a delivery; empty if it has none."""
        with self._database.reading() as connection:
            found = connection.execute(
                sa.select(deliveries.c.receipt).where(deliveries.c.key == key)
            ).scalar()
        return found or ""

    def handover_of(self, receipt: str) -> str | None:
        """Return the id of the hand-over that a message is about; `None` if it is about none."""
        wanted = sa.select(deliveries.c.handover_id).where(
            deliveries.c.receipt == receipt, deliveries.c.handover_id.is_not(None)
        )
        with self._database.reading() as connection:
            found: str | None = connection.execute(wanted).scalar()
        return found

    def _settle(self, key: str, *, state: DeliveryState, **values: object) -> None:
        over = (DeliveryState.DONE.value, DeliveryState.GIVEN_UP.value)
        with self._database.writing() as connection:
            connection.execute(
                sa.update(deliveries)
                .where(deliveries.c.key == key, deliveries.c.state.not_in(over))
                .values(state=state.value, **values)
            )


def plan_within(
    connection: Connection, messages: Iterable[OutboxMessage], *, at: datetime, handover_id: str | None = None
) -> int:
    """Plan deliveries in a transaction that does more; return how many are new."""
    new = 0
    for outbox_message in messages:
        values = {
            "key": outbox_message.key,
            "ordering_key": outbox_message.ordering_key,
            "kind": outbox_message.kind,
            "payload": dict(outbox_message.payload),
            "handover_id": handover_id,
            "state": DeliveryState.WAITING.value,
            "planned_at": at,
            "not_before": at,
            "attempts": 0,
        }
        new += insert_new(connection, deliveries, values)
    return new


def _first_sight(connection: Connection, keys: Sequence[str], at: datetime) -> bool:
    first = True
    for key in sorted(set(keys)):  # in one order, or two processes would wait for each other
        first = insert_new(connection, processed_events, {"key": key, "at": at}) and first
    return first
