"""What was planned is told: through refusals, breaks and restarts, and where it was meant to go."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import engine
from bot.journal.errors import JournalError
from bot.journal.outbox import DeliveryState
from bot.slack.context import Hands
from bot.slack.delivery.targets import SIGN
from bot.slack.messages.notices import WORKING
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Person, SlackDouble
from tests.slack.double.people import Said
from tests.slack.office import Clock, Office, office

ASKED, ANSWER = "在宅勤務はどのくらいできますか", "在宅勤務は、平均すると週に1日から2日ほどです。"


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(slack: SlackDouble, knowledge: Path, clock: Clock) -> Iterator[Office]:
    with office(slack, knowledge, knowledge.parent / "home", clock=clock) as opened:
        opened.context.client.retry_handlers.clear()
        yield opened


def state(bot: Office, person: Person, said: Said) -> DeliveryState | None:
    return bot.journal.outbox.state(f"message {person.dm.id}:{said.ts}")


def later(bot: Office, seconds: float = 61) -> None:
    bot.clock.at += timedelta(seconds=seconds)
    bot.worker.drain()


@pytest.mark.parametrize(("error", "status"), [("internal_error", 200), ("oops", 503), ("ratelimited", 429)])
def test_what_slack_cannot_take_now_is_told_later(
    slack: SlackDouble, bot: Office, anna: Person, error: str, status: int
) -> None:
    slack.refuse("chat.postMessage", error, status=status)
    said = anna.says(ASKED)
    bot.settle()
    assert state(bot, anna, said) is DeliveryState.WAITING
    later(bot)
    assert anna.conversation().count(ANSWER) == 1


def test_without_a_way_to_slack_it_is_told_later_and_that_is_logged_once(
    bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    there = bot.context.client.base_url
    bot.context.client.base_url = "http://127.0.0.1:1/"
    said = anna.says(ASKED)
    bot.settle()
    assert state(bot, anna, said) is DeliveryState.WAITING
    later(bot)
    bot.context.client.base_url = there
    later(bot)
    assert anna.conversation().count(ANSWER) == 1
    (told,) = [each.message for each in caplog.records if each.name == "faq.slack"]
    assert re.search(r"を送れません\(.*Connection refused\)。2秒後にもう一度試します。$", told)


def test_what_slack_refuses_for_good_is_given_up_and_does_not_keep_the_next(
    slack: SlackDouble, bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    slack.refuse("chat.postMessage", "restricted_action")
    refused = anna.says(ASKED)
    bot.settle()
    assert state(bot, anna, refused) is DeliveryState.GIVEN_UP
    anna.says(ASKED)
    bot.settle()
    assert anna.conversation().count(ANSWER) == 1
    assert "restricted_action" in caplog.text


def test_what_fails_again_and_again_is_given_up_in_the_end(
    slack: SlackDouble,
    bot: Office,
    anna: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Then an apology is tried, once."""
    monkeypatch.setattr("bot.slack.delivery.worker.MOST_ATTEMPTS", 4)
    slack.refuse("chat.postMessage", "internal_error", times=9)
    said = anna.says(ASKED)
    bot.settle()
    for _ in range(5):
        later(bot)
    assert state(bot, anna, said) is DeliveryState.GIVEN_UP
    assert len([each for each in slack.requests if each.method == "chat.postMessage"]) == 4 + 1
    assert "internal_error" in caplog.text


