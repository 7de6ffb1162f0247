"""What tests of every part share: the databases of the journal."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.bot.journal.cluster import binaries, cluster, scratch_folder

MISSING = "PostgreSQL is not installed, so the journal was NOT tested on it: apt-get install postgresql"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell why tests were skipped, each reason once: a letter among thousands of dots says nothing."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = (each.longrepr[2] for each in skipped if isinstance(each.longrepr, tuple))
    for reason, times in Counter(reasons).items():
        terminalreporter.write_line(f"{reason} ({times})", red=True, bold=True)


@pytest.fixture(autouse=True)
def _in_japanese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever runs the tests may read another language, and the zone that a command sets is not for other tests."""
    monkeypatch.setenv("FAQ_LANG", "ja")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", os.environ.get("TZ", ""))
        if not os.environ["TZ"]:
            patch.delenv("TZ")
        yield
    time.tzset()


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
