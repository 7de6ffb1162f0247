"""What every listener works with, and the threads that do the work after Slack got its acknowledgement."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, datetime

from slack_sdk import WebClient

from bot.journal.journal import Journal
from bot.journal.question_record import now
from bot.serving.live_release import LiveRelease
from bot.settings import Settings
from bot.slack.errors import FAILURES, classify
from bot.slack.flood import Flood
from bot.slack.manifest import Profile
from bot.slack.messages.catalog import Catalog, catalog

LOG = logging.getLogger("faq.slack")
WORKERS = 8
_MOST_NAMES = 5_000


class BackgroundTasks:
    """Threads that do what was accepted; what they hold is finished before they stop."""

    def __init__(self) -> None:
        """Begin idle."""
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="slack")
        self._futures: set[Future[None]] = set()

    def do(self, act: Callable[[], object]) -> None:
        """Do something soon; what goes wrong is logged, for nobody waits for it."""

        def logged() -> None:
            try:
                act()
            except Exception:
                LOG.exception("不具合のため、処理を終えられませんでした。")

        future = self._pool.submit(logged)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until nothing is left to do, and tell whether that is so."""
        while pending := set(self._futures):
            if wait(pending, timeout_seconds).not_done:
                return False
        return True

    def stop(self) -> None:
        """Finish what was accepted, and accept no more."""
        self.wait()
        self._pool.shutdown(wait=True)


@dataclass
class AppContext:
    """Everything that a listener needs.

    Attributes:
        bot_user: The bot's own user id.
        today: The day, for what is no longer valid.
        clock: The time.
        profile: Which kind of app it is.
    """

    client: WebClient
    live: LiveRelease
    journal: Journal
    settings: Settings
    bot_user: str
    today: Callable[[], date]
    clock: Callable[[], datetime] = now
    profile: Profile = Profile.CLASSIC
    background: BackgroundTasks = field(default_factory=BackgroundTasks)

    def __post_init__(self) -> None:
        """Count what is asked from now on."""
        self.flood = Flood(self.settings.flood_limit)
        self._names: dict[str, str] = {}

    def catalog(self) -> Catalog:
        """Return what the FAQ knows about now."""
        return catalog(self.live.release.knowledge, self.today())

    def name(self, user: str) -> str:
        """Return a person's name as it is shown; a stand-in where Slack does not tell it."""
        if not user:
            return "どなたか"
        if user not in self._names:
            try:
                profile = self.client.users_info(user=user)["user"]
            except FAILURES as error:
                LOG.warning("%s の名前を確かめられません: %s", user, classify(error).reason)
                return "担当者"
            if len(self._names) >= _MOST_NAMES:
                self._names.clear()
            shown = profile["profile"].get("display_name") or profile.get("real_name")
            self._names[user] = str(shown or profile["name"])
        return self._names[user]
