"""The bot as a process and as a server: how it begins, stays connected and ends."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli import app
from bot.journal.database import open_database
from bot.journal.schema import deliveries
from bot.output.exit_status import ExitStatus
from bot.settings import Settings, SlackSettings
from bot.slack.transport.connecting import SlackSetupError
from bot.slack.transport.running import ENDING, ServerOptions, run
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import SlackDouble, post_to
from tests.slack.processes import process

ASKED = "職場の服装はどんな感じですか"
ANSWER = "服装は自由で"


def slack_settings(slack: SlackDouble, **more: object) -> SlackSettings:
    given = {
        "bot_token": slack.bot_token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
        "api_url": slack.api_url,
    }
    return SlackSettings.model_validate({**given, **more})


@contextmanager
def running(
    slack: SlackDouble, knowledge: Path, door: ServerOptions, tell: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Run the bot in a thread, and end it."""
    stop, settings = threading.Event(), Settings.model_validate({"home": knowledge.parent / "home"})
    failed: list[BaseException] = []

    def work() -> None:
        try:
            run(
                knowledge, settings, slack_settings(slack), door,
                today=lambda: date(2025, 6, 1), tell=tell, stop=stop,
            )  # fmt: skip
        except BaseException as error:  # noqa: BLE001 -- shown by the test's own thread
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        slack.until(lambda: True)
        stop.set()
        thread.join(PATIENCE_SECONDS)
    assert failed == []
    assert not thread.is_alive()


def test_a_process_told_to_end_answers_what_is_in_hand_and_exits_with_0(
    slack: SlackDouble, knowledge: Path
) -> None:
    anna = slack.person("安奈")
    with process(slack, knowledge) as running:
        slack.until(lambda: slack.sockets)
        gate = slack.hold("chat.postMessage")
        said = anna.says(ASKED)
        slack.until(lambda: said.deliveries[0].acked and gate.waiting)
        running.send_signal(signal.SIGTERM)
        assert running.stderr
        while "終わります" not in (line := running.stderr.readline()):
            assert line, "it ended without a word"
        late = anna.says(ASKED)
        gate.open()
        _, errors = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == ExitStatus.OK
    assert anna.conversation().count(ANSWER) == 1
    assert not late.deliveries[0].acked  # Slack sends it to the next process
    assert "Traceback" not in errors


def test_what_slack_wants_in_an_hour_keeps_no_process_from_ending_and_is_told_by_the_next(
    slack: SlackDouble, knowledge: Path
) -> None:
    anna = slack.person("安奈")
    general = slack.channel("general", anna)
    with process(slack, knowledge) as running:
        slack.until(lambda: slack.sockets)
        for method in ("chat.postMessage", "response_url"):
            slack.refuse(method, retry_after=3_600, times=9)
        anna.says(ASKED)
        anna.runs("/faq", ASKED, channel=general)
        slack.until(lambda: {each.method for each in slack.requests if each.status == 429} >= slack.refused)
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=PATIENCE_SECONDS)
        assert running.returncode == ExitStatus.OK
        assert "Traceback" not in errors
    assert ANSWER not in anna.history()
    slack.forgive()
    database = open_database(None, knowledge.parent / "home")
    with database.writing() as connection:  # the hour passes
        connection.execute(sa.update(deliveries).values(not_before=datetime(2000, 1, 1, tzinfo=UTC)))
    with process(slack, knowledge):
        slack.until(lambda: ANSWER in anna.conversation() and ANSWER in anna.conversation(general))
    assert (anna.conversation().count(ANSWER), anna.conversation(general).count(ANSWER)) == (1, 1)


def test_a_socket_that_slack_refreshes_or_closes_is_replaced(slack: SlackDouble, knowledge: Path) -> None:
    anna = slack.person("安奈")
    with running(slack, knowledge, ServerOptions(ping_seconds=5)):
        slack.until(lambda: slack.sockets)
        slack.disconnect()
        slack.until(lambda: slack.connections >= 2 and slack.sockets)
        anna.says(ASKED)
        slack.until(lambda: ANSWER in anna.conversation())
        slack.close_sockets()
        slack.until(lambda: slack.connections >= 3 and slack.sockets)


