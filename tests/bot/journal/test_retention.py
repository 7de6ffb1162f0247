from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.conversation.state import ConversationState
from bot.journal.handover import HandoverState
from bot.journal.journal import EventOutcome, Journal
from bot.journal.outbox import OutboxMessage
from bot.journal.questions import Rating
from tests.bot.journal.builders import asked, remember
from tests.bot.journal.conftest import NOW, OpenJournal


def days(count: float) -> timedelta:
    return timedelta(days=count)


def count(journal: Journal, table: str) -> int:
    with journal.database.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one()


def hand_over(journal: Journal, key: str, *, user: str = "U1", at: Any = NOW, closed: bool = False) -> str:  # noqa: ANN401 -- a moment
    tell = [OutboxMessage(f"card {key}", "hr", "card", {})]
    asked = {"user": user, "question": "山田です。給料は?", "at": at, "place": "C1:1"}
    opened = journal.handovers.open(key, **asked, tell=lambda _: tell)
    journal.handovers.move(
        opened.id,
        HandoverState.ANSWERED,
        who="H1",
        key=f"answer {key}",
        at=at,
        text="佐藤さんに電話を。090-1234-5678",
    )
    if closed:
        journal.handovers.move(opened.id, HandoverState.CLOSED, who=user, key=f"close {key}", at=at)
    return opened.id


def test_questions_go_with_their_feedback_on_the_day_after_the_last_and_then_the_key_of_their_month(
    journal: Journal,
) -> None:
    """Without it, hashes cannot be told from chance."""
    old = asked("古い", at=NOW)
    journal.record(old, asked("新しい", at=NOW + days(1)))
    journal.questions.rate(old.id, "U1", Rating.BAD, at=NOW)
    assert journal.retention.purge(at=NOW + days(180)) == {}
    assert journal.retention.purge(at=NOW + days(180.5)) == {"questions": 1}
    assert [kept.text for kept in journal.questions.last(9)] == ["新しい"]
    assert count(journal, "faq_feedback") == 0
    assert journal.retention.purge(at=NOW + days(200)) == {"questions": 1, "person_keys": 1}
    assert count(journal, "faq_person_keys") == 0


def test_other_things_have_their_own_time_or_a_shorter_one_of_questions(
    journal: Journal, open_journal: OpenJournal
) -> None:
    remember(journal, "C1:1", ConversationState())
    journal.accept(OutboxMessage("a", "l", "k", {}), at=NOW)
    journal.events.add("A1", "reload", EventOutcome.DONE, at=NOW)
    retention = journal.retention
    assert retention.purge(at=NOW + days(30)) == {}
    assert retention.purge(at=NOW + days(31)) == {"threads": 1, "deliveries": 1}
    assert retention.purge(at=NOW + days(181)) == {"admin_events": 1}
    shorter = open_journal(journal_days=3)
    remember(shorter, "C1:1", ConversationState())
    assert shorter.retention.purge(at=NOW + days(4)) == {"threads": 1}


def test_an_open_hand_over_is_never_touched(journal: Journal) -> None:
    """Somebody waits for an answer, however long it takes."""
    kept = hand_over(journal, "k")
    before = journal.handovers.find(kept)
    journal.retention.purge(at=NOW + days(4000))
    assert journal.handovers.find(kept) == before
    assert journal.outbox.waiting() == 1


def test_a_closed_hand_over_is_masked_after_a_week_and_then_deleted(journal: Journal) -> None:
    name = hand_over(journal, "k", closed=True)
    journal.handovers.rewrite(
        "answer k",
        "佐藤さんに電話を。03-1234-5678",
        at=NOW,
        tell=lambda _: [OutboxMessage("a", "dm U1", "answer", {})],
    )
    for each in ("card k", "a"):
        journal.finish(each, at=NOW)
    assert journal.retention.purge(at=NOW + days(6)) == {}
    assert journal.handovers.find(name).question == "山田です。給料は?"
    assert journal.retention.purge(at=NOW + days(8)) == {"handovers_masked": 1}
    journal.handovers.rewrite("answer k", "090-1234-5678", at=NOW + days(9))  # no word comes back
    masked = journal.handovers.find(name)
    assert (masked.question, masked.user, masked.place) == ("〔氏名〕です。給料は?", "", "")
    assert [step.who for step in masked.steps] == ["(削除済み)", "H1", "(削除済み)"]
    assert masked.steps[1].text == "〔氏名〕さんに電話を。〔電話〕"
    with journal.database.reading() as connection:
        lanes = connection.execute(sa.text("SELECT lane FROM faq_deliveries")).scalars().all()
    assert not [each for each in lanes if "U1" in each]
    assert journal.retention.purge(at=NOW + days(9)) == {}
    assert journal.retention.purge(at=NOW + days(181))["handovers"] == 1
    assert count(journal, "faq_handovers") == 0


