"""The app with Slack's Agents feature: questions at the top of its direct message, a status at work, no guests."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.conversation import engine
from bot.slack.manifest import manifest
from bot.slack.messages.catalog import catalog
from bot.slack.messages.prompts import LONGEST_TITLE, offer, prompts
from bot.slack.profile import Profile
from bot.slack.transport.connecting import Identity, identity
from faq.model import Knowledge
from tests.index.builders import entry
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import Clock, Office, office

ASKED, ANSWER = "在宅勤務はどのくらいできますか", "在宅勤務は、平均すると週に1日から2日ほどです。"
MANY = catalog(
    Knowledge(entries=tuple(entry(f"e{n}", f"{n}番目の質問?" * 30) for n in range(9))), date(2025, 6, 1)
)


@pytest.fixture(autouse=True)
def _installed(slack: SlackDouble) -> None:
    slack.installs(Profile.AGENT)


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈")


@pytest.fixture
def bot(slack: SlackDouble, knowledge: Path) -> Iterator[Office]:
    with office(slack, knowledge, knowledge.parent / "home", profile=Profile.AGENT) as opened:
        yield opened


@pytest.mark.parametrize("profile", Profile)
def test_the_bot_knows_by_its_scopes_what_it_was_installed_as(
    slack: SlackDouble, client: WebClient, profile: Profile
) -> None:
    slack.installs(profile)
    assert identity(client, lambda _: None, lambda _: True) == Identity(slack.bot_user, profile)


def test_who_opens_the_direct_message_is_offered_questions_of_the_faq(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    anna.opens_home(tab="messages")
    bot.settle()
    assert anna.prompts() == [ASKED, "どのような研修がありますか", "職場の服装はどんな感じですか"]
    (call,) = slack.calls("assistant.threads.setSuggestedPrompts")
    assert "thread_ts" not in call.body  # with it, Slack would say yes and show nothing
    anna.says(anna.prompts()[0])
    bot.settle()
    assert ANSWER in anna.conversation()


def test_after_a_reload_the_questions_are_those_of_the_new_faq(bot: Office, anna: Person) -> None:
    anna.opens_home(tab="messages")
    bot.settle()
    file = bot.context.live.path / "faq.yaml"
    file.write_text(
        file.read_text("utf-8").replace(f"question: {ASKED}", "question: 家で働けますか"), "utf-8"
    )
    bot.context.live.publish()
    anna.opens_home(tab="messages")
    bot.settle()
    assert anna.prompts()[0] == "家で働けますか"


def test_a_status_is_that_of_the_thread_in_which_was_asked(
    slack: SlackDouble, knowledge: Path, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, real = threading.Event(), engine.converse

    def converse(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
        slow.wait(PATIENCE_SECONDS)
        return real(*given, **named)

    home = knowledge.parent / "home"
    with office(slack, knowledge, home, profile=Profile.AGENT) as bot:
        root = anna.says(ASKED)
        bot.settle()
    monkeypatch.setattr("bot.slack.services.questions.converse", converse)
    with office(slack, knowledge, home, profile=Profile.AGENT, sign_after_seconds=0) as bot:
        anna.says(ASKED, thread=root.ts)
        (status,) = slack.until(lambda: slack.calls("assistant.threads.setStatus"))
        slow.set()
        bot.settle()
    assert status.body["thread_ts"] == root.ts


def test_news_from_hr_have_no_status(
    slack: SlackDouble, knowledge: Path, anna: Person, hr_channel: Channel
) -> None:
    clock = Clock()
    with office(
        slack, knowledge, knowledge.parent / "home", profile=Profile.AGENT, hr=hr_channel.id, clock=clock
    ) as bot:
        anna.says(ASKED)
        bot.settle()
        anna.presses("人事に聞く")
        bot.settle()
        before = len(slack.requests)
        slack.break_off("chat.postMessage", times=2)  # so that it is looked for, and told again
        anna.submits({"question": "初任給は?"})
        bot.settle()
        clock.at += timedelta(seconds=61)
        bot.worker.drain()
    assert anna.conversation().count("採用の担当者にお伝えしました") == 1
    assert "assistant.threads.setStatus" not in {each.method for each in slack.requests[before:]}


def test_its_home_tab_is_the_same(slack: SlackDouble, bot: Office, anna: Person) -> None:
    anna.opens_home()
    bot.settle()
    assert "# 採用FAQ" in anna.screen()
    assert slack.calls("assistant.threads.setSuggestedPrompts") == []


def test_a_classic_app_offers_nothing_there(slack: SlackDouble, knowledge: Path, anna: Person) -> None:
    slack.installs(Profile.CLASSIC)
    with office(slack, knowledge, knowledge.parent / "home") as bot:
        anna.opens_home(tab="messages")
        bot.settle()
    assert slack.requests == []


def test_without_the_scope_it_answers_all_the_same(
    slack: SlackDouble, bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    slack.granted -= {"assistant:write"}
    anna.opens_home(tab="messages")
    anna.says(ASKED)
    bot.settle()
    assert anna.prompts() == []
    assert "質問の例を出せません: missing_scope" in caplog.text
    assert ANSWER in anna.conversation()


def test_a_guest_cannot_use_it(slack: SlackDouble, bot: Office) -> None:
    """So that the classic profile is the default: candidates are often guests."""
    guest = slack.person("候補者", guest=True)
    assert guest.opens_home(tab="messages") is None
    assert guest.says(ASKED).deliveries == ()
    bot.settle()
    assert slack.requests == []


def test_a_large_faq_offers_four_whose_titles_fit(client: WebClient, anna: Person) -> None:
    offered = prompts(MANY)
    assert len(offered) == 4
    assert all(len(each["title"]) <= LONGEST_TITLE < len(each["message"]) for each in offered)
    assert manifest(Profile.AGENT, catalog=MANY)["features"]["agent_view"]["suggested_prompts"] == offered
    offer(client, anna.dm.id, MANY)
    assert anna.prompts() == [each["title"] for each in offered]


def test_an_empty_faq_offers_nothing(client: WebClient, slack: SlackDouble, anna: Person) -> None:
    """Slack refuses a list of none."""
    offer(client, anna.dm.id, catalog(Knowledge(entries=()), date(2025, 6, 1)))
    assert slack.requests == []
