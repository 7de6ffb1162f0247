"""The journal of one process: what front ends and commands hold in their hands."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from bot.conversation.state import ConversationState
from bot.journal.conversations import ConversationStore
from bot.journal.database import Database, JournalError
from bot.journal.events import AdminEvents
from bot.journal.handovers import Handovers
from bot.journal.outbox import Outbox, OutboxMessage, finish_within, first_seen_within, plan_within
from bot.journal.question_record import QuestionRecord, now
from bot.journal.questions import Questions
from bot.journal.retention import Retention
from bot.journal.user_hasher import UserHasher
from bot.privacy.masking import Masker
from bot.settings import JournalMode, Settings

PURGE_EVERY = timedelta(hours=6)
"""While questions are written, what is past its time is deleted this often, and at the first of them."""


@dataclass(frozen=True)
class Memory:
    """What is to be remembered of a conversation: its state, and who wrote last."""

    conversation: str
    state: ConversationState
    user: str


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
        self.mode, self.masker = settings.journal, Masker(frozenset(keep))
        self.database = Database(url.get_secret_value() if url else None, settings.home)
        self.questions = Questions(self.database, self.mode, self.masker, hasher)
        self.conversations = ConversationStore(self.database, self.mode, self.masker, hasher)
        self.handovers = Handovers(self.database)
        self.outbox = Outbox(self.database)
        self.events = AdminEvents(self.database)
        self.retention = Retention(self.database, settings.journal_days, self.masker, hasher)
        self._complain, self._clock = complain, clock
        self._complained = False
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
            if not self._complained:
                self._complain(str(error))
            self._complained = True
        else:
            self._complained = False

    def accept(
        self, *messages: OutboxMessage, at: datetime, seen: Sequence[str], joins: str = "", user: str = ""
    ) -> bool:
        """Take in what somebody asks, with what is to be sent about it, in one transaction; tell whether it is new.

        Of an event of which one of the names was `seen` before, nothing is planned. From now on the bot takes part in
        the conversation that it `joins`.
        """
        with self.database.writing() as connection:
            if not first_seen_within(connection, seen, at):
                return False
            if joins:
                self.conversations.join_within(connection, joins, at=at, user=user)
            return plan_within(connection, messages, at=at) > 0

    def finish(
        self,
        key: str,
        *,
        at: datetime,
        receipt: str = "",
        memory: Memory | None = None,
        record: QuestionRecord | None = None,
    ) -> None:
        """Note that a delivery was sent, and keep what became of it, in one transaction."""
        with self.database.writing() as connection:
            finish_within(connection, key, at=at, receipt=receipt)
            if memory:
                conversation, state, user = memory.conversation, memory.state, memory.user
                self.conversations.remember_within(connection, conversation, state, at=at, user=user)
            if record:
                self.questions.write_within(connection, [record])
        if record:
            self._purge()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _purge(self) -> None:
        at = self._clock()
        if self._purged_at is None or at - self._purged_at >= PURGE_EVERY:
            self._purged_at = at
            self.retention.purge(at=at)
