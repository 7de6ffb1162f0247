from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr

from bot.journal.database import Database, open_database
from bot.journal.journal import Journal
from bot.settings import Settings
from tests.bot.journal.cluster import binaries, cluster, scratch_folder

NOW = datetime(2025, 6, 15, 1, 30, tzinfo=UTC)
MISSING = "PostgreSQL is not installed, so the journal was NOT tested on it: apt-get install postgresql"

OpenJournal = Callable[..., Journal]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was skipped: one dot among hundreds says nothing."""
    if binaries() is None:
        terminalreporter.write_line(MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Run a server for all tests; gives its address, ending in a slash."""
    if binaries() is None:
        pytest.skip(MISSING)
    with scratch_folder() as folder, cluster(folder) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty database of the test's own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    address: str = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{address}postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return address + name


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def open_journal(url: str, tmp_path: Path, complaints: list[str]) -> Iterator[OpenJournal]:
    """Open journals on the test's database; closed with the test."""
    opened: list[Journal] = []

    def open_one(**settings: Any) -> Journal:  # noqa: ANN401 -- of `Settings`
        clock = settings.pop("clock", lambda: NOW)
        keep = settings.pop("keep", frozenset({"高瀬"}))
        given = Settings(home=tmp_path, **{"database_url": SecretStr(url), **settings})
        opened.append(Journal(given, keep=keep, complain=complaints.append, clock=clock))
        return opened[-1]

    yield open_one
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(open_journal: OpenJournal) -> Journal:
    return open_journal()
