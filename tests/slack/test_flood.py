"""Who asks too much is asked to wait, once; nobody else is, and not for longer than a minute."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.slack.flood import WINDOW, Admission, Flood
from bot.slack.messages.notices import TOO_MANY
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import Clock, office

AT = datetime(2025, 6, 1, tzinfo=UTC)


def test_after_a_minute_a_person_may_ask_again_and_everybody_is_counted_alone() -> None:
    flood = Flood(2)
    admitted = [flood.admit("U1", name, AT) for name in "abc"]
    assert admitted == [Admission.ANSWER, Admission.ANSWER, Admission.ASK_TO_WAIT]
    assert flood.admit("U2", "a", AT) is Admission.ANSWER
    assert flood.admit("U1", "d", AT + WINDOW - timedelta(seconds=1)) is Admission.IGNORE
    assert flood.admit("U1", "e", AT + WINDOW) is Admission.ANSWER


def test_however_many_people_ask_nobody_is_forgotten_within_the_minute_and_nobody_is_kept_for_longer() -> (
    None
):
    flood, later = Flood(2), AT + timedelta(seconds=70)
    for number in range(2_000):
        flood.admit(f"V{number}", "a", AT)
    flood.admit("U0", "a", AT + timedelta(seconds=40))
    for number in range(2_000):
        flood.admit(f"W{number}", "a", later)
    assert [flood.admit("U0", name, later) for name in "bc"] == [Admission.ANSWER, Admission.ASK_TO_WAIT]
    flood.admit("U0", "d", later + WINDOW)
    assert len(flood._asked) == 1  # noqa: SLF001 -- what a process holds for months


def test_what_was_left_unanswered_stays_so_when_slack_sends_it_again_later(
    slack: SlackDouble, knowledge: Path, anna: Person, general: Channel
) -> None:
    """By either event of a mention, also to the next process; a late answer would come out of nowhere."""
    clock, home = Clock(), knowledge.parent / "home"
    with office(slack, knowledge, home, limit=1, clock=clock) as bot:
        said = [anna.says("在宅勤務は?", channel=general, mention=True) for _ in range(3)]
        bot.settle()
    clock.at += timedelta(seconds=61)
    for event in (0, 1):
        with office(slack, knowledge, home, limit=1, clock=clock) as bot:
            slack.resend(said[2].deliveries[event])
            bot.settle()
    texts = [each.body["text"] for each in slack.calls("chat.postMessage")]
    assert len(texts) == 2
    assert texts.count(TOO_MANY) == 1
