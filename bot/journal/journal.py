"""The journal of one process: what front ends and commands hold in their hands."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bot.journal.question_record import QuestionRecord, now
from bot.journal.recorder import PATIENCE_SECONDS, Recorder
from bot.privacy.masking import Masker
from bot.settings import JournalMode, Settings

if TYPE_CHECKING:
    from bot.journal.conversations import ConversationStore
    from bot.journal.database import Database
    from bot.journal.events import AdminEvents
    from bot.journal.feedback import Feedback
    from bot.journal.handovers import Handovers
    from bot.journal.outbox import Outbox
    from bot.journal.questions import Questions
    from bot.journal.retention import Retention

PURGE_EVERY = timedelta(hours=6)
"""While questions are written, what is past its time is deleted this often, and at the first of them."""


class Journal:
    """Opens its database when it is first needed, and records without keeping anybody waiting.

    Attributes:
        mode: How much of each question is kept.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        keep: Collection[str] = frozenset(),
        complain: Callable[[str], None],
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Begin; nothing is opened and no thread is started yet.

        Args:
            settings: Where and how much.
            keep: Names that masking leaves, such as `bot.privacy.masking.speakers` finds them.
            complain: Told one line when questions cannot be recorded; from another thread.
            clock: The time.
        """
        self.mode = settings.journal
        self._settings = settings
        self._clock = clock
        self._recorder = Recorder[QuestionRecord](self._write, complain)
        self._opening = RLock()
        self._parts: dict[str, Any] = {}
        self._purged_at: datetime | None = None
        self._masker = Masker(frozenset(keep))

    def record(self, asked: QuestionRecord) -> str:
        """Hand over a question; returns its id at once, whether or not it is kept."""
        if self.mode is not JournalMode.OFF:
            self._recorder.add(asked)
        return asked.id

    def masked(self, text: str) -> str:
        """Return a text as it would be kept here."""
        return self._masker.mask(text)

    def flush(self, timeout: float = PATIENCE_SECONDS) -> bool:
        """Wait until every question handed over is durable; tell whether all are."""
        return self._recorder.flush(timeout)

    def close(self) -> None:
        """Write what is left and let go of the database; the journal can be used no more."""
        self._recorder.close()
        with self._opening:
            database = self._parts.pop("database", None)
            self._parts.clear()
        if database is not None:
            database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def database(self) -> "Database":
        """The database, opened and brought up to date at the first use.

        Raises:
            JournalError: it cannot be opened.
        """
        with self._opening:
            if "database" not in self._parts:
                from bot.journal.database import open_database  # noqa: PLC0415 -- SQLAlchemy, 200 ms

                url = self._settings.database_url
                self._parts["database"] = open_database(
                    url.get_secret_value() if url else None, self._settings.home
                )
            database: Database = self._parts["database"]
            return database

    @property
    def questions(self) -> "Questions":
        """What was asked."""
        from bot.journal.questions import Questions  # noqa: PLC0415 -- SQLAlchemy

        return Questions(self.database)

    @property
    def feedback(self) -> "Feedback":
        """What people think of replies; questions handed over before are written first."""
        from bot.journal.feedback import Feedback  # noqa: PLC0415 -- SQLAlchemy

        self.flush()
        return Feedback(self.database, self._persons, self._masker)

    @property
    def handovers(self) -> "Handovers":
        """Questions passed to HR."""
        from bot.journal.handovers import Handovers  # noqa: PLC0415 -- SQLAlchemy

        return Handovers(self.database)

    @property
    def outbox(self) -> "Outbox":
        """What is still to be told to somebody."""
        from bot.journal.outbox import Outbox  # noqa: PLC0415 -- SQLAlchemy

        return Outbox(self.database)

    @property
    def events(self) -> "AdminEvents":
        """What admins did."""
        from bot.journal.events import AdminEvents  # noqa: PLC0415 -- SQLAlchemy

        return AdminEvents(self.database)

    @property
    def conversations(self) -> "ConversationStore":
        """The memory of conversations."""
        from bot.journal.conversations import ConversationStore  # noqa: PLC0415 -- SQLAlchemy

        with self._opening:
            if "threads" not in self._parts:
                self._parts["threads"] = ConversationStore(
                    self.database, self.mode, self._masker, self._persons
                )
            threads: ConversationStore = self._parts["threads"]
            return threads

    @property
    def retention(self) -> "Retention":
        """What is kept for how long; questions handed over before are written first."""
        self.flush()
        return self._retention()

    def _retention(self) -> "Retention":
        from bot.journal.retention import Retention  # noqa: PLC0415 -- SQLAlchemy

        return Retention(
            self.database, days=self._settings.journal_days, masker=self._masker, persons=self._persons
        )

    @property
    def _persons(self) -> Any:  # noqa: ANN401 -- the type is imported where it is made
        from bot.journal.user_hasher import UserHasher  # noqa: PLC0415 -- SQLAlchemy

        with self._opening:
            if "persons" not in self._parts:
                secret = self._settings.journal_key
                self._parts["persons"] = UserHasher(secret.get_secret_value() if secret else "")
            return self._parts["persons"]

    def _write(self, asked: Sequence[QuestionRecord]) -> None:
        from bot.journal.questions import write_questions  # noqa: PLC0415 -- SQLAlchemy

        with self.database.writing() as connection:
            write_questions(connection, asked, self.mode, self._masker, self._persons)
        at = self._clock()
        if self._purged_at is None or at - self._purged_at >= PURGE_EVERY:
            self._purged_at = at
            self._retention().purge(at=at)
