"""The bot as a process: how it begins, stays connected, publishes and ends."""

import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from bot.output.terminal import ExitStatus
from bot.settings import Settings, SettingsError, SlackSettings
from bot.slack.app import ENDING, run
from bot.slack.manifest import Profile
from tests.bot.conftest import Faq
from tests.bot.journal.cluster import until_listened
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Person, SlackDouble, post_to
from tests.slack.processes import process

ASKED = "職場の服装はどんな感じですか"
BEFORE, AFTER = "ジャケットの人が多くいます", "スーツの人もいます"


@dataclass
class Running:
    """The bot's process, and what it tells whoever runs it."""

    slack: SlackDouble
    process: "subprocess.Popen[str]"
    told: list[str] = field(default_factory=list)

    def listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.told.append(line)

    def tells(self, pattern: str) -> str:
        return self.slack.until(lambda: [line for line in self.told if re.search(pattern, line)])[0]


def rewrite(knowledge: Path) -> None:
    file = knowledge / "faq.yaml"
    file.write_text(file.read_text("utf-8").replace(BEFORE, AFTER), "utf-8")


@contextmanager
def started(
    slack: SlackDouble, knowledge: Path, *arguments: str, waits: str = "質問を待っています"
) -> Iterator[Running]:
    """Run the bot as an office does, until it is told to end, which it does with status 0."""
    with process(slack, knowledge, *arguments, SLACK_SIGNING_SECRET=slack.signing_secret) as popen:
        running = Running(slack, popen)
        listener = threading.Thread(target=running.listen)
        listener.start()
        try:
            running.tells(waits)
            yield running
            popen.send_signal(signal.SIGTERM)
            running.tells("終わります")
            assert popen.wait(PATIENCE_SECONDS) == ExitStatus.OK
        finally:
            popen.kill()
            listener.join(PATIENCE_SECONDS)
    assert not any("Traceback" in line for line in running.told)


def test_a_process_told_to_end_answers_what_is_in_hand_with_what_it_served_then(
    slack: SlackDouble, knowledge: Path, anna: Person
) -> None:
    """Which a file that is watched became by the way; nothing slow is done while an answer is held up."""
    with started(slack, knowledge, "--watch") as running:
        rewrite(knowledge)
        running.tells("^公開しました")
        gate = slack.hold("chat.postMessage")
        said = anna.says(ASKED)
        slack.until(lambda: said.deliveries[0].acked and gate.waiting)
        running.process.send_signal(signal.SIGTERM)
        running.tells("終わります")
        late = anna.says(ASKED)
        gate.open()
    assert anna.conversation().count(AFTER) == 1
    assert BEFORE not in anna.conversation()
    assert not late.deliveries[0].acked  # Slack sends it to the next process


def test_over_http_an_event_is_answered_and_acknowledged_if_slack_has_just_signed_it(
    slack: SlackDouble, knowledge: Path, anna: Person
) -> None:
    options = ["--http", "--port", "0"]
    with started(slack, knowledge, *options, waits="で待っています") as running:
        address = running.tells("^http://127.0.0.1:[0-9]+/slack/events ").split(maxsplit=1)[0]
        for refused in (post_to(address, "another"), post_to(address, slack.signing_secret, age_seconds=310)):
            slack.route = refused
            assert anna.says(ASKED).deliveries[0].status == 401
        slack.route = post_to(address, slack.signing_secret)
        assert anna.says(ASKED).deliveries[0].status == 200
        slack.until(lambda: BEFORE in anna.conversation())
        assert anna.runs("/faq", ASKED).status == 200
        slack.until(lambda: anna.conversation().count(BEFORE) == 2)


def slack_settings(slack: SlackDouble, **more: object) -> SlackSettings:
    given = {"bot_token": slack.bot_token, "app_token": slack.app_token, "api_url": slack.api_url}
    return SlackSettings.model_validate({**given, **more})


@contextmanager
def in_thread(
    slack: SlackDouble, knowledge: Path, ping_seconds: float = 5, **more: object
) -> Iterator[tuple[list[str], Future[None]]]:
    """Run the bot until the block ends, and give what it tells; what it raises is raised in the end."""
    stop, told, pool = threading.Event(), list[str](), ThreadPoolExecutor(1)
    settings = Settings.model_validate({"home": knowledge.parent / "home", **more})
    running = pool.submit(
        run, knowledge, settings, slack_settings(slack), ping_seconds=ping_seconds,
        today=lambda: date(2025, 6, 1), tell=told.append, stop=stop,
    )  # fmt: skip
    try:
        slack.until(lambda: slack.sockets)
        yield told, running
    finally:
        stop.set()
        pool.shutdown(wait=False)
    running.result(PATIENCE_SECONDS)


