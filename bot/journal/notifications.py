"""What processes on one PostgreSQL tell each other at once: that an admin did something, as publish."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import POSTGRESQL, Database, JournalError

CHANNEL = "faq_admin_events"
WAITING_SECONDS = 1.0
"""How long the listening thread outlives its block at most."""
PAUSE_SECONDS = 5.0  # until a server that is away is tried again


def notify_within(connection: Connection) -> None:
    """Tell all who listen, once this transaction is durable; on SQLite nobody does."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))


@contextmanager
def listening(database: Database, hear: Callable[[], None]) -> Iterator[None]:
    """Call `hear` in a thread of its own whenever another process, or this one, has told something.

    It is called after each connecting too, as what was told before is lost. A server that is away is tried again from
    time to time, and that is not told: what uses the journal tells it. On SQLite nothing is heard. The end of the
    block waits for nothing. `hear` must not raise.
    """
    ended = threading.Event()
    threading.Thread(target=_listen, args=(database, hear, ended), name="listener", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _listen(database: Database, hear: Callable[[], None], ended: threading.Event) -> None:
    with suppress(JournalError, ModuleNotFoundError):  # of the address or the driver, which others tell
        if database.dialect != "postgresql":
            return
        import psycopg  # noqa: PLC0415 -- few journals lie there

        address, password = database.server
        connect = partial(psycopg.connect, address, password=password or None, autocommit=True, **POSTGRESQL)
        while not ended.is_set():
            with suppress(psycopg.Error), closing(connect()) as own:
                own.execute(f"LISTEN {CHANNEL}")
                hear()
                while not ended.is_set():
                    for _ in own.notifies(timeout=WAITING_SECONDS):
                        hear()
            ended.wait(PAUSE_SECONDS)
