"""The app with Slack's Agents feature: questions at the top of its direct message, no guests."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.slack.manifest import Profile
from bot.slack.messages.answers import LONGEST_PROMPT_TITLE, catalog
from bot.slack.messages.home import HELLO
from bot.slack.messages.notices import THANKS
from faq.model import Knowledge
from tests.index.builders import entry
from tests.slack.double import Person, SlackDouble
from tests.slack.office import ANSWER, ASKED, Office, Opens

DAY = date(2025, 6, 1)
CLOTHES = "職場の服装はどんな感じですか"


@pytest.fixture
def bot(slack: SlackDouble, opens: Opens) -> Iterator[Office]:
    slack.installs(Profile.AGENT)
    with opens(profile=Profile.AGENT) as opened:
        yield opened


def test_who_opens_the_direct_message_is_offered_questions_of_the_faq_as_it_is_then(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    anna.opens_home(tab="messages")
    assert anna.prompts() == [ASKED, "どのような研修がありますか", "職場の服装はどんな感じですか"]
    (call,) = slack.calls("assistant.threads.setSuggestedPrompts")
    assert "thread_ts" not in call.body  # with it, Slack would say yes and show nothing
    anna.says(anna.prompts()[0])
    assert ANSWER in anna.conversation()
    file = bot.context.live.path / "faq.yaml"
    renamed = file.read_text("utf-8").replace(f"question: {ASKED}", "question: 家で働けますか")
    file.write_text(renamed, "utf-8")
    bot.context.live.publish()
    anna.opens_home(tab="messages")
    assert anna.prompts()[0] == "家で働けますか"


def test_a_classic_app_greets_there_once_and_only_where_nothing_was_said(
    opens: Opens, anna: Person, bert: Person
) -> None:
    with opens():
        bert.says(CLOTHES)
        for _ in range(2):
            anna.opens_home(tab="messages")
            bert.opens_home(tab="messages")
        assert anna.conversation().count(HELLO) == 1
        assert HELLO not in bert.conversation()
        anna.presses(CLOTHES)
        assert "服装は自由で" in anna.conversation()


def test_slacks_own_buttons_for_feedback_rate_an_answer(bot: Office, anna: Person) -> None:
    """Elsewhere than in messages Slack has none."""
    anna.says(ASKED)
    assert anna.conversation().endswith("(👍) (👎)")
    anna.presses("👎")
    anna.submits({"reason": "outdated"})
    anna.closes()
    (rated,) = bot.journal.questions.last(5)
    assert (rated.good, rated.bad) == (0, 1)
    anna.presses("👍")
    assert THANKS in anna.conversation()
    (rated,) = bot.journal.questions.last(5)
    assert (rated.good, rated.bad) == (1, 0)
    assert bot.slack.calls("chat.update") == []  # which of them was pressed, Slack shows
    anna.runs("/faq", ASKED)
    assert anna.conversation().endswith("[👍] [👎]")


def test_where_slack_refuses_them_answers_on_their_way_together_are_sent_with_the_bots_own(
    slack: SlackDouble, bot: Office, anna: Person, bert: Person
) -> None:
    slack.refuse("chat.postMessage", "invalid_blocks", when=lambda body: "feedback" in str(body), times=9)
    posting = slack.hold("chat.postMessage")
    for person in (anna, bert):
        person.says(ASKED)
    slack.until(lambda: posting.waiting == 2)
    posting.open()
    bot.settle()
    bot.later()
    bot.settle()
    for person in (anna, bert):
        assert ANSWER in person.conversation()
        assert person.conversation().endswith("[👍] [👎]")


def test_a_large_faq_offers_four_whose_titles_fit_and_an_empty_one_nothing(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    """Slack refuses a list of none."""
    entries = tuple(entry(f"e{n}", f"{n}番目の質問?" * 30) for n in range(9))
    many, none = catalog(Knowledge(entries=entries), DAY), catalog(Knowledge(entries=()), DAY)
    bot.context.catalog = lambda: none  # type: ignore[method-assign]
    anna.opens_home(tab="messages")
    assert slack.requests == []
    bot.context.catalog = lambda: many  # type: ignore[method-assign]
    anna.opens_home(tab="messages")
    offered = many.prompts
    assert anna.prompts() == [each["title"] for each in offered]
    assert all(len(each["title"]) <= LONGEST_PROMPT_TITLE < len(each["message"]) for each in offered)
    assert len(offered) == 4
