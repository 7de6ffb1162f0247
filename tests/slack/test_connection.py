"""The ways between Slack and the process, one at a time: the client, the socket, the server."""

import hmac
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from urllib.error import URLError

import pytest
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient

from bot.journal.outbox import Delivery
from bot.settings import SettingsError, SlackSettings
from bot.slack.connection import (
    LONGEST_BODY,
    PATH,
    HttpServer,
    SocketConnection,
    until_slack_answers,
    web_client,
)
from bot.slack.delivery.sending import respond
from bot.slack.messages.notices import notice
from tests.patience import PATIENCE_SECONDS, until
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import Office, Opens, connected

ASKED = "在宅勤務はどのくらいできますか"
HOUR = 3_600
SECRET = "local-signing-secret"  # noqa: S105 -- of this test alone


@contextmanager
def slow_journal(bot: Office, *, most: int = 99) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Hold the first questions that are to be kept; give what is set once one is, and what lets them go on."""
    begun, go, real, turns = threading.Event(), threading.Event(), bot.journal.accept, iter(range(most))

    def accept(*messages: Any, **more: Any) -> list[Delivery]:  # noqa: ANN401 -- as it is
        if next(turns, None) is not None:
            begun.set()
            go.wait(PATIENCE_SECONDS)
        return real(*messages, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bot.journal, "accept", accept)
        try:
            yield begun, go
        finally:
            go.set()


def test_who_is_too_early_for_slack_waits_as_long_as_slack_asks_and_a_page_of_another_is_waited_out(
    slack: SlackDouble, client: WebClient
) -> None:
    """Such as that of a portal at which somebody must log in first."""
    told: list[str] = []
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) > 3

    slack.refuse("auth.test", "<html>\n<body>Sign in</body></html>")
    slack.refuse("auth.test", "<html>Bad gateway</html>", status=502)
    slack.refuse("auth.test", retry_after=600, times=2)
    answer = until_slack_answers(client.auth_test, "SLACK_BOT_TOKEN", "応答しません", told.append, pause)
    assert answer is None  # it was given up
    assert told == [
        "応答しません(Slackではないものの応答(HTTP 200))。5秒後にもう一度試します。",
        "応答しません(Slackではないものの応答(HTTP 502))。5秒後にもう一度試します。",
        *["応答しません(ratelimited)。600秒後にもう一度試します。"] * 2,
    ]
    assert pauses == [5, 5, 600, 600]


def test_mentions_of_20_people_at_once_get_a_reply_each_in_its_thread(
    slack: SlackDouble, opens: Opens
) -> None:
    people = [slack.person(f"候補者{number}") for number in range(20)]
    general = slack.channel("general", *people)
    with opens(by_dispatch=False) as bot, connected(slack, bot):
        said = [person.says(ASKED, channel=general, mention=True) for _ in range(3) for person in people]
        slack.until(lambda: all(each.acked for one in said for each in one.deliveries))
        bot.settle()
        # Slack tells the bot of its own replies too.
        slack.until(lambda: all(each.acked for each in slack.deliveries))
    replies = [each.body["thread_ts"] for each in slack.calls("chat.postMessage")]
    assert sorted(replies) == sorted(each.ts for each in said)
    assert len(replies) == 60


def test_a_form_opens_while_answers_and_events_wait(
    slack: SlackDouble, opens: Opens, anna: Person, hr_channel: Channel, general: Channel
) -> None:
    """Slack opens one within three seconds of the press, and not later."""
    with opens(hr=hr_channel.id, by_dispatch=False) as bot, connected(slack, bot):
        anna.says("給料はいくらですか")
        slack.until(lambda: len(anna.sees()) == 2)
        answering = slack.hold("chat.postMessage")
        for _ in range(20):
            anna.says(ASKED, channel=general, mention=True)
        slack.until(lambda: answering.waiting)
        with slow_journal(bot):
            for _ in range(20):
                anna.says(ASKED, channel=general, mention=True)
            anna.presses("人事に聞く", message=anna.sees()[1])
            slack.until(anna.modals)
        answering.open()
        slack.until(lambda: len(slack.calls("chat.postMessage")) == 1 + 40)
        bot.settle()
        slack.until(lambda: all(each.acked for each in slack.deliveries))


def test_events_are_kept_while_the_journal_leaves_some_of_them_without_an_answer(
    slack: SlackDouble, opens: Opens
) -> None:
    """Each may be on another connection to a server, and on some of these nothing comes any more."""
    people = [slack.person(f"候補者{number}") for number in range(6)]
    with opens(by_dispatch=False) as bot, connected(slack, bot):
        with slow_journal(bot, most=len(people) - 1):
            for person in people:
                person.says(ASKED)
            slack.until(lambda: any(each.acked for each in slack.deliveries))
        slack.until(lambda: all(each.acked for each in slack.deliveries))
        bot.settle()
        slack.until(lambda: all(each.acked for each in slack.deliveries))


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


def test_a_socket_that_is_closed_as_it_begins_to_read_is_closed(slack: SlackDouble, bot: Office) -> None:
    """Where slack-sdk begins to read, it takes back that it is to end, and would read for ever."""
    link = SocketConnection(bot.app, slack.app_token)
    client, begun = link._client, threading.Event()  # noqa: SLF001 -- slack-sdk's, which is held where it begins

    def begins(text: str, *_: object) -> None:
        if text.startswith("Starting"):
            begun.set()
            until(lambda: client.current_session_state.terminated)

    client.logger = Mock(info=begins)
    assert link.open(lambda _: None, lambda _: True)
    assert begun.wait(PATIENCE_SECONDS)
    closes = threading.Thread(target=link.close, daemon=True)
    closes.start()
    closes.join(PATIENCE_SECONDS)
    assert not closes.is_alive()


def test_closing_the_socket_waits_for_what_is_being_kept(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    with connected(slack, bot) as link, slow_journal(bot) as (begun, go):
        slack.route = None
        said = anna.says(ASKED)
        assert begun.wait(PATIENCE_SECONDS)
        threading.Timer(0.05, go.set).start()
        link.close()
        assert bot.state(f"message {anna.dm.id}:{said.ts}") is not None
    bot.settle()
    bot.not_acked += slack.deliveries  # what came too late for this socket, Slack sends to the next process


def test_who_may_not_connect_again_for_an_hour_may_end_at_once(slack: SlackDouble, bot: Office) -> None:
    """What replaces a lost connection is a thread of slack-sdk, which would sleep for the hour."""
    link = SocketConnection(bot.app, slack.app_token)
    assert link.open(lambda _: None, lambda _: True)
    slack.until(lambda: slack.sockets)
    slack.refuse("apps.connections.open", retry_after=HOUR, times=9)
    before = len(slack.requests)
    slack.disconnect()
    slack.until(lambda: [each.status for each in slack.requests[before:]])
    closing = threading.Thread(target=link.close, daemon=True)
    closing.start()
    closing.join(PATIENCE_SECONDS)
    assert not closing.is_alive()


@contextmanager
def serving(answer: Callable[[], object] = lambda: None) -> Iterator[tuple[HttpServer, str]]:
    """Serve an app that answers every signed request once `answer` returns; give the host and port, too."""

    def dispatch(_: object) -> BoltResponse:
        answer()
        return BoltResponse(status=200, body="ok")

    app: Any = SimpleNamespace(dispatch=dispatch, oauth_flow=None)
    with closing(HttpServer(app, SECRET, "127.0.0.1", 0)) as server:
        yield server, server.open(lambda _: None, lambda _: True).split("/")[2]


def status_of(address: str, body: bytes = b"{}", headers: Mapping[str, str] = {}) -> int:
    """Return the status with which a request is answered, signed unless `headers` say otherwise."""
    at = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + body, "sha256").hexdigest()
    signed = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}
    with closing(HTTPConnection(address, timeout=PATIENCE_SECONDS)) as connection:
        connection.request("POST", PATH, body, {**signed, "Content-Type": "application/json", **headers})
        with connection.getresponse() as response:  # which holds the socket where the server hangs up
            return response.status


def test_over_http_no_request_waits_for_another_and_what_was_taken_is_answered_before_the_end() -> None:
    both, go = threading.Barrier(3, timeout=PATIENCE_SECONDS), threading.Event()

    def answer() -> None:
        both.wait()
        go.wait(PATIENCE_SECONDS)

    with serving(answer) as (server, address), ThreadPoolExecutor() as pool:
        answers = pool.map(status_of, [address] * 2)
        both.wait()
        threading.Timer(0.5, go.set).start()  # the server looks ten times a second whether to stop
        server.close()
        assert list(answers) == [200, 200]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (
            b"",
            {"Content-Length": str(LONGEST_BODY + 1)},
            413,
        ),  # of which nothing is sent, so nothing was read
        (b"x" * (LONGEST_BODY + 1), {}, 413),
        (b"{", {"X-Slack-Signature": "v0=junk"}, 401),
        (b"{}", {"X-Slack-Request-Timestamp": "junk"}, 400),
        (b"{", {}, 400),
        (b"[1]", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"payload=%5B", {"Content-Type": "application/x-www-form-urlencoded"}, 400),
        (b"{}", {}, 200),
    ],
)
def test_what_slack_did_not_sign_or_is_too_much_or_no_object_is_refused_before_the_app_sees_it(
    body: bytes, headers: dict[str, str], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[None] = []
    with serving(lambda: seen.append(None)) as (_, address):
        assert status_of(address, body, headers) == status
    assert len(seen) == (status == 200)
    assert "Traceback" not in caplog.text


HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n".encode()


def stuck(address: str, sent: bytes) -> socket.socket:
    """Begin a request, and say no more."""
    host, port = address.split(":")
    begun = socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
    begun.sendall(sent)
    return begun


@pytest.mark.parametrize("sent", [b"", HEAD, HEAD + b"\r\n{"], ids=["nothing", "half a head", "half a body"])
def test_a_request_that_does_not_go_on_is_hung_up_and_others_are_answered_meanwhile(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.connection.REQUEST_SECONDS", 1.0)
    with serving() as (_, address):
        begun = [stuck(address, sent) for _ in range(20)]
        assert status_of(address) == 200
        for each in begun:
            with closing(each), suppress(ConnectionResetError):
                assert each.recv(1) == b""


def test_the_end_does_not_wait_for_a_request_that_does_not_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.slack.connection.GRACE_SECONDS", 1)
    with serving() as (server, address), closing(stuck(address, HEAD + b"\r\n{")):
        assert status_of(address) == 200
        server.close()
    assert "Traceback" not in caplog.text


def test_what_fails_is_logged_with_its_kind(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And acknowledged, as Slack asks."""
    monkeypatch.setattr(bot.journal, "accept", Mock(side_effect=ZeroDivisionError()))
    assert anna.says(ASKED).deliveries[0].acked
    assert caplog.messages[0] == "a fault: event_callback message cannot be worked on"


def test_an_address_that_is_taken_is_told_on_one_line() -> None:
    app: Any = SimpleNamespace(dispatch=None, oauth_flow=None)
    with (
        serving() as (_, address),
        pytest.raises(SettingsError, match=f"{address} で待ち受けられません") as caught,
    ):
        HttpServer(app, SECRET, "127.0.0.1", int(address.split(":")[1]))
    assert "\n" not in str(caught.value)


def test_what_is_trusted_is_read_once_and_not_for_each_message(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the processor longer than the answer to a question."""
    address = slack.api_url.replace("http:", "https:")  # nobody speaks so there, after all is made ready
    client = web_client(SlackSettings.model_validate({"bot_token": slack.bot_token, "api_url": address}))
    client.retry_handlers.clear()
    read = Mock()
    monkeypatch.setattr("ssl.SSLContext.load_default_certs", read)
    with pytest.raises(URLError):
        client.api_test()
    with pytest.raises(URLError):
        respond(address, notice("x"))
    assert read.call_count == 0
