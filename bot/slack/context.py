"""What every listener works with, and the hands that do the work after Slack got its acknowledgement."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime

from slack_sdk import WebClient

from bot.journal.journal import Journal
from bot.journal.question_record import now
from bot.serving.live_release import LiveRelease
from bot.settings import Settings
from bot.slack.delivery.rate_limit import FAILURES, why
from bot.slack.messages.catalog import Catalog, catalog
from bot.slack.profile import Profile
from bot.slack.services.flood import Flood

LOG = logging.getLogger("faq.slack")
WORKERS = 8
_MOST_NAMES = 5_000


class Hands:
    """ConversationStore that do what was accepted; what they hold is finished before they stop."""

    def __init__(self, workers: int = WORKERS) -> None:
        """Begin idle."""
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="slack")
        self._idle = threading.Condition()
        self._held = 0

    def do(self, act: Callable[[], object]) -> None:
        """Do something soon; what goes wrong is logged, for nobody waits for it."""
        with self._idle:
            self._held += 1
        self._pool.submit(self._do, act)

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until nothing is left to do, and tell whether that is so."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._held, timeout_seconds)

    def stop(self) -> None:
        """Finish what was accepted, and accept no more."""
        self.wait()
        self._pool.shutdown(wait=True)

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception:
            LOG.exception("不具合のため、処理を終えられませんでした。")
        finally:
            with self._idle:
                self._held -= 1
                self._idle.notify_all()


@dataclass
class AppContext:
    """Everything that a listener needs.

    Attributes:
        bot_user: The bot's own user id.
        profile: Which kind of app it is.
        today: The day, for what is no longer valid.
        clock: The time.
        sign_after_seconds: After how long an answer that is not there yet is announced.
    """

    client: WebClient
    live: LiveRelease
    journal: Journal
    settings: Settings
    bot_user: str
    today: Callable[[], date]
    clock: Callable[[], datetime] = now
    sign_after_seconds: float = 0.7
    profile: Profile = Profile.CLASSIC
    hands: Hands = field(default_factory=Hands)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count what is asked from now on."""
        self.flood = Flood(self.settings.flood_limit)

    def catalog(self) -> Catalog:
        """Return what the FAQ knows about now."""
        return catalog(self.live.release.knowledge, self.today())

    def name(self, user: str) -> str:
        """Return a person's name as it is shown; a stand-in where Slack does not tell it."""
        if user not in self.names:
            try:
                profile = self.client.users_info(user=user)["user"]
            except FAILURES as error:
                LOG.warning("%s の名前を確かめられません: %s", user, why(error))
                return "担当者" if user else "どなたか"
            if len(self.names) >= _MOST_NAMES:
                self.names.clear()
            shown = profile["profile"].get("display_name") or profile.get("real_name")
            self.names[user] = str(shown or profile["name"])
        return self.names[user]
