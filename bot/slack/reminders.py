"""When HR is reminded of a card that nobody has taken: after so many working hours."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.journal.handovers import Handover
from bot.journal.outbox import REMINDER, OutboxMessage

WORK_BEGINS, WORK_ENDS, WORKDAYS = 9, 18, 5  # hours of the day, and days from Monday on


def working(at: datetime, hours: int) -> datetime:
    """Return when so many working hours have passed, which are from nine to six, Monday to Friday, where HR sits.

    >>> friday = datetime(2025, 6, 6, 16).astimezone()
    >>> f"{working(friday, 4):%A %H:%M}"
    'Monday 11:00'
    """
    left, now = timedelta(hours=hours), at.astimezone()
    while True:
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        begins = max(now, day + timedelta(hours=WORK_BEGINS))
        today = max(timedelta(), day + timedelta(hours=WORK_ENDS) - begins)
        if day.weekday() < WORKDAYS:
            if left <= today:
                return begins + left
            left -= today
        now = day + timedelta(days=1)


def reminders(handover: Handover, at: datetime, hours: int) -> Iterator[OutboxMessage]:
    """Yield what is to remind HR next; nothing if that is to be after 0 hours."""
    if hours:
        since = handover.opened.key
        key, payload = (
            f"reminder {since} {at.timestamp():.0f}"[:200],
            {"handover": handover.id, "since": since},
        )
        yield OutboxMessage(key, key, REMINDER, payload, working(at, hours))
