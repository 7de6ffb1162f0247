"""Socket Mode: a connection that is known to live, for sockets can die while they look open."""

import threading
import time
from collections.abc import Callable

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.slack.context import LOG
from bot.slack.delivery.rate_limit import FAILURES, UNREACHED, is_passing, is_too_many, retry_after, why
from bot.slack.transport.connecting import PAUSE_SECONDS, refused

PING_SECONDS = 10.0
DEAF_AFTER_PINGS = 3
"""Pings without an answer after which a socket is replaced."""


class SocketConnection:
    """The app's connection to Slack, opened, watched and closed by the thread that makes it."""

    def __init__(self, app: App, app_token: str, *, ping_seconds: float = PING_SECONDS) -> None:
        """Be ready to connect."""
        self._ping_seconds = ping_seconds
        self._handler = SocketModeHandler(app, app_token, ping_interval=ping_seconds)
        # slack-sdk's own sleeps for as long as Slack asks, and nothing can wake it to end.
        self._handler.client.issue_new_wss_url = self._new_address  # type: ignore[method-assign]
        self._closing = threading.Event()
        self._owner = threading.get_ident()
        self._connected_at = time.time()

    @property
    def silent_seconds(self) -> float:
        """How long nothing was heard: since the last answer to a ping, or since the connection was made."""
        session = self._handler.client.current_session
        heard = session.last_ping_pong_time if session else None
        return time.time() - max(heard or 0, self._connected_at)

    def open(self, tell: Callable[[str], None], pause: Callable[[float], bool]) -> bool:
        """Connect, as soon as Slack answers; tell whether it did before it was given up.

        Raises:
            SlackSetupError: the token is refused.
        """
        while True:
            seconds = PAUSE_SECONDS
            try:
                self._connect()
            except SlackApiError as error:
                if not is_passing(error):
                    raise refused(why(error), "SLACK_APP_TOKEN") from error
                reason = why(error)
                if is_too_many(error):
                    seconds = retry_after(error.response.headers)
            except UNREACHED as error:
                reason = why(error)
            else:
                self._connected_at = time.time()
                return True
            tell(f"Slackにつながりません({reason})。{seconds:.0f}秒後にもう一度試します。")
            if pause(seconds):
                return False

    def watch(self) -> None:
        """Replace the connection if it has gone deaf."""
        if self.silent_seconds <= self._ping_seconds * DEAF_AFTER_PINGS:
            return
        LOG.warning("Slackから%.0f秒応答がないため、つなぎ直します。", self.silent_seconds)
        self._connected_at = time.time()
        try:
            self._reconnect(force=True)
        except FAILURES as error:
            LOG.warning("つなぎ直せません: %s", why(error))
        else:
            LOG.warning("つなぎ直しました。")

    def refuse(self) -> None:
        """Take no more events, and acknowledge none: Slack sends them again, to the next process."""
        self._handler.client.socket_mode_request_listeners.clear()

    def close(self) -> None:
        """Take no more events, finish those that were taken, and hang up."""
        self.refuse()
        self._closing.set()
        client = self._handler.client
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        client.closed = True  # its queue is read no more
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown(wait=True)
        client.close()

    def _connect(self) -> None:
        client = self._handler.client
        if client.current_session:  # which slack-sdk itself tries to replace by now
            self._reconnect()
            return
        self._handler.connect()  # type: ignore[no-untyped-call]
        self._check()

    def _reconnect(self, *, force: bool = False) -> None:
        self._handler.client.connect_to_new_endpoint(force=force)
        self._check()

    def _check(self) -> None:
        # What goes wrong with a socket, slack-sdk logs for developers, and returns as if it were open.
        if not self._handler.client.is_connected():
            msg = "WebSocketの接続を開けません"
            raise ConnectionError(msg)

    def _new_address(self) -> str:
        """Return where to connect; slack-sdk's own threads, which replace connections, wait here if they must."""
        client = self._handler.client
        while True:
            try:
                return str(client.web_client.apps_connections_open(app_token=client.app_token)["url"])
            except SlackApiError as error:
                mine = threading.get_ident() == self._owner
                if mine or not is_too_many(error) or self._closing.wait(retry_after(error.response.headers)):
                    raise
