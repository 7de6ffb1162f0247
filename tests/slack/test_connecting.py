"""The ways between Slack and the process, one at a time: the client, the socket, the server."""

import os
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.journal.outbox import Outbox
from bot.settings import SlackSettings
from bot.slack.app import create_app
from bot.slack.transport.connecting import SlackSetupError, identity, web_client
from bot.slack.transport.http import HttpServer
from bot.slack.transport.socket import SocketConnection
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import SlackDouble, post_to
from tests.slack.office import Office
from tests.slack.sockets import connected

NOWHERE = "http://127.0.0.1:1/api/"


@pytest.fixture
def given(slack: SlackDouble) -> WebClient:
    """Return the client that an office's process makes."""
    settings = {"bot_token": slack.bot_token, "api_url": slack.api_url}
    return web_client(SlackSettings.model_validate(settings))


def test_a_short_wait_that_slack_asks_for_is_waited_for(slack: SlackDouble, given: WebClient) -> None:
    slack.refuse("auth.test", retry_after=0)
    assert given.auth_test()["user_id"] == slack.bot_user


def test_a_long_wait_that_slack_asks_for_goes_back_to_the_outbox(
    slack: SlackDouble, given: WebClient
) -> None:
    slack.refuse("auth.test", retry_after=21)
    with pytest.raises(SlackApiError, match="ratelimited"):
        given.auth_test()
    assert len(slack.requests) == 1


def test_a_slack_that_is_not_there_yet_is_told_and_may_be_given_up() -> None:
    told: list[str] = []
    client = WebClient(token="xoxb-1", base_url=NOWHERE, retry_handlers=[])  # noqa: S106 -- none
    assert identity(client, told.append, lambda _: True) is None
    assert len(told) == 1
    assert NOWHERE in told[0]
    assert "応答しません" in told[0]


def test_a_page_that_is_not_slacks_is_waited_out_and_told_in_one_line(
    slack: SlackDouble, given: WebClient
) -> None:
    """Of a proxy, or of a portal at which somebody must log in first."""
    told: list[str] = []
    slack.refuse("auth.test", "<html>\n<body>Sign in</body></html>")
    slack.refuse("auth.test", "<html>Bad gateway</html>", status=502)
    found = identity(given, told.append, lambda _: False)
    assert found
    assert found.user == slack.bot_user
    assert [each.partition("が")[2] for each in told] == [
        f"応答しません(Slackではないものの応答(HTTP {status}))。5秒後にもう一度試します。"
        for status in (200, 502)
    ]


def test_who_is_too_early_for_slack_waits_as_long_as_slack_asks(slack: SlackDouble, given: WebClient) -> None:
    slack.refuse("auth.test", retry_after=600)
    told: list[str] = []
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return False

    assert identity(given, told.append, pause)
    assert pauses == [600]
    assert "(ratelimited)。600秒後にもう一度試します。" in told[0]


