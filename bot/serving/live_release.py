"""What answers now: one reference, replaced whole. Whoever reads it never waits."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.conversation.engine import asker
from bot.journal.database import JournalError
from bot.journal.journal import Journal, Outcome
from bot.journal.question_record import whoever_runs_this
from index.decision.policy import Point
from index.release.building import Release
from index.release.history import History, PublicationKind
from index.release.publishing import Publisher, Publishing, PublishingOutcome
from index.release.serving import Serving, open_serving
from index.retrieval.encoder import SentenceEncoder, patiently

Follower = Callable[[str, Publishing], None]
"""Called with who published or rolled back, and with the result; must not raise."""


class LiveRelease:
    """The release of one knowledge path. A reply takes `release` once and keeps to it."""

    def __init__(  # noqa: PLR0913 -- what a process serves
        self,
        path: Path,
        home: Path,
        today: Callable[[], date],
        *,
        point: Point = Point.BALANCED,
        encoders: Sequence[SentenceEncoder] = (),
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Open what is served of the path, at that operating point, with these encoders."""
        self.path, self.home, self.today, self.point = path, home, today, point
        self.encoders = tuple(encoders)
        self.serving = self._opened(progress)
        self._replacing = threading.Lock()
        self.follower: Follower = lambda _by, _result: None

    @property
    def release(self) -> Release:
        """What answers now."""
        return self.serving.release

    def publish(
        self,
        *,
        reason: str | None = None,
        by: str | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Publishing:
        """Publish the files, and serve what comes of it; a `reason` overrides the gate. What fails changes nothing."""
        with self._replacing, patiently():
            serving = self.serving
            tried = None if serving.publication else serving.release
            publisher = self._publisher(by, progress)
            return self._take(publisher.by, publisher.publish(reason=reason, tried=tried))

    def rollback(self, prefix: str | None = None, *, by: str | None = None) -> Publishing:
        """Serve a release that was published before; without a name the one before this."""
        with self._replacing, patiently():
            publisher = self._publisher(by, lambda _: None)
            return self._take(publisher.by, publisher.rollback(prefix))

    def refresh(self) -> bool:
        """Serve what another process has published since, and say whether there was something."""
        with self._replacing:
            newest, served = History(self.home, self.path).served(), self.serving.publication
            if newest is None or (served and newest.number == served.number):
                return False
            self.serving = self._opened(lambda _: None)
            return True

    def _publisher(self, by: str | None, progress: Callable[[str], None]) -> Publisher:
        day, now, who = self.today(), datetime.now(tz=UTC), by or whoever_runs_this()
        ask = asker(day, self.point)
        return Publisher(self.path, self.home, ask, now, day, who, progress, encoders=self.encoders)

    def _opened(self, progress: Callable[[str], None]) -> Serving:
        with patiently():
            serving = open_serving(self.path, home=self.home, encoders=self.encoders, progress=progress)
        return replace(serving, release=serving.release.at(self.point))

    def _take(self, by: str, result: Publishing) -> Publishing:
        # The same release read anew is the same; the one at hand has its caches filled.
        release = self.release if result.release.name == self.release.name else result.release
        self.serving = Serving(release.at(self.point), result.publication, result.unpublished)
        self.follower(by, result)
        return result


def auditor(journal: Journal, complain: Callable[[str], None]) -> Follower:
    """Return a follower that writes publications to the journal; `complain` is told where that fails."""

    def note(by: str, result: Publishing) -> None:
        if result.outcome is PublishingOutcome.UNCHANGED:
            return
        what, outcome, detail = PublicationKind.PUBLISH.value, Outcome.REFUSED, ""
        publication = result.publication
        if result.outcome is PublishingOutcome.PUBLISHED and publication:
            what = publication.kind.value
            outcome = Outcome.FORCED if publication.forced else Outcome.DONE
            detail = publication.reason or ""
        detail = f"{result.before or '-'} -> {result.candidate} {detail}".rstrip()
        try:
            journal.events.add(by, what, outcome, at=datetime.now(tz=UTC), detail=detail)
        except JournalError as error:
            complain(str(error))

    return note
