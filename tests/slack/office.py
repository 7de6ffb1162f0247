"""The real app on the local Slack, through `App.dispatch`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from pathlib import Path

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import choices_text, unknown_text
from bot.journal.journal import Journal
from bot.serving.live_release import LiveRelease, auditor
from bot.serving.publication import carry_out
from bot.settings import JournalMode, Settings, SlackSettings
from bot.slack.app import create_app
from bot.slack.connection import SocketConnection, web_client
from bot.slack.context import AppContext
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.manifest import Profile
from index.release.building import Release
from tests.bot.conftest import KNOWLEDGE as TERMINAL
from tests.bot.journal.builders import state_of
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Delivery, SlackDouble, dispatch

# That of the other front ends, in plain words, with a hand-over and an expectation.
KNOWLEDGE = reduce(
    lambda text, change: text.replace(*change),
    [
        (", How often can I work from home?", ""),
        ("|\n      在宅", "在宅"),
        ("\n      部署の仕事によって変わります。", ""),
        ("    review_by: 2020-01-31\n", ""),
        (r'"[bold]基礎[/bold]から学ぶ[/研修]があります。\e[31m赤\e[0m"', "基礎から学ぶ研修があります。"),
        ("ご覧ください。\n", "ご覧ください。\n    handover: true\n"),
    ],
    f"{TERMINAL}expectations:\n  - {{q: 在宅勤務は週に何日できますか, gold: [remote-work]}}\n",
)

ASKED, ANSWER = "在宅勤務はどのくらいできますか", "在宅勤務は、平均すると週に1日から2日ほどです。"


def noting_topics(bot: "Office") -> list[tuple[str, tuple[str, ...]]]:
    """Let every message be what is talked about from then on; return, as they come, each with what was before it."""
    known: list[tuple[str, tuple[str, ...]]] = []

    def converse(
        release: Release, message: str, state: ConversationState, **_: object
    ) -> tuple[Reply, ConversationState]:
        known.append((message, state.topics))
        said = Reply(ReplyKind.SMALLTALK, (), "はい。", 1.0, (), (), release.name)
        return said, ConversationState((message,), message)

    bot.context.converse = converse
    return known


def choosing(entry_ids: Sequence[str]) -> Callable[..., tuple[Reply, ConversationState]]:
    """Return a conversation that offers these entries to choose from, or knows nothing, whatever is asked."""

    def converse(
        release: Release, _message: str, thread: ConversationState, **_: object
    ) -> tuple[Reply, ConversationState]:
        entries = tuple(map(release.knowledge.entry, entry_ids))
        kind, text = (
            (ReplyKind.CHOICES, choices_text(entries)) if entries else (ReplyKind.UNKNOWN, unknown_text())
        )
        return Reply(kind, entries, text, 0.4, (("clothes", 1.0),), (), release.name), thread

    return converse


class Clock:
    """A clock that goes on by a millisecond at every look, and by more when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2025, 6, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


class Office:
    """The bot at work, in one workspace; what it was sent is acknowledged, but for what is `not_acked`."""

    def __init__(self, slack: SlackDouble, context: AppContext, worker: DeliveryWorker, clock: Clock) -> None:
        self.slack, self.context, self.worker, self.clock = slack, context, worker, clock
        self.not_acked: list[Delivery] = []
        self.complaints: list[str] = []
        self.app = create_app(worker)

    @property
    def journal(self) -> Journal:
        return self.context.journal

    def state(self, key: str) -> str | None:
        return state_of(self.journal.database, key)

    def later(self, seconds: float = 61) -> None:
        self.clock.at += timedelta(seconds=seconds)
        self.worker.wake()
        if not self.slack.holds_something:
            self.settle()

    def route(self, delivery: Delivery) -> None:
        """Take what Slack sends, and wait until all of it is done, unless the test holds something."""
        dispatch(self.app)(delivery)
        if not self.slack.holds_something:
            self.settle()

    def settle(self) -> None:
        assert self.context.background.wait(PATIENCE_SECONDS), "the bot does not come to rest"


@contextmanager
def office(  # noqa: PLR0913 -- what tests set
    slack: SlackDouble,
    folder: Path,
    home: Path,
    *,
    hr: str = "",
    admins: str = "",
    limit: int = 100,
    journal: JournalMode = JournalMode.MASKED,
    clock: Clock | None = None,
    by_dispatch: bool = True,
    profile: Profile = Profile.CLASSIC,
    **more: object,
) -> Iterator[Office]:
    """Open the bot on a folder of knowledge; the journal is in `home`, and outlives it."""
    settings = Settings.model_validate(
        {
            "home": home,
            "encoder": "none",
            "hr_channels": hr,
            "admins": admins,
            "flood_limit": limit,
            "journal": journal,
            **more,
        }
    )
    live = LiveRelease(folder, lambda: date(2025, 6, 1), settings, carry_out=carry_out)
    client = web_client(
        SlackSettings.model_validate({"bot_token": slack.bot_token, "api_url": slack.api_url})
    )
    clock = clock or Clock()
    complaints: list[str] = []
    with Journal(settings, complain=complaints.append, clock=clock) as kept:
        live.follower = auditor(kept, complaints.append)
        context = AppContext(
            client,
            live,
            kept,
            settings,
            slack.bot_user,
            lambda: date(2025, 6, 1),
            clock=clock,
            profile=profile,
            beside=lambda act, *given: act(*given),
        )
        worker = DeliveryWorker(context)
        opened = Office(slack, context, worker, clock)
        opened.complaints = complaints
        slack.route = opened.route if by_dispatch else None
        try:
            yield opened
        finally:
            slack.open_all()  # whatever a test held
            worker.stop()
            slack.route = None  # without one, what the bot posts is told to it by a socket
    assert complaints == []
    assert all(each.acked for each in slack.deliveries if each not in opened.not_acked)


Opens = Callable[..., AbstractContextManager[Office]]
"""As `office`, in the workspace and on the knowledge of a test."""


@contextmanager
def connected(slack: SlackDouble, bot: Office) -> Iterator[SocketConnection]:
    link = SocketConnection(bot.app, slack.app_token)
    assert link.open(lambda _: None, lambda _: True)
    slack.until(lambda: slack.sockets)
    try:
        yield link
    finally:
        link.close()
