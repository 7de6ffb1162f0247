from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from bot.journal.database import Database
from bot.journal.journal import Journal
from bot.journal.outbox import LEASE, Outbox, OutboxMessage
from tests.bot.journal.builders import claimed, state_of
from tests.bot.journal.conftest import NOW
from tests.patience import PATIENCE_SECONDS

SOON = NOW + timedelta(seconds=1)
AFTER_LEASE = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture
def outbox(journal: Journal) -> Outbox:
    return journal.outbox


def message(key: str, ordering_key: str = "C1") -> OutboxMessage:
    return OutboxMessage(key, ordering_key, "reply", {"text": f"{key}です"})


def keys(journal: Journal) -> list[str]:
    return [each.key for each in claimed(journal, SOON)]


def test_what_is_planned_is_given_out_once_and_settled(journal: Journal, outbox: Outbox) -> None:
    assert outbox.plan(message("a"), at=NOW)
    (delivery,) = claimed(journal, SOON)
    assert (delivery.key, delivery.kind, delivery.payload) == ("a", "reply", {"text": "aです"})
    assert (delivery.attempts, delivery.handover_id) == (1, None)
    assert outbox.waiting() == 1
    journal.finish("a", at=SOON, receipt="C1:1")
    assert (outbox.waiting(), state_of(journal.database, "a"), outbox.receipt("a")) == (0, "done", "C1:1")
    assert claimed(journal, AFTER_LEASE) == []
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


def test_what_was_not_sent_comes_again_when_it_may(journal: Journal, outbox: Outbox) -> None:
    outbox.plan(message("a"), at=NOW)
    assert keys(journal) == ["a"]
    outbox.later("a", not_before=SOON + timedelta(seconds=30), why="ratelimited")
    assert keys(journal) == []
    (again,) = claimed(journal, SOON + timedelta(seconds=30))
    assert again.attempts == 2


def test_what_a_dead_worker_had_comes_again_after_its_lease(journal: Journal, outbox: Outbox) -> None:
    outbox.plan(message("a"), at=NOW)
    outbox.claim(at=NOW)
    assert outbox.claim(at=SOON) is None
    (again,) = claimed(journal, AFTER_LEASE)
    assert (again.attempts, again.payload) == (2, {"text": "aです"})


def test_what_is_settled_stays_so(journal: Journal, outbox: Outbox) -> None:
    outbox.plan(message("a"), at=NOW)
    journal.finish("a", at=SOON, receipt="C1:1")
    outbox.later("a", not_before=NOW, why="late news")
    outbox.give_up("a", at=SOON, why="late news")
    assert (state_of(journal.database, "a"), outbox.receipt("a")) == ("done", "C1:1")
