"""Socket Mode: a connection that is known to live, for sockets can die while they look open."""

import time
from collections.abc import Callable
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.slack.connecting import PAUSE_SECONDS, refused
from bot.slack.desk import LOG

PING_SECONDS = 10.0
DEAF_AFTER_PINGS = 3
"""Pings without an answer after which a socket is replaced."""


class Link:
    """The app's connection to Slack."""

    def __init__(self, app: App, app_token: str, *, ping_seconds: float = PING_SECONDS) -> None:
        """Be ready to connect."""
        self._ping_seconds = ping_seconds
        self._handler = SocketModeHandler(app, app_token, ping_interval=ping_seconds)
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
            try:
                self._handler.connect()  # type: ignore[no-untyped-call]
            except SlackApiError as error:
                raise refused(str(error.response["error"]), "SLACK_APP_TOKEN") from error
            except OSError as error:
                tell(f"Slackにつながりません({error})。{PAUSE_SECONDS:.0f}秒後にもう一度試します。")
                if pause(PAUSE_SECONDS):
                    return False
            else:
                self._connected_at = time.time()
                return True

    def watch(self) -> None:
        """Replace the connection if it has gone deaf."""
        if self.silent_seconds <= self._ping_seconds * DEAF_AFTER_PINGS:
            return
        LOG.warning("Slackから%.0f秒応答がないため、つなぎ直します。", self.silent_seconds)
        self._connected_at = time.time()
        try:
            self._handler.client.connect_to_new_endpoint(force=True)
        except (SlackApiError, OSError, AttributeError) as error:
            LOG.warning("つなぎ直せません: %s", error)

    def refuse(self) -> None:
        """Take no more events, and acknowledge none: Slack sends them again, to the next process."""
        self._handler.client.socket_mode_request_listeners.clear()

    def close(self) -> None:
        """Take no more events, finish those that were taken, and hang up."""
        self.refuse()
        client = self._handler.client
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        client.closed = True  # its queue is read no more
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown(wait=True)
        # slack-sdk fails so where its own threads lose or replace the session while it is being closed.
        with suppress(AttributeError):
            client.close()
