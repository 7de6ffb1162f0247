"""The journal of one process: what front ends and commands hold in their hands."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation.state import ConversationState
from bot.journal.database import Database, JournalError, insert, insert_new
from bot.journal.handovers import Handovers
from bot.journal.notifications import notify_within
from bot.journal.outbox import (
    Delivery,
    DeliveryState,
    Outbox,
    OutboxMessage,
    plan_within,
    settle_within,
)
from bot.journal.question_record import QuestionRecord, now
from bot.journal.questions import Questions
from bot.journal.retention import Retention
from bot.journal.schema import admin_events, schema_version, storable, threads
from bot.journal.user_hasher import UserHasher
from bot.privacy.masking import Masker
from bot.settings import JournalMode, Settings

_MOST_CACHED = 1000
_MOST_MASKED = 8
_KNOWN = sa.select(threads.c.key).where(threads.c.key.in_(sa.bindparam("keys", expanding=True)))
_RECALLED = sa.select(threads).where(threads.c.key == sa.bindparam("of_key"))


@dataclass(frozen=True)
class Memory:
    """What is to be remembered of a conversation: its state, and who wrote last; it goes when they are forgotten."""

    conversation: str
    state: ConversationState
    user: str


class ConversationStore:
    """Memories by the key of their conversation, such as "C0123ABCD:1700000000.000100".

    What is stored is masked; this process remembers the question as it was until another one goes on with it.
    """

    def __init__(
        self, database: Database, mode: JournalMode, mask: Callable[[str], str], hasher: UserHasher
    ) -> None:
        self._database, self._mode, self._mask, self._hasher = database, mode, mask, hasher
        self._cache: OrderedDict[str, tuple[datetime, ConversationState]] = OrderedDict()

    def known(self, *keys: str, connection: Connection | None = None) -> frozenset[str]:
        """Return which of these conversations there is a memory of, if need be in a transaction that does more."""
        with nullcontext(connection) if connection else self._database.reading() as opened:
            return frozenset(opened.execute(_KNOWN, {"keys": keys}).scalars())

    def recall(self, key: str) -> ConversationState | None:
        """Return the memory of a conversation; `None` if the bot takes no part in it."""
        with self._database.reading() as connection:
            row = connection.execute(_RECALLED, {"of_key": key}).first()
        if row is None:
            return None
        changed_at, state = self._cache.get(key, (None, None))
        if state is not None and changed_at == row.changed_at:
            return state
        return ConversationState(tuple(row.topics), row.question)

    def join_within(self, connection: Connection, keys: Sequence[str], user: str, *, at: datetime) -> None:
        """Take part in conversations; of what was joined before, all that is known stays as it is."""
        values = self._values(connection, ConversationState(), user, at) if keys else {}
        for key in keys:
            insert_new(connection, threads, {"key": key, **values})

    def remember_within(self, connection: Connection, memory: Memory, *, at: datetime) -> None:
        """Keep the memory of a conversation."""
        key, values = memory.conversation, self._values(connection, memory.state, memory.user, at)
        connection.execute(_remembering(connection.dialect.name), {"key": key, **values})
        # If the transaction fails, another time stands in the database.
        self._cache.pop(key, None)
        self._cache[key] = (at, memory.state)
        if len(self._cache) > _MOST_CACHED:
            self._cache.popitem(last=False)

    def _values(
        self, connection: Connection, state: ConversationState, user: str, at: datetime
    ) -> dict[str, object]:
        masked = self._mode is JournalMode.MASKED
        return {
            "topics": list(state.topics),
            "question": self._mask(state.question) if masked else "",
            "person": (self._hasher.hash_of(connection, user, at) if masked else "") or None,
            "changed_at": at,
        }


@cache
def _remembering(dialect: str) -> sa.Insert:
    added = insert(dialect, threads)
    held = {each.name: added.excluded[each.name] for each in threads.c if each.name != "key"}
    replaced: sa.Insert = added.on_conflict_do_update(index_elements=["key"], set_=held)
    return replaced


class EventOutcome(StrEnum):
    """How it went."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    FORCED = "forced"


@dataclass(frozen=True)
class AdminEvent:
    """Something that an admin did, or that somebody tried, such as "reload"; who it was is readable."""

    at: datetime
    who: str
    what: str
    outcome: EventOutcome
    detail: str