def test_who_wrote_in_a_thread_is_forgotten_where_nobody_is_hashed(open_journal: OpenJournal) -> None:
    journal = open_journal(journal="counts")
    for user in ("U1", "U11"):
        remember(journal, f"C1:1 {user}", ConversationState(), user=user)
    assert journal.retention.forget("U1", at=NOW)["threads"] == 1
    assert journal.conversations.known("C1:1 U1", "C1:1 U11") == {"C1:1 U11"}


def test_one_person_is_forgotten_in_every_month_and_nobody_else(journal: Journal) -> None:
    mine, theirs = asked("六月", at=NOW), asked("別の人", user="U2")
    journal.record(mine, asked("七月", at=NOW + days(30)), theirs)
    journal.questions.rate(theirs.id, "U1", Rating.BAD, at=NOW)
    journal.questions.rate(theirs.id, "U2", Rating.GOOD, at=NOW)
    journal.questions.rate(mine.id, "U2", Rating.GOOD, at=NOW)
    remember(journal, "C1:1", ConversationState(("a",), "q"), user="U1")
    remember(journal, "C1:2", ConversationState(("a",), "q"), user="U2")
    hand_over(journal, "masked", at=NOW - days(20), closed=True)
    journal.retention.purge(at=NOW)
    hand_over(journal, "closed", closed=True)
    unfinished = hand_over(journal, "open")
    hand_over(journal, "theirs", user="U2", closed=True)
    journal.events.add("U1", "reload", EventOutcome.REFUSED, at=NOW, detail="U1 tried")
    journal.events.add("U1", "reload", EventOutcome.DONE, at=NOW)
    to = [{"to": {"user": user, "channel": ""}} for user in ("U1", "U11")]
    for key, ordering_key, payload in [
        ("0", "dm U1", {}),
        ("1", "ask D1", to[0]),
        ("2", "ask D1", to[1]),
        ("3", "case 1", to[0]),
        ("press U1 D1:1 a", "ask D1", {}),
        ("press U11 D1:1 a", "ask D1", {}),
    ]:
        journal.outbox.plan(OutboxMessage(key, ordering_key, "post", payload), at=NOW)
    found = journal.retention.forget("U1", at=NOW)
    assert found == {
        "deliveries": 3,
        "feedback": 2,
        "questions": 2,
        "threads": 1,
        "handovers": 2,
        "admin_events": 1,
        "unfinished_handovers": 1,
    }
    (kept,) = journal.questions.last(9)
    assert (kept.text, kept.good, kept.bad) == ("別の人", 1, 0)
    assert journal.conversations.recall("C1:1") is None
    assert journal.conversations.recall("C1:2") is not None
    assert journal.handovers.find(unfinished).user == "U1"
    assert sorted(event.who for event in journal.events.last(9)) == ["(削除済み)", "U1"]
    assert all("tried" not in event.detail for event in journal.events.last(9))


@pytest.mark.parametrize("user", ["", "U9"])
def test_forgetting_nobody_deletes_nothing(journal: Journal, user: str) -> None:
    journal.record(asked(user=""))
    journal.record(asked())
    journal.outbox.plan(OutboxMessage("a", "ask C1", "post", {"user": ""}), at=NOW)
    assert set(journal.retention.forget(user, at=NOW).values()) == {0}
    assert len(journal.questions.last(9)) == 2


def test_another_secret_makes_other_hashes_and_is_not_in_the_database(open_journal: OpenJournal) -> None:
    before, after = open_journal(), open_journal(journal_key=SecretStr("s3cret"))
    for journal in (before, after):
        journal.record(asked())
    first, second = after.questions.last(9)
    assert first.person != second.person
    assert after.retention.foreign_months() == ["2025-06"]
    assert after.retention.forget("U1", at=NOW)["questions"] == 1
    assert open_journal().retention.forget("U1", at=NOW)["questions"] == 1
    with after.database.reading() as connection:
        assert "s3cret" not in str(connection.exec_driver_sql("SELECT * FROM faq_person_keys").all())
