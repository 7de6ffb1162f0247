"""The database of the journal: SQLite or PostgreSQL, opened, brought up to date, read and written."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from bot.journal.commits import SharedCommits
from bot.journal.errors import JournalError
from bot.journal.migration import migrate, outside_transactions, version

BUSY_SECONDS = 5.0
"""How long SQLite waits for another process to finish writing."""

_FILE = "journal.db"
_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON")
_WRITING = "faq_writing"
_FORM = "postgresql://… か sqlite:///… の形で指定してください。"
_ADVICE = "  FAQ_DATABASE_URL と書き込みの権限を確かめてください。記録しないなら FAQ_JOURNAL=off とします。"


class Database:
    """An open journal; any number of threads and processes may use one.

    Attributes:
        where: The address without its password, for messages.
    """

    def __init__(self, engine: Engine) -> None:
        """Use an engine whose schema is up to date."""
        self.where = engine.url.render_as_string(hide_password=True)
        self._engine = engine
        # SQLite has one writer; who finds it busy sleeps, and longer each time. Threads here take turns instead.
        self._writing = SharedCommits(self._begun).writing if engine.dialect.name == "sqlite" else self._alone

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the journal.

        Raises:
            JournalError: it cannot be read.
        """
        with _telling(self.where, "読めません"), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is durable when the block has ended, and undone where the block raises.

        Raises:
            JournalError: it cannot be written.
        """
        with _telling(self.where, "書き込めません"), self._writing() as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with self._begun() as connection:
            yield connection
            connection.commit()

    def _begun(self) -> Connection:
        connection = self._engine.connect()
        try:
            connection.execution_options(**{_WRITING: True}).begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def forget_pages(self) -> None:
        """Take what was deleted out of the files too, as far as the database can be told to."""
        if self._engine.dialect.name == "sqlite":
            with _telling(self.where, "書き込めません"):
                outside_transactions(self._engine, "PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of every connection; the next use opens new ones."""
        self._engine.dispose()


def insert(connection: Connection, table: sa.Table) -> Any:  # noqa: ANN401 -- both have on_conflict_…, and no common type
    """Return an INSERT that can say what to do on a conflict."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_new(connection: Connection, table: sa.Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless one of its keys is there already; tell whether it was new."""
    added = insert(connection, table).values(**values).on_conflict_do_nothing()
    # PostgreSQL's driver does not count the rows of every insert, so the row itself is asked for.
    return connection.execute(added.returning(sa.literal(1))).first() is not None


def storable(text: str) -> str:
    r"""Return `text` without what not every database holds: `\x00`, and halves of characters.

    >>> storable("a\x00\ud800")
    'a?'
    """
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def schema_version(url: str | None, home: Path) -> tuple[str, str | None]:
    """Return where the journal is, without its password, and the version of its schema, without changing anything.

    The version is `None` where there is no journal yet.

    Raises:
        JournalError: the database cannot be reached or read.
    """
    address = _address(url, home)
    where = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return where, None
    engine = _engine(address, where)
    try:
        with _telling(where, "開けません"), engine.connect() as connection:
            return where, version(connection)
    finally:
        engine.dispose()


def open_database(url: str | None, home: Path) -> Database:
    """Open the journal, make it if there is none, and bring its schema up to date.

    Args:
        url: As SQLAlchemy writes it; `None` means the file `journal.db` in `home`.
        home: A folder, made where it is needed.

    Raises:
        JournalError: it cannot be opened, or its schema is newer than this program.
    """
    address = _address(url, home)
    where = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite":
        _make_file(Path(str(address.database)), where)
    engine = _engine(address, where)
    try:
        with _telling(where, "開けません"):
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


def _engine(address: URL, where: str) -> Engine:
    try:
        engine = sa.create_engine(address, connect_args=_connect_args(address), pool_pre_ping=True)
    except ModuleNotFoundError as error:
        msg = (
            f"{where}: PostgreSQL には追加の部品が要ります。\n"
            "  pip install 'recruiting-faq[postgres]' を実行してください。"
        )
        raise JournalError(msg) from error
    except (ArgumentError, NoSuchModuleError) as error:
        msg = f"{where}: 記録を開けません({error})。\n{_ADVICE}"
        raise JournalError(msg) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _address(url: str | None, home: Path) -> URL:
    if url is None:
        return URL.create("sqlite", database=str(home / _FILE))
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The text itself may hold a password.
        msg = f"FAQ_DATABASE_URL: データベースのURLとして読めません。{_FORM}"
        raise JournalError(msg) from error
    if address.drivername in {"postgres", "postgresql"}:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        msg = f"FAQ_DATABASE_URL: {address.drivername} は使えません。{_FORM}"
        raise JournalError(msg)
    if address.get_backend_name() == "sqlite" and address.database in {None, "", ":memory:"}:
        msg = "FAQ_DATABASE_URL: メモリーの上には記録できません。sqlite:///ファイル の形で指定してください。"
        raise JournalError(msg)
    return address


def _make_file(file: Path, where: str) -> None:
    """Make an empty file that is nobody else's business; SQLite gives its other files the same rights."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        msg = f"{where}: 記録を開けません({error.strerror or error})。\n{_ADVICE}"
        raise JournalError(msg) from error


def _connect_args(address: URL) -> dict[str, Any]:
    return {"timeout": BUSY_SECONDS} if address.get_backend_name() == "sqlite" else {"connect_timeout": 5}


def _prepare_sqlite(engine: Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own
        # The driver begins transactions late and by itself; here they begin when they are opened.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads before it writes could not wait for another's write.
        writes = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _telling(where: str, what: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines() or [""]
        passing = isinstance(error, OperationalError | InterfaceError)
        msg = f"{where}: 記録を{what}({reason[0]})。\n{_ADVICE}"
        raise JournalError(msg, passing=passing) from error