@dataclass
class AdminEvents:
    """The record of them."""

    database: Database

    def add(self, who: str, what: str, outcome: EventOutcome, *, at: datetime, detail: str = "") -> None:
        """Note an event; it is durable when this returns, and on PostgreSQL all processes are told at once."""
        values = {"at": at, "who": who, "what": what, "outcome": outcome.value, "detail": storable(detail)}
        with self.database.writing() as connection:
            connection.execute(sa.insert(admin_events).values(**values))
            notify_within(connection)

    def last(self, limit: int) -> tuple[AdminEvent, ...]:
        """Return the newest events, newest first."""
        newest = sa.select(admin_events).order_by(admin_events.c.at.desc(), admin_events.c.id.desc())
        with self.database.reading() as connection:
            rows = connection.execute(newest.limit(limit)).all()
        return tuple(
            AdminEvent(row.at, row.who, row.what, EventOutcome(row.outcome), row.detail) for row in rows
        )


PURGE_EVERY = timedelta(hours=6)
"""While questions are written, what is past its time is deleted this often, and at the first of them."""


class Journal:
    """Its parts, and the two transactions that touch several of them; the database is opened at the first use."""

    def __init__(
        self,
        settings: Settings,
        *,
        keep: Collection[str] = frozenset(),
        complain: Callable[[str], None],
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Begin; masking leaves the names to `keep`, and `complain` is told when questions cannot be recorded."""
        url, secret = settings.database_url, settings.journal_key
        hasher = UserHasher(secret.get_secret_value() if secret else "")
        self.mode = settings.journal
        # What a question is recorded as is what is remembered of it.
        self.mask = lru_cache(_MOST_MASKED)(Masker(frozenset(keep)).mask)
        self.database = Database(url.get_secret_value() if url else None, settings.home)
        self.questions = Questions(self.database, self.mode, self.mask, hasher)
        self.conversations = ConversationStore(self.database, self.mode, self.mask, hasher)
        self.handovers = Handovers(self.database)
        self.outbox = Outbox(self.database)
        self.events = AdminEvents(self.database)
        self.retention = Retention(self.database, timedelta(days=settings.journal_days), self.mask, hasher)
        self._complain, self._clock = complain, clock
        self._complained = False
        self.lost = 0
        """Questions that were answered and could not be recorded, since this process began."""
        self._purged_at: datetime | None = None

    def record(self, *records: QuestionRecord) -> None:
        """Write questions. What goes wrong is told, once until something was written again, and raises nothing."""
        if self.mode is JournalMode.OFF:
            return
        try:
            with self.database.writing() as connection:
                self.questions.write_within(connection, records)
            self._purge()
        except JournalError as error:
            self.lose(error, len(records))
        else:
            self._complained = False

    def lose(self, error: JournalError, count: int = 1) -> None:
        """Count questions that are answered and not recorded; tell it once, until something was recorded again."""
        self.lost += count
        if not self._complained:
            self._complain(str(error))
        self._complained = True

    def check(self) -> None:
        """Write something that says nothing; raises `JournalError` if that cannot be."""
        with self.database.writing() as connection:
            connection.execute(sa.update(schema_version).values(version_num=schema_version.c.version_num))

    def accept(
        self,
        *messages: OutboxMessage,
        at: datetime,
        joins: Sequence[str] = (),
        others: str = "",
        user: str = "",
        claims: bool = True,
    ) -> list[Delivery]:
        """Take in what somebody asks, with what is to be sent, in one transaction; return what of it is new.

        What need not wait for anything is claimed with it, if this `claims`. From now on the bot takes part in what it
        `joins`: a thread, and somebody's part of it; also in `others`, where it knew the thread and not that person.
        """
        with self.database.writing() as connection:
            anew = bool(others) and self.conversations.known(*joins, connection=connection) == {joins[0]}
            self.conversations.join_within(connection, (*joins, others) if anew else joins, user, at=at)
            return plan_within(connection, messages, at=at, claims=claims)

    def finish(  # noqa: PLR0913 -- what becomes of a delivery
        self,
        key: str,
        *,
        at: datetime,
        handover_id: str | None = None,
        receipt: str = "",
        memory: Memory | None = None,
        record: QuestionRecord | None = None,
        then: OutboxMessage | None = None,
    ) -> bool:
        """Note that a delivery was sent, with its receipt, and keep what became of it, in one transaction.

        What is to be sent `then`, about the same hand-over, is planned. Tell whether anything has waited for this.
        """
        # Undone by a power failure, an answer is looked for in Slack before it is sent again: it need not wait.
        with self.database.writing(durable=not (record and receipt)) as connection:
            values = {"settled_at": at, "receipt": receipt or None, "payload": None}
            waited = settle_within(connection, key, DeliveryState.DONE, values)
            if memory:
                self.conversations.remember_within(connection, memory, at=at)
            if record:
                self.questions.write_within(connection, [record])
            plan_within(connection, [then] if then else [], at=at, handover_id=handover_id)
        if record:
            self._complained = False
            self._purge()
        return waited or then is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def _purge(self) -> None:
        at = self._clock()
        if self._purged_at is None or at - self._purged_at >= PURGE_EVERY:
            self._purged_at = at
            self.retention.purge(at=at)
