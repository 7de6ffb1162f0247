"""The journal and what is served, read into a report."""

from datetime import date

from bot.journal.handovers import Handover
from bot.journal.journal import Journal
from bot.journal.question_record import Channel
from bot.journal.questions import StoredQuestion
from bot.reporting.period import Period
from bot.reporting.report import UsageReport
from bot.reporting.unanswered import unanswered
from bot.reporting.usage import entry_uses, handover_use, parts, replies, unreached
from bot.settings import JournalMode
from faq.model import EntryKind
from index.release.building import Release


def gather(journal: Journal, release: Release, period: Period, *, today: date) -> UsageReport:
    """Read the journal in bulk and report on it.

    Raises:
        JournalError: the journal cannot be read.
    """
    asked = tuple(journal.questions.between(period.since, period.until))
    handovers = journal.handovers.opened(period.since, period.until)
    return report(asked, handovers, release, period, mode=journal.mode, today=today)


def report(  # noqa: PLR0913 -- all that a report is made of
    recorded: tuple[StoredQuestion, ...],
    handovers: tuple[Handover, ...],
    release: Release,
    period: Period,
    *,
    mode: JournalMode,
    today: date,
) -> UsageReport:
    """Report on what was recorded, oldest first, and on what was passed to HR; the same values, the same report."""
    asked = [each for each in recorded if each.channel != Channel.BATCH.value]
    zone = period.until.tzinfo
    first = period.since.date() if period.since else None
    step, found = parts(asked, zone, first, period.until.date())
    entries = release.index.entries
    uses = entry_uses(asked, entries)
    return UsageReport(
        period=period,
        release=release.name,
        mode=mode,
        asked=len(asked),
        batch=len(recorded) - len(asked),
        replies=replies(asked),
        good=sum(each.good for each in asked),
        bad=sum(each.bad for each in asked),
        step=step,
        parts=found,
        entries=tuple(use for use in uses if use.shown or use.offered),
        unreached=unreached(uses, entries, EntryKind.ANSWER, today),
        unreached_referrals=unreached(uses, entries, EntryKind.REFERRAL, today),
        unanswered=unanswered(release, asked, today),
        handovers=handover_use(handovers),
    )
