"""The journal is away, locked or shut down: who asks is answered, what is lost is counted, HR gets nothing halfway."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from bot.slack.messages.notices import UNKEPT
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import ANSWER, ASKED, Office, Opens


@contextmanager
def away(url: str) -> Iterator[None]:
    """Lock SQLite's file, as another program may, or shut PostgreSQL's door."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.close()
        return
    door = Path(url.partition("host=")[2]) / ".s.PGSQL.5432"
    with psycopg.connect(url, autocommit=True) as server:
        closed = door.rename(door.with_name("closed"))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        yield
        closed.rename(door)


@pytest.fixture
def bot(opens: Opens, hr_channel: Channel, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("bot.journal.database.BUSY_SECONDS", 0.01)
    with opens(hr=hr_channel.id, database_url=url) as opened:
        yield opened


def test_while_the_journal_is_away_questions_are_answered_once_and_counted(
    slack: SlackDouble, bot: Office, anna: Person, url: str
) -> None:
    bot.journal.outbox.waiting()
    with away(url):
        said = anna.says(ASKED).deliveries[0]
        slack.resend(said)
        assert anna.runs("/faq", ASKED).acked
    slack.resend(said)  # when it is back
    assert anna.history().count(ANSWER) == 2
    assert (said.acked, bot.journal.lost, len(bot.complaints)) == (True, 2, 1)
    bot.complaints.clear()
    anna.says(ASKED)
    assert anna.history().count(ANSWER) == 3
    assert [each.channel for each in bot.journal.questions.last(9)] == ["slack-dm"]


def test_while_the_journal_is_away_a_hand_over_is_refused_and_can_be_sent_again(
    bot: Office, anna: Person, hana: Person, url: str
) -> None:
    anna.says("給料はいくらですか")
    anna.presses("人事に聞く")
    with away(url):
        anna.submits({"question": "初任給は?"})
        assert UNKEPT in anna.screen()
    anna.submits({"question": "初任給は?"})
    assert anna.modals() == []
    with away(url):
        hana.presses("引き受ける")
        assert UNKEPT in hana.history()
    hana.presses("引き受ける")
    assert "ご質問の確認を始めました。" in anna.conversation()
    assert bot.journal.lost == 0
