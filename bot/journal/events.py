"""What admins did, and who tried to be one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.journal.database import Database, storable
from bot.journal.schema import admin_events


class Outcome(StrEnum):
    """How it went."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    FORCED = "forced"


@dataclass(frozen=True)
class AdminEvent:
    """Something that an admin did, or that somebody tried, such as "reload"; who it was is readable."""

    at: datetime
    who: str
    what: str
    outcome: Outcome
    detail: str


class AdminEvents:
    """The record of them."""

    def __init__(self, database: Database) -> None:
        """Write to that database."""
        self._database = database

    def add(self, who: str, what: str, outcome: Outcome, *, at: datetime, detail: str = "") -> None:
        """Note an event; it is durable when this returns."""
        values = {"at": at, "who": who, "what": what, "outcome": outcome.value, "detail": storable(detail)}
        with self._database.writing() as connection:
            connection.execute(sa.insert(admin_events).values(**values))

    def last(self, limit: int) -> tuple[AdminEvent, ...]:
        """Return the newest events, newest first."""
        newest = sa.select(admin_events).order_by(admin_events.c.at.desc(), admin_events.c.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(newest.limit(limit)).all()
        return tuple(AdminEvent(row.at, row.who, row.what, Outcome(row.outcome), row.detail) for row in rows)