def test_what_bolt_would_read_of_the_environment_is_there_afterwards(
    bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_BOT_TOKEN": "xoxb-2"}
    for name, value in held.items():
        monkeypatch.setenv(name, value)
    app = create_app(bot.context, bot.worker)
    assert app.oauth_flow is None
    assert {name: os.environ[name] for name in held} == held


def test_a_socket_that_is_silent_for_too_long_is_replaced(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where slack-sdk itself takes it for alive."""
    with connected(slack, bot) as link:
        link.watch()
        assert slack.connections == 1
        late = link._connected_at + 3_600  # noqa: SLF001 -- the clock is what is replaced
        monkeypatch.setattr("bot.slack.transport.socket.time", SimpleNamespace(time=lambda: late))
        link.watch()
        slack.until(lambda: slack.connections == 2)


def test_a_socket_that_cannot_be_opened_yet_is_tried_again(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    link = SocketConnection(bot.app, slack.app_token)
    handler = link._handler  # noqa: SLF001 -- what fails is slack-sdk's
    real, errors = handler.connect, [OSError("no route")]

    def connect() -> None:
        if errors:
            raise errors.pop()
        real()  # type: ignore[no-untyped-call]

    monkeypatch.setattr(handler, "connect", connect)
    assert link.open(told.append, lambda _: False)
    slack.until(lambda: slack.sockets)
    link.close()
    assert len(told) == 1
    assert "no route" in told[0]


def test_a_socket_that_is_not_let_in_is_told_and_tried_again(slack: SlackDouble, bot: Office) -> None:
    """As where a firewall lets requests through and no WebSocket; slack-sdk says nothing of it."""
    told: list[str] = []
    slack.shut_out(3)
    link = SocketConnection(bot.app, slack.app_token, ping_seconds=60)
    assert link.open(told.append, lambda _: False)
    slack.until(lambda: slack.sockets)
    assert slack.connections == 1
    link.close()
    # More than once, unless slack-sdk was quicker, which tries too by then.
    assert set(told) == {"Slackにつながりません(WebSocketの接続を開けません)。5秒後にもう一度試します。"}


def test_a_silent_socket_that_cannot_be_replaced_is_told_and_the_next_one_too(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(slack, bot) as link:
        clock = SimpleNamespace(now=link._connected_at)  # noqa: SLF001 -- the clock is what is replaced
        monkeypatch.setattr("bot.slack.transport.socket.time", SimpleNamespace(time=lambda: clock.now))
        slack.shut_out()
        for _ in range(2):
            clock.now += 3_600
            link.watch()
        slack.until(lambda: slack.connections == 2)
    assert [each.message for each in caplog.records if each.name == "faq.slack"] == [
        "Slackから3600秒応答がないため、つなぎ直します。",
        "つなぎ直せません: WebSocketの接続を開けません",
        "Slackから3600秒応答がないため、つなぎ直します。",
        "つなぎ直しました。",
    ]


def test_closing_the_socket_waits_for_what_is_being_kept(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go, real = threading.Event(), threading.Event(), Outbox.plan

    def slowly(outbox: Outbox, *messages: Any, **more: Any) -> bool:  # noqa: ANN401 -- as it is
        begun.set()
        go.wait(PATIENCE_SECONDS)
        return real(outbox, *messages, **more)

    monkeypatch.setattr(Outbox, "plan", slowly)
    anna = slack.person("安奈")
    with connected(slack, bot) as link:
        slack.route = None
        said = anna.says("在宅勤務は?")
        assert begun.wait(PATIENCE_SECONDS)
        threading.Timer(0.05, go.set).start()
        link.close()
        assert bot.journal.outbox.state(f"message {anna.dm.id}:{said.ts}") is not None
    bot.not_acked += slack.deliveries  # what came too late for this socket, Slack sends to the next process


@contextmanager
def serving(answer: Callable[[], object]) -> Iterator[tuple[HttpServer, str]]:
    """Serve an app that answers every request once `answer` returns."""

    def dispatch(_: object) -> BoltResponse:
        answer()
        return BoltResponse(status=200, body="ok")

    app: Any = SimpleNamespace(dispatch=dispatch, oauth_flow=None)
    server = HttpServer(app, "127.0.0.1", 0)
    yield server, server.start()
    server.stop()


def post(address: str, answers: list[int]) -> threading.Thread:
    def ask() -> None:
        request = urllib.request.Request(address, b"{}", {"Content-Type": "application/json"})  # noqa: S310
        with suppress(OSError), urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:  # noqa: S310
            answers.append(response.status)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


@pytest.mark.parametrize(("age", "status"), [(0, 200), (290, 200), (-290, 200), (310, 401), (-310, 401)])
def test_over_http_a_signature_counts_for_five_minutes_and_only_with_the_secret_that_was_given(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch, age: int, status: int
) -> None:
    """Not with one that lies about in the environment, which Bolt would read."""
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "another")
    server = HttpServer(
        create_app(bot.context, bot.worker, signing_secret=slack.signing_secret), "127.0.0.1", 0
    )
    address, anna = server.start(), slack.person("安奈")
    for secret, expected in ((slack.signing_secret, status), ("another", 401)):
        slack.route = post_to(address, secret, age_seconds=age)
        (delivery,) = anna.says("職場の服装は?").deliveries
        assert delivery.status == expected
        bot.not_acked += [delivery] if expected != 200 else []
    bot.settle()
    server.stop()
    assert len(slack.calls("chat.postMessage")) == (status == 200)


def test_over_http_no_request_waits_for_another() -> None:
    both, answers = threading.Barrier(2, timeout=PATIENCE_SECONDS), list[int]()
    with serving(both.wait) as (_, address):
        for thread in [post(address, answers), post(address, answers)]:
            thread.join()
    assert answers == [200, 200]


def test_over_http_what_was_taken_is_answered_before_the_end() -> None:
    begun, go, answers = threading.Event(), threading.Event(), list[int]()

    def answer() -> None:
        begun.set()
        go.wait(PATIENCE_SECONDS)

    with serving(answer) as (server, address):
        thread = post(address, answers)
        assert begun.wait(PATIENCE_SECONDS)
        threading.Timer(0.5, go.set).start()  # the server looks ten times a second whether to stop
        server.stop()
        thread.join()
    assert answers == [200]


def test_an_address_that_is_taken_is_told_on_one_line() -> None:
    app: Any = SimpleNamespace(dispatch=None, oauth_flow=None)
    with serving(lambda: None) as (_, address):
        port = int(address.split(":")[2].split("/")[0])
        with pytest.raises(SlackSetupError, match=f"127.0.0.1:{port} で待ち受けられません") as caught:
            HttpServer(app, "127.0.0.1", port).start()
    assert "\n" not in str(caught.value)
