from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.conversation.reply import ReplyKind
from bot.journal.handovers import HandoverState
from bot.reporting.period import Step, start, starts, step_for, whole_days
from bot.reporting.record import record
from bot.reporting.report import Quartiles
from bot.reporting.usage import entry_uses, quartiles, unreached
from bot.settings import JournalMode
from faq.model import Entry, EntryKind
from index.decision.policy import VerdictKind
from index.release.building import Release
from tests.bot.reporting.builders import NOW, SINCE, handover, missed, recorded, reported


def test_nothing_asked_is_a_report_of_nothing(release: Release) -> None:
    found = reported(release)
    assert (found.asked, found.parts, found.entries, found.unanswered.groups) == (0, (), (), ())
    assert found.handovers.opened == 0
    assert {use.entry_id for use in found.unreached} >= {"training", "remote"}


def test_each_day_has_its_replies_and_a_day_without_a_question_has_none(release: Release) -> None:
    asked = [
        recorded(asked_at=SINCE),
        recorded(asked_at=SINCE + timedelta(days=2), reply="referral"),
        missed("犬", asked_at=SINCE + timedelta(days=2)),
    ]
    found = reported(release, *asked)
    assert [part.asked for part in found.parts] == [1, 0, 2, 0, 0, 0, 0]
    assert found.parts[2].replies[ReplyKind.REFERRAL] == found.parts[2].replies[ReplyKind.UNKNOWN] == 1
    assert found.parts[1].confidence is None


def test_a_day_is_that_of_the_zone(release: Release) -> None:
    """At 16 o'clock in London it is the next day in Tokyo."""
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    asked = recorded(asked_at=datetime(2025, 6, 1, 16, tzinfo=UTC))
    assert reported(release, asked, since=None, until=tokyo).parts[0].first == date(2025, 6, 2)


def test_small_talk_says_nothing_about_confidence(release: Release) -> None:
    asked = [recorded(confidence=0.8), recorded(reply="smalltalk", entries=(), confidence=0.0)]
    found = reported(release, *asked)
    assert [part.confidence for part in found.parts if part.asked] == [Quartiles(0.8, 0.8, 0.8)]


def test_entries_are_counted_as_shown_or_offered_with_what_people_thought(release: Release) -> None:
    asked = [
        recorded(good=4),
        recorded(bad=2),
        recorded(reply="choices", entries=("training", "grant"), good=1),
        recorded(reply="referral", entries=("gone",)),
    ]
    found = {use.entry_id: use for use in reported(release, *asked).entries}
    training, grant, gone = found["training"], found["grant"], found["gone"]
    assert (training.shown, training.offered, training.good, training.bad) == (2, 1, 5, 2)
    assert (grant.shown, grant.offered, grant.good) == (0, 1, 1)
    assert (gone.shown, gone.kind, gone.question) == (1, None, "")
    assert next(iter(found)) == "training"


def test_what_was_offered_was_reached(release: Release) -> None:
    asked = [recorded(reply="choices", entries=("training", "salary"))]
    found = reported(release, *asked)
    assert "training" not in {use.entry_id for use in found.unreached}
    assert "grant" in {use.entry_id for use in found.unreached}
    assert [use.entry_id for use in found.unreached_referrals] == ["exam"]


def test_what_is_no_longer_served_is_not_missed() -> None:
    """Nobody can reach an answer whose last day is over."""
    last = NOW.date()
    entries = [
        Entry(id=each, question="寮は", answer="はい。", valid_until=last + timedelta(days=days))
        for each, days in (("over", -1), ("still", 0))
    ]
    uses = entry_uses([], entries)
    assert [use.entry_id for use in unreached(uses, entries, EntryKind.ANSWER, last)] == ["still"]


def test_questions_of_evaluations_are_told_and_not_counted(release: Release) -> None:
    found = reported(release, recorded(), recorded(channel="batch"), missed("犬", channel="batch"))
    assert (found.asked, found.batch, found.unanswered.times) == (1, 2, 0)


