"""Whoever waits sees a sign within a second; it is gone when the answer is there, or the reason why there is none."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import engine
from bot.journal.outbox import Outbox
from bot.slack.context import AppContext
from bot.slack.delivery.targets import SIGN, DeliveryTarget
from bot.slack.messages.notices import APOLOGY, BUSY, SEARCHING, TO_COME, WORKING
from bot.slack.profile import Profile
from bot.slack.services import admin
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Channel, Person, SlackDouble, dispatch
from tests.slack.double.model import Json
from tests.slack.double.web_api import Gate
from tests.slack.office import Clock, Office, choosing, office

ANSWER = "在宅勤務は、平均すると週に1日から2日ほどです。"
ASKED = "在宅勤務はどのくらいできますか"
SIGNS = (WORKING, SEARCHING, BUSY)

Open = Callable[..., AbstractContextManager[Office]]
Ask = Callable[[Person, Channel], object]


@pytest.fixture
def opened(slack: SlackDouble, knowledge: Path) -> Open:
    """Open an office in which every answer that is not there at once is announced."""
    return partial(office, slack, knowledge, knowledge.parent / "home", sign_after_seconds=0)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold back every answer until the event is set."""
    event, real = threading.Event(), engine.converse

    def converse(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
        event.wait(PATIENCE_SECONDS)
        return real(*given, **named)

    monkeypatch.setattr("bot.slack.services.questions.converse", converse)
    yield event
    event.set()


def in_dm(person: Person, _: Channel) -> None:
    person.says(ASKED)


def by_mention(person: Person, channel: Channel) -> None:
    person.says(ASKED, channel=channel, mention=True)


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈")


@pytest.fixture
def general(slack: SlackDouble, anna: Person) -> Channel:
    return slack.channel("general", anna)


def test_the_sign_comes_within_a_second() -> None:
    assert AppContext.sign_after_seconds < 1


def test_a_quick_answer_to_a_command_comes_without_a_sign(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    anna.runs("/faq", ASKED)
    bot.settle()
    (told,) = slack.calls("response_url")
    assert (told.body["response_type"], told.body["replace_original"]) == ("ephemeral", False)
    assert ANSWER in anna.conversation()


@pytest.mark.parametrize("replaces", [True, False])
def test_a_slow_answer_to_a_command_takes_the_place_of_the_sign_where_slack_allows_it(
    slack: SlackDouble, anna: Person, opened: Open, slow: threading.Event, *, replaces: bool
) -> None:
    """Where Slack adds the answer instead, the sign above it says just that."""
    slack.workspace.commands_replace = replaces
    with opened() as bot:
        anna.runs("/faq", ASKED)
        slack.until(lambda: TO_COME in anna.conversation())
        slow.set()
        bot.settle()
    shown = anna.conversation()
    assert shown.count(ANSWER) == 1
    assert shown.count(TO_COME) == (0 if replaces else 1)
    assert shown.rindex(ANSWER) > shown.rfind(TO_COME)
    assert [each.body["replace_original"] for each in slack.calls("response_url")] == [False, True]


def test_a_button_that_one_person_sees_keeps_its_message(
    slack: SlackDouble, anna: Person, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The response URL of a button replaces the message of the button, in which other choices stand."""
    slack.workspace.commands_replace = True
    monkeypatch.setattr("bot.slack.services.questions.converse", choosing(["clothes", "training"]))
    with opened(sign_after_seconds=60) as bot:
        anna.runs("/faq", "服は?")
        bot.settle()
    with opened() as bot:
        anna.presses("職場の服装はどんな感じですか")
        bot.settle()
    assert "[どれも違う]" in anna.conversation()
    assert "服装は自由で" in anna.conversation()
    assert not any(sign in anna.history() for sign in SIGNS)


def test_an_admins_command_that_takes_long_is_announced(
    slack: SlackDouble, anna: Person, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.workspace.commands_replace = True
    busy, real = threading.Event(), admin._status  # noqa: SLF001 -- any act that takes long

    def status(context: AppContext) -> object:
        busy.wait(PATIENCE_SECONDS)
        return real(context)

    monkeypatch.setattr(admin, "_status", status)
    with opened(admins=anna.id) as bot:
        anna.runs("/faq-admin", "status")
        slack.until(lambda: BUSY in anna.conversation())
        busy.set()
        bot.settle()
    assert "# FAQの状態" in anna.conversation()
    assert BUSY not in anna.conversation()


@dataclass
class Waiting:
    """Somebody who asks, the place where they do, and the app as it is installed."""

    slack: SlackDouble
    open: Open
    person: Person
    channel: Channel
    ask: Ask
    profile: Profile

    @property
    def brings(self) -> str:
        """The method that brings the answer once there is a sign."""
        return "chat.postMessage" if self.profile is Profile.AGENT else "chat.update"

    def begins(self) -> None:
        """Ask, and wait for the sign."""
        self.ask(self.person, self.channel)
        self.slack.until(lambda: any(sign in self.sees() for sign in SIGNS))

    def begins_slowly(self) -> Gate:
        """Ask, and let Slack take its time for the sign, until the gate is opened."""
        method = "assistant.threads.setStatus" if self.profile is Profile.AGENT else "chat.postMessage"
        held = self.slack.hold(method, when=is_sign)
        self.ask(self.person, self.channel)
        self.slack.until(lambda: held.waiting)
        return held

    def sees(self) -> str:
        """Return all that stands before the person."""
        return f"{self.person.conversation()}\n{self.person.conversation(self.channel)}"

    def ends_with(self, told: str) -> bool:
        """Tell whether this stands there once, and no sign does."""
        return self.sees().count(told) == 1 and not any(sign in self.sees() for sign in SIGNS)


@pytest.fixture(params=[(ask, profile) for ask in (in_dm, by_mention) for profile in Profile])
def waiting(
    request: pytest.FixtureRequest, slack: SlackDouble, anna: Person, general: Channel, opened: Open
) -> Waiting:
    ask, profile = request.param
    slack.installs(profile)
    return Waiting(slack, partial(opened, profile=profile), anna, general, ask, profile)


def test_the_answer_takes_the_place_of_the_sign(waiting: Waiting, slow: threading.Event) -> None:
    with waiting.open() as bot:
        waiting.begins()
        slow.set()
        bot.settle()
    assert waiting.ends_with(ANSWER), waiting.sees()


def test_the_apology_for_a_bug_takes_the_place_of_the_sign(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = threading.Event()

    def broken(*_: object, **__: object) -> None:
        slow.wait(PATIENCE_SECONDS)
        raise ZeroDivisionError

    monkeypatch.setattr("bot.slack.services.questions.converse", broken)
    with waiting.open() as bot:
        waiting.begins()
        slow.set()
        bot.settle()
    assert waiting.ends_with(APOLOGY), waiting.sees()


def test_an_apology_takes_the_place_of_an_answer_that_slack_refuses(
    waiting: Waiting, slow: threading.Event
) -> None:
    with waiting.open() as bot:
        waiting.begins()
        waiting.slack.refuse(waiting.brings, "invalid_blocks")
        slow.set()
        bot.settle()
    assert waiting.ends_with(APOLOGY), waiting.sees()


def test_a_sign_in_whose_place_nothing_may_come_is_taken_away(
    waiting: Waiting, slow: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    with waiting.open() as bot:
        waiting.begins()
        waiting.slack.refuse(waiting.brings, "invalid_blocks", times=2)
        slow.set()
        bot.settle()
    assert not any(sign in waiting.sees() for sign in SIGNS), waiting.sees()
    assert "お詫びも送れません: invalid_blocks" in caplog.text


def test_the_late_answer_of_a_busy_slack_takes_the_place_of_the_sign(
    waiting: Waiting, slow: threading.Event
) -> None:
    clock = Clock()
    with waiting.open(clock=clock) as bot:
        waiting.begins()
        waiting.slack.refuse(waiting.brings, retry_after=600)
        slow.set()
        bot.settle()
        assert ANSWER not in waiting.sees()
        clock.at += timedelta(seconds=601)
        bot.worker.drain()
    assert waiting.ends_with(ANSWER), waiting.sees()


def test_the_answer_of_the_next_process_takes_the_place_of_the_sign(
    waiting: Waiting, slow: threading.Event
) -> None:
    clock = Clock()
    with waiting.open(clock=clock) as bot:
        waiting.begins()
        waiting.slack.refuse(waiting.brings, retry_after=600)
        slow.set()
        bot.settle()
    clock.at += timedelta(seconds=601)
    with waiting.open(clock=clock) as bot:
        bot.worker.drain()
    assert waiting.ends_with(ANSWER), waiting.sees()


def test_a_sign_of_a_process_that_died_before_it_began_to_answer_gives_way_to_the_answer(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    with waiting.open(clock=clock) as bot:
        monkeypatch.setattr(bot.worker, "wake", lambda: None)
        waiting.begins()
    with waiting.open(clock=clock) as bot:
        bot.worker.drain()
    assert waiting.ends_with(ANSWER), waiting.sees()


def test_a_sign_of_a_dead_process_gives_way_while_slack_sends_the_question_again(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next process expects to show a sign of its own, until it sees that the question is known."""
    clock = Clock()
    with waiting.open(clock=clock) as bot:
        monkeypatch.setattr(bot.worker, "wake", lambda: None)
        waiting.begins()
    with waiting.open(clock=clock, sign_after_seconds=60) as bot:
        real = Outbox.plan

        def plan(outbox: Outbox, *given: Any, **named: Any) -> bool:  # noqa: ANN401 -- whatever it takes
            bot.worker.drain()  # by another hand
            return real(outbox, *given, **named)

        monkeypatch.setattr(Outbox, "plan", plan)
        for each in list(waiting.slack.deliveries):
            waiting.slack.resend(each)
        bot.settle()
    assert waiting.ends_with(ANSWER), waiting.sees()


@pytest.fixture
def two(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Office, Office]]:
    """Give two processes on one journal: one that takes questions and shows signs, and one that answers."""
    clock = Clock()
    with waiting.open(clock=clock) as takes:
        monkeypatch.setattr(takes.worker, "wake", lambda: None)
        with waiting.open(clock=clock, sign_after_seconds=60) as answers:
            waiting.slack.route = dispatch(takes.app)
            yield takes, answers


def test_a_sign_that_another_process_did_not_see_is_taken_away(
    waiting: Waiting, two: tuple[Office, Office]
) -> None:
    """The one that answers looks for a sign before it does; this one comes later."""
    takes, answers = two
    held = waiting.begins_slowly()
    answers.worker.drain()
    assert ANSWER in waiting.sees()
    held.open()
    waiting.slack.until(lambda: any(sign in waiting.sees() for sign in SIGNS))
    takes.worker.start(every_seconds=0.01)
    waiting.slack.until(lambda: waiting.ends_with(ANSWER))
    waiting.slack.until(lambda: takes.worker.signs.due() == ())


def is_sign(body: Json) -> bool:
    """Tell whether a message, or a status, says that an answer is on its way."""
    return bool(body.get("status")) or body.get("metadata", {}).get("event_type") == SIGN


def test_a_sign_that_another_process_has_turned_into_the_answer_stays(
    waiting: Waiting, two: tuple[Office, Office]
) -> None:
    takes, answers = two
    waiting.begins()
    answers.worker.drain()
    takes.worker.tidy()
    assert waiting.ends_with(ANSWER), waiting.sees()


def test_what_another_process_has_answered_is_announced_no_more(
    waiting: Waiting, two: tuple[Office, Office]
) -> None:
    """Signs are shown one after the other, so a second waits while Slack takes its time for the first."""
    takes, answers = two
    held = waiting.begins_slowly()
    waiting.ask(waiting.person, waiting.channel)
    answers.worker.drain()
    held.open()
    waiting.slack.until(lambda: len(takes.worker.signs.due()) == 2)
    takes.worker.tidy()
    signs = [each for each in waiting.slack.requests if is_sign(each.body)]
    assert len(signs) == 1
    assert waiting.sees().count(ANSWER) == 2
    assert not any(sign in waiting.sees() for sign in SIGNS)


def test_an_answer_whose_sign_somebody_deleted_comes_all_the_same(
    slack: SlackDouble, anna: Person, opened: Open, slow: threading.Event
) -> None:
    with opened() as bot:
        anna.says(ASKED)
        slack.until(lambda: WORKING in anna.conversation())
        slack.workspace.delete(anna.sees()[-1])
        slow.set()
        bot.settle()
    assert anna.conversation().count(ANSWER) == 1


def test_what_was_answered_before_it_could_be_announced_is_not_announced(
    anna: Person, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another hand may take a question as soon as it is planned."""
    with opened(sign_after_seconds=60) as bot:
        real = Outbox.plan

        def plan(outbox: Outbox, *given: Any, **named: Any) -> bool:  # noqa: ANN401 -- whatever it takes
            new = real(outbox, *given, **named)
            bot.worker.drain()
            return new

        monkeypatch.setattr(Outbox, "plan", plan)
        anna.says(ASKED)
        bot.settle()
        (name,) = [f"message {anna.dm.id}:{each.ts}" for each in anna.sees() if each.user == anna.id]
        assert bot.worker.announce(name, DeliveryTarget(anna.dm.id))  # which none was before
    assert anna.conversation().count(ANSWER) == 1


def test_a_question_that_another_process_has_answered_leaves_no_sign(
    slack: SlackDouble, anna: Person, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(sign_after_seconds=60) as bot:
        said = anna.says(ASKED)
        bot.settle()
    with opened() as bot:
        real = Outbox.plan

        def plan(outbox: Outbox, *given: Any, **named: Any) -> bool:  # noqa: ANN401 -- whatever it takes
            slack.until(lambda: WORKING in anna.conversation())  # a journal so slow that the sign comes first
            return real(outbox, *given, **named)

        monkeypatch.setattr(Outbox, "plan", plan)
        slack.resend(said.deliveries[0])
        bot.settle()
    assert WORKING not in anna.conversation()
    assert anna.conversation().count(ANSWER) == 1


def test_what_this_process_has_accepted_is_not_announced_again(
    slack: SlackDouble, anna: Person, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(sign_after_seconds=60) as bot:
        said = anna.says(ASKED)
        bot.settle()
        announced: list[object] = []
        monkeypatch.setattr(bot.worker, "announce", lambda *given: announced.append(given))
        slack.resend(said.deliveries[0])
        bot.settle()
    assert announced == []
    assert anna.conversation().count(ANSWER) == 1


def test_an_answer_too_late_for_its_response_url_comes_in_the_direct_message(
    slack: SlackDouble, anna: Person, general: Channel, opened: Open
) -> None:
    """A command's URL lasts half an hour, and Slack may be busy for longer."""
    clock = Clock()
    with opened(sign_after_seconds=60, clock=clock) as bot:
        slack.refuse("response_url", retry_after=3_600)
        anna.runs("/faq", ASKED, channel=general)
        bot.settle()
        slack.advance(3_600)
        clock.at += timedelta(seconds=3_601)
        bot.worker.drain()
    assert anna.conversation().count(ANSWER) == 1
    assert anna.conversation(general) == ""


def test_who_is_asked_to_wait_sees_no_sign(slack: SlackDouble, anna: Person, opened: Open) -> None:
    with opened(limit=1, sign_after_seconds=60) as bot:
        anna.says(ASKED)
        bot.settle()
        before = len(slack.requests)
        bot.worker.signs._after = 0  # noqa: SLF001 -- from now on, whatever is announced shows
        anna.says(ASKED)
        anna.says(ASKED)
        bot.settle()
    assert [each.method for each in slack.requests[before:]] == ["chat.postMessage"]
    assert not any(sign in anna.history() for sign in SIGNS)
