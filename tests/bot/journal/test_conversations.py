from datetime import timedelta

import pytest

from bot.conversation.state import ConversationState
from bot.journal.journal import Journal
from bot.settings import JournalMode
from tests.bot.journal.conftest import NOW, OpenJournal

KEY = "C0123ABCD:1700000000.000100"
ABOUT = ConversationState(("training", "clothes"), "山田です。研修はありますか")
SOON = NOW + timedelta(seconds=1)


def test_a_conversation_that_the_bot_takes_no_part_in_is_not_remembered(journal: Journal) -> None:
    assert journal.conversations.recall(KEY) is None


def test_a_conversation_that_was_joined_is_known_before_anything_was_said(open_journal: OpenJournal) -> None:
    open_journal().conversations.remember(KEY, ConversationState(), at=NOW)
    assert open_journal().conversations.recall(KEY) == ConversationState()


def test_a_restart_remembers_what_was_talked_about_and_nobody(open_journal: OpenJournal) -> None:
    first = open_journal()
    first.conversations.remember(KEY, ABOUT, at=NOW, user="U1")
    assert first.conversations.recall(KEY) == ABOUT
    assert open_journal().conversations.recall(KEY) == ConversationState(
        ABOUT.topics, "〔氏名〕です。研修はありますか"
    )


def test_what_another_process_went_on_with_is_what_counts(open_journal: OpenJournal) -> None:
    here, there = open_journal(), open_journal()
    here.conversations.remember(KEY, ABOUT, at=NOW)
    there.conversations.remember(KEY, ConversationState(("salary",), "給料は"), at=SOON)
    assert here.conversations.recall(KEY) == ConversationState(("salary",), "給料は")


@pytest.mark.parametrize("mode", [JournalMode.COUNTS, JournalMode.OFF])
def test_where_no_texts_are_kept_a_restart_remembers_the_topics(
    open_journal: OpenJournal, mode: JournalMode
) -> None:
    first = open_journal(journal=mode)
    first.conversations.remember(KEY, ABOUT, at=NOW, user="U1")
    assert first.conversations.recall(KEY) == ABOUT
    assert open_journal(journal=mode).conversations.recall(KEY) == ConversationState(ABOUT.topics, "")
