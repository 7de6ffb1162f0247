"""What answers now: one reference, replaced whole. Whoever reads it never waits."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.conversation.engine import converse
from bot.conversation.state import ConversationState
from bot.embeddings import open_encoders
from bot.journal.database import JournalError
from bot.journal.journal import EventOutcome, Journal
from bot.journal.question_record import whoever_runs_this
from bot.serving.publication import CarryOut, Order, in_a_process
from bot.settings import Settings
from index.library.topics import cohort
from index.release.building import Release
from index.release.history import History, PublicationKind
from index.release.publishing import Publishing, PublishingOutcome
from index.release.serving import Serving, open_serving

Tell = Callable[[str], None]
Follower = Callable[[str, Publishing], None]  # called with who published; must not raise


class LiveRelease:
    """The release of one knowledge path. A reply takes `release` once and keeps to it."""

    def __init__(
        self,
        path: Path,
        today: Callable[[], date],
        settings: Settings,
        *,
        carry_out: CarryOut = in_a_process,
        complain: Tell = lambda _: None,
    ) -> None:
        """Open what is served; `complain` is told of an encoder that is not installed."""
        self.path, self.home, self.today = path, settings.home, today
        self._settings = settings
        self._encoders = open_encoders(settings, complain)
        self.serving = self._opened()
        self._carry_out = carry_out
        self._replacing = threading.Lock()
        self.follower: Follower = lambda _by, _result: None

    @property
    def release(self) -> Release:
        return self.serving.release

    def publish(self, *, reason: str | None = None, by: str | None = None) -> Publishing:
        """Publish the files, and serve what comes of it; a `reason` overrides the gate. What fails changes nothing."""
        return self._replace(by, reason=reason)

    def rollback(self, prefix: str | None = None, *, by: str | None = None) -> Publishing:
        """Serve a release that was published before; without a name the one before this."""
        return self._replace(by, back=True, name=prefix)

    def refresh(self) -> bool:
        with self._replacing:
            newest, served = History(self.home, self.path).served(), self.serving.publication
            if newest is None or (served and newest.number == served.number):
                return False
            self.serving = self._opened()
            return True

    def _replace(self, by: str | None, **wanted: Any) -> Publishing:  # noqa: ANN401 -- of an `Order`
        with self._replacing:
            serving, by = self.serving, by or whoever_runs_this()
            tried = None if serving.publication else serving.release.name
            order = Order(self.path, self.today(), by, tried=tried, **wanted)
            result = self._carry_out(order, self._settings)
            # The same release read anew is the same; the one at hand has its caches filled.
            if result.release == serving.release.name:
                self.serving = Serving(serving.release, result.publication, result.unpublished)
            else:
                self.serving = self._opened()
        self.follower(by, result)
        return result

    def _opened(self) -> Serving:
        serving = open_serving(self.path, home=self.home, encoders=self._encoders)
        release = serving.release.at(self._settings.point)
        # The first question has much worked out that all others use: many at once would each do so, and wait.
        converse(release, cohort()[0], ConversationState(), today=self.today())
        return replace(serving, release=release)


def auditor(journal: Journal, complain: Callable[[str], None]) -> Follower:
    """Return a follower that writes publications to the journal; `complain` is told where that fails."""

    def note(by: str, result: Publishing) -> None:
        if result.outcome is PublishingOutcome.UNCHANGED:
            return
        what, outcome, detail = PublicationKind.PUBLISH.value, EventOutcome.REFUSED, ""
        publication = result.publication
        if result.outcome is PublishingOutcome.PUBLISHED and publication:
            what = publication.kind.value
            outcome = EventOutcome.FORCED if publication.forced else EventOutcome.DONE
            detail = publication.reason or ""
        detail = f"{result.before or '-'} -> {result.candidate} {detail}".rstrip()
        try:
            journal.events.add(by, what, outcome, at=datetime.now(tz=UTC), detail=detail)
        except JournalError as error:
            complain(str(error))

    return note
