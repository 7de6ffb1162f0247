"""People talk in threads, correct what they wrote and delete it: when the bot speaks, and when it is silent."""

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.engine import converse
from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.settings import Threads
from bot.slack.context import Admission
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.handing import hand_over
from tests.slack.office import ANSWER, ASKED, Office, Opens, choosing

pytestmark = pytest.mark.usefixtures("at_work")

CLOTHES, FREE = "職場の服装はどんな感じですか", "服装は自由で"
TRAINING, TRAINED = "どのような研修がありますか", "基礎から学ぶ研修があります。"


def posts(slack: SlackDouble) -> int:
    return len(slack.calls("chat.postMessage"))


@pytest.mark.parametrize(
    "text",
    [
        "👍",
        "了解です、13時に会議室で",
        "ありがとうございます",
        "なるほど",
        "助かりました!",
        "在宅勤務は最高",
        "こんにちは",
    ],
)
def test_without_its_name_the_bot_says_nothing_to_what_asks_nothing(
    slack: SlackDouble, anna: Person, general: Channel, text: str
) -> None:
    root = anna.says(ASKED, channel=general, mention=True)
    anna.says(text, channel=general, thread=root.ts)
    assert posts(slack) == 1
    anna.says(TRAINING, channel=general, thread=root.ts)
    assert TRAINED in anna.conversation(general)


def test_a_yes_to_the_one_entry_that_it_offers_needs_no_name(
    bot: Office, anna: Person, general: Channel
) -> None:
    offers = choosing(["training"])

    def offered(*asked: Any, **rest: Any) -> tuple[Reply, ConversationState]:  # noqa: ANN401 -- as `converse` has them
        reply, thread = offers(*asked, **rest)
        return reply, replace(thread, offered="training")

    bot.context.converse = offered
    root = anna.says("勉強は?", channel=general, mention=True)
    assert "[違う]" in anna.conversation(general)
    bot.context.converse = converse
    anna.says("はい", channel=general, thread=root.ts)
    anna.says("はい", channel=general, thread=root.ts)
    *_, answer, again = anna.sees(general)
    assert (TRAINED in answer.text, answer.thread_ts, again.text) == (True, root.ts, "はい")


def test_what_it_has_no_answer_to_it_leaves_to_people_and_to_the_journal_it_is_nothing(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel
) -> None:
    """Nor does it ask to wait, or say that something went wrong."""
    root = anna.says(ASKED, channel=general, mention=True)
    for offered in (["clothes", "training"], []):
        bot.context.converse = choosing(offered)
        anna.says("明日の会議は何時からですか", channel=general, thread=root.ts)
    bot.context.converse = None  # type: ignore[assignment]  # a bug
    anna.says(CLOTHES, channel=general, thread=root.ts)
    bot.context.flood.admit = lambda *_: Admission.ASK_TO_WAIT  # type: ignore[method-assign]
    anna.says(CLOTHES, channel=general, thread=root.ts)
    assert posts(slack) == 1
    assert [each.text for each in bot.journal.questions.last(5)] == [ASKED]


@pytest.mark.parametrize("mention", [True, False])
def test_where_more_people_write_it_waits_for_its_name(
    slack: SlackDouble, anna: Person, bert: Person, general: Channel, *, mention: bool
) -> None:
    root = anna.says(ASKED, channel=general, mention=True)
    bert.says(TRAINING, channel=general, thread=root.ts, mention=mention)
    before = posts(slack)
    for person in (anna, bert):
        person.says(CLOTHES, channel=general, thread=root.ts)
    assert posts(slack) == before == 1 + mention
    anna.says(CLOTHES, channel=general, thread=root.ts, mention=True)
    assert FREE in anna.conversation(general)


def test_an_office_may_want_it_to_wait_for_its_name_always(
    slack: SlackDouble, opens: Opens, anna: Person, general: Channel
) -> None:
    with opens(threads=Threads.MENTION):
        root = anna.says(ASKED, channel=general, mention=True)
        anna.says(CLOTHES, channel=general, thread=root.ts)
    assert posts(slack) == 1


def test_in_a_group_direct_message_it_waits_for_its_name(
    slack: SlackDouble, anna: Person, bert: Person
) -> None:
    group = slack.channel("安奈・部長", anna, bert, kind="mpim")
    anna.says(ASKED, channel=group)
    root = anna.says(ASKED, channel=group, mention=True)
    anna.says(CLOTHES, channel=group, thread=root.ts)
    assert posts(slack) == 2
    assert ANSWER in bert.conversation(group)
    assert FREE in bert.conversation(group)


def test_a_question_that_is_corrected_is_answered_in_the_place_of_the_answer(
    slack: SlackDouble, anna: Person, general: Channel
) -> None:
    """As often as it is; Slack also tells of an edit where it has put a link's page below a message."""
    for where in (anna.dm, general):
        said = anna.says(ASKED, channel=where, mention=where is general)
        anna.edits(said, ASKED, mention=where is general)
        for text, answer in ((CLOTHES, FREE), (TRAINING, TRAINED)):
            anna.edits(said, text, mention=where is general)
            shown = anna.conversation(where)
            assert answer in shown
            assert ANSWER not in shown
        assert FREE not in shown
    assert posts(slack) == 2


def test_an_edit_that_adds_the_bots_name_is_answered_once(
    slack: SlackDouble, anna: Person, general: Channel
) -> None:
    said = anna.says(ASKED, channel=general)
    events = anna.edits(said, ASKED, mention=True)
    slack.resend(events[0])
    assert len(events) == 2
    assert posts(slack) == 1
    anna.edits(said, CLOTHES, mention=True)
    assert posts(slack) == 1
    assert FREE in anna.conversation(general)


def test_what_people_change_and_delete_among_themselves_is_left_alone(
    slack: SlackDouble, anna: Person, general: Channel
) -> None:
    said = anna.says("お昼は?", channel=general)
    anna.edits(said, ASKED)
    anna.deletes(said)
    assert slack.requests == []


def test_hr_is_told_of_a_correction_to_the_question_that_they_have(
    anna: Person, hana: Person, hr_channel: Channel
) -> None:
    said = anna.says(ASKED)
    anna.presses("人事に聞く")
    anna.submits()
    anna.edits(said, "育児中の在宅勤務は週に何日できますか")
    shown = hana.conversation(hr_channel)
    assert "候補者が、元の質問を書き直しました。" in shown
    assert "| 育児中の在宅勤務は週に何日できますか" in shown
    hand_over(anna, "寮は?")
    assert hana.conversation(hr_channel).count("書き直しました") == 1


@pytest.mark.parametrize("direct", [True, False])
def test_the_answer_to_a_question_that_was_deleted_has_no_buttons(
    slack: SlackDouble, anna: Person, general: Channel, *, direct: bool
) -> None:
    """In a channel its thread stays, and Slack tells of it as of a change."""
    where = anna.dm if direct else general
    said = anna.says(ASKED, channel=where, mention=not direct)
    anna.deletes(said)
    (answer,) = anna.sees(where)
    assert [block["type"] for block in answer.blocks] == ["rich_text", "context"]
    assert answer.text.startswith(ANSWER)
    assert posts(slack) == 1
