from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.journal.journal import Journal
from bot.journal.questions import Rating
from bot.journal.schema import metadata
from bot.settings import JournalMode
from tests.bot.journal.builders import asked
from tests.bot.journal.conftest import NOW, OpenJournal

LATER = NOW + timedelta(seconds=1)


def test_nobody_is_kept_by_name(journal: Journal) -> None:
    journal.record(asked(user="U012AB3CD"))
    with journal.database.reading() as connection:
        content = str([connection.execute(sa.select(table)).all() for table in metadata.sorted_tables])
    assert "U012AB3CD" not in content
    assert "研修はありますか" in content


def test_counts_have_neither_text_nor_person_nor_minute(open_journal: OpenJournal) -> None:
    journal, question = open_journal(journal=JournalMode.COUNTS), asked()
    journal.record(question)
    for user, rating in (("U1", Rating.GOOD), ("U2", Rating.BAD)):  # one word a reply, whoever says it
        journal.questions.rate(question.id, user, rating, at=LATER)
    (kept,) = journal.questions.last(10)
    assert (kept.text, kept.person, kept.asked_at) == (None, None, datetime(2025, 6, 15, 1, tzinfo=UTC))
    assert (kept.entries, kept.good, kept.bad) == (("training",), 0, 1)
    off = open_journal(journal=JournalMode.OFF)
    off.record(asked())
    off.finish("a", at=NOW, record=asked())
    assert off.questions.last(10) == (kept,)


def test_the_same_person_is_known_within_a_month_only(journal: Journal) -> None:
    for user, at in (("U1", NOW), ("U1", NOW), ("U2", NOW), ("U1", NOW + timedelta(days=30)), ("", NOW)):
        journal.record(asked(user=user, at=at))
    persons = [kept.person for kept in journal.questions.between()]
    counts = sorted((persons.count(person), person is None) for person in set(persons))
    assert counts == [(1, False), (1, False), (1, True), (2, False)]
    late = NOW + timedelta(days=30)
    spans = journal.questions.between(since=late), journal.questions.between(until=late)
    assert [len(list(span)) for span in spans] == [1, 4]


@pytest.mark.parametrize("days", [0, 181])
def test_what_is_past_its_time_goes_while_questions_are_asked(journal: Journal, days: int) -> None:
    journal.record(asked("古い", at=NOW - timedelta(days=days)))
    journal.record(asked("新しい"))
    assert ("古い" in [kept.text for kept in journal.questions.last(9)]) == (days == 0)


def ratings(journal: Journal) -> tuple[int, int, tuple[str, ...]]:
    (kept,) = journal.questions.last(10)
    return kept.good, kept.bad, kept.comments


def test_the_last_word_of_a_person_counts(journal: Journal) -> None:
    """By its time, whenever it arrives, also in the month after the question's."""
    question = asked()
    journal.record(question)
    rate = journal.questions.rate
    rate("0" * 32, "U1", Rating.GOOD, at=NOW)
    rate(question.id, "U1", Rating.BAD, at=NOW, comment="田中さんの話と違う")
    assert ratings(journal) == (0, 1, ("〔氏名〕さんの話と違う",))
    rate(question.id, "U1", Rating.GOOD, at=NOW + timedelta(days=40))
    rate(question.id, "U1", Rating.BAD, at=LATER)
    assert ratings(journal) == (1, 0, ())
    rate(question.id, "U2", Rating.BAD, at=LATER)
    assert ratings(journal) == (1, 1, ())
