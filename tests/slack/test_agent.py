"""The app with Slack's Agents feature: questions at the top of its direct message, a status at work, no guests."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.slack.catalog import catalog
from bot.slack.connecting import Identity, identity
from bot.slack.manifest import manifest
from bot.slack.profile import Profile
from bot.slack.prompts import LONGEST_TITLE, offer, prompts
from faq.model import Knowledge
from tests.index.builders import entry
from tests.slack.desks import Office, office
from tests.slack.double import Person, SlackDouble

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
    file = bot.desk.served.path / "faq.yaml"
    file.write_text(
        file.read_text("utf-8").replace(f"question: {ASKED}", "question: 家で働けますか"), "utf-8"
    )
    bot.desk.served.publish()
    anna.opens_home(tab="messages")
    bot.settle()
    assert anna.prompts()[0] == "家で働けますか"


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
