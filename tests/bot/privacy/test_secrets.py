"""Secrets are in no log, message, traceback, `repr` or list of processes, and the engine contacts nobody."""

import socket
import traceback
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from bot.conversation.engine import converse
from bot.conversation.state import ConversationState
from bot.embeddings import open_encoders
from bot.journal.database import Database, JournalError
from bot.settings import Settings, read_settings, read_slack_settings
from faq.loading.loader import builtin
from index.release.serving import open_serving
from tests.bot.conftest import Faq

SECRET = "s3cretWord"  # noqa: S105 -- of nobody
URL = f"postgresql://faq:{SECRET}@127.0.0.1:1/faq"


@pytest.fixture
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "FAQ_JOURNAL_KEY", "FAQ_EMBEDDINGS_KEY"):
        monkeypatch.setenv(name, f"xoxb-{SECRET}")
    monkeypatch.setenv("SLACK_APP_TOKEN", f"wrong-{SECRET}")
    monkeypatch.setenv("FAQ_DATABASE_URL", URL)


@pytest.mark.usefixtures("_secrets")
def test_no_secret_is_in_what_settings_and_the_database_show(tmp_path: Path) -> None:
    held: list[BaseModel] = [read_settings(), read_slack_settings()]
    assert sum(isinstance(value, SecretStr) for each in held for _, value in each) == 6
    database = Database(URL, tmp_path)
    with pytest.raises(JournalError) as caught, database.reading():
        pass
    shown = [*map(repr, held), *map(str, held), repr(vars(held[0])), database.where, str(caught.value)]
    shown += traceback.format_exception(caught.value)
    assert not [each for each in shown if SECRET in each]


@pytest.mark.usefixtures("_secrets")
@pytest.mark.parametrize(
    "arguments",
    [("doctor",), ("journal", "tail"), ("journal", "policy"), ("slack", "doctor"), ("slack", "run")],
)
def test_no_secret_is_in_what_a_command_says(
    faq: Faq, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    done = faq(*arguments)
    said = f"{done.stdout}{done.stderr}{done.exception!r}"
    assert said.strip()
    assert SECRET not in said


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_with_the_network_shut_off_questions_are_answered(
    builtin_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    def refuse(*given: object, **_: object) -> None:
        tried.append(given)
        raise OSError

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(f"socket.socket.{name}", refuse, raising=True)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    encoders = open_encoders(Settings(home=builtin_home, encoder="use"))
    release = open_serving(builtin(), home=builtin_home, encoders=encoders).release
    reply, _ = converse(release, "服装は自由ですか", ConversationState(), today=date(2025, 6, 1))
    assert reply.entries
    assert release.encoders
    assert tried == []
