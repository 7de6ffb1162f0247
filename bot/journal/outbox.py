"""What is still to be sent: planned in the transaction that makes it so, settled once it was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import Database, insert
from bot.journal.schema import UNSETTLED, deliveries

REMINDER = "reminder"  # the kind of what is for a later time
LEASE = timedelta(seconds=20)
"""How long a delivery belongs to the worker that claimed it; after that the worker is taken for dead."""


class DeliveryState(StrEnum):
    """How far a delivery has got."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    GIVEN_UP = "given up"


_UNSETTLED = deliveries.c.state.in_(UNSETTLED)
_OTHER = deliveries.alias("other")
_DUE = (
    sa.select(deliveries.c.id)
    .where(
        _UNSETTLED,
        deliveries.c.kind != sa.bindparam("besides", type_=deliveries.c.kind.type),
        deliveries.c.not_before <= sa.bindparam("at", type_=deliveries.c.not_before.type),
        ~sa.exists().where(
            _OTHER.c.ordering_key == deliveries.c.ordering_key,
            _OTHER.c.id < deliveries.c.id,
            _OTHER.c.state.in_(UNSETTLED),
        ),
    )
    .order_by(deliveries.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=deliveries)
    .cte("due")
)
_CLAIMING = (
    sa.update(deliveries)
    .where(deliveries.c.id.in_(sa.select(_DUE.c.id)))
    .values(
        state=DeliveryState.BEGUN.value,
        attempts=deliveries.c.attempts + 1,
        not_before=sa.bindparam("until", type_=deliveries.c.not_before.type),
    )
    .returning(
        deliveries.c.id,
        *(deliveries.c[name] for name in ("key", "ordering_key", "kind", "payload", "handover_id")),
        deliveries.c.attempts,
        deliveries.c.not_before,
    )
)
# Whether another one waits for it to be settled; of SQLAlchemy's own words, SQLite's RETURNING loses whose columns are.
_WAITS = sa.literal_column(
    "EXISTS (SELECT 1 FROM faq_deliveries AS other WHERE other.lane = faq_deliveries.lane"
    " AND other.id > faq_deliveries.id AND other.state IN ('waiting', 'begun'))",
    sa.Boolean,
)
# Where two may write at once, neither sees what the other has not committed.
_IN_TURN = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(sa.bindparam("of_key", type_=sa.String))))
_SETTLING = (
    sa.update(deliveries).where(deliveries.c.key == sa.bindparam("of_key"), _UNSETTLED).returning(_WAITS)
)


@dataclass(frozen=True)
class OutboxMessage:
    """Something to send, planned once under its key of up to 200 characters, in order within an `ordering_key`.

    It is due at once, or at the time that is given. What was `tried` may have been sent by who could not keep it.
    """

    key: str
    ordering_key: str
    kind: str
    payload: Mapping[str, Any]
    due: datetime | None = None
    tried: bool = False


@dataclass(frozen=True)
class Delivery:
    """Something to send, claimed by one worker; from the second attempt on, one that died may have sent it already.

    Without an attempt, nobody has claimed it. It belongs to who claimed it `until` then, unless that is renewed.
    """

    key: str
    ordering_key: str
    kind: str
    payload: Mapping[str, Any]
    handover_id: str | None
    attempts: int
    until: datetime


