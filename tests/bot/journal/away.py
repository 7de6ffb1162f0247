"""A journal that cannot be reached for a while."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from tests.patience import PATIENCE_SECONDS


@contextmanager
def away(url: str) -> Iterator[None]:
    """Lock SQLite's file, as another program may, or shut PostgreSQL's door."""
    if url.startswith("sqlite"):
        file = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file, timeout=PATIENCE_SECONDS, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
        return
    door = Path(url.partition("host=")[2]) / ".s.PGSQL.5432"
    with psycopg.connect(url, autocommit=True) as server:
        closed = door.rename(door.with_name("closed"))
        try:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            yield
        finally:
            closed.rename(door)
