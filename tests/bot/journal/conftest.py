from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.journal.database import Database
from bot.journal.journal import Journal
from bot.settings import Settings

NOW = datetime(2025, 6, 15, 1, 30, tzinfo=UTC)
OpenJournal = Callable[..., Journal]


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(url, tmp_path)
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
        journal.database.close()


@pytest.fixture
def journal(open_journal: OpenJournal) -> Journal:
    return open_journal()
