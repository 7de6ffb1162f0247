"""The memory of conversations, so that a restart forgets none that the bot takes part in."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

import sqlalchemy as sa

from bot.conversation.state import ConversationState
from bot.journal.database import Database, insert
from bot.journal.schema import threads
from bot.journal.user_hasher import UserHasher
from bot.privacy.masking import Masker
from bot.settings import JournalMode

_MOST_CACHED = 1000


class ConversationStore:
    """Memories by the key of their conversation, such as "C0123ABCD:1700000000.000100".

    What is stored has its question masked, or without a text where texts are not kept. This process remembers the
    question as it was, as long as no other process has gone on with the conversation.
    """

    def __init__(self, database: Database, mode: JournalMode, masker: Masker, persons: UserHasher) -> None:
        """Keep them in that database."""
        self._database = database
        self._mode = mode
        self._masker = masker
        self._persons = persons
        self._cache: OrderedDict[str, tuple[datetime, ConversationState]] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: str) -> ConversationState | None:
        """Return the memory of a conversation; `None` if the bot takes no part in it.

        Raises:
            JournalError: the journal cannot be read.
        """
        with self._database.reading() as connection:
            row = connection.execute(sa.select(threads).where(threads.c.key == key)).first()
        if row is None:
            return None
        with self._lock:
            changed_at, thread = self._cache.get(key, (None, None))
        if thread is not None and changed_at == row.changed_at:
            return thread
        return ConversationState(tuple(row.topics), row.question)

    def remember(self, key: str, thread: ConversationState, *, at: datetime, user: str = "") -> None:
        """Keep the memory of a conversation; with `ConversationState()` the bot joins one that it knows nothing of yet.

        Args:
            key: Of the conversation, up to 200 characters.
            thread: The memory.
            at: When it changed.
            user: Who wrote last, so that the memory goes when that person is forgotten.

        Raises:
            JournalError: the journal cannot be written.
        """
        question = self._masker.mask(thread.question) if self._mode is JournalMode.MASKED else ""
        with self._database.writing() as connection:
            person = self._persons.hash_of(connection, user, at) if self._mode is JournalMode.MASKED else ""
            values = {
                "topics": list(thread.topics),
                "question": question,
                "person": person or None,
                "changed_at": at,
            }
            added = insert(connection, threads).values(key=key, **values)
            connection.execute(added.on_conflict_do_update(index_elements=["key"], set_=values))
        with self._lock:
            self._cache[key] = (at, thread)
            self._cache.move_to_end(key)
            if len(self._cache) > _MOST_CACHED:
                self._cache.popitem(last=False)
