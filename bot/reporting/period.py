"""The time that a report is about, and the parts that it is shown in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

_MOST_DAYS = 31
_MOST_WEEKS = 27


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
    """Return the step in which at most 31 parts cover the days, as far as there is one.

    >>> step_for(date(2025, 6, 1), date(2025, 6, 7)), step_for(date(2025, 1, 1), date(2025, 6, 7))
    (<Step.DAY: 'day'>, <Step.WEEK: 'week'>)
    """
    days = (last - first).days + 1
    if days <= _MOST_DAYS:
        return Step.DAY
    return Step.WEEK if days <= 7 * _MOST_WEEKS else Step.MONTH


def start(day: date, step: Step) -> date:
    """Return the first day of the part in which a day lies.

    >>> start(date(2025, 6, 5), Step.WEEK), start(date(2025, 6, 5), Step.MONTH)
    (datetime.date(2025, 6, 2), datetime.date(2025, 6, 1))
    """
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
    return sorted({start(day, step) for day in days} or {start(first, step)})
