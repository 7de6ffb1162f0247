"""What whoever runs the bot sees of it: its log, and what it answers to a monitor."""

import json
import sqlite3
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.output.terminal import ExitStatus
from bot.slack.health import DeafError
from tests.bot.conftest import Faq
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Person, SlackDouble
from tests.slack.test_running import ASKED, BEFORE, in_thread, started


def got(port: int, path: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_a_question_is_a_line_of_json_without_its_text_and_a_monitor_sees_how_it_goes(
    slack: SlackDouble, knowledge: Path, anna: Person
) -> None:
    with started(slack, knowledge, "--health", "0", "--log-json") as running:
        port = int(running.tells("health on").rpartition(":")[2].split('"')[0])
        assert got(port, "/healthz") == (200, "alive\n")
        assert got(port, "/readyz") == (200, "ready\n")
        assert got(port, "/")[0] == 404
        anna.says(ASKED)
        slack.until(lambda: BEFORE in anna.conversation())
        line = json.loads(running.tells('"milliseconds"'))
        assert (line["reply"], line["entries"], line["channel"]) == ("answer", "clothes", "slack-dm")
        assert (line["kept"], len(line["question"]), line["milliseconds"] > 0) == (True, 32, True)
        assert 'faq_questions_total{reply="answer"} 1.0' in got(port, "/metrics")[1]
        assert "faq_journal_writable 1.0" in got(port, "/metrics")[1]
        with closing(
            sqlite3.connect(knowledge.parent / "home" / "journal.db", isolation_level=None)
        ) as other:
            other.execute("BEGIN EXCLUSIVE")
            status, told = got(port, "/readyz")
        assert (status, told.partition(":")[0]) == (503, "journal")
    log = "".join(running.told)
    assert all(json.loads(each) for each in running.told)
    assert not [each for each in (ASKED, BEFORE, anna.id, slack.bot_token, slack.app_token) if each in log]


def test_a_process_whose_socket_stays_deaf_ends_with_a_status_of_its_own(
    slack: SlackDouble, knowledge: Path, faq: Faq, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.health.DEAF_SECONDS", 3.0)
    monkeypatch.setattr("bot.slack.app.LOOK_SECONDS", 0.05)
    with suppress(DeafError), in_thread(slack, knowledge, ping_seconds=0.3) as (_, running):
        slack.go_deaf()
        slack.shut_out()
        ended = running.exception(PATIENCE_SECONDS)
    monkeypatch.setattr("bot.slack.app.run", Mock(side_effect=ended))
    assert faq("slack", "run").exit_code == ExitStatus.DEAF
