from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bot.journal.handover import Handover, HandoverState
from bot.journal.handovers import NEXT, HandoverError, UnknownHandoverError
from bot.journal.journal import Journal
from bot.journal.outbox import OutboxMessage
from tests.bot.journal.conftest import NOW
from tests.patience import PATIENCE_SECONDS

OPEN, TAKEN, ANSWERED, REPLIED, UNREACHED, CLOSED = HandoverState
Pass = Callable[..., Handover]


@pytest.fixture
def handed(journal: Journal) -> Pass:
    def hand_over(key: str = "view-1", **rest: object) -> Handover:
        values = {"user": "U1", "question": "山田です。給料は?", "at": NOW, **rest}
        return journal.handovers.open(key, **values)  # type: ignore[arg-type]  # of the signature

    return hand_over


def test_one_request_is_one_hand_over_however_often_it_comes(journal: Journal, handed: Pass) -> None:
    def tell(handover: Handover) -> list[OutboxMessage]:
        return [OutboxMessage(f"card {handover.id}", "hr", "card", {})]

    first = handed(question="\x00山田です。\ud800", tell=tell)
    assert first == handed(question="別の文", tell=tell)
    assert first.question == "山田です。?"
    assert journal.outbox.waiting() == 1
    second = handed("view-2", at=NOW + timedelta(seconds=1), tell=tell)
    assert journal.handovers.unfinished() == (first, second)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the states are no matter of SQL
@pytest.mark.parametrize("first", [each for each in HandoverState if each is not OPEN])
@pytest.mark.parametrize("second", list(HandoverState))
def test_a_step_that_the_state_does_not_allow_is_refused_and_leaves_no_trace(
    journal: Journal, handed: Pass, first: HandoverState, second: HandoverState
) -> None:
    opened = handed()
    before = journal.handovers.move(opened.id, first, who="H1", key="1", at=NOW)

    def step(who: str) -> Handover:
        tell = [OutboxMessage("t", "l", "k", {})]
        return journal.handovers.move(opened.id, second, who=who, key="2", at=NOW, tell=lambda _: tell)

    if second in NEXT[first]:
        moved = step("H2")
        assert (moved.state, step("H3")) == (second, moved)
        return
    with pytest.raises(HandoverError):
        step("H2")
    assert before == journal.handovers.find(opened.id)
    assert journal.outbox.waiting() == 0


def test_two_people_who_take_it_at_once_are_one(journal: Journal, handed: Pass) -> None:
    opened = handed()
    at_once = Barrier(4, timeout=PATIENCE_SECONDS)

    def take(who: str) -> bool:
        at_once.wait()
        try:
            journal.handovers.move(opened.id, TAKEN, who=who, key=who, at=NOW)
        except HandoverError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        took = list(pool.map(take, ["H1", "H2", "H3", "H4"]))
    assert sum(took) == 1
    assert len(journal.handovers.find(opened.id).steps) == 2


def test_what_is_to_be_told_is_planned_with_the_step_or_not_at_all(journal: Journal, handed: Pass) -> None:
    opened = handed()

    def fail(_handover: Handover) -> list[OutboxMessage]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        journal.handovers.move(opened.id, TAKEN, who="H1", key="1", at=NOW, tell=fail)
    assert journal.handovers.find(opened.id).state is OPEN

    def tell(handover: Handover) -> list[OutboxMessage]:
        return [OutboxMessage("answer", handover.user, "answer", {"text": handover.steps[-1].text})]

    said = "月20万円です"
    journal.handovers.move(opened.id, ANSWERED, who="H1", key="2", at=NOW, text=said, tell=tell)
    (delivery,) = journal.outbox.claim(at=NOW)
    assert (delivery.handover_id, delivery.payload) == (opened.id, {"text": said})
    assert journal.handovers.of_step("2") == journal.handovers.find(opened.id)
    assert journal.handovers.of_step("1") is None
    with pytest.raises(UnknownHandoverError):
        journal.handovers.find("1")


def test_what_was_opened_again_is_taken_anew_unless_it_is_nobodys_any_more(
    journal: Journal, handed: Pass
) -> None:
    opened, days = handed(), timedelta(days=8)
    for number, (state, who) in enumerate(((TAKEN, "H1"), (CLOSED, "H1"), (OPEN, "H2"), (TAKEN, "H2"))):
        moved = journal.handovers.move(opened.id, state, who=who, key=str(number), at=NOW)
    assert moved.taker == "H2"
    assert journal.handovers.move(opened.id, TAKEN, who="H2", key="again", at=NOW) == moved
    with pytest.raises(HandoverError, match="対応中"):  # from a screen of before
        journal.handovers.move(opened.id, OPEN, who="H1", key="too late", at=NOW)
    assert journal.handovers.of_user("U1") == (moved,)
    journal.handovers.move(opened.id, CLOSED, who="H2", key="end", at=NOW)
    assert journal.handovers.of_user("U1") == ()
    journal.retention.purge(at=NOW + days)
    with pytest.raises(HandoverError, match="記録が消されています"):
        journal.handovers.move(opened.id, OPEN, who="H2", key="late", at=NOW + days)
