"""Publications in the journal's record of what admins did. What is served does not depend on it."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.journal.database import JournalError
from bot.journal.events import Outcome
from bot.journal.journal import Journal
from bot.serving.live_release import Follower
from index.release.history import PublicationKind
from index.release.publishing import Publishing, PublishingOutcome


def auditor(journal: Journal, complain: Callable[[str], None]) -> Follower:
    """Return what notes publications in a journal, and complains where that cannot be written."""

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
