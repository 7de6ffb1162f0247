"""The schema brought up to date at start, once, however many processes start."""

import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from bot.journal.errors import JournalError
from bot.journal.schema import VERSION_TABLE

HEAD = "0002"
"""The newest version of the schema."""

SCRIPTS = Path(__file__).with_name("migrations")

_LOCK = 0x0FA9_10C4  # any number, always the same
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.05


def migrate(engine: Engine, to: str = HEAD) -> bool:
    """Bring the schema to a version; tell whether this process had to do it.

    Everything happens in one transaction under a lock of the database: who comes second waits, and then finds
    nothing to do; who dies on the way leaves the old schema.

    Raises:
        JournalError: the schema is newer than this program.
        SQLAlchemyError: the database cannot be read or written.
    """
    with engine.connect() as connection:
        if version(connection) == to:  # the usual case, and the reason why Alembic is imported below
            return False
    if engine.dialect.name == "sqlite":
        _use_write_ahead_log(engine)
    with engine.connect() as connection, connection.execution_options(faq_writing=True).begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        before = version(connection)
        if before == to:
            return False
        _upgrade(connection, before, to)
        return True


def version(connection: Connection) -> str | None:
    """Return the version of the schema; `None` if there is none yet."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 -- a constant
    return found


def _upgrade(connection: Connection, before: str | None, to: str) -> None:
    from alembic import command  # noqa: PLC0415 -- 150 ms that most starts do not need
    from alembic.config import Config  # noqa: PLC0415 -- the same
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- the same

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        msg = (
            f"{connection.engine.url.render_as_string(hide_password=True)}: 記録は新しい版のプログラムのものです"
            f"(スキーマ {before}、このプログラムは {to} まで)。\n  プログラムを新しくしてください。"
        )
        raise JournalError(msg)
    command.upgrade(config, to)


def _use_write_ahead_log(engine: Engine) -> None:
    """Let readers and the writer not wait for each other; the file remembers it."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            outside_transactions(engine, "PRAGMA journal_mode=WAL")
        except OperationalError:
            # Another process does the same at this moment. SQLite's busy timeout does not hold for this pragma, and
            # nothing tells when the other is done: all that is left is to try again.
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def outside_transactions(engine: Engine, pragma: str) -> None:
    """Run what SQLite refuses within a transaction.

    Raises:
        OperationalError: SQLite's own error, as SQLAlchemy tells it.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(pragma)
        cursor.close()
    except sqlite3.Error as error:
        raise OperationalError(pragma, None, error) from error
    finally:
        connection.close()
