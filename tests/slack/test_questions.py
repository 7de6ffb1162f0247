"""Questions come in by every door, and each gets one answer, where it was asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import Mock

import pytest

from bot.conversation.engine import converse as real
from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.slack.context import WINDOW, Admission, Flood
from bot.slack.messages.answers import catalog
from bot.slack.messages.notices import APOLOGY, STALE, THANKS, TOO_MANY
from faq.model import Knowledge
from tests.index.builders import entry
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Channel, Person, SlackDouble, dispatch
from tests.slack.double.model import BOT_USER
from tests.slack.double.payloads import message_event
from tests.slack.office import ANSWER, ASKED, Office, Opens, choosing, noting_topics

pytestmark = pytest.mark.usefixtures("at_work")

CLOTHES, FREE = "職場の服装はどんな感じですか", "服装は自由で"
TRAINING, TRAINED = "どのような研修がありますか", "基礎から学ぶ研修があります。"


def posted(slack: SlackDouble, text: str = "") -> list[dict[str, Any]]:
    return [each.body for each in slack.calls("chat.postMessage") if text in each.body["text"]]


def test_a_direct_message_is_answered_flat_and_in_a_thread_in_it(slack: SlackDouble, anna: Person) -> None:
    said = anna.says(ASKED)
    (body,) = posted(slack)
    assert (body["channel"], body.get("thread_ts")) == (anna.dm.id, None)
    read = [each.get("accessibility_label") for each in anna.sees()[-1].blocks[-1]["elements"]]
    assert read == ["役に立った", "役に立たなかった", None]
    anna.says(CLOTHES, thread=said.ts)
    assert posted(slack, FREE)[0]["thread_ts"] == said.ts


def test_a_mention_that_comes_as_two_events_is_answered_once_in_its_thread(
    slack: SlackDouble, anna: Person, general: Channel
) -> None:
    said = anna.says(ASKED, channel=general, mention=True)
    assert len(said.deliveries) == 2
    slack.resend(said.deliveries[0])
    assert said.deliveries[0].acks == [{}, {}]
    (body,) = posted(slack)
    assert (body["channel"], body["thread_ts"]) == (general.id, said.ts)


def test_a_thread_that_the_bot_has_joined_needs_no_mention_even_after_a_restart(
    slack: SlackDouble, opens: Opens, anna: Person, general: Channel
) -> None:
    with opens():
        root = anna.says(ASKED, channel=general, mention=True)
    with opens():
        anna.says(TRAINING, channel=general, thread=root.ts)
    (body,) = posted(slack, TRAINED)
    assert body["thread_ts"] == root.ts


def test_what_people_say_to_each_other_is_left_alone(
    slack: SlackDouble, anna: Person, general: Channel, bert: Person
) -> None:
    anna.says(ASKED, channel=general)
    root = anna.says("お昼は?", channel=general)
    bert.says(ASKED, channel=general, thread=root.ts)
    joined = anna.says(ASKED, channel=general, mention=True)
    # A person who is named is spoken to, not the bot.
    named = slack.workspace.post(general, bert.id, f"<@{anna.id}> {ASKED}", thread_ts=joined.ts)
    slack.event("message.channels", message_event(named, general))
    assert len(posted(slack)) == 1


@pytest.mark.parametrize(
    ("wrote", "answers"),
    [
        ({"subtype": "file_share"}, 1),
        ({"subtype": "channel_join"}, 0),
        ({"subtype": "message_changed"}, 0),
        ({"bot_id": "B0OTHER"}, 0),
        ({"user": BOT_USER, "bot_id": "B0BOT"}, 0),
        ({"user": "USLACKBOT"}, 0),  # as of a reminder
    ],
)
def test_a_message_counts_if_a_person_wrote_it(
    slack: SlackDouble, anna: Person, wrote: dict[str, str], answers: int
) -> None:
    message = slack.workspace.post(anna.dm, anna.id, ASKED)
    slack.event("message.im", {**message_event(message, anna.dm), **wrote})
    assert len(posted(slack)) == answers


def test_a_command_answers_that_person_alone(slack: SlackDouble, anna: Person) -> None:
    """In a channel, too, in which the bot is not."""
    bert = slack.person("部長")
    general = slack.channel("general", anna, bert, bot=False)
    delivery = anna.runs("/faq", ASKED, channel=general)
    assert delivery.acks == [{}]
    assert ANSWER in anna.conversation(general)
    assert bert.conversation(general) == ""
    (alone,) = slack.calls("response_url")
    assert (alone.body["response_type"], alone.body["replace_original"]) == ("ephemeral", False)
    anna.runs("/faq", "  ")
    assert "ご質問を文章でお書きください" in anna.conversation()


def test_what_somebody_else_asked_can_be_put_to_the_faq_for_oneself_alone(
    slack: SlackDouble, anna: Person, bert: Person, general: Channel
) -> None:
    """From the menu of the message."""
    asked = bert.says(ASKED, channel=general)
    slack.resend(anna.chooses("FAQに聞く", asked.posted))
    assert anna.conversation(general).count(ANSWER) == 1
    assert ANSWER not in bert.conversation(general)


def test_a_choice_is_answered_and_none_of_them_leads_to_hr(bot: Office, anna: Person) -> None:
    bot.context.converse = choosing(["clothes", "training"])
    anna.says("服は?")
    offer = anna.sees()[-1]
    anna.presses(TRAINING, message=offer)
    assert TRAINED in anna.conversation()
    anna.presses("どれも違う", message=offer)
    assert "見つかりませんでした" in anna.conversation()
    assert "[*人事に聞く*]" in anna.conversation()
    (chosen, offered) = sorted(bot.journal.questions.last(5), key=lambda each: each.reply)
    assert (chosen.entries, offered.comments) == (("training",), ("どれも違う",))
    assert (chosen.choice_of, offered.choice_of) == (offered.id, "")


def test_hr_is_named_where_the_office_has_a_channel_for_it(anna: Person) -> None:
    anna.says("宇宙飛行士の訓練の計画はありませんか")
    assert "「人事に聞く」から人事担当者にお尋ねください。" in anna.conversation()


def test_what_a_button_brought_is_remembered_unless_it_only_refers(bot: Office, anna: Person) -> None:
    bot.context.converse = choosing(["clothes", "salary"])
    anna.says("どれ?")
    offer = anna.sees()[-1]
    for label, topics in ((CLOTHES, ("clothes",)), ("給料はいくらですか", ())):
        anna.presses(label, message=offer)
        kept = bot.journal.conversations.recall(anna.dm.id)
        assert kept
        assert kept.topics == topics


def test_a_choice_is_answered_once_for_each_person_however_often_it_is_pressed_and_is_marked_where_it_stood(
    slack: SlackDouble, anna: Person, bert: Person, general: Channel
) -> None:
    root = anna.says(ASKED, channel=general, mention=True)
    answer = anna.sees(general)[-1]
    before = list(answer.blocks)
    for person in (anna, anna, bert):
        answer.blocks[:] = before  # as it still stands on the screen
        slack.resend(person.presses(CLOTHES, message=answer))
    assert [each["thread_ts"] for each in posted(slack, FREE)] == [root.ts] * 2
    assert f"· ✔ {CLOTHES}" in anna.conversation(general)
    assert f"[{CLOTHES}]" not in anna.conversation(general)
    assert "[👍] [👎] [人事に聞く]" in anna.conversation(general)


def test_a_choice_under_a_command_is_answered_once_for_that_person_alone_and_is_no_question_too_many(
    opens: Opens, anna: Person, bert: Person, general: Channel
) -> None:
    """The choices stay where they are, and what one person alone sees is remembered by no conversation."""
    with opens(hr="C0HR", limit=1) as bot:
        bot.context.converse = choosing(["clothes", "training"])
        anna.runs("/faq", "服は?", channel=general)
        offer = anna.sees(general)[-1]
        for label in (CLOTHES, CLOTHES, TRAINING):
            anna.presses(label, message=offer)
        shown = anna.conversation(general)
        assert (shown.count(FREE), shown.count(TRAINED)) == (2, 2)  # with the beginning below each choice
        assert "[どれも違う]" in shown
        assert TOO_MANY not in shown
        assert bert.conversation(general) == ""
        assert bot.journal.conversations.recall(general.id) is None


def test_a_button_and_a_form_of_another_version_say_so(anna: Person) -> None:
    anna.says(ASKED)
    answer = anna.sees()[1]
    answer.blocks[-1]["elements"][0]["action_id"] = "share_with_everybody"
    assert anna.presses("👍", message=answer).acked
    assert STALE in anna.conversation()
    anna.presses("人事に聞く", message=answer)
    anna.modals()[0].content["callback_id"] = "survey"
    anna.submits()
    assert STALE in anna.screen()


def test_the_home_tab_greets_browses_and_answers_in_a_modal_that_can_be_rated_and_leads_to_hr(
    bot: Office, anna: Person
) -> None:
    anna.opens_home()
    assert "# 採用FAQ" in anna.screen()
    assert "2025年2月18日時点" in anna.screen()
    anna.presses(ASKED, home=True)
    anna.presses("👍")
    assert THANKS in anna.screen()
    anna.closes()
    anna.closes()
    anna.presses("研修(1)", home=True)
    assert anna.screen().startswith("# 研修")
    anna.presses(TRAINING, home=True)
    assert TRAINED in anna.screen()
    anna.presses("人事に聞く")
    assert "== 人事に聞く ==" in anna.screen()
    assert len(anna.modals()) == 2
    recorded = {(each.text, each.channel, each.good) for each in bot.journal.questions.last(5)}
    assert recorded == {(TRAINING, "slack-home", 0), (ASKED, "slack-home", 1)}


def test_of_a_long_category_as_much_is_shown_as_the_tab_holds(bot: Office, anna: Person) -> None:
    many = Knowledge(entries=tuple(entry(f"e{n}", f"質問{n:02d}", category="多い") for n in range(120)))
    bot.context.catalog = lambda: catalog(many, date(2025, 6, 1))  # type: ignore[method-assign]
    anna.opens_home()
    anna.presses("多い(120)", home=True)
    assert "[質問89]\n· ほか30件は、質問を書いてお尋ねください。" in anna.screen()
    anna.presses("ホームに戻る", home=True)
    assert anna.screen().startswith("# 採用FAQ")


def test_the_last_of_two_ratings_counts_and_is_shown_where_one_person_alone_sees_it(
    bot: Office, anna: Person
) -> None:
    anna.says(ASKED)
    for _ in range(3):
        anna.presses("👍", message=anna.sees()[1])
    assert anna.conversation().count(THANKS) == 1
    assert "[*👍*] [👎]" in anna.conversation()
    anna.presses("👎")
    assert "[👍] [*👎*]" in anna.conversation()
    anna.submits({"reason": "outdated", "comment": "数字が古い"})
    assert THANKS in anna.screen()
    anna.closes()
    (recorded,) = bot.journal.questions.last(5)
    assert (recorded.good, recorded.bad) == (0, 1)
    assert recorded.comments == ("内容が古い、または間違っている\n数字が古い",)
    anna.presses("👎")
    anna.submits({})  # which may be sent empty
    anna.presses("👍")
    (recorded,) = bot.journal.questions.last(5)
    assert (recorded.good, recorded.bad) == (1, 0)


def test_a_word_of_thanks_is_for_the_one_who_pressed_and_stands_in_the_thread(
    slack: SlackDouble, anna: Person, general: Channel, bert: Person
) -> None:
    said = anna.says(ASKED, channel=general, mention=True)
    anna.presses("👍")
    (thanks,) = slack.calls("response_url")
    assert thanks.body["thread_ts"] == said.ts
    assert THANKS in anna.conversation(general)
    assert THANKS not in bert.conversation(general)


def test_what_follows_is_understood_with_what_that_person_said_before_in_that_conversation(
    bot: Office, anna: Person, general: Channel, bert: Person
) -> None:
    known = noting_topics(bot)
    root = anna.says("一")
    anna.says("二")
    anna.says("三", thread=root.ts)
    mention = anna.says("四", channel=general, mention=True)
    for person, text in ((bert, "補助は?"), (anna, "五")):
        person.says(text, channel=general, thread=mention.ts, mention=True)
    before = {"一": (), "二": ("一",), "三": (), "四": (), "補助は?": (), "五": ("四",)}
    assert dict(known) == before
    kept = {each.text: each.follows for each in bot.journal.questions.last(9)}
    assert kept == {text: bool(topics) for text, topics in before.items()}


def test_questions_of_one_conversation_are_answered_in_turn_and_those_of_others_meanwhile(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    """Else the second would be read without what the first was about."""
    bert = slack.person("部長")
    gate = slack.hold("chat.postMessage", when=lambda body: body["text"].startswith("在宅"))
    anna.says(ASKED)
    slack.until(lambda: gate.waiting)
    second = anna.says(CLOTHES)
    anna.runs("/faq", CLOTHES)
    bert.says(CLOTHES)
    slack.until(lambda: FREE in bert.conversation())
    slack.until(lambda: FREE in anna.conversation())  # to the command, which is no part of the conversation
    assert bot.state(f"message {anna.dm.id}:{second.ts}") == "waiting"
    gate.open()
    bot.settle()
    assert anna.conversation().count(FREE) == 2
    assert [each["text"][:2] for each in posted(slack) if each["channel"] == anna.dm.id] == ["在宅", "服装"]


def test_a_bug_is_apologised_for(bot: Office, anna: Person, caplog: pytest.LogCaptureFixture) -> None:
    bot.context.converse = Mock(side_effect=ZeroDivisionError)
    anna.says(ASKED)
    assert APOLOGY in anna.conversation()
    assert "a question cannot be answered" in caplog.text


def test_what_an_embeddings_server_did_not_help_with_is_answered_and_only_the_log_says_so(
    bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    def converse(*given: Any, **rest: Any) -> tuple[Reply, ConversationState]:  # noqa: ANN401 -- as it is
        reply, state = real(*given, **rest)
        return replace(reply, unembedded="埋め込みサーバーを使わずに答えました。"), state

    bot.context.converse = converse
    anna.says(ASKED)
    assert ANSWER in anna.conversation()
    assert "埋め込み" not in anna.conversation()
    assert "埋め込みサーバーを使わずに答えました。" in caplog.text


def test_who_asks_is_answered_while_the_questions_of_others_take_long(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    """As where an embeddings server is slow."""
    go = Event()

    def converse(release: Any, message: str, *given: Any, **rest: Any) -> tuple[Reply, ConversationState]:  # noqa: ANN401 -- as it is
        if message != ASKED:
            go.wait(PATIENCE_SECONDS)
        return real(release, message, *given, **rest)

    bot.context.converse, slack.route = converse, dispatch(bot.app)
    for number in range(4):
        slack.person(f"候補者{number}").says("研修は?")
    anna.says(ASKED)
    try:
        slack.until(lambda: ANSWER in anna.conversation())
    finally:
        go.set()


def test_an_event_that_comes_while_slack_answers_nothing_is_kept(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    """Bolt itself would ask Slack who it is, fail, and acknowledge the event as if it had been dealt with."""
    slack.refuse("auth.test", "internal_error", times=9)
    slack.refuse("chat.postMessage", "internal_error")
    said = anna.says(ASKED)
    assert said.deliveries[0].acked
    assert slack.calls("auth.test") == []
    bot.later()
    assert ANSWER in anna.conversation()


def test_a_button_of_an_entry_that_is_no_longer_served_says_so_and_is_not_offered_again(
    bot: Office, knowledge: Path, anna: Person
) -> None:
    anna.says(ASKED)
    file, head = knowledge / "faq.yaml", "  - id: clothes\n"
    file.write_text(file.read_text("utf-8").replace(head, f"{head}    valid_until: 2025-05-01\n"), "utf-8")
    bot.context.live.publish()
    anna.presses(CLOTHES)
    assert STALE in anna.conversation()
    assert FREE not in anna.conversation()
    anna.says(ASKED)
    assert f"[{CLOTHES}]" not in anna.conversation()


def test_a_button_of_another_version_brings_something_all_the_same(anna: Person) -> None:
    anna.says(ASKED)
    answer = anna.sees()[1]
    for block in answer.blocks:
        for element in block.get("elements", []):
            element["value"] = "v1:clothes"
    for label in (CLOTHES, "👍", "人事に聞く"):
        anna.presses(label, message=answer)
    assert anna.conversation().count(STALE) == 3


def test_after_a_minute_a_person_may_ask_again_and_everybody_is_counted_alone() -> None:
    flood, at = Flood(2), datetime(2025, 6, 1, tzinfo=UTC)
    admitted = [flood.admit("U1", name, at) for name in "abc"]
    assert admitted == [Admission.ANSWER, Admission.ANSWER, Admission.ASK_TO_WAIT]
    assert flood.admit("U2", "a", at) is Admission.ANSWER
    assert flood.admit("U1", "d", at + WINDOW - timedelta(seconds=1)) is Admission.IGNORE
    assert flood.admit("U1", "e", at + WINDOW) is Admission.ANSWER
    assert "U2" not in str(vars(flood))  # who asks no more is forgotten
