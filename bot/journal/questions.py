"""Questions in the journal: written masked, read back for people, reports and releases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.journal.database import Database, insert
from bot.journal.question_record import Channel, QuestionRecord
from bot.journal.schema import feedback, questions
from bot.journal.user_hasher import UserHasher
from bot.privacy.masking import Masker
from bot.settings import JournalMode

_CHUNK = 500


@dataclass(frozen=True)
class StoredQuestion:
    """A question as it is kept.

    Attributes:
        person: A hash; `None` where no person is kept. The same in a month only.
        text: Masked; `None` where no text is kept.
        entries: Ids of the entries shown, in order.
        good: How many people found the reply helpful.
        bad: How many did not.
        comments: What they said about it, masked.
    """

    id: str
    asked_at: datetime
    channel: str
    person: str | None
    text: str | None
    reply: str
    entries: tuple[str, ...]
    confidence: float
    release: str
    milliseconds: float
    follows: bool
    good: int
    bad: int
    comments: tuple[str, ...]


@dataclass(frozen=True)
class RecentQuestion:
    """A text that was asked, once or more often, and how it was answered the last time.

    Attributes:
        follows: Whether the conversation had a topic, so that the text alone may be answered otherwise.
        times: How often it was asked among what was looked at.
    """

    text: str
    reply: str
    entries: tuple[str, ...]
    release: str
    follows: bool
    asked_at: datetime
    times: int


class Questions:
    """What was asked."""

    def __init__(self, database: Database) -> None:
        """Read from that database."""
        self._database = database

    def last(self, limit: int) -> tuple[StoredQuestion, ...]:
        """Return the newest questions, oldest of them first; none if `limit` is 0."""
        newest = sa.select(questions).order_by(questions.c.asked_at.desc(), questions.c.id).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(newest).all()
            return tuple(_recorded(connection, rows[::-1]))

    def between(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[StoredQuestion]:
        """Yield the questions from `since` up to, not including, `until`, oldest first; without them, all."""
        wanted = sa.select(questions).order_by(questions.c.asked_at, questions.c.id)
        if since:
            wanted = wanted.where(questions.c.asked_at >= since)
        if until:
            wanted = wanted.where(questions.c.asked_at < until)
        with self._database.reading() as connection:
            result = connection.execution_options(yield_per=_CHUNK).execute(wanted)
            for rows in result.partitions():
                yield from _recorded(connection, rows)

    def recent(self, limit: int, *, since: datetime | None = None) -> tuple[RecentQuestion, ...]:
        """Return different texts that people asked, newest first; those of evaluations are left out.

        Args:
            limit: Most texts to return.
            since: Look no further back.
        """
        wanted = (
            sa.select(questions)
            .where(questions.c.text.is_not(None), questions.c.channel != Channel.BATCH.value)
            .order_by(questions.c.asked_at.desc(), questions.c.id)
        )
        if since:
            wanted = wanted.where(questions.c.asked_at >= since)
        found: dict[str, RecentQuestion] = {}
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=_CHUNK).execute(wanted):
                known = found.get(row.text)
                if known is None and len(found) == limit:
                    continue
                newest = known or RecentQuestion(
                    row.text, row.reply, tuple(row.entries), row.release, row.follows, row.asked_at, 0
                )
                found[row.text] = RecentQuestion(
                    newest.text, newest.reply, newest.entries, newest.release, newest.follows, newest.asked_at,
                    newest.times + 1,
                )  # fmt: skip
        return tuple(found.values())


def write_questions(
    connection: Connection,
    asked: Sequence[QuestionRecord],
    mode: JournalMode,
    masker: Masker,
    persons: UserHasher,
) -> None:
    """Write questions as the mode says; one that is there already stays as it is."""
    rows = [_row(connection, each, mode, masker, persons) for each in asked]
    if rows and mode is not JournalMode.OFF:
        connection.execute(insert(connection, questions).on_conflict_do_nothing(), rows)


def _row(
    connection: Connection, each: QuestionRecord, mode: JournalMode, masker: Masker, persons: UserHasher
) -> dict[str, object]:
    kept = {
        "id": each.id,
        "channel": each.channel.value,
        "reply": each.reply,
        "entries": list(each.entries),
        "confidence": each.confidence,
        "release": each.release,
        "milliseconds": each.milliseconds,
        "follows": each.follows,
    }
    if mode is JournalMode.COUNTS:
        # To the hour, so that nobody finds the person by the clock.
        hour = each.at.replace(minute=0, second=0, microsecond=0)
        return {**kept, "asked_at": hour, "person": None, "text": None}
    person = persons.hash_of(connection, each.user, each.at)
    return {**kept, "asked_at": each.at, "person": person or None, "text": masker.mask(each.text)}


def _recorded(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> Iterator[StoredQuestion]:
    marks: dict[str, list[Row[tuple[object, ...]]]] = {}
    given = sa.select(feedback).where(feedback.c.question_id.in_([row.id for row in rows]))
    for mark in connection.execute(given.order_by(feedback.c.given_at)):
        marks.setdefault(mark.question_id, []).append(mark)
    for row in rows:
        own = marks.get(row.id, [])
        good = sum(mark.mark == "good" for mark in own)
        yield StoredQuestion(
            id=row.id,
            asked_at=row.asked_at,
            channel=row.channel,
            person=row.person,
            text=row.text,
            reply=row.reply,
            entries=tuple(row.entries),
            confidence=row.confidence,
            release=row.release,
            milliseconds=row.milliseconds,
            follows=row.follows,
            good=good,
            bad=len(own) - good,
            comments=tuple(mark.comment for mark in own if mark.comment),
        )