@pytest.mark.parametrize("reply", ["choices", "referral", "answer"])
def test_a_reply_that_did_not_help_leaves_its_question_unanswered(release: Release, reply: str) -> None:
    found = reported(release, recorded("犬を飼えますか", reply=reply, bad=1), recorded(reply=reply, good=1))
    assert [group.questions for group in found.unanswered.groups] == [("犬を飼えますか",)]


def test_texts_that_were_not_kept_and_those_that_lean_on_a_conversation_are_told(release: Release) -> None:
    found = reported(
        release,
        missed(None),
        missed(None),
        missed("更新料も?", follows=True),
        missed("犬"),
        mode=JournalMode.COUNTS,
    )
    unanswered, told = found.unanswered, record(found)
    assert (unanswered.times, unanswered.untold, unanswered.followups) == (4, 2, 1)
    assert (told["unanswered"], told["untold"], told["leaning"]) == (4, 2, 1)
    assert [group.questions for group in unanswered.groups] == [("犬",)]


def test_greetings_bring_nothing_together(release: Release) -> None:
    found = reported(release, missed("こんにちは! はじめまして。犬"), missed("こんにちは! はじめまして。寮"))
    assert len(found.unanswered.groups) == 2


def test_a_near_miss_has_its_best_candidate_and_what_it_would_get_today(release: Release) -> None:
    """Of a group, the text that came closest when it was asked; what is far from every entry is none."""
    asked = [
        missed("研修の予算", confidence=0.2),
        missed("研修の予算は", confidence=0.3),
        missed("研修はありますか", confidence=0.1),
        missed("宇宙人", confidence=0.0),
    ]
    found = reported(release, *asked).unanswered.near_misses
    assert {miss.text: miss.nearest.entry_id for miss in found} == {"研修の予算は": "training"}
    (now,) = reported(release, missed("研修はありますか")).unanswered.near_misses
    assert (now.times, now.nearest.verdict) == (1, VerdictKind.ANSWER)


def test_hand_overs_tell_how_long_they_took_and_who_still_waits(release: Release) -> None:
    done = handover((HandoverState.TAKEN, 1.0), (HandoverState.ANSWERED, 4.0), (HandoverState.CLOSED, 5.0))
    straight = handover((HandoverState.ANSWERED, 2.0))
    put_back = handover((HandoverState.TAKEN, 3.0), (HandoverState.OPEN, 4.0))
    found = reported(release, handovers=(done, straight, put_back)).handovers
    assert found.taken == quartiles([3600.0, 7200.0, 10800.0])
    assert found.answered == quartiles([14400.0, 7200.0])
    assert found.oldest_waiting == datetime(2025, 6, 4, 12, tzinfo=UTC)
    assert found.states[HandoverState.OPEN] == found.states[HandoverState.CLOSED] == 1
    assert reported(release, handovers=(done,)).handovers.oldest_waiting is None


def test_seven_days_are_whole_days() -> None:
    assert whole_days(NOW - timedelta(days=7), NOW).since == SINCE
    assert whole_days(SINCE, NOW).since == SINCE
    assert whole_days(None, NOW).since is None


@pytest.mark.parametrize(
    ("days", "step", "parts"),
    [(1, Step.DAY, 1), (31, Step.DAY, 31), (32, Step.WEEK, 5), (180, Step.WEEK, 26)],
)
def test_a_longer_time_is_shown_in_longer_parts(days: int, step: Step, parts: int) -> None:
    first = date(2025, 6, 2)
    last = first + timedelta(days=days - 1)
    assert step_for(first, last) == step
    assert len(starts(first, last, step)) == parts


def test_a_year_is_shown_in_months() -> None:
    assert step_for(date(2024, 7, 1), date(2025, 6, 30)) is Step.MONTH
    assert starts(date(2024, 12, 30), date(2025, 2, 1), Step.MONTH) == [
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    ]
    assert start(date(2025, 6, 8), Step.WEEK) == date(2025, 6, 2)
