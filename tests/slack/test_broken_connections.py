"""A connection that breaks when Slack has done what it was asked: nothing is told twice, and nothing is lost."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import engine
from bot.journal.outbox import DeliveryState
from bot.slack.delivery.targets import LOST, InConversation
from bot.slack.messages.notices import APOLOGY, PRESS_AGAIN, WORKING
from bot.slack.profile import Profile
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import Clock, Office, office

ASKED, ANSWER = "在宅勤務はどのくらいできますか", "在宅勤務は、平均すると週に1日から2日ほどです。"
BEGUN = [b"", b'{"ok":']
"""What of Slack's answer may still get through: nothing, or its first characters."""


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(slack: SlackDouble, knowledge: Path, clock: Clock, hr_channel: Channel) -> Iterator[Office]:
    with office(slack, knowledge, knowledge.parent / "home", clock=clock, hr=hr_channel.id) as opened:
        yield opened


def later(bot: Office) -> None:
    bot.clock.at += timedelta(seconds=61)
    bot.worker.drain()


@pytest.mark.parametrize("begun", BEGUN)
def test_an_answer_of_which_slack_could_not_say_that_it_stands_there_is_not_posted_again(
    slack: SlackDouble, bot: Office, anna: Person, begun: bytes
) -> None:
    slack.break_off("chat.postMessage", begun=begun)
    said = anna.says(ASKED)
    bot.settle()
    later(bot)
    assert bot.journal.outbox.state(f"message {anna.dm.id}:{said.ts}") is DeliveryState.DONE
    assert anna.conversation().count(ANSWER) == 1
    assert len(anna.sees()) == 2


@pytest.mark.parametrize("begun", BEGUN)
def test_a_sign_of_which_slack_could_not_say_that_it_stands_there_is_cleared(
    slack: SlackDouble, knowledge: Path, anna: Person, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the signs of other questions are shown all the same."""
    slow, real = threading.Event(), engine.converse

    def converse(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
        slow.wait(PATIENCE_SECONDS)
        return real(*given, **named)

    monkeypatch.setattr("bot.slack.services.questions.converse", converse)
    bert = slack.person("部長")
    with office(slack, knowledge, knowledge.parent / "home", sign_after_seconds=0) as bot:
        slack.break_off("chat.postMessage", begun=begun)
        anna.says(ASKED)
        slack.until(lambda: WORKING in anna.conversation())
        bert.says(ASKED)
        slack.until(lambda: WORKING in bert.conversation())
        slow.set()
        bot.settle()
    for person in (anna, bert):
        assert person.conversation().count(ANSWER) == 1
        assert len(person.sees()) == 2


def test_a_sign_that_may_stand_there_is_taken_away_with_what_it_announced(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    way = InConversation(bot.context.client, "message x", anna.dm.id)
    way.sign()
    way.withdraw(LOST)
    assert anna.conversation() == ""
    way.withdraw(LOST)
    assert slack.requests[-1].method == "conversations.history"  # and nothing is deleted that is not there


def test_a_card_and_hrs_reply_are_there_once(
    slack: SlackDouble, bot: Office, anna: Person, hr_channel: Channel
) -> None:
    hana = slack.person("人事の花")
    hana.joins(hr_channel)
    anna.says("給料はいくらですか")
    bot.settle()
    anna.presses("人事に聞く")
    bot.settle()
    slack.break_off("chat.postMessage", times=2)  # the card and the candidate's receipt
    anna.submits({"question": "初任給は?"})
    bot.settle()
    later(bot)
    (card,) = hana.sees(hr_channel)
    slack.break_off("chat.postMessage")
    hana.says("表をご覧ください。", channel=hr_channel, thread=card.ts)
    bot.settle()
    later(bot)
    assert bot.journal.outbox.waiting() == 0
    assert anna.conversation().count("採用の担当者にお伝えしました") == 1
    assert anna.conversation().count("表をご覧ください。") == 1


def test_who_presses_while_slack_breaks_off_is_asked_to_press_again(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    anna.says(ASKED)
    bot.settle()
    slack.refuse("views.open", "<html>Bad gateway</html>", status=502)
    anna.presses("人事に聞く")
    bot.settle()
    assert anna.conversation().count(PRESS_AGAIN) == 1
    slack.break_off("views.open", begun=b'{"ok":')
    anna.presses("人事に聞く")
    bot.settle()
    assert anna.conversation().count(PRESS_AGAIN) == 2


def test_an_answer_to_a_command_is_not_lost(slack: SlackDouble, bot: Office, anna: Person) -> None:
    """It may come twice: Slack has no way to ask what one person alone sees."""
    slack.refuse("response_url", "<html>Bad gateway</html>", status=502)
    anna.runs("/faq", ASKED)
    bot.settle()
    later(bot)
    assert anna.conversation().count(ANSWER) == 1
    slack.break_off("response_url", begun=b"o")
    anna.runs("/faq", ASKED)
    bot.settle()
    assert bot.journal.outbox.waiting() == 1
    later(bot)
    assert bot.journal.outbox.waiting() == 0


def test_an_answer_to_a_command_that_may_stand_there_is_replaced_where_slack_does_so(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    slack.workspace.commands_replace = True
    slack.break_off("response_url", begun=b"o")
    anna.runs("/faq", ASKED)
    bot.settle()
    later(bot)
    assert len(slack.calls("response_url")) == 2
    assert anna.conversation().count(ANSWER) == 1


@pytest.mark.parametrize("profile", Profile)
def test_a_home_tab_or_prompts_that_cannot_be_shown_are_told_to_whoever_runs_the_bot_in_one_line(
    slack: SlackDouble, bot: Office, anna: Person, profile: Profile, caplog: pytest.LogCaptureFixture
) -> None:
    slack.installs(profile)
    bot.context.profile = profile
    for method in ("views.publish", "assistant.threads.setSuggestedPrompts"):
        slack.break_off(method, begun=b"{")
    anna.opens_home()
    anna.opens_home(tab="messages")
    bot.settle()
    ours = [each for each in caplog.records if each.name == "faq.slack"]
    told = {"ホームを表示できません", *(["質問の例を出せません"] if profile is Profile.AGENT else [])}
    assert {each.message.partition(":")[0] for each in ours} == told
    assert not any(each.exc_info for each in ours)


def test_a_page_that_is_not_slacks_is_no_refusal(slack: SlackDouble, bot: Office, anna: Person) -> None:
    """Of a portal at which somebody must log in first; the answer waits until they have."""
    slack.refuse("chat.postMessage", "<html>Sign in</html>", times=3)
    anna.says(ASKED)
    bot.settle()
    for _ in range(3):
        later(bot)
    assert anna.conversation().count(ANSWER) == 1
    assert APOLOGY not in anna.conversation()
