"""The connection to Slack: tokens, the Web API client, Socket Mode and HTTP, each waiting until Slack is there."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.settings import SlackSettings
from bot.slack.context import LOG
from bot.slack.errors import FAILURES, RETRIES, classify, response_header
from faq.problems import FaqError, Fault
from faq.wording import around, language

PAUSE_SECONDS = 5.0
PING_SECONDS = 10.0
DEAF_AFTER_PINGS = 3  # pings without an answer after which a socket is replaced
PATH = "/slack/events"

Tell = Callable[[str], None]  # told what whoever runs the bot should know
Pause = Callable[[float], bool]  # waits so many seconds, and tells whether to give up
Result = TypeVar("Result")


class SlackSetupError(FaqError):
    """A token or a setting with which Slack cannot be reached; on one line."""


def token(held: SecretStr | None, name: str, prefix: str) -> str:
    """Return a token, or raise `SlackSetupError` if it is missing, or another kind of token."""
    value = held.get_secret_value().strip() if held else ""
    if not value:
        raise SlackSetupError.of(Fault.of("slack-no-token", name=name, prefix=prefix))
    if not value.startswith(prefix):
        raise SlackSetupError.of(Fault.of("slack-other-token", name=name, prefix=prefix))
    return value


def web_client(settings: SlackSettings) -> WebClient:
    """Return the bot's client."""
    return WebClient(
        token=token(settings.bot_token, "SLACK_BOT_TOKEN", "xoxb-"),
        base_url=f"{settings.api_url.rstrip('/')}/",
        timeout=15,
        retry_handlers=[*RETRIES],
    )


def granted(answer: SlackResponse) -> frozenset[str]:
    """Return the scopes of the token with which an answer was got."""
    held = response_header(answer, "x-oauth-scopes").split(",")
    return frozenset(filter(None, (each.strip() for each in held)))


def until_slack_answers(
    act: Callable[[], Result], token_name: str, trouble: str, tell: Tell, pause: Pause
) -> Result | None:
    """Return what a request to Slack gives as soon as it answers, with `trouble` told meanwhile; `None` if given up.

    Raises `SlackSetupError` if the token is refused.
    """
    while True:
        try:
            return act()
        except FAILURES as error:
            failure = classify(error)
            if not failure.passing:
                fault = Fault.of("slack-refused", name=token_name, reason=failure.reason)
                raise SlackSetupError.of(fault) from error
        seconds = failure.retry_after or PAUSE_SECONDS
        told = {"reason": failure.reason, "seconds": f"{seconds:.0f}"}
        tell(around("slack-again", language(), trouble=trouble, **told))
        if pause(seconds):
            return None


class SocketConnection:
    """The app's connection by Socket Mode, known to live: opened, watched and closed by the thread that makes it."""

    def __init__(self, app: App, app_token: str, *, ping_seconds: float = PING_SECONDS) -> None:
        """Be ready to connect."""
        self._ping_seconds = ping_seconds
        self._client = SocketModeHandler(app, app_token, ping_interval=ping_seconds).client
        # slack-sdk's own sleeps for as long as Slack asks, and nothing can wake it to end.
        self._client.issue_new_wss_url = self._new_address  # type: ignore[method-assign]
        self._closing = threading.Event()
        self._owner = threading.get_ident()
        self._connected_at = time.time()

    @property
    def silent_seconds(self) -> float:
        """How long nothing was heard: since the last answer to a ping, or since the connection was made."""
        session = self._client.current_session
        heard = session.last_ping_pong_time if session else None
        return time.time() - max(heard or 0, self._connected_at)

    def open(self, tell: Tell, pause: Pause) -> bool:
        """Connect, as soon as Slack answers; tell whether it did before it was given up."""
        trouble = around("slack-unconnected", language())
        return bool(until_slack_answers(self._connect, "SLACK_APP_TOKEN", trouble, tell, pause))

    def watch(self) -> None:
        """Replace the connection if it has gone deaf, for sockets can die while they look open."""
        if self.silent_seconds <= self._ping_seconds * DEAF_AFTER_PINGS:
            return
        LOG.warning("Slackから%.0f秒応答がないため、つなぎ直します。", self.silent_seconds)
        self._connected_at = time.time()
        try:
            self._connect(force=True)
        except FAILURES as error:
            LOG.warning("つなぎ直せません: %s", classify(error).reason)
        else:
            LOG.warning("つなぎ直しました。")

    def refuse(self) -> None:
        """Take no more events, and acknowledge none: Slack sends them again, to the next process."""
        self._client.socket_mode_request_listeners.clear()

    def close(self) -> None:
        """Take no more events, finish those that were taken, and hang up."""
        self.refuse()
        self._closing.set()
        client = self._client
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        client.closed = True  # its queue is read no more
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown(wait=True)
        client.close()

    def _connect(self, *, force: bool = False) -> bool:
        if self._client.current_session:  # which slack-sdk itself tries to replace by now
            self._client.connect_to_new_endpoint(force=force)
        else:
            self._client.connect()
        # What goes wrong with a socket, slack-sdk logs for developers, and returns as if it were open.
        if not self._client.is_connected():
            raise ConnectionError(around("no-socket", language()))
        self._connected_at = time.time()
        return True

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


class _Handler(SlackRequestHandler):
    """Bolt's adapter, with each request in a thread of its own: others must not wait for it."""

    async def dispatch(self, request: AsgiHttpRequest) -> BoltResponse:
        """Let the app answer; it checks the signature and its age."""
        body = await request.get_raw_body()
        held = BoltRequest(body=body, query=request.query_string, headers=request.get_headers())
        return await asyncio.to_thread(self.app.dispatch, held)


class HttpServer:
    """The Events API over HTTP: a server in a thread, which finishes what it has begun before it stops."""

    def __init__(self, app: App, host: str, port: int) -> None:
        """Be ready to listen; port 0 is a free one."""
        try:
            import uvicorn  # noqa: PLC0415 -- an extra
        except ModuleNotFoundError as error:
            raise SlackSetupError.of(Fault.of("slack-no-server")) from error
        self._where = host, port
        handler = _Handler(app, path=PATH)
        config = uvicorn.Config(handler, log_level="warning", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)

    def start(self) -> str:
        """Listen, and return the address, or raise `SlackSetupError` if it is in use, or not this machine's."""
        try:
            listening = socket.create_server(self._where)
        except OSError as error:
            where = ":".join(map(str, self._where))
            raise SlackSetupError.of(Fault.of("slack-no-port", where=where)) from error
        run = self._server.run
        self._thread = threading.Thread(target=lambda: run([listening]), name="slack-http", daemon=True)
        self._thread.start()
        host, port = listening.getsockname()[:2]
        return f"http://{host}:{port}{PATH}"

    def stop(self) -> None:
        """Take no more requests, answer those that were taken."""
        self._server.should_exit = True
        self._thread.join()
