"""The time that a report is about, and the parts that it is shown in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

_AGO = re.compile(r"([1-9][0-9]{0,3})([dw])")
_DAYS = {"d": 1, "w": 7}
_MOST_DAYS = 31
_MOST_WEEKS = 27


class Step(StrEnum):
    """How long a part is; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """From one moment up to another; both are aware of the zone whose days are meant.

    Attributes:
        since: The first moment; `None` for as long as anything is kept.
    """

    since: datetime | None
    until: datetime


def period(since: str | None, now: datetime) -> Period:
    """Read `--since`: "7d" for today and the six days before, "4w" for four weeks, or a day, "2025-06-01".

    Args:
        since: What was typed; `None` for everything that is kept.
        now: The end, aware of the zone whose days are meant.

    Raises:
        ValueError: it is none of these, or it has not come yet; the message says what to write.

    >>> from datetime import UTC
    >>> period("7d", datetime(2025, 6, 15, 9, 30, tzinfo=UTC)).since
    datetime.datetime(2025, 6, 9, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if since is None:
        return Period(None, now)
    if found := _AGO.fullmatch(since):
        first = now.date() - timedelta(days=int(found[1]) * _DAYS[found[2]] - 1)
    else:
        try:
            first = date.fromisoformat(since)
        except ValueError:
            msg = f"{since!r} is no time; write 7d, 4w, or a day such as {now.date()}"
            raise ValueError(msg) from None
    if first > now.date():
        msg = f"{since} has not come yet; today is {now.date()}"
        raise ValueError(msg)
    return Period(datetime.combine(first, time(), now.tzinfo), now)


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
