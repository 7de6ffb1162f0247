from datetime import timedelta

import pytest

from bot.journal.feedback import Rating
from bot.journal.journal import Journal
from bot.settings import JournalMode
from tests.bot.journal.builders import asked
from tests.bot.journal.conftest import NOW, OpenJournal

LATER = NOW + timedelta(seconds=1)


def marks(journal: Journal) -> tuple[int, int, tuple[str, ...]]:
    (kept,) = journal.questions.last(10)
    return kept.good, kept.bad, kept.comments


def test_the_last_word_of_a_person_counts(journal: Journal) -> None:
    question = journal.record(asked())
    assert journal.feedback.give(question, "U1", Rating.BAD, at=NOW, comment="田中さんの話と違う")
    assert marks(journal) == (0, 1, ("〔氏名〕さんの話と違う",))
    assert journal.feedback.give(question, "U1", Rating.GOOD, at=LATER)
    assert journal.feedback.give(question, "U2", Rating.BAD, at=LATER)
    assert marks(journal) == (1, 1, ())


def test_an_earlier_word_that_arrives_later_changes_nothing(journal: Journal) -> None:
    question = journal.record(asked())
    journal.feedback.give(question, "U1", Rating.GOOD, at=LATER)
    journal.feedback.give(question, "U1", Rating.BAD, at=NOW)
    assert marks(journal) == (1, 0, ())


def test_a_change_of_mind_in_the_next_month_is_the_same_persons(journal: Journal) -> None:
    question = journal.record(asked())
    journal.feedback.give(question, "U1", Rating.GOOD, at=NOW)
    journal.feedback.give(question, "U1", Rating.BAD, at=NOW + timedelta(days=40))
    assert marks(journal) == (0, 1, ())


@pytest.mark.parametrize("mode", [JournalMode.MASKED, JournalMode.COUNTS])
def test_a_word_can_be_taken_back(open_journal: OpenJournal, mode: JournalMode) -> None:
    journal = open_journal(journal=mode)
    question = journal.record(asked())
    journal.feedback.give(question, "U1", Rating.GOOD, at=NOW)
    journal.feedback.take_back(question, "U1")
    assert marks(journal) == (0, 0, ())


def test_where_no_people_are_kept_there_is_one_word_a_reply(open_journal: OpenJournal) -> None:
    journal = open_journal(journal=JournalMode.COUNTS)
    question = journal.record(asked())
    journal.feedback.give(question, "U1", Rating.GOOD, at=NOW)
    journal.feedback.give(question, "U2", Rating.BAD, at=LATER)
    assert marks(journal) == (0, 1, ())


def test_a_question_that_is_gone_takes_no_feedback(journal: Journal) -> None:
    assert not journal.feedback.give("0" * 32, "U1", Rating.GOOD, at=NOW)
