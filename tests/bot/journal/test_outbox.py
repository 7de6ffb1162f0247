from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bot.journal.journal import Journal
from bot.journal.outbox import LEASE, DeliveryState, Outbox, OutboxMessage
from tests.bot.journal.conftest import NOW
from tests.patience import PATIENCE_SECONDS

SOON = NOW + timedelta(seconds=1)
AFTER_LEASE = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture
def outbox(journal: Journal) -> Outbox:
    return journal.outbox


def outbox_message(key: str, ordering_key: str = "C1") -> OutboxMessage:
    return OutboxMessage(key, ordering_key, "reply", {"text": f"{key}です"})


def keys(outbox: Outbox, **rest: object) -> list[str]:
    return [each.key for each in outbox.claim(**{"at": SOON, **rest})]  # type: ignore[arg-type]  # of the signature


def test_what_is_planned_is_given_out_once_and_settled(outbox: Outbox) -> None:
    assert outbox.plan(outbox_message("a"), at=NOW)
    (delivery,) = outbox.claim(at=SOON)
    assert (delivery.key, delivery.kind, delivery.payload) == ("a", "reply", {"text": "aです"})
    assert (delivery.attempts, delivery.doubtful, delivery.handover_id) == (1, False, None)
    assert outbox.claim(at=SOON) == ()
    assert outbox.waiting() == 1
    outbox.done("a", at=SOON, receipt="C1:1")
    assert (outbox.waiting(), outbox.state("a"), outbox.receipt("a")) == (0, DeliveryState.DONE, "C1:1")
    assert outbox.claim(at=AFTER_LEASE) == ()


def test_the_same_thing_is_planned_once(outbox: Outbox) -> None:
    assert outbox.plan(outbox_message("a"), at=NOW)
    assert not outbox.plan(outbox_message("a"), at=NOW)
    assert outbox.plan(outbox_message("a"), outbox_message("b"), at=NOW)
    assert outbox.waiting() == 2


def test_an_event_that_comes_twice_plans_nothing_new(outbox: Outbox) -> None:
    """The same mention comes as two events, and each of them may be resent."""
    assert outbox.plan(outbox_message("a"), at=NOW, seen=["event Ev1", "message C1:1"])
    assert not outbox.plan(outbox_message("b"), at=NOW, seen=["event Ev2", "message C1:1"])
    assert not outbox.plan(outbox_message("c"), at=NOW, seen=["event Ev1", "message C1:2"])
    assert outbox.waiting() == 1


def test_of_many_who_see_it_at_once_one_is_first(outbox: Outbox) -> None:
    at_once = Barrier(4, timeout=PATIENCE_SECONDS)

    def see(order: tuple[str, str]) -> bool:
        at_once.wait()
        return outbox.first_sight(*order, at=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(see, [("a", "b"), ("b", "a")] * 2)) == 1
    assert not outbox.first_sight("b", at=NOW)


def test_of_many_workers_one_gets_it(outbox: Outbox) -> None:
    outbox.plan(*(outbox_message(str(number), ordering_key=str(number)) for number in range(20)), at=NOW)
    at_once = Barrier(4, timeout=PATIENCE_SECONDS)

    def work(_worker: int) -> list[str]:
        at_once.wait()
        return [each.key for _ in range(10) for each in outbox.claim(at=SOON, limit=2)]

    with ThreadPoolExecutor(4) as pool:
        got = [key for keys in pool.map(work, range(4)) for key in keys]
    assert sorted(got, key=int) == [str(number) for number in range(20)]


def test_a_lane_is_told_in_order(outbox: Outbox) -> None:
    outbox.plan(outbox_message("a1", "A"), outbox_message("a2", "A"), outbox_message("b1", "B"), at=NOW)
    assert keys(outbox) == ["a1", "b1"]
    assert keys(outbox) == []
    outbox.done("a1", at=SOON)
    assert keys(outbox) == ["a2"]


def test_what_cannot_be_told_lets_the_next_one_pass(outbox: Outbox) -> None:
    outbox.plan(outbox_message("a1", "A"), outbox_message("a2", "A"), at=NOW)
    assert keys(outbox) == ["a1"]
    outbox.give_up("a1", at=SOON, why="channel_not_found")
    assert keys(outbox) == ["a2"]
    assert outbox.state("a1") is DeliveryState.GIVEN_UP


def test_what_was_certainly_not_told_comes_again_when_it_may(outbox: Outbox) -> None:
    outbox.plan(outbox_message("a"), at=NOW)
    assert keys(outbox) == ["a"]
    outbox.later("a", not_before=SOON + timedelta(seconds=30), why="ratelimited")
    assert keys(outbox) == []
    (again,) = outbox.claim(at=SOON + timedelta(seconds=30))
    assert (again.attempts, again.doubtful) == (2, False)


def test_whoever_dies_while_telling_leaves_a_doubt(outbox: Outbox) -> None:
    outbox.plan(outbox_message("a"), at=NOW)
    outbox.claim(at=NOW)
    (again,) = outbox.claim(at=AFTER_LEASE)
    assert (again.attempts, again.doubtful, again.payload) == (2, True, {"text": "aです"})


def test_one_can_be_claimed_by_its_key(outbox: Outbox) -> None:
    outbox.plan(outbox_message("a", "A"), outbox_message("b", "B"), at=NOW)
    assert keys(outbox, key="b") == ["b"]
    assert keys(outbox, limit=1) == ["a"]


def test_what_is_settled_stays_so(outbox: Outbox) -> None:
    outbox.plan(outbox_message("a"), at=NOW)
    outbox.done("a", at=SOON, receipt="C1:1")
    outbox.later("a", not_before=NOW, why="late news")
    outbox.give_up("a", at=SOON, why="late news")
    assert (outbox.state("a"), outbox.receipt("a")) == (DeliveryState.DONE, "C1:1")


def test_what_was_told_is_not_kept(journal: Journal, outbox: Outbox) -> None:
    outbox.plan(outbox_message("秘密"), at=NOW)
    outbox.done("秘密", at=SOON)
    with journal.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT payload FROM faq_deliveries").scalar() is None


def test_a_message_leads_to_its_hand_over(journal: Journal, outbox: Outbox) -> None:
    opened = journal.handovers.open(
        "k", user="U1", question="q", channel="slack-dm", at=NOW, tell=lambda _: [outbox_message("card")]
    )
    outbox.plan(outbox_message("other"), at=NOW)
    outbox.done("card", at=SOON, receipt="HR:1")
    outbox.done("other", at=SOON, receipt="C1:1")
    assert outbox.handover_of("HR:1") == opened.id
    assert outbox.handover_of("C1:1") is None


def test_of_many_those_that_were_told_are_named(outbox: Outbox) -> None:
    """However many are asked about, those at either end too."""
    planned = [outbox_message(f"{number}", ordering_key=f"{number}") for number in range(1_001)]
    assert outbox.plan(*planned, at=NOW)
    outbox.done("0", at=SOON)
    outbox.done("1000", at=SOON)
    outbox.give_up("500", at=SOON, why="gone")
    assert outbox.told([each.key for each in planned]) == {"0", "1000"}
    assert outbox.told(["1", "never planned"]) == outbox.told([]) == frozenset()


def test_what_was_never_planned_has_no_state(outbox: Outbox) -> None:
    assert (outbox.state("a"), outbox.receipt("a"), outbox.handover_of("")) == (None, "", None)
