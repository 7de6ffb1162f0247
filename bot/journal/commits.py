"""Writers of one SQLite file take turns, and those who come at the same time share one commit.

A commit waits for the disk, some milliseconds each, and only one can be under way. So a writer who sees others waiting
leaves the transaction open for the next of them; whoever comes last commits for all, and until then nobody goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

MOST_SHARED = 32
"""Blocks in one transaction, at most: then the first of them has waited for long enough."""

_LOOK_SECONDS = 0.5
"""After how long a writer looks whether whoever was to commit is still there."""


class _Shared:
    """A transaction, and how it ended for all who are part of it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.blocks = 0
        self.ended = Event()
        self.error: Exception | None = None

    @property
    def open(self) -> bool:
        """Whether the database still has it.

        After a full disk, SQLite undoes it as a whole without being asked; a connection that broke has none either.
        """
        if self.connection.closed or self.connection.invalidated:
            return False
        return bool(self.connection.connection.driver_connection.in_transaction)  # type: ignore[union-attr]


class SharedCommits:
    """The writing transactions of a process on one SQLite file; each block in it counts or is undone by itself."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        """Take connections, each with its transaction begun, from that function."""
        self._connect = connect
        self._turn = Lock()
        self._counting = Lock()
        self._waiting = 0
        self._shared: _Shared | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Run a block in a transaction that is durable when this returns; undo the block, and it alone, if it raises.

        Raises:
            SQLAlchemyError: it is not durable.
        """
        with self._my_turn():
            shared = self._shared or _Shared(self._connect())
            self._shared = shared
            try:
                with shared.connection.begin_nested():
                    yield shared.connection
                shared.blocks += 1
            except BaseException:
                self._go_on(shared, failed=True)
                raise
            self._go_on(shared)
        while not shared.ended.wait(_LOOK_SECONDS):
            # Whoever was waiting may have been interrupted.
            with self._my_turn():
                if self._shared and not self._waiting:
                    self._end(self._shared)
        if shared.error:
            raise shared.error

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        with self._counting:
            self._waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._counting:
                self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    def _go_on(self, shared: _Shared, *, failed: bool = False) -> None:
        """Leave the transaction to the next, or end it."""
        lost = failed and not shared.open
        if lost or not self._waiting or shared.blocks >= MOST_SHARED:
            self._end(shared)

    def _end(self, shared: _Shared) -> None:
        self._shared = None
        try:
            if shared.open:
                shared.connection.commit()
            elif shared.blocks:
                undone = RuntimeError("the database has undone the transaction as a whole")
                shared.error = OperationalError(None, None, undone)
        except SQLAlchemyError as error:
            shared.error = error
        except BaseException as error:  # an interrupt of this thread, in which the others have no part
            shared.error = OperationalError(None, None, error)
            raise
        finally:
            # The connection is given back with what was not committed undone, and only then does anybody go on.
            try:
                with suppress(SQLAlchemyError):
                    shared.connection.close()
            finally:
                shared.ended.set()