def test_a_socket_that_has_gone_deaf_is_replaced(slack: SlackDouble, knowledge: Path) -> None:
    anna = slack.person("安奈")
    with running(slack, knowledge, ServerOptions(ping_seconds=0.3)):
        slack.until(lambda: slack.sockets)
        slack.go_deaf()
        slack.until(lambda: slack.connections >= 2)
        slack.until(lambda: any(not each.deaf for each in slack.sockets))
        anna.says(ASKED)  # what goes to one that is being replaced is sent again
        slack.until(lambda: ANSWER in anna.conversation())


@pytest.fixture
def address(slack: SlackDouble, knowledge: Path) -> Iterator[str]:
    """Serve over HTTP on a free port of loopback, in a process of its own, and return the address."""
    with process(
        slack, knowledge, "--http", "--port", "0", SLACK_SIGNING_SECRET=slack.signing_secret
    ) as serving:
        assert serving.stderr
        while not (line := serving.stderr.readline()).startswith("http://"):
            assert line, "it ended without a word"
        yield line.split(maxsplit=1)[0]
        serving.send_signal(signal.SIGTERM)
        _, errors = serving.communicate(timeout=PATIENCE_SECONDS)
    assert serving.returncode == ExitStatus.OK
    assert "Traceback" not in errors


def test_over_http_a_signed_event_is_answered_and_acknowledged(slack: SlackDouble, address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/slack/events")
    slack.route = post_to(address, slack.signing_secret)
    anna = slack.person("安奈")
    said = anna.says(ASKED)
    assert said.deliveries[0].status == 200
    slack.until(lambda: ANSWER in anna.conversation())
    asked = anna.runs("/faq", ASKED)
    assert asked.status == 200
    slack.until(lambda: anna.conversation().count(ANSWER) == 2)


@pytest.mark.parametrize(("secret", "age"), [("another", 0), (SlackDouble.signing_secret, 400)])
def test_over_http_a_wrong_or_old_signature_is_refused(
    slack: SlackDouble, address: str, secret: str, age: int
) -> None:
    slack.route = post_to(address, secret, age_seconds=age)
    anna = slack.person("安奈")
    assert anna.says(ASKED).deliveries[0].status == 401
    slack.route = post_to(address, slack.signing_secret)
    anna.says(ASKED)
    slack.until(lambda: ANSWER in anna.conversation())
    assert anna.conversation().count(ANSWER) == 1


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
    with pytest.raises(SlackSetupError, match=told) as caught:
        run(
            knowledge, settings, slack_settings(slack, **given), ServerOptions(),
            today=lambda: date(2025, 6, 1), tell=lines.append,
        )  # fmt: skip
    assert ENDING not in lines
    assert "\n" not in str(caught.value)
    assert "xoxb-other" not in str(caught.value)


def test_tokens_do_not_print(slack: SlackDouble) -> None:
    assert isinstance(slack_settings(slack).bot_token, SecretStr)
    assert slack.bot_token not in repr(slack_settings(slack))


def test_a_slack_that_does_not_answer_yet_is_waited_for(
    slack: SlackDouble, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.transport.connecting.PAUSE_SECONDS", 0.01)
    slack.refuse("auth.test", "service_unavailable", times=2)
    told: list[str] = []
    with running(slack, knowledge, ServerOptions(), told.append):
        slack.until(lambda: slack.sockets)
    assert sum("応答しません(service_unavailable)" in each for each in told) == 2


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


def test_the_command_without_tokens_ends_with_one_line_and_status_1(
    knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(knowledge.parent)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(app, ["slack", "run", "--faq", str(knowledge)])
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stderr.count("\n") == 1
    assert "SLACK_BOT_TOKEN" in result.stderr
