"""From settings to a bot that answers, and its end: what is in hand is answered first."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType

from bot.embeddings.encoders import open_encoders
from bot.journal.journal import Journal
from bot.privacy.masking import speakers
from bot.serving.audit_log import auditor
from bot.serving.live_release import LiveRelease
from bot.serving.watcher import Watcher
from bot.settings import Settings, SlackSettings
from bot.slack.app import create_app
from bot.slack.context import AppContext
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.transport.connecting import SlackSetupError, identity, token, web_client
from bot.slack.transport.http import HttpServer
from bot.slack.transport.socket import PING_SECONDS, SocketConnection

ENDING = "終わります。受け付けた質問に答えています。"


@dataclass(frozen=True)
class ServerOptions:
    """Where Slack comes in: by a socket that this process opens, or over HTTP.

    Attributes:
        http: Whether it is HTTP.
        host: The address to listen on.
        port: The port; 0 is a free one.
        ping_seconds: Between two pings over the socket.
    """

    http: bool = False
    host: str = "127.0.0.1"
    port: int = 3000
    ping_seconds: float = PING_SECONDS


def run(  # noqa: PLR0913 -- what a process is made of
    path: Path,
    settings: Settings,
    slack: SlackSettings,
    door: ServerOptions,
    *,
    today: Callable[[], date],
    tell: Callable[[str], None],
    watch: bool = False,
    stop: threading.Event | None = None,
) -> None:
    """Answer until the process is told to end, by SIGTERM or SIGINT, or until `stop` is set.

    Args:
        path: A knowledge file or folder.
        settings: Of the bot.
        slack: What Slack gave the app.
        door: Where Slack comes in.
        today: The day.
        tell: Told, in Japanese, what whoever runs the bot should know.
        watch: Publish whenever the files change.
        stop: Ends it.

    Raises:
        FaqError: a token, a setting or the knowledge cannot be used.
    """
    ending = stop or threading.Event()
    client = web_client(slack)
    app_token = "" if door.http else token(slack.app_token, "SLACK_APP_TOKEN", "xapp-")
    if door.http and not slack.signing_secret:
        msg = "SLACK_SIGNING_SECRET が設定されていません。HTTPで受けるには、署名を確かめる値が要ります。"
        raise SlackSetupError(msg)
    secret = slack.signing_secret.get_secret_value() if slack.signing_secret else ""
    with _ending_on_signals(ending):
        encoders = open_encoders(settings, tell)
        live = LiveRelease(path, settings.home, today, point=settings.point, encoders=encoders, progress=tell)
        if live.serving.problem:
            tell(live.serving.problem)
        known = identity(client, tell, ending.wait)
        if known is None:
            return
        with Journal(settings, keep=speakers(live.release.knowledge), complain=tell) as journal:
            live.subscribe(tell)
            live.follow(auditor(journal, tell))
            context = AppContext(client, live, journal, settings, known.user, today, profile=known.profile)
            worker = DeliveryWorker(context)
            app = create_app(context, worker, signing_secret=secret)
            app.logger.setLevel(logging.CRITICAL)  # its words are for developers; ours are for people
            with Watcher(live).running(files=watch):
                worker.start()
                try:
                    if door.http:
                        _serve_http(HttpServer(app, door.host, door.port), ending, tell)
                    else:
                        _serve_socket(
                            SocketConnection(app, app_token, ping_seconds=door.ping_seconds), ending, tell
                        )
                finally:
                    worker.stop()
    tell("止めました。")


def _serve_socket(link: SocketConnection, ending: threading.Event, tell: Callable[[str], None]) -> None:
    try:
        if link.open(tell, ending.wait):
            tell("Slackにつながりました。質問を待っています。")
        while not ending.wait(1.0):
            link.watch()
        link.refuse()
        tell(ENDING)
    finally:
        link.close()


def _serve_http(server: HttpServer, ending: threading.Event, tell: Callable[[str], None]) -> None:
    tell(f"{server.start()} で待っています。")
    try:
        ending.wait()
        tell(ENDING)
    finally:
        server.stop()


@contextmanager
def _ending_on_signals(ending: threading.Event) -> Iterator[None]:
    """Set an event when the process is told to end; nothing happens in other threads than the main one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
