"""What tests of every part share: the databases of the journal, and the compiled built-in FAQ."""

import logging
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from faq.loading.loader import builtin
from index.release.history import locked
from index.release.store import open_release
from index.retrieval.encoder import packaged
from tests.bot.journal.cluster import binaries, cluster
from tests.patience import PATIENCE_SECONDS

# No property has a deadline: the machine may be busy.
settings.register_profile("tests", settings.default, max_examples=50, deadline=None)
settings.load_profile("tests")

MISSING = "PostgreSQL is not installed, so the journal was NOT tested on it: apt-get install postgresql"


MEMORY = Path("/dev/shm")  # noqa: S108 -- pytest makes a folder there that is nobody else's


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room: a disk takes milliseconds to say that it keeps a file."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30:
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the figures, which take longest and are made once by the process that has all of them."""
    items.sort(key=lambda item: item.path.name != "test_figures.py")


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


@pytest.fixture(autouse=True)
def _logs_as_usual() -> Iterator[None]:
    """Undo what a command sets about the log: it does so for its process, which here is that of all tests."""
    loggers = [logging.getLogger(name) for name in (None, "faq", "slack_sdk")]
    levels = [each.level for each in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Run a server for all tests; gives its address."""
    if binaries() is None:
        pytest.skip(MISSING)
    with cluster() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty database; PostgreSQL's is emptied for each test, which is faster than a new one."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    address: str = request.getfixturevalue("postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return address


@pytest.fixture(scope="session")
def compiled_builtin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the built-in FAQ, which one process of the run compiles; nothing may be changed in it."""
    base = tmp_path_factory.getbasetemp()
    home: Path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "builtin"
    with locked(home, patience_seconds=PATIENCE_SECONDS):
        open_release(builtin(), home=home, encoders=[packaged("use")])
    return home


@pytest.fixture
def builtin_home(compiled_builtin: Path, tmp_path: Path) -> Path:
    """Return a home of the test's own that begins with it."""
    return linked(compiled_builtin, tmp_path / "home")


def linked(home: Path, new: Path) -> Path:
    """Return a new home with what is in another one; nothing is ever changed in a file there."""
    return Path(shutil.copytree(home, new, copy_function=os.link))
