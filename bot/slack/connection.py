"""The connection to Slack: tokens, the Web API client, Socket Mode and HTTP, each waiting until Slack is there."""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from time import time
from typing import Any, TypeVar
from urllib.request import HTTPSHandler, build_opener, install_opener

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web import SlackResponse

from bot.settings import SettingsError, SlackSettings
from bot.slack.errors import FAILURES, RETRIES, classify, response_header
from faq.problems import Fault
from faq.wording import worded

PAUSE_SECONDS = 5.0
PING_SECONDS = 0.9  # a socket is given up after five pings that fail, or four and a bit without an answer
LONGEST_BODY = 1 << 20
REQUEST_SECONDS = 10.0
GRACE_SECONDS = 5  # that a request which has begun may still take when the process is told to end
PATH = "/slack/events"
PRESSES = 4  # threads
AT_ONCE, TURN_SECONDS = 2, 0.5
"""Messages that are taken in at once, as many threads would take the interpreter from each other at every step; and
how long the next waits for its turn: those before it may wait for a journal that hangs."""

Tell = Callable[[str], None]  # told what whoever runs the bot should know
Pause = Callable[[float], bool]  # waits so many seconds, and tells whether to give up
Result = TypeVar("Result")


def token(held: SecretStr | None, name: str, prefix: str) -> str:
    """Return a token, or raise `SettingsError` if it is missing, or another kind of token."""
    value = held.get_secret_value().strip() if held else ""
    if not value.startswith(prefix):
        kind = "slack-other-token" if value else "slack-no-token"
        raise SettingsError.of(Fault.of(kind, name=name, prefix=prefix))
    return value


def web_client(settings: SlackSettings) -> WebClient:
    # For each request urllib would read all trusted certificates anew, which takes longer than an answer.
    install_opener(build_opener(HTTPSHandler(context=ssl.create_default_context())))
    return WebClient(
        token=token(settings.bot_token, "SLACK_BOT_TOKEN", "xoxb-"),
        base_url=f"{settings.api_url.rstrip('/')}/",
        timeout=15,
        retry_handlers=[*RETRIES],
    )


def granted(answer: SlackResponse) -> frozenset[str]:
    held = response_header(answer, "x-oauth-scopes").split(",")
    return frozenset(filter(None, (each.strip() for each in held)))


def until_slack_answers(
    act: Callable[[], Result], token_name: str, trouble: str, tell: Tell, pause: Pause
) -> Result | None:
    """Return what a request gives as soon as Slack answers, `None` if given up; raises if the token is refused."""
    while True:
        try:
            return act()
        except FAILURES as error:
            failure = classify(error)
            if not failure.passing:
                fault = Fault.of("slack-refused", name=token_name, reason=failure.reason)
                raise SettingsError.of(fault) from error
        seconds = failure.retry_after or PAUSE_SECONDS
        told = {"reason": failure.reason, "seconds": f"{seconds:.0f}"}
        tell(worded("{trouble}({reason})。{seconds}秒後にもう一度試します。", trouble=trouble, **told))
        if pause(seconds):
            return None


class SocketConnection:
    """The app's connection by Socket Mode, opened and closed by the thread that makes it; slack-sdk keeps it alive."""

    def __init__(self, app: App, app_token: str, ping_seconds: float = PING_SECONDS) -> None:
        self._client = SocketModeHandler(app, app_token, ping_interval=ping_seconds).client
        # slack-sdk's own sleeps for as long as Slack asks, and nothing can wake it to end.
        self._client.issue_new_wss_url = self._new_address  # type: ignore[method-assign]
        # Its queue would let a press wait behind every message of a burst, until Slack opens no form for it any more.
        self._client.enqueue_message = self._take  # type: ignore[method-assign]
        self._client.process_message = self._give_turn  # type: ignore[method-assign]
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._presses = ThreadPoolExecutor(PRESSES, thread_name_prefix="slack-presses")
        self._closing = threading.Event()
        self._heard = time()
        self._owner = threading.get_ident()

    def open(self, tell: Tell, pause: Pause) -> str:
        """Connect, as soon as Slack answers, and return what to tell then; nothing if it was given up."""
        trouble = worded("Slackにつながりません")
        return until_slack_answers(self._connect, "SLACK_APP_TOKEN", trouble, tell, pause) or ""

    def silent_seconds(self) -> float:
        """Return how long Slack has given no sign; it answers a ping every few moments."""
        session = self._client.current_session
        self._heard = max(self._heard, (session and session.last_ping_pong_time) or 0.0)
        return time() - self._heard

    def close(self) -> None:
        """Take no more events, finish those that were taken, and hang up."""
        self._closing.set()
        client = self._client
        client.socket_mode_request_listeners.clear()  # what is not acknowledged, Slack sends to the next process
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        client.closed = True
        client.message_queue.put(None)  # for which its thread may wait just now
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown(wait=True)
        self._presses.shutdown(wait=True)
        if client.current_session and (held := client.current_session.sock):
            with suppress(OSError):  # its reader keeps the socket locked until something comes
                held.shutdown(socket.SHUT_RDWR)
        client.current_session_runner.event.set()
        while client.current_session_runner.is_alive():  # it forgets that it is to end, if it begins just now
            client.current_session_state.terminated = True
            client.disconnect()
            client.current_session_runner.thread.join(0.1)
        client.close()
        client.disconnect()  # what its threads, which have ended by now, may have connected meanwhile

    def _take(self, message: str) -> None:
        client, envelope = self._client, _envelope(message)
        if envelope.get("type") != "interactive":
            client.message_queue.put(message)
        elif not client.closed:
            self._presses.submit(client.run_message_listeners, envelope, message)

    def _give_turn(self) -> None:
        """Have the next message taken in; the one thread that comes here keeps their order."""
        client = self._client
        if message := client.message_queue.get():
            has_turn = self._turns.acquire(timeout=TURN_SECONDS)
            taken = client.message_workers.submit(client.run_message_listeners, _envelope(message), message)
            if has_turn:
                taken.add_done_callback(lambda _: self._turns.release())

    def _connect(self) -> str:
        if self._client.current_session:  # which slack-sdk itself tries to replace by now
            self._client.connect_to_new_endpoint()
        else:
            self._client.connect()
        # What goes wrong with a socket, slack-sdk logs for developers, and returns as if it were open.
        if not self._client.is_connected():
            raise ConnectionError(worded("WebSocketの接続を開けません"))
        return worded("Slackにつながりました。質問を待っています。")

    def _new_address(self) -> str:
        """Return where to connect; slack-sdk's own threads, which replace connections, wait here if they must."""
        while True:
            try:
                answer = self._client.web_client.apps_connections_open(app_token=self._client.app_token)
                return str(answer["url"])
            except SlackApiError as error:
                seconds = classify(error).retry_after
                if threading.get_ident() == self._owner or not seconds or self._closing.wait(seconds):
                    raise


