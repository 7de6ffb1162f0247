"""Who writes at the same time shares a commit; nobody goes on before it, and nobody's failure is another's."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.commits import SharedCommits
from bot.journal.database import open_database
from bot.journal.errors import JournalError
from bot.journal.schema import processed_events
from tests.bot.journal.conftest import NOW
from tests.patience import PATIENCE_SECONDS


class Turn:
    """A lock that tells how many wait for it."""

    def __init__(self) -> None:
        """Be free."""
        self._changed = threading.Condition()
        self._waiting = 0
        self._lock = threading.Lock()

    def acquire(self) -> None:
        """Wait for it."""
        self._count(1)
        self._lock.acquire()
        self._count(-1)

    def release(self) -> None:
        """Give it to the next."""
        self._lock.release()

    def wait_for(self, waiting: int) -> None:
        """Wait until so many wait for it."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._waiting == waiting, PATIENCE_SECONDS)

    def _count(self, more: int) -> None:
        with self._changed:
            self._waiting += more
            self._changed.notify_all()


class Writers:
    """ConversationStore that write keys to one file.

    Attributes:
        commits: How many there were.
        held: Opened, it lets those go on that hold.
    """

    def __init__(self, file: Path) -> None:
        """Make the file."""
        self.engine = sa.create_engine(f"sqlite:///{file}")
        self._file = file
        self.commits = 0
        self.shared = SharedCommits(self._begun)
        self.shared._turn = self.turn = Turn()  # type: ignore[assignment]  # noqa: SLF001 -- who waits for it is looked at
        self.held, self.holding = threading.Event(), threading.Event()
        self.failed: dict[str, BaseException] = {}
        self._threads: list[threading.Thread] = []
        sa.event.listen(self.engine, "connect", _by_hand)
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("CREATE TABLE written (key TEXT)")
        sa.event.listen(
            self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
        )
        sa.event.listen(self.engine, "commit", self._committed)

    def write(self, key: str, then: Callable[[Connection], object] = lambda _: None) -> None:
        """Write a key in a thread, and do more in the same block."""

        def work() -> None:
            try:
                with self.shared.writing() as connection:
                    connection.execute(sa.text("INSERT INTO written VALUES (:key)"), {"key": key})
                    then(connection)
            except BaseException as error:  # noqa: BLE001 -- looked at by the test's own thread
                self.failed[key] = error

        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()

    def hold(self, _: Connection) -> None:
        """Keep the turn until `held` is set."""
        self.holding.set()
        self.held.wait(PATIENCE_SECONDS)

    def first(self) -> None:
        """Let one begin that holds, while others come."""
        self.write("first", self.hold)
        assert self.holding.wait(PATIENCE_SECONDS)

    def first_and_one_more(self) -> None:
        """Let one begin that holds, and "a" come, which is the last in the transaction and commits for both."""
        self.first()
        self.write("a")
        self.turn.wait_for(1)

    def end(self) -> None:
        """Let those go on that hold, and wait until all are done."""
        self.held.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()

    def kept(self) -> set[str]:
        """Return what a reader sees."""
        with closing(sqlite3.connect(self._file)) as connection:
            return {key for (key,) in connection.execute("SELECT key FROM written")}

    def _begun(self) -> Connection:
        connection = self.engine.connect()
        connection.begin()
        return connection

    def _committed(self, _: Connection) -> None:
        self.commits += 1


