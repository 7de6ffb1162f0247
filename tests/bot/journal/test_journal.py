"""The two transactions by which a question comes in and its answer goes out, and what is remembered meanwhile."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest

from bot.conversation.state import ConversationState
from bot.journal.database import JournalError
from bot.journal.journal import Journal, Memory
from bot.journal.outbox import Delivery, OutboxMessage, plan_within
from bot.settings import JournalMode
from tests.bot.journal.builders import asked, claimed, remember, state_of
from tests.bot.journal.conftest import NOW, OpenJournal
from tests.patience import PATIENCE_SECONDS, until

KEY = "C0123ABCD:1700000000.000100"
ABOUT = ConversationState(("training", "clothes"), "山田です。研修はありますか")
WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted"
SOON = NOW + timedelta(seconds=1)


def message(key: str) -> OutboxMessage:
    return OutboxMessage(key, "C1", "question", {})


def test_an_event_that_comes_twice_plans_nothing_new(journal: Journal) -> None:
    """The same mention comes as two events, and each of them may be resent."""
    assert journal.accept(message("a"), at=NOW)
    assert not journal.accept(message("a"), at=NOW)
    assert journal.outbox.waiting() == 1


def test_of_many_who_see_an_event_at_once_one_is_first(open_journal: OpenJournal) -> None:
    """Whichever process they are in."""
    at_once, journals = Barrier(8, timeout=PATIENCE_SECONDS), [open_journal(), open_journal()]
    journals[0].outbox.waiting()

    def see(number: int) -> bool:
        at_once.wait()
        return bool(journals[number // 4].accept(message("a"), at=NOW))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(see, range(8))) == 1
    assert journals[0].outbox.waiting() == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_of_two_questions_that_come_at_once_in_one_place_the_second_waits(
    open_journal: OpenJournal, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though neither process sees what the other has not committed yet."""
    first, second = open_journal(), open_journal()
    first.outbox.waiting()
    later: list[Future[list[Delivery]]] = []

    def both(*planned: object, **how: object) -> list[Delivery]:
        new = plan_within(*planned, **how)  # type: ignore[arg-type]
        if not later:
            later.append(pool.submit(second.accept, message("b"), at=NOW))
            until(lambda: later[0].done() or bool(server.execute(WAITING).fetchall()))
        return new

    monkeypatch.setattr("bot.journal.journal.plan_within", both)
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url, autocommit=True) as server:
        taken = first.accept(message("a"), at=NOW) + later[0].result()
    assert [(each.key, each.attempts) for each in taken] == [("a", 1), ("b", 0)]


def test_an_answer_is_kept_whole_or_not_at_all(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be remembered and sent again, or done and not in the journal."""

    def broken(*_: object) -> None:
        msg = "disk full"
        raise JournalError(msg)

    journal.accept(message("a"), at=NOW, joins=[KEY], user="U1")
    claimed(journal, SOON)
    memory, record = Memory(KEY, ABOUT, "U1"), asked()
    with monkeypatch.context() as patch:
        patch.setattr(journal.questions, "write_within", broken)
        with pytest.raises(JournalError):
            journal.finish("a", at=SOON, receipt="C1:1", memory=memory, record=record)
    assert journal.outbox.waiting() == 1
    assert journal.conversations.recall(KEY) == ConversationState()
    for _ in range(2):  # as of a process that did not hear that it was kept
        journal.finish("a", at=SOON, receipt="C1:1", memory=memory, record=record)
    assert (state_of(journal.database, "a"), journal.outbox.receipt("a")) == ("done", "C1:1")
    assert journal.conversations.recall(KEY) == ABOUT
    assert [kept.id for kept in journal.questions.last(9)] == [record.id]


def test_joining_a_conversation_makes_nothing_forgotten(open_journal: OpenJournal) -> None:
    journal = open_journal()
    assert journal.conversations.recall(KEY) is None
    journal.accept(at=NOW, joins=[KEY], user="U1")
    assert open_journal().conversations.recall(KEY) == ConversationState()
    remember(journal, KEY, ABOUT)
    journal.accept(at=SOON, joins=[KEY], user="U1")
    assert journal.conversations.recall(KEY) == ABOUT


def test_a_restart_remembers_what_was_talked_about_and_nobody(open_journal: OpenJournal) -> None:
    first = open_journal()
    remember(first, KEY, ABOUT, user="U1")
    assert first.conversations.recall(KEY) == ABOUT
    masked = ConversationState(ABOUT.topics, "〔氏名〕です。研修はありますか")
    assert open_journal().conversations.recall(KEY) == masked


def test_what_another_process_went_on_with_is_what_counts(open_journal: OpenJournal) -> None:
    here, there = open_journal(), open_journal()
    remember(here, KEY, ABOUT)
    remember(there, KEY, ConversationState(("salary",), "給料は"), at=SOON)
    assert here.conversations.recall(KEY) == ConversationState(("salary",), "給料は")


@pytest.mark.parametrize("mode", [JournalMode.COUNTS, JournalMode.OFF])
def test_where_no_texts_are_kept_a_restart_remembers_the_topics(
    open_journal: OpenJournal, mode: JournalMode
) -> None:
    first = open_journal(journal=mode)
    remember(first, KEY, ABOUT, user="U1")
    assert first.conversations.recall(KEY) == ABOUT
    assert open_journal(journal=mode).conversations.recall(KEY) == ConversationState(ABOUT.topics, "")