@dataclass
class Outbox:
    """Deliveries, claimed by one worker at a time; if it dies, each is given out again once its lease is over."""

    database: Database

    def plan(self, *messages: OutboxMessage, at: datetime) -> bool:
        """Plan to send something; it is durable when this returns. Tell whether any of it is new."""
        with self.database.writing() as connection:
            return bool(plan_within(connection, messages, at=at))

    def claim(self, *, at: datetime, besides: str = "", most: int = 1) -> list[Delivery]:
        """Take the oldest deliveries that are due, so that nobody else takes them; return them, the oldest first.

        Those of one kind may be left out.
        """
        values = {"at": at, "besides": besides, "most": most, "until": at + LEASE}
        with self.database.writing() as connection:
            rows = sorted(connection.execute(_CLAIMING, values), key=lambda row: row.id)
        return [Delivery(*held) for _id, *held in rows]

    def renew(self, held: Mapping[str, datetime], *, at: datetime) -> dict[str, datetime]:
        """Go on with what this worker has claimed, each until then; return until when each is its own.

        What another worker has claimed since, as where the journal could not be written for long, is left out.
        """
        begun = deliveries.c.state == DeliveryState.BEGUN.value
        # Each claim ends at a moment of its own.
        own = deliveries.c.key.in_(held) & begun & deliveries.c.not_before.in_(held.values())
        renewing = sa.update(deliveries).where(own).values(not_before=at + LEASE)
        with self.database.writing() as connection:
            return dict.fromkeys(
                connection.execute(renewing.returning(deliveries.c.key)).scalars(), at + LEASE
            )

    def take_over(self, *, at: datetime) -> None:
        """Give out again what others had claimed: they are dead."""
        begun = deliveries.c.state == DeliveryState.BEGUN.value
        with self.database.writing() as connection:
            connection.execute(sa.update(deliveries).where(begun).values(not_before=at))

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
                connection, key, DeliveryState.GIVEN_UP, {"settled_at": at, "why": why, "payload": None}
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
    claims: bool = False,
) -> list[Delivery]:
    """Plan deliveries in a transaction that does more; return those that are new.

    Who `claims` them has those for which nothing earlier is waited.
    """
    new = []
    for message in messages:
        if claims and connection.dialect.name == "postgresql":
            connection.execute(_IN_TURN, {"of_key": message.ordering_key})
        values = {
            "key": message.key,
            "ordering_key": message.ordering_key,
            "kind": message.kind,
            "payload": dict(message.payload),
            "handover_id": handover_id,
            "planned_at": at,
            "within": message.ordering_key if claims else None,
            "waiting_until": message.due or at,
            "claimed_until": at + LEASE,
            "tried": int(message.tried),
        }
        row = connection.execute(_planning(connection.dialect.name), values).first()
        if row:
            held = (message.key, message.ordering_key, message.kind, message.payload, handover_id)
            attempts = row.attempts if row.state == DeliveryState.BEGUN else 0
            new.append(Delivery(*held, attempts, row.not_before))
    return new


@cache
def _planning(dialect: str) -> sa.sql.dml.ReturningInsert[tuple[str, int, datetime]]:
    """Return the INSERT of what is not planned yet, claimed if it may be: nothing is unsettled `within` its order."""
    earlier = sa.select(sa.literal(1)).where(
        _OTHER.c.ordering_key == sa.bindparam("within", type_=sa.String),
        _OTHER.c.state.in_(UNSETTLED),
    )
    waits = sa.bindparam("within", type_=sa.String).is_(None) | earlier.exists()
    moment, tried = deliveries.c.not_before.type, sa.bindparam("tried", type_=sa.Integer)
    added = insert(dialect, deliveries).values(
        state=sa.case((waits, DeliveryState.WAITING.value), else_=DeliveryState.BEGUN.value),
        attempts=sa.case((waits, tried), else_=tried + 1),
        not_before=sa.case(
            (waits, sa.bindparam("waiting_until", type_=moment)),
            else_=sa.bindparam("claimed_until", type_=moment),
        ),
    )
    planning: sa.Insert = added.on_conflict_do_nothing()
    return planning.returning(deliveries.c.state, deliveries.c.attempts, deliveries.c.not_before)


def settle_within(
    connection: Connection, key: str, state: DeliveryState, values: Mapping[str, object]
) -> bool:
    """Change a delivery, unless it is settled for good; tell whether another waits behind it."""
    changed = connection.execute(_SETTLING, {"of_key": key, "state": state.value, **values}).scalar()
    return bool(changed)
