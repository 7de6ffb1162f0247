"""A question comes in and its answer goes out, in two transactions; what is to be sent and remembered meanwhile."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from bot.conversation.state import ConversationState
from bot.journal.database import Database, JournalError
from bot.journal.journal import Journal, Memory
from bot.journal.outbox import LEASE, Delivery, Outbox, OutboxMessage, plan_within
from bot.settings import JournalMode
from tests.bot.journal.builders import asked, claimed, remember, state_of
from tests.bot.journal.conftest import NOW, OpenJournal
from tests.patience import PATIENCE_SECONDS, until

SOON = NOW + timedelta(seconds=1)
AFTER_LEASE = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture
def outbox(journal: Journal) -> Outbox:
    return journal.outbox


def message(key: str, ordering_key: str = "C1") -> OutboxMessage:
    return OutboxMessage(key, ordering_key, "reply", {"text": f"{key}です"})


def keys(journal: Journal) -> list[str]:
    return [each.key for each in claimed(journal, SOON)]


def test_what_is_planned_is_given_out_once_and_settled_for_good(journal: Journal, outbox: Outbox) -> None:
    """What a worker had that died is given out again once its lease is over."""
    assert [outbox.plan(message("a"), at=NOW) for _ in range(2)] == [True, False]
    (delivery,) = claimed(journal, SOON)
    assert (delivery.key, delivery.kind, delivery.payload) == ("a", "reply", {"text": "aです"})
    assert (delivery.attempts, delivery.handover_id) == (1, None)
    assert outbox.waiting() == 1
    assert not outbox.claim(at=NOW + LEASE / 2)
    (again,) = claimed(journal, AFTER_LEASE)
    assert (again.attempts, again.payload) == (2, delivery.payload)
    journal.finish("a", at=AFTER_LEASE, receipt="C1:1")
    outbox.later("a", not_before=NOW, why="late news")
    outbox.give_up("a", at=AFTER_LEASE, why="late news")
    assert (outbox.waiting(), state_of(journal.database, "a"), outbox.receipt("a")) == (0, "done", "C1:1")
    assert claimed(journal, AFTER_LEASE + LEASE) == []
    with journal.database.reading() as connection:  # what was sent is not kept
        assert connection.exec_driver_sql("SELECT payload FROM faq_deliveries").scalar() is None


def test_of_many_workers_one_gets_it(journal: Journal, outbox: Outbox) -> None:
    outbox.plan(*(message(str(number), ordering_key=str(number)) for number in range(20)), at=NOW)
    at_once = Barrier(4, timeout=PATIENCE_SECONDS)

    def work(_worker: int) -> list[str]:
        at_once.wait()
        return keys(journal)

    with ThreadPoolExecutor(4) as pool:
        got = [key for keys in pool.map(work, range(4)) for key in keys]
    assert sorted(got, key=int) == [str(number) for number in range(20)]


def test_what_the_dead_had_claimed_is_given_out_at_once_where_nobody_else_is_at_work(
    journal: Journal, outbox: Outbox, url: str, tmp_path: Path
) -> None:
    """Only on SQLite, whose file is on this machine, can that be known."""
    knows = url.startswith("sqlite")
    outbox.plan(message("a"), at=NOW)
    with journal.database.at_work() as is_alone, Database(url, tmp_path).at_work() as second:
        assert (is_alone, second) == (knows, False)
        assert keys(journal) == ["a"]
    with journal.database.at_work() as is_alone:
        assert is_alone == knows
    outbox.take_over(at=SOON)
    assert [(each.key, each.attempts) for each in claimed(journal, SOON)] == [("a", 2)]


def test_what_shares_an_ordering_key_is_given_out_in_order(journal: Journal, outbox: Outbox) -> None:
    """Also after what cannot be sent, and what is sent instead comes last."""
    outbox.plan(message("a1", "A"), message("a2", "A"), message("b1", "B"), at=NOW)
    assert keys(journal) == ["a1", "b1"]
    assert keys(journal) == []
    outbox.give_up("a1", at=SOON, why="channel_not_found", instead=message("sorry", "A"))
    assert state_of(journal.database, "a1") == "given up"
    assert keys(journal) == ["a2"]
    journal.finish("a2", at=SOON)
    assert keys(journal) == ["sorry"]


def test_what_came_again_and_waits_for_another_is_nobodys_yet(journal: Journal) -> None:
    again = [replace(message(key), tried=True) for key in "ab"]
    taken = [*journal.accept(again[0], at=NOW), *journal.accept(again[1], at=NOW)]
    assert [(each.key, each.attempts) for each in taken] == [("a", 2), ("b", 0)]
    journal.finish("a", at=SOON)
    assert [(each.key, each.attempts) for each in claimed(journal, SOON)] == [("b", 2)]


KEY = "C0123ABCD:1700000000.000100"
ABOUT = ConversationState(("training", "clothes"), "山田です。研修はありますか")
WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted"


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


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        (JournalMode.MASKED, "〔氏名〕です。研修はありますか"),
        (JournalMode.COUNTS, ""),
        (JournalMode.OFF, ""),
    ],
)
def test_a_restart_remembers_what_was_talked_about_and_nobody(
    open_journal: OpenJournal, mode: JournalMode, text: str
) -> None:
    """Where no texts are kept, the topics alone, and not who it was either."""
    first = open_journal(journal=mode)
    remember(first, KEY, ABOUT, user="U1")
    assert first.conversations.recall(KEY) == ABOUT
    assert open_journal(journal=mode).conversations.recall(KEY) == ConversationState(ABOUT.topics, text)
    with first.database.reading() as connection:
        persons = connection.exec_driver_sql("SELECT person FROM faq_threads").scalars().all()
    assert [person is None for person in persons] == [not text]


def test_what_another_process_went_on_with_is_what_counts(open_journal: OpenJournal) -> None:
    here, there = open_journal(), open_journal()
    remember(here, KEY, ABOUT)
    remember(there, KEY, ConversationState(("salary",), "給料は"), at=SOON)
    assert here.conversations.recall(KEY) == ConversationState(("salary",), "給料は")
