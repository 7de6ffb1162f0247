"""The memory of conversations, so that a restart forgets none that the bot takes part in."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation.state import ConversationState
from bot.journal.database import Database, insert, insert_new
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

    def __init__(self, database: Database, mode: JournalMode, masker: Masker, hasher: UserHasher) -> None:
        """Keep them in that database."""
        self._database, self._mode, self._masker, self._hasher = database, mode, masker, hasher
        self._cache: OrderedDict[str, tuple[datetime, ConversationState]] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: str) -> ConversationState | None:
        """Return the memory of a conversation; `None` if the bot takes no part in it."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(threads).where(threads.c.key == key)).first()
        if row is None:
            return None
        with self._lock:
            changed_at, state = self._cache.get(key, (None, None))
        if state is not None and changed_at == row.changed_at:
            return state
        return ConversationState(tuple(row.topics), row.question)

    def join_within(self, connection: Connection, key: str, *, at: datetime, user: str) -> None:
        """Take part in a conversation, of which nothing is remembered yet; one that is known stays as it is."""
        values = self._values(connection, ConversationState(), at, user)
        insert_new(connection, threads, {"key": key, **values})

    def remember_within(
        self, connection: Connection, key: str, state: ConversationState, *, at: datetime, user: str
    ) -> None:
        """Keep the memory of a conversation; `user` wrote last, and it goes when that person is forgotten."""
        values = self._values(connection, state, at, user)
        added = insert(connection, threads).values(key=key, **values)
        connection.execute(added.on_conflict_do_update(index_elements=["key"], set_=values))
        with self._lock:  # if the transaction fails, another time stands in the database
            self._cache[key] = (at, state)
            self._cache.move_to_end(key)
            if len(self._cache) > _MOST_CACHED:
                self._cache.popitem(last=False)

    def _values(
        self, connection: Connection, state: ConversationState, at: datetime, user: str
    ) -> dict[str, object]:
        masked = self._mode is JournalMode.MASKED
        return {
            "topics": list(state.topics),
            "question": self._masker.mask(state.question) if masked else "",
            "person": (self._hasher.hash_of(connection, user, at) if masked else "") or None,
            "changed_at": at,
        }
