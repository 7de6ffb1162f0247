"""What was asked and whether the reply helped: written masked, read back for people, reports, releases and files."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.conversation.reply import json_line
from bot.journal.database import Database, insert, insert_new
from bot.journal.question_record import QuestionRecord
from bot.journal.schema import feedback, questions
from bot.journal.user_hasher import UserHasher
from bot.settings import JournalMode

_CHUNK = 500
_DIGITS = 4
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Rating(StrEnum):
    """What a person thinks of a reply."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class StoredQuestion:
    """A question as it is kept: masked, `person` a hash that is the same in a month only, `None` where none is kept."""

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
    choice_of: str
    good: int
    bad: int
    comments: tuple[str, ...]


@dataclass
class Questions:
    """What was asked, kept as the mode says."""

    database: Database
    mode: JournalMode
    mask: Callable[[str], str]
    hasher: UserHasher

    def write_within(self, connection: Connection, records: Sequence[QuestionRecord]) -> None:
        """Write questions, as the mode says; one that is there already stays as it is."""
        for each in records if self.mode is not JournalMode.OFF else ():
            insert_new(connection, questions, self._row(connection, each))

    def rate(self, question_id: str, user: str, rating: Rating, *, at: datetime, comment: str = "") -> None:
        """Note what a person thinks of a reply: of several words the one said last counts, whenever it arrives.

        Where no people are kept, there is one word a reply. Of a question that is gone, nothing is noted.
        """
        with self.database.writing() as connection:
            wanted = sa.select(questions.c.asked_at, questions.c.person).where(questions.c.id == question_id)
            question = connection.execute(wanted).first()
            if question is None:
                return
            # With the key of the question's month, or a change of mind on the first would be a second person's.
            person = self.hasher.hash_of(connection, user, question.asked_at) if question.person else ""
            word = {
                "mark": rating.value,
                "comment": self.mask(comment) if comment else None,
                "given_at": at,
            }
            added = insert(connection.dialect.name, feedback).values(
                question_id=question_id, person=person, **word
            )
            newer = feedback.c.given_at <= added.excluded.given_at
            same = ["question_id", "person"]
            connection.execute(added.on_conflict_do_update(index_elements=same, set_=word, where=newer))

    def last(self, limit: int) -> tuple[StoredQuestion, ...]:
        """Return the newest questions, oldest of them first; none if `limit` is 0."""
        newest = sa.select(questions).order_by(questions.c.asked_at.desc(), questions.c.id).limit(limit)
        with self.database.reading() as connection:
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
        with self.database.reading() as connection:
            result = connection.execution_options(yield_per=_CHUNK).execute(wanted)
            for rows in result.partitions():
                yield from _recorded(connection, rows)

    def _row(self, connection: Connection, record: QuestionRecord) -> dict[str, object]:
        row: dict[str, Any] = {**asdict(record), "entries": list(record.entries)}
        at, user, text = row.pop("at"), row.pop("user"), row.pop("text")
        if self.mode is not JournalMode.MASKED:
            # To the hour, so that nobody finds the person by the clock.
            return {**row, "asked_at": at.replace(minute=0, second=0, microsecond=0)}
        person = self.hasher.hash_of(connection, user, at)
        return {**row, "asked_at": at, "person": person or None, "text": self.mask(text)}


def _recorded(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> Iterator[StoredQuestion]:
    marks: dict[str, list[Row[tuple[object, ...]]]] = {}
    given = sa.select(feedback).where(feedback.c.question_id.in_([row.id for row in rows]))
    for mark in connection.execute(given.order_by(feedback.c.given_at)):
        marks.setdefault(mark.question_id, []).append(mark)
    for row in rows:
        own = marks.get(row.id, [])
        good = sum(mark.mark == "good" for mark in own)
        kept = {**row._asdict(), "entries": tuple(row.entries)}
        comments = tuple(mark.comment for mark in own if mark.comment)
        yield StoredQuestion(**kept, good=good, bad=len(own) - good, comments=comments)


def json_lines(questions: Iterable[StoredQuestion]) -> Iterator[str]:
    """Yield an object in JSON for each question; times are ISO 8601 in UTC."""
    yield from (f"{json_line(_record(question))}\n" for question in questions)


def csv_lines(questions: Iterable[StoredQuestion]) -> Iterator[str]:
    """Yield CSV as spreadsheets open it: a byte order mark, a heading, a record a question.

    Lists are joined by a blank (entries) or a line feed; what would be taken for a formula begins with an apostrophe.
    """
    yield f"\ufeff{_csv(each.name for each in fields(StoredQuestion))}"
    for question in questions:
        joined = {"entries": " ".join(question.entries), "comments": "\n".join(question.comments)}
        cells = {**_record(question), **joined}.values()
        yield _csv(int(each) if isinstance(each, bool) else _no_formula(each) for each in cells)


def _record(question: StoredQuestion) -> dict[str, Any]:
    numbers = {name: round(getattr(question, name), _DIGITS) for name in ("confidence", "milliseconds")}
    return {**asdict(question), "asked_at": question.asked_at.isoformat(timespec="milliseconds"), **numbers}


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