def test_what_slack_is_too_busy_for_is_never_given_up(
    slack: SlackDouble, bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.delivery.worker.MOST_ATTEMPTS", 2)
    slack.refuse("chat.postMessage", retry_after=600, times=9)
    anna.says(ASKED)
    bot.settle()
    for _ in range(9):
        later(bot, 601)
    assert anna.conversation().count(ANSWER) == 1


def test_what_is_due_again_is_told_though_nothing_happens(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    slack.refuse("chat.postMessage", "internal_error")
    bot.worker.start(0.01)
    anna.says(ASKED)
    slack.until(
        lambda: [each for each in slack.requests if each.method == "chat.postMessage" and each.status]
    )
    bot.settle()
    bot.clock.at += timedelta(seconds=61)
    slack.until(lambda: ANSWER in anna.conversation())


def test_what_fails_for_long_is_tried_every_minute(
    slack: SlackDouble, bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    slack.refuse("chat.postMessage", "internal_error", times=40)
    anna.says(ASKED)
    bot.settle()
    for _ in range(40):
        later(bot)
    assert anna.conversation().count(ANSWER) == 1
    assert len([each for each in slack.requests if each.method == "chat.postMessage"]) == 41
    assert caplog.text.count("もう一度試します") == 1


def test_what_slack_wants_later_at_a_response_url_is_told_then(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    slack.refuse("response_url", retry_after=30)
    anna.runs("/faq", ASKED)
    bot.settle()
    later(bot, 29)
    assert ANSWER not in anna.conversation()
    later(bot, 2)
    assert anna.conversation().count(ANSWER) == 1


def test_an_answer_that_the_journal_could_not_note_is_neither_repeated_nor_apologised_for(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        msg = "disk full"
        raise JournalError(msg)

    with monkeypatch.context() as patch:
        patch.setattr(bot.journal.conversations, "remember", broken)
        said = anna.says(ASKED)
        bot.settle()
    later(bot)
    assert state(bot, anna, said) is DeliveryState.DONE
    assert [len(anna.sees()), anna.conversation().count(ANSWER)] == [2, 1]
    assert "disk full" in caplog.text


def test_what_takes_longer_than_its_lease_is_told_once(slack: SlackDouble, bot: Office, anna: Person) -> None:
    gate = slack.hold("chat.postMessage")
    anna.says(ASKED)
    slack.until(lambda: gate.waiting)
    later(bot)
    assert len([each for each in slack.requests if each.method == "chat.postMessage"]) == 1
    gate.open()
    bot.settle()
    later(bot)
    assert anna.conversation().count(ANSWER) == 1


def test_what_is_told_by_a_way_that_has_closed_is_given_up(
    slack: SlackDouble, bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """A command is answered within half an hour, or not at all."""
    slack.refuse("response_url", status=404, error="expired_url")
    command = anna.runs("/faq", ASKED)
    bot.settle()
    name = f"command {command.payload['trigger_id']}"
    assert bot.journal.outbox.state(name) is DeliveryState.GIVEN_UP
    assert "404" in caplog.text


def test_the_end_waits_for_what_is_in_hand(slack: SlackDouble, bot: Office, anna: Person) -> None:
    gate = slack.hold("chat.postMessage")
    said = anna.says(ASKED)
    slack.until(lambda: gate.waiting)
    threading.Timer(0.05, gate.open).start()
    bot.worker.stop()
    assert state(bot, anna, said) is DeliveryState.DONE


def test_what_is_due_after_the_time_to_stop_is_for_the_next_process(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.delivery.worker.STOPPING_SECONDS", 0)
    monkeypatch.setattr(bot.worker, "wake", lambda: None)
    said = anna.says(ASKED)
    bot.worker.stop()
    bot.worker.drain()
    assert state(bot, anna, said) is DeliveryState.WAITING
    assert ANSWER not in anna.conversation()


def test_hands_finish_what_they_hold_and_log_what_fails(caplog: pytest.LogCaptureFixture) -> None:
    hands, go, done = Hands(1), threading.Event(), []

    def fail() -> None:
        go.wait(PATIENCE_SECONDS)
        raise ZeroDivisionError

    hands.do(fail)
    hands.do(lambda: done.append(1))
    assert not hands.wait(0)
    threading.Timer(0.05, go.set).start()
    hands.stop()
    assert done == [1]
    assert "ZeroDivisionError" in caplog.text


def test_a_sign_stands_in_the_thread_of_the_question_and_is_forgotten(
    slack: SlackDouble, knowledge: Path, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, real = threading.Event(), engine.converse

    def converse(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
        slow.wait(PATIENCE_SECONDS)
        return real(*given, **named)

    monkeypatch.setattr("bot.slack.services.questions.converse", converse)
    general = slack.channel("general", anna)
    with office(slack, knowledge, knowledge.parent / "home", sign_after_seconds=0) as bot:
        said = anna.says(ASKED, channel=general, mention=True)
        (sign,) = slack.until(lambda: slack.calls("chat.postMessage"))
        slow.set()
        bot.settle()
        assert bot.worker.signs.due() == ()
    assert (sign.body["thread_ts"], sign.body["metadata"]["event_type"]) == (said.ts, SIGN)
    assert WORKING not in anna.conversation(general)