def _by_hand(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[Writers]:
    found = Writers(tmp_path / "written.db")
    yield found
    found.engine.dispose()


def test_who_comes_while_another_writes_shares_the_commit(writers: Writers) -> None:
    writers.first()
    for key in ("a", "b", "c"):
        writers.write(key)
    writers.turn.wait_for(3)
    writers.end()
    assert writers.kept() == {"first", "a", "b", "c"}
    assert writers.commits == 1


def test_who_comes_alone_commits_alone(writers: Writers) -> None:
    for key in ("a", "b"):
        writers.write(key)
        writers.end()
    assert (writers.kept(), writers.commits) == ({"a", "b"}, 2)


def test_nobody_goes_on_before_the_commit(writers: Writers) -> None:
    writers.first()
    last, go = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        last.set()
        go.wait(PATIENCE_SECONDS)

    writers.write("last", hold)
    writers.turn.wait_for(1)
    writers.held.set()
    assert last.wait(PATIENCE_SECONDS)
    assert writers.kept() == set()
    assert all(thread.is_alive() for thread in writers._threads)  # noqa: SLF001 -- the first one too
    go.set()
    writers.end()
    assert writers.kept() == {"first", "last"}


def fail(_: Connection) -> None:
    msg = "x"
    raise ValueError(msg)


@pytest.mark.parametrize("order", [("bad", "good"), ("good", "bad")])
def test_what_fails_is_undone_alone(writers: Writers, order: tuple[str, str]) -> None:
    writers.first()
    for number, key in enumerate(order, start=1):
        writers.write(key, fail if key == "bad" else lambda _: None)
        writers.turn.wait_for(number)
    writers.end()
    assert writers.kept() == {"first", "good"}
    assert {key: type(error) for key, error in writers.failed.items()} == {"bad": ValueError}


def test_what_the_database_undoes_as_a_whole_nobody_takes_for_kept(writers: Writers) -> None:
    """As SQLite may where the disk is full."""
    writers.first()
    writers.write("undoing", lambda connection: connection.exec_driver_sql("ROLLBACK"))
    writers.turn.wait_for(1)
    writers.end()
    writers.write("later")
    writers.end()
    assert writers.kept() == {"later"}
    assert set(writers.failed) == {"first", "undoing"}
    assert "has undone the transaction" in str(writers.failed["first"])


def test_what_is_written_after_that_in_turn_is_kept_or_told(writers: Writers) -> None:
    keys = ["undoing", *map(str, range(6))]
    writers.first()
    for number, key in enumerate(keys, start=1):
        undo = key == "undoing"
        writers.write(key, lambda connection, undo=undo: undo and connection.exec_driver_sql("ROLLBACK"))  # type: ignore[misc]
        writers.turn.wait_for(number)
    writers.end()
    assert writers.kept() == {"first", *keys} - set(writers.failed)
    assert {"first", "undoing"} <= set(writers.failed)


def test_a_commit_that_fails_fails_for_all(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    def commit(_: Connection) -> None:
        msg = "disk I/O error"
        raise sa.exc.OperationalError(msg, None, Exception(msg))

    writers.first_and_one_more()
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "commit", commit)
        writers.end()
    assert writers.kept() == set()
    assert set(writers.failed) == {"first", "a"}
    writers.write("b")
    writers.end()
    assert writers.kept() == {"b"}


def test_a_commit_that_is_interrupted_is_nobodys_success(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only whoever commits is interrupted; the others must not take for kept what is undone."""

    def commit(_: Connection) -> None:
        raise KeyboardInterrupt

    writers.first_and_one_more()
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "commit", commit)
        writers.end()
    assert writers.kept() == set()
    assert {key: type(error) for key, error in writers.failed.items()} == {
        "first": sa.exc.OperationalError,
        "a": KeyboardInterrupt,
    }
    writers.write("b")
    writers.end()
    assert writers.kept() == {"b"}


@pytest.mark.parametrize("error", [sa.exc.OperationalError("x", None, Exception("x")), KeyboardInterrupt()])
def test_what_goes_wrong_after_the_commit_undoes_nothing_and_keeps_nobody(
    writers: Writers, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """What is kept is no failure of the journal's, whatever becomes of the connection; an interrupt remains one."""
    real = Connection.close

    def close(connection: Connection) -> None:
        real(connection)
        raise error

    writers.first_and_one_more()
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "close", close)
        writers.end()
    assert writers.kept() == {"first", "a"}
    assert writers.failed == ({"a": error} if isinstance(error, KeyboardInterrupt) else {})
    writers.write("b")
    writers.end()
    assert writers.kept() == {"first", "a", "b"}


def test_a_connection_that_is_lost_is_lost_for_those_alone_who_shared_it(writers: Writers) -> None:
    writers.first()
    writers.write("losing", Connection.invalidate)
    writers.turn.wait_for(1)
    writers.end()
    writers.write("later")
    writers.end()
    assert writers.kept() == {"later"}
    assert set(writers.failed) == {"first", "losing"}


def test_who_loses_the_connection_alone_keeps_nobody_who_comes_later(writers: Writers) -> None:
    writers.write("losing", Connection.invalidate)
    writers.end()
    writers.write("later")
    writers.end()
    assert writers.kept() == {"later"}
    assert set(writers.failed) == {"losing"}


def test_a_transaction_is_shared_by_so_many_and_no_more(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.journal.commits.MOST_SHARED", 2)
    writers.first()
    for number in range(5):
        writers.write(str(number))
    writers.turn.wait_for(5)
    writers.end()
    assert (len(writers.kept()), writers.commits) == (6, 3)


def test_where_the_next_does_not_come_after_all_it_is_committed(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one who was interrupted while waiting."""
    monkeypatch.setattr("bot.journal.commits._LOOK_SECONDS", 0.01)
    writers.first()
    writers.shared._waiting += 1  # noqa: SLF001 -- somebody who waits
    writers.held.set()
    writers.turn.acquire()
    assert writers.shared._shared  # noqa: SLF001 -- left open for them
    writers.shared._waiting -= 1  # noqa: SLF001 -- and nobody waits any longer
    writers.turn.release()
    writers.end()
    assert writers.kept() == {"first"}


def test_a_journal_that_cannot_be_committed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(None, tmp_path)

    def commit(_: Connection) -> None:
        msg = "disk I/O error"
        raise sa.exc.OperationalError(msg, None, Exception(msg))

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "commit", commit)
        with (
            pytest.raises(JournalError, match="disk I/O error") as caught,
            database.writing() as connection,
        ):
            connection.execute(sa.insert(processed_events).values(key="a", at=NOW))
    assert caught.value.passing
    with database.reading() as connection:
        assert connection.execute(sa.select(processed_events.c.key)).scalar() is None
    database.close()
