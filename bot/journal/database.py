"""The database of the journal: SQLite or PostgreSQL, opened at the first use, read and written."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from bot.journal.schema import HEAD, upgrade, version
from faq.problems import FaqError, Fault

BUSY_SECONDS = 5.0  # how long SQLite waits for another process to finish writing
BUSY_STEP_SECONDS = 0.001
AWAY_SECONDS = 0.05  # the same, once it could not be written
_WAITING, _DURABLE = "faq_waiting", "faq_durable"  # execution options of a transaction that writes
_FILE = "journal.db"
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5_000,  # milliseconds; what was sent is else sent again for a quarter of an hour
    "options": f"-c lock_timeout={BUSY_SECONDS:.0f}s",
}
"""A server that is gone, or a lock that somebody holds, must not hold up who asks."""
_PRAGMAS = ("foreign_keys=ON", "secure_delete=ON")
_NOT_DURABLE = sa.text("SET LOCAL synchronous_commit TO off")


class JournalError(FaqError):
    """The journal cannot be opened, read or written; the message says where, why and what to do."""


class Database:
    """The journal's database, for any number of threads and processes; what goes wrong with it is a `JournalError`."""

    def __init__(self, url: str | None, home: Path) -> None:
        """Open nothing yet; without a URL, as SQLAlchemy writes it, the database is the file `journal.db` in `home`."""
        self._url, self._home = url, home
        self._engine: Engine | None = None
        self._opening = Lock()
        # SQLite has one writer; who finds it busy tries again and again. Threads here take turns instead.
        self._turn = Lock()
        self._away = False  # since the last write, which failed

    @cached_property
    def _address(self) -> URL:
        return _address(self._url, self._home)

    @property
    def where(self) -> str:
        """The address without its password, for messages."""
        return self._address.render_as_string(hide_password=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._address.get_backend_name()

    @property
    def file(self) -> Path:
        """The file of SQLite."""
        return Path(str(self._address.database))

    @property
    def server(self) -> tuple[str, str]:
        """The address of PostgreSQL as its own programs take it, and the password apart."""
        plain = self._address.set(drivername="postgresql", password=None)
        return plain.render_as_string(), str(self._address.password or "")

    @contextmanager
    def at_work(self) -> Iterator[bool]:
        """Be at work on it until the block ends; tell whether nobody else is, which only SQLite's machine knows."""
        if self.dialect != "sqlite":
            yield False
            return
        import fcntl  # noqa: PLC0415 -- Windows has none

        file = Path(f"{self.file}-workers")
        _make_file(file, self.where)
        with file.open("rb") as held:
            is_alone = False
            with suppress(OSError):  # somebody else holds it, or this file system has no locks
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                is_alone = True
            with suppress(OSError):
                fcntl.flock(held, fcntl.LOCK_SH)  # which the system takes back from whoever dies
            yield is_alone

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the journal."""
        engine = self._opened()
        with _telling(self.where, "journal-unread"), engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a transaction that is durable when the block has ended, and undone where the block raises.

        What is not `durable` outlives the process all the same; a power failure within the next moment may undo it.
        """
        engine = self._opened()
        try:
            with (
                self._turn if engine.dialect.name == "sqlite" else nullcontext(),
                _telling(self.where, "journal-unwritten"),
                engine.connect() as connection,
                _writing(connection, AWAY_SECONDS if self._away else BUSY_SECONDS, durable=durable).begin(),
            ):
                if not durable and engine.dialect.name == "postgresql":
                    connection.execute(_NOT_DURABLE)
                yield connection
        except JournalError:
            self._away = True
            raise
        self._away = False

    def forget_pages(self) -> None:
        """Take what was deleted out of the files too, as far as the database can be told to."""
        if self.dialect == "sqlite":  # which refuses this within a transaction
            with suppress(sqlite3.OperationalError), closing(sqlite3.connect(self.file)) as own:
                own.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of every connection; the next use opens it as the first did: it may have been put back meanwhile."""
        with self._opening:
            if self._engine:
                self._engine.dispose()
            self._engine = None

    def _opened(self) -> Engine:
        """Make the database if there is none, and bring its schema up to date, at the first use."""
        with self._opening:
            if self._engine is None:
                where = self.where
                if self.dialect == "sqlite":
                    _make_file(self.file, where)
                engine = _engine(self._address, where)
                try:
                    with _telling(where):
                        with engine.connect() as connection:
                            found = version(connection)
                        if found != HEAD:
                            with engine.connect() as connection, _writing(connection).begin():
                                found = upgrade(connection)
                except BaseException:
                    engine.dispose()
                    raise
                if found != HEAD:
                    engine.dispose()
                    raise JournalError.of(Fault.of("journal-newer", where=where, found=found, known=HEAD))
                self._engine = engine
            return self._engine


def insert(dialect: str, table: sa.Table) -> Any:  # noqa: ANN401 -- both have on_conflict_…, and no common type
    """Return an INSERT that can say what to do on a conflict."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 -- few journals lie there

        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_new(connection: Connection, table: sa.Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless one of its keys is there already; tell whether it was new."""
    return connection.execute(_insert_new(connection.dialect.name, table), values).first() is not None


@cache  # to make a statement takes longer than to run it
def _insert_new(dialect: str, table: sa.Table) -> Any:  # noqa: ANN401 -- as above
    # PostgreSQL's driver does not count the rows of every insert, so the row itself is asked for.
    return insert(dialect, table).on_conflict_do_nothing().returning(sa.literal(1))


def found_schema(url: str | None, home: Path) -> tuple[str, str | None]:
    """Return where the journal is, without its password, and its schema's version, `None` where there is none yet."""
    address = _address(url, home)
    where = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return where, None
    engine = _engine(address, where)
    try:
        with _telling(where), engine.connect() as connection:
            return where, version(connection)
    finally:
        engine.dispose()


def _address(url: str | None, home: Path) -> URL:
    if url is None:
        return URL.create("sqlite", database=str(home / _FILE))
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The text itself may hold a password.
        raise JournalError.of(Fault.of("journal-no-url")) from error
    if address.drivername in {"postgres", "postgresql"}:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise JournalError.of(Fault.of("journal-other-database", driver=address.drivername))
    if address.get_backend_name() == "sqlite" and address.database in {None, "", ":memory:"}:
        raise JournalError.of(Fault.of("journal-in-memory"))
    return address


def _make_file(file: Path, where: str) -> None:
    """Make an empty file that is nobody else's business; SQLite gives its other files the same rights."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = error.strerror or str(error)
        raise JournalError.of(Fault.of("journal-unopened", where=where, reason=reason)) from error


def _engine(address: URL, where: str) -> Engine:
    is_sqlite = address.get_backend_name() == "sqlite"
    arguments: dict[str, Any] = {"timeout": BUSY_SECONDS} if is_sqlite else POSTGRESQL
    waits = {} if is_sqlite else {"pool_timeout": BUSY_SECONDS, "pool_pre_ping": True}
    try:
        with _telling(where):
            engine = sa.create_engine(address, connect_args=arguments, **waits)
    except ModuleNotFoundError as error:
        raise JournalError.of(Fault.of("journal-no-driver", where=where)) from error
    if is_sqlite:
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own
        # The driver begins transactions late and by itself; here they begin when they are opened.
        connection.isolation_level = None
        # So readers and the writer do not wait for each other. It lasts, and another process may just be doing it.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads before it writes could not wait for another's write.
        driver: Any = connection.connection.driver_connection
        options = connection.get_execution_options()
        if _WAITING in options:
            _begin_writing(driver, options[_WAITING], durable=options[_DURABLE])
        else:
            driver.execute("BEGIN")


def _writing(connection: Connection, seconds: float = BUSY_SECONDS, *, durable: bool = True) -> Connection:
    return connection.execution_options(**{_WAITING: seconds, _DURABLE: durable})


def _begin_writing(connection: sqlite3.Connection, seconds: float, *, durable: bool) -> None:
    """Begin as soon as no other process writes; SQLite itself sleeps for up to 100 milliseconds from try to try."""
    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    connection.execute("PRAGMA busy_timeout=0")
    until = monotonic() + seconds
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                # Its last byte is the kind: another process may be repairing what one that died has left.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
                sleep(BUSY_STEP_SECONDS)
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1_000:.0f}")


@contextmanager
def _telling(where: str, kind: str = "journal-unopened") -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines() or [""]
        raise JournalError.of(Fault.of(kind, where=where, reason=reason[0])) from error
