"""The app: Bolt with every listener, and the process in which it answers until it is told to end."""

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from datetime import date
from http import HTTPStatus
from pathlib import Path

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse

from bot.journal.database import JournalError
from bot.journal.journal import Journal
from bot.journal.notifications import listening
from bot.journal.question_record import now
from bot.privacy.masking import speakers
from bot.serving.live_release import LiveRelease, auditor
from bot.serving.signals import on_signals
from bot.serving.watcher import Watcher
from bot.settings import Settings, SettingsError, SlackSettings
from bot.slack import connection
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.sending import QUESTION
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.handover.handovers import HandoverService
from bot.slack.handover.threads import HandoverThreads
from bot.slack.listeners.buttons import add_button_listeners, add_card_listeners, add_unknown_listeners
from bot.slack.listeners.events import add_event_listeners
from bot.slack.listeners.home import Home, add_home_listeners
from bot.slack.listeners.interactions import Body, kind_of, refusal, send_ephemeral
from bot.slack.manifest import AGENT_SCOPE, Profile
from bot.slack.messages.notices import notice
from bot.slack.proposals import add_draft_listeners
from bot.slack.questions import question_kind
from faq.problems import FaqError, Fault
from faq.wording import telling, worded

LOOK_SECONDS = 1.0
ENDING = "終わります。受け付けた質問に答えています。"


def run(  # noqa: PLR0913 -- what a process is made of
    path: Path,
    settings: Settings,
    slack: SlackSettings,
    *,
    today: Callable[[], date],
    tell: connection.Tell,
    watch: bool = False,
    stop: threading.Event | None = None,
    http: tuple[str, int] | None = None,
    health: int | None = None,
    ping_seconds: float = connection.PING_SECONDS,
) -> None:
    """Answer until told to end, by a signal or `stop`; with `watch`, a change of the files at `path` is published.

    With a port for `health`, monitors are answered there. Raises `FaqError` if a token, a setting or the knowledge
    cannot be used, and `DeafError` if Slack has given no sign on the socket for long.
    """
    ending = stop or threading.Event()
    client = connection.web_client(slack)
    app_token = "" if http else connection.token(slack.app_token, "SLACK_APP_TOKEN", "xapp-")
    if http and not slack.signing_secret:
        raise SettingsError.of(Fault.of("slack-no-secret"))
    secret = slack.signing_secret.get_secret_value() if slack.signing_secret else ""
    with on_signals(ending.set, signal.SIGTERM, signal.SIGINT):
        with telling(tell):
            live = LiveRelease(path, today, settings, complain=tell)
        if live.serving.problem:
            tell(live.serving.problem)
        if live.serving.changed:
            told = "release %s was made otherwise and is rebuilt: %s; see 'faq eval --published'"
            logging.getLogger(__name__).warning(told, live.release.name, live.serving.changed)
        trouble = worded("Slack({url})が応答しません", url=client.base_url)
        waits = connection.until_slack_answers
        known = waits(client.auth_test, "SLACK_BOT_TOKEN", trouble, tell, ending.wait)
        if known is None:
            return
        profile = Profile.AGENT if AGENT_SCOPE in connection.granted(known) else Profile.CLASSIC
        user, keep = str(known["user_id"]), speakers(live.release.knowledge)
        with Journal(settings, keep=keep, complain=tell) as journal, ExitStack() as held:
            with suppress(JournalError):  # while it is away, what was claimed waits
                if held.enter_context(journal.database.at_work()):
                    journal.outbox.take_over(at=now())
            live.follower = auditor(journal, tell)
            context = AppContext(client, live, journal, settings, user, today, profile=profile)
            worker = DeliveryWorker(context)
            app = create_app(worker)
            watcher = Watcher(live, tell)
            with (
                context.health.served(health),
                watcher.running(files=watch),
                listening(journal.database, watcher.wake),
            ):
                worker.start()
                try:
                    door = (
                        connection.HttpServer(app, secret, *http)
                        if http
                        else connection.SocketConnection(app, app_token, ping_seconds)
                    )
                    with closing(door):
                        context.health.silent_seconds = door.silent_seconds
                        if told := door.open(tell, ending.wait):
                            tell(told)
                        while not ending.wait(LOOK_SECONDS):
                            context.health.check_socket()
                    tell(worded(ENDING))
                finally:
                    worker.stop()
    tell(worded("止めました。"))


def create_app(worker: DeliveryWorker) -> App:
    """Return the app, which keeps what comes in for the worker to answer; the door has seen to the signature."""
    client, user = worker.context.client, worker.context.bot_user
    known = AuthorizeResult(enterprise_id=None, team_id=None, bot_user_id=user, bot_token=client.token)
    silent = logging.getLogger("slack_bolt")
    silent.setLevel(logging.CRITICAL)  # its words are for developers; ours are for people
    # The response waits for the listener, which only keeps what came: what is not kept is not acknowledged.
    app = App(
        client=client,
        # Bolt would ask Slack who the bot is at the first event, and acknowledge that event if Slack fails.
        authorize=lambda: known,
        request_verification_enabled=False,
        process_before_response=True,
        name="slack_bolt",  # of the logger of listeners
        logger=silent,
    )
    take = app.dispatch

    def counted(req: BoltRequest) -> BoltResponse:
        with worker.context.arrivals:
            return take(req)

    app.dispatch = counted  # type: ignore[method-assign]

    @app.error
    def failed(error: Exception, body: Body) -> BoltResponse:
        """Tell who sent a form or pressed a button why that cannot be done; an event Slack sends again."""
        kind, fields = kind_of(body), (body.get("view") or {}).get("state", {}).get("values")
        if isinstance(error, JournalError):
            LOG.error("%s cannot be kept: %s", kind, error)
        elif not (isinstance(error, FaqError) and (fields or body.get("actions"))):
            LOG.error("a fault: %s cannot be worked on", kind, exc_info=error)
            return BoltResponse(status=HTTPStatus.OK)  # it would fail again
        why = refusal(error)
        if fields:
            told = {"response_action": "errors", "errors": {next(iter(fields)): why[:150]}}
            return BoltResponse(status=HTTPStatus.OK, body=told)
        if body.get("actions"):  # which Slack does not send again
            worker.context.background.do(lambda: send_ephemeral(worker.context, body, notice(why)))
            return BoltResponse(status=HTTPStatus.OK)
        return BoltResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)

    worker.kinds[QUESTION] = question_kind(worker.context)
    handovers = HandoverService(worker)
    threads = HandoverThreads(worker, handovers)
    home = Home(worker, handovers.cards)
    add_event_listeners(app, worker, threads, home)
    add_button_listeners(app, worker, home)
    add_home_listeners(app, worker, home)
    add_card_listeners(app, handovers, threads)
    add_draft_listeners(app, handovers)
    add_unknown_listeners(app)
    return app