def test_a_slack_that_does_not_answer_yet_is_waited_for_and_a_socket_that_it_refreshes_or_closes_is_replaced(
    slack: SlackDouble, knowledge: Path, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.connection.PAUSE_SECONDS", 0.01)
    slack.refuse("auth.test", "service_unavailable", times=2)
    slack.installs(Profile.AGENT)
    with in_thread(slack, knowledge) as (told, _):
        assert sum("応答しません(service_unavailable)" in each for each in told) == 2
        anna.opens_home(tab="messages")
        slack.until(anna.prompts)  # it sees by its scopes that it is an agent
        slack.disconnect()
        slack.until(lambda: slack.connections >= 2 and slack.sockets)
        anna.says(ASKED)
        slack.until(lambda: BEFORE in anna.conversation())
        slack.close_sockets()
        slack.until(lambda: slack.connections >= 3 and slack.sockets)


def test_a_socket_that_has_gone_deaf_is_replaced(slack: SlackDouble, knowledge: Path, anna: Person) -> None:
    with in_thread(slack, knowledge, ping_seconds=0.3):
        slack.go_deaf()
        slack.shut_out()
        slack.until(lambda: slack.connections >= 2)
        slack.until(lambda: any(not each.deaf for each in slack.sockets))
        anna.says(ASKED)  # what goes to one that is being replaced is sent again
        slack.until(lambda: BEFORE in anna.conversation())


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_on_postgresql_what_another_process_publishes_is_in_the_answer_without_being_looked_for(  # noqa: PLR0913, PLR0917 -- fixtures
    slack: SlackDouble, knowledge: Path, anna: Person, faq: Faq, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.watcher.TICK_SECONDS", 3600)
    monkeypatch.setenv("FAQ_HOME", str(knowledge.parent / "home"))
    monkeypatch.setenv("FAQ_DATABASE_URL", url)
    with in_thread(slack, knowledge, database_url=url) as (told, _):
        until_listened(url)
        rewrite(knowledge)
        assert faq("publish", knowledge).exit_code == ExitStatus.OK
        slack.until(lambda: any("に切り替えました" in each for each in told))
        anna.says(ASKED)
        slack.until(lambda: AFTER in anna.conversation())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bot_token": None}, "SLACK_BOT_TOKEN が設定されていません"),
        ({"bot_token": "xapp-1"}, "SLACK_BOT_TOKEN は xoxb- で始まる値です"),
        ({"bot_token": "xoxb-other"}, r"SLACK_BOT_TOKEN を受け付けません\(invalid_auth\)"),
        ({"app_token": None}, "SLACK_APP_TOKEN が設定されていません"),
        ({"app_token": "xapp-other"}, r"SLACK_APP_TOKEN を受け付けません\(invalid_auth\)"),
    ],
)
def test_a_wrong_token_is_told_on_one_line(
    slack: SlackDouble, knowledge: Path, given: dict[str, object], told: str
) -> None:
    settings = Settings.model_validate({"home": knowledge.parent / "home"})
    lines: list[str] = []
    with pytest.raises(SettingsError, match=told) as caught:
        run(
            knowledge, settings, slack_settings(slack, **given),
            today=lambda: date(2025, 6, 1), tell=lines.append,
        )  # fmt: skip
    assert ENDING not in lines
    assert "\n" not in str(caught.value)
    assert "xoxb-other" not in str(caught.value)


def test_while_slack_is_not_there_the_command_says_so_in_japanese_and_ends_when_it_is_told_to(
    slack: SlackDouble, knowledge: Path
) -> None:
    with process(slack, knowledge, SLACK_API_URL="http://127.0.0.1:1/api/") as running:
        assert running.stderr
        first = running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        _, more = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == ExitStatus.OK
    assert first == (
        "Slack(http://127.0.0.1:1/api/)が応答しません([Errno 111] Connection refused)。5秒後にもう一度試します。\n"
    )
    assert more.replace(first, "") == ""  # which a slow machine may hear again
