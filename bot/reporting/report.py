"""The report as a value that the console and the page show, and as JSON; the time that it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.conversation.reply import Json, ReplyKind, jsonable
from bot.journal.handover import HandoverState
from bot.settings import JournalMode
from faq.model import EntryKind
from index.clustering.groups import Group, Nearest

_MOST_PARTS = 31


class Step(StrEnum):
    """How long a part is; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """From one moment, or for as long as anything is kept, up to another; aware of the zone whose days are meant."""

    since: datetime | None
    until: datetime


def whole_days(since: datetime | None, now: datetime) -> Period:
    """Return the period from the first midnight since a moment, so that no day is shown in part but today.

    >>> from datetime import UTC
    >>> now = datetime(2025, 6, 15, 9, 30, tzinfo=UTC)
    >>> whole_days(now - timedelta(days=7), now).since
    datetime.datetime(2025, 6, 9, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if since is None:
        return Period(None, now)
    since = since.astimezone(now.tzinfo)
    midnight = datetime.combine(since.date(), time(), now.tzinfo)
    return Period(midnight if midnight == since else midnight + timedelta(days=1), now)


def step_for(first: date, last: date) -> Step:
    """Return the shortest step in which at most 31 parts cover the days, or months."""
    return next((step for step in Step if len(starts(first, last, step)) <= _MOST_PARTS), Step.MONTH)


def start(day: date, step: Step) -> date:
    """Return the first day of the part in which a day lies."""
    match step:
        case Step.DAY:
            return day
        case Step.WEEK:
            return day - timedelta(days=day.weekday())
        case Step.MONTH:
            return day.replace(day=1)


def starts(first: date, last: date, step: Step) -> Sequence[date]:
    """Return the first days of all parts that hold the days from `first` to `last`, in order; 1 or more."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sorted({start(day, step) for day in days})


@dataclass(frozen=True)
class Quartiles:
    """How values are spread: a quarter lies below `low`, half below `middle`, a quarter above `high`."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Part:
    """A day, a week or a month, and what was asked in it."""

    first: date
    asked: int
    replies: Mapping[ReplyKind, int]


@dataclass(frozen=True)
class EntryUse:
    """How often an entry was shown, or offered as one of several choices, and the 👍 and 👎 to these replies."""

    id: str
    kind: EntryKind | None  # of one that is no longer in the FAQ `None`
    question: str
    shown: int
    offered: int
    good: int
    bad: int


@dataclass(frozen=True)
class NearMiss:
    """A question, as it was asked and masked, that got no answer and for which an entry came close."""

    text: str
    times: int
    nearest: Nearest  # in the release of today, which may answer it by now


@dataclass(frozen=True)
class Unanswered:
    """What got no answer that helped: "unknown", or a reply that more people found unhelpful than helpful."""

    times: int
    untold: int  # of these, those whose text was not kept, so that they are in no group
    leaning: int  # those that went on with a conversation: the text alone does not say what was meant
    groups: tuple[Group, ...]  # the one asked most often first
    near_misses: tuple[NearMiss, ...]  # one of a group at most, best candidate first


@dataclass(frozen=True)
class HandoverUse:
    """Questions that were passed to HR in the period."""

    opened: int
    states: Mapping[HandoverState, int]  # how many are in each now, zeros included
    taken_seconds: Quartiles | None  # until somebody first took or answered one
    answered_seconds: Quartiles | None  # until the first answer
    oldest_waiting: datetime | None  # opened when, of those that nobody has answered or closed


@dataclass(frozen=True)
class UsageReport:
    """What was asked in a period, and how it went."""

    period: Period
    release: str  # what is served, by which groups and candidates are found
    mode: JournalMode  # how much of each question is kept now
    asked: int
    replies: Mapping[ReplyKind, int]  # zeros included
    good: int
    bad: int
    step: Step
    parts: tuple[Part, ...]  # in order of time without a gap; empty if nothing was asked
    entries: tuple[EntryUse, ...]  # those shown, most often first, ties in order of the id
    unreached: tuple[EntryUse, ...]  # answers that no reply showed, in order of the files, unless expired
    unanswered: Unanswered
    handovers: HandoverUse
    elsewhere: int = 0  # questions to other FAQs of the same home, which are left out


def record(report: UsageReport) -> dict[str, Json]:
    """Return the report as one object of JSON. Its keys are part of the contract, and new ones come at the end.

    Most are named as above. `since` is null for all that is kept; moments are in ISO 8601 with the zone. `unreached`
    and `unreached_referrals` are ids. `groups` has `{times, representative, questions: [{text, times}], nearest}` and
    `near_misses` has `{text, times, nearest}`, where `nearest` is the closest entry and what today's release says to
    that text: `{id, phrasing, score, confidence, now, shown}`, or null.
    """
    period, unanswered, handovers = report.period, report.unanswered, report.handovers
    told = {
        "release": report.release,
        "journal": report.mode,
        "since": _moment(period.since, period),
        "until": _moment(period.until, period),
        "asked": report.asked,
        "replies": report.replies,
        "good": report.good,
        "bad": report.bad,
        "step": report.step,
        "parts": report.parts,
        "entries": report.entries,
        "unreached": [use.id for use in report.unreached],
        "unanswered": unanswered.times,
        "untold": unanswered.untold,
        "leaning": unanswered.leaning,
        "near_misses": [
            {"text": miss.text, "times": miss.times, "nearest": _nearest(miss.nearest)}
            for miss in unanswered.near_misses
        ],
        "groups": [_group(group) for group in unanswered.groups],
        "handovers": {
            "opened": handovers.opened,
            "states": handovers.states,
            "taken_seconds": handovers.taken_seconds,
            "answered_seconds": handovers.answered_seconds,
            "oldest_waiting": _moment(handovers.oldest_waiting, period),
        },
        "elsewhere": report.elsewhere,
    }
    return jsonable(told)  # type: ignore[no-any-return]  # an object gives an object


def _moment(at: datetime | None, period: Period) -> str | None:
    return at.astimezone(period.until.tzinfo).isoformat(timespec="seconds") if at else None


def _group(group: Group) -> dict[str, Json]:
    asked = zip(group.questions, group.counts, strict=True)
    return {
        "times": group.times,
        "representative": group.representative,
        "questions": [{"text": text, "times": times} for text, times in asked],
        "nearest": _nearest(group.nearest) if group.nearest else None,
    }


def _nearest(nearest: Nearest) -> dict[str, Json]:
    return {
        "id": nearest.entry_id,
        "phrasing": nearest.phrasing,
        "score": nearest.score,
        "confidence": nearest.confidence,
        "now": nearest.verdict,
        "shown": nearest.shown,
    }
