"""What every listener works with: the app's parts, threads for what Slack need not wait for, and who asks too much."""

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache, partial
from threading import BoundedSemaphore, Event, Lock
from time import monotonic
from typing import Any

from slack_sdk import WebClient

from bot.conversation.engine import converse
from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.journal.database import JournalError
from bot.journal.journal import Journal
from bot.journal.question_record import now
from bot.serving.live_release import LiveRelease
from bot.serving.publication import beside
from bot.settings import ENDPOINT, Settings
from bot.slack.errors import FAILURES, classify
from bot.slack.health import Health
from bot.slack.manifest import Profile
from bot.slack.messages.answers import Catalog, catalog
from bot.slack.messages.text import cut

LOG = logging.getLogger("faq.slack")
WORKERS = 24  # threads: most wait for Slack
THINKERS, WAITING_THINKERS, TURN_SECONDS = 1, 4, 1.0
"""Answers that are looked for at once: more would take the interpreter from each other at every step, but for those
that wait for an embeddings server. And how long the next waits for its turn: the one before it may be long."""
PASSING_SECONDS = 1.0  # that answers wait for what comes in without end
WINDOW = timedelta(minutes=1)
MOST_LATEST = 1_000
CHANNELS = ("C", "G")  # what their ids begin with


class BackgroundTasks:
    """Threads that do what was accepted; what they hold is finished before they stop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="slack")
        self._quick = ThreadPoolExecutor(4, thread_name_prefix="slack-quick")
        self._futures: set[Future[None]] = set()

    def do(self, act: Callable[[], object], *, quick: bool = False) -> None:
        """Do something soon; what goes wrong is logged, for nobody waits for it.

        What must be `quick`, as a form that Slack opens within three seconds only, waits for nothing else.
        """

        def logged() -> None:
            try:
                act()
            except FAILURES as error:
                LOG.warning("Slack cannot be told: %s", classify(error).reason)
            except JournalError as error:
                LOG.warning("%s", error)
            except Exception:
                LOG.exception("something could not be finished")

        future = (self._quick if quick else self._pool).submit(logged)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)

    def wait(self, timeout_seconds: float | None = None) -> bool:
        while pending := set(self._futures):
            if wait(pending, timeout_seconds).not_done:
                return False
        return True

    def stop(self) -> None:
        self.wait()
        self._pool.shutdown()
        self._quick.shutdown()


class Arrivals:
    """Counts what comes in just now: Slack waits three seconds for it to be kept, and answers can wait for that."""

    def __init__(self) -> None:
        self._count, self._lock, self._quiet, self._since = 0, Lock(), Event(), 0.0
        self._quiet.set()

    def __enter__(self) -> None:
        with self._lock:
            if not self._count:
                self._since = monotonic()
            self._count += 1
            self._quiet.clear()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count -= 1
            if not self._count:
                self._quiet.set()

    def let_pass(self) -> None:
        """Wait until nothing comes in; after a second of arrivals without end, wait no more."""
        self._quiet.wait(max(0.0, self._since + PASSING_SECONDS - monotonic()))


class Admission(Enum):
    """What becomes of a question: of those too many within the minute, the first alone gets a polite line."""

    ANSWER = auto()
    ASK_TO_WAIT = auto()
    IGNORE = auto()


class Flood:
    """Counts what people ask in a minute; a question that comes twice under one name counts once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._asked: deque[tuple[datetime, str, str]] = deque()
        self._admitted: defaultdict[str, dict[str, Admission]] = defaultdict(dict)
        self._lock = Lock()

    def admit(self, user: str, name: str, at: datetime) -> Admission:
        with self._lock:
            while self._asked and at - self._asked[0][0] >= WINDOW:
                _, who, known = self._asked.popleft()
                del self._admitted[who][known]
                if not self._admitted[who]:
                    del self._admitted[who]
            own = self._admitted[user]
            if name not in own:
                told = list(own.values())
                late = Admission.IGNORE if Admission.ASK_TO_WAIT in told else Admission.ASK_TO_WAIT
                own[name] = Admission.ANSWER if told.count(Admission.ANSWER) < self._limit else late
                self._asked.append((at, user, name))
            return own[name]


class Latest:
    """The questions that this process has taken of late: while the journal is away, nothing else tells."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._lock = Lock()

    def add(self, name: str) -> bool:
        """Note a question, and tell whether it is new."""
        with self._lock:
            new = name not in self._names
            self._names[name] = None
            if len(self._names) > MOST_LATEST:
                del self._names[next(iter(self._names))]
            return new

    def __contains__(self, name: str) -> bool:
        return name in self._names


@dataclass
class AppContext:
    """Everything that a listener needs; `bot_user` is the bot's own user id."""

    client: WebClient
    live: LiveRelease
    journal: Journal
    settings: Settings
    bot_user: str
    today: Callable[[], date]
    clock: Callable[[], datetime] = now
    profile: Profile = Profile.CLASSIC
    converse: Callable[..., tuple[Reply, ConversationState]] = converse
    beside: Callable[..., Any] = beside  # does something long in a process of its own
    background: BackgroundTasks = field(default_factory=BackgroundTasks)
    arrivals: Arrivals = field(default_factory=Arrivals)
    taken: Latest = field(default_factory=Latest)

    def __post_init__(self) -> None:
        self.health = Health(self.journal)
        waits = ENDPOINT in self.settings.encoders
        self._thinking = BoundedSemaphore(WAITING_THINKERS if waits else THINKERS)
        self.flood = Flood(self.settings.flood_limit)
        # Slack's own 👍 and 👎, which not every plan has; where it refuses them, they are not tried again.
        self.feedback_buttons = self.profile is Profile.AGENT
        self._shown_name = lru_cache(1_000)(partial(shown_name, self.client))

    @property
    def hands_over(self) -> bool:
        return bool(self.settings.hr_channels)

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Look for an answer while few others do."""
        has_turn = self._thinking.acquire(timeout=TURN_SECONDS)
        try:
            yield
        finally:
            if has_turn:
                self._thinking.release()

    def catalog(self) -> Catalog:
        return catalog(self.live.release.knowledge, self.today())

    def name(self, user: str) -> str:
        """Return the name of a person or a channel as it is shown; a stand-in where Slack does not tell it."""
        try:
            return cut(self._shown_name(user), 80)
        except FAILURES as error:
            LOG.warning("the name of %s cannot be found: %s", user, classify(error).reason)
            return "#チャンネル" if user.startswith(CHANNELS) else "担当者"


def shown_name(client: WebClient, user: str) -> str:
    if user.startswith(CHANNELS):
        return f"#{client.conversations_info(channel=user)['channel']['name']}"
    person = client.users_info(user=user)["user"]
    return str(person["profile"].get("display_name") or person.get("real_name") or person["name"])