def _envelope(message: str) -> dict[str, Any]:
    return json.loads(message) if message.startswith("{") else {}


class _Handler(SlackRequestHandler):
    """Bolt's adapter, with each request in a thread of its own: others must not wait for it."""

    def __init__(self, app: App, secret: str) -> None:
        super().__init__(app, path=PATH)
        self._verifier = SignatureVerifier(secret)

    async def dispatch(self, request: AsgiHttpRequest) -> BoltResponse:
        """Let the app answer what Slack has signed lately; nothing of it is looked into before."""
        try:
            headers = request.get_headers()
            if int(headers.get("content-length", 0)) > LONGEST_BODY or (body := await _body(request)) is None:  # type: ignore[arg-type]
                return BoltResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            signed = self._verifier.is_valid_request(body, headers)  # type: ignore[arg-type]
        except ValueError:  # of bytes that are no text, and a time or length that is none
            return BoltResponse(status=HTTPStatus.BAD_REQUEST)
        except asyncio.CancelledError:  # the process ends, and the rest has not come
            return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
        if not signed:
            return BoltResponse(status=HTTPStatus.UNAUTHORIZED)
        try:
            held = BoltRequest(body=body.decode(), query=request.query_string, headers=headers)
        except (ValueError, AttributeError, TypeError):  # Bolt looks for the team in whatever was sent
            return BoltResponse(status=HTTPStatus.BAD_REQUEST)
        return await asyncio.to_thread(self.app.dispatch, held)


async def _body(request: AsgiHttpRequest) -> bytes | None:
    """Return what was sent; `None` if it is too much."""
    held = bytearray()
    while True:
        chunk = await request.receive()
        held += chunk.get("body", b"")
        if len(held) > LONGEST_BODY:
            return None
        if not chunk.get("more_body", False):
            return bytes(held)


def _hurried() -> type:
    """Return uvicorn's connection, hung up unless a request comes whole, and is answered, in `REQUEST_SECONDS`."""
    from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 -- an extra

    class Connection(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._late = self.loop.call_later(REQUEST_SECONDS, transport.abort)

        def on_response_complete(self) -> None:
            self._late.cancel()
            self._late = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)
            super().on_response_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._late.cancel()
            super().connection_lost(exc)

    return Connection


class HttpServer:
    """The Events API over HTTP: a server in a thread, which finishes what it has begun before it stops."""

    def __init__(self, app: App, secret: str, host: str, port: int) -> None:
        """Listen; port 0 is a free one. Raises `SettingsError` if the address is in use, or not this machine's."""
        try:
            import uvicorn  # noqa: PLC0415 -- an extra
        except ModuleNotFoundError as error:
            raise SettingsError.of(Fault.of("slack-no-server")) from error
        try:
            self._listening = socket.create_server((host, port))
        except OSError as error:
            raise SettingsError.of(Fault.of("slack-no-port", where=f"{host}:{port}")) from error
        config = uvicorn.Config(
            _Handler(app, secret),
            http=_hurried(),
            log_level="warning",
            access_log=False,
            lifespan="off",
            limit_concurrency=2_000,  # more are told to come again (503)
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],), daemon=True)

    def open(self, _tell: Tell, _pause: Pause) -> str:
        self._thread.start()
        host, port = self._listening.getsockname()[:2]
        return worded("{url} で待っています。", url=f"http://{host}:{port}{PATH}")

    def silent_seconds(self) -> float:
        return 0.0  # whether Slack can reach the address, only Slack knows

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
