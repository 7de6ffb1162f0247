"""What counts as a question and where it came from, and what is left alone."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.journal.errors import JournalError
from bot.journal.outbox import DeliveryState
from bot.slack.messages.catalog import catalog
from bot.slack.messages.notices import PRESS_AGAIN
from faq.model import Knowledge
from index.release.building import Release
from tests.index.builders import entry
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Delivery, Person, SlackDouble
from tests.slack.double.model import BOT_USER, Channel
from tests.slack.double.payloads import message_event
from tests.slack.office import Office, choosing

ASKED, ANSWER = "在宅勤務はどのくらいできますか", "在宅勤務は、平均すると週に1日から2日ほどです。"


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈")


@pytest.fixture
def general(slack: SlackDouble, anna: Person) -> Channel:
    return slack.channel("general", anna)


def posted(slack: SlackDouble) -> list[dict[str, Any]]:
    return [each.body for each in slack.calls("chat.postMessage")]


def test_in_a_thread_of_the_direct_message_the_answer_stands_in_it(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    root = anna.says(ASKED)
    anna.says("職場の服装はどんな感じですか", thread=root.ts)
    bot.settle()
    threads = {each["text"][:2]: each.get("thread_ts") for each in posted(slack)}
    assert threads == {"在宅": None, "服装": root.ts}


def test_what_follows_is_understood_with_what_was_said_before_in_that_conversation_alone(
    bot: Office, anna: Person, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[tuple[str, tuple[str, ...]]] = []

    def converse(
        release: Release, message: str, thread: ConversationState, **_: object
    ) -> tuple[Reply, ConversationState]:
        known.append((message, thread.topics))
        said = Reply(ReplyKind.SMALLTALK, (), "はい。", 1.0, (), (), release.name)
        return said, ConversationState((message,), message)

    monkeypatch.setattr("bot.slack.services.questions.converse", converse)
    root = anna.says("一")
    bot.settle()
    anna.says("二")
    bot.settle()
    anna.says("三", thread=root.ts)
    anna.says("四", channel=general, mention=True)
    bot.settle()
    assert sorted(known) == [("一", ()), ("三", ()), ("二", ("一",)), ("四", ())]


def test_what_a_button_brought_is_remembered_unless_it_only_refers(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("bot.slack.services.questions.converse", choosing(["clothes", "salary"]))
        anna.says("どれ?")
        bot.settle()
    offer = anna.sees()[-1]
    for label, topics in (("職場の服装はどんな感じですか", ("clothes",)), ("給料はいくらですか", ())):
        anna.presses(label, message=offer)
        bot.settle()
        kept = bot.journal.conversations.recall(anna.dm.id)
        assert kept
        assert kept.topics == topics


def test_the_memory_of_a_thread_is_that_threads_alone_and_lasts_from_mention_to_mention(
    bot: Office, anna: Person, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = anna.says(ASKED, channel=general, mention=True)
    bot.settle()
    anna.presses("職場の服装はどんな感じですか")
    bot.settle()
    kept = bot.journal.conversations.recall(f"{general.id}:{root.ts}")
    assert kept
    assert kept.topics == ("clothes",)
    seen: list[tuple[str, ...]] = []

    def converse(
        release: Release, _message: str, thread: ConversationState, **_: object
    ) -> tuple[Reply, ConversationState]:
        seen.append(thread.topics)
        return Reply(ReplyKind.SMALLTALK, (), "はい。", 1.0, (), (), release.name), thread

    monkeypatch.setattr("bot.slack.services.questions.converse", converse)
    anna.says("夏は?", channel=general, thread=root.ts, mention=True)
    bot.settle()
    assert seen == [("clothes",)]


def test_what_one_person_alone_sees_is_remembered_by_no_conversation(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.services.questions.converse", choosing(["clothes", "training"]))
    anna.runs("/faq", "服は?")
    bot.settle()
    anna.presses("職場の服装はどんな感じですか")
    bot.settle()
    assert "服装は自由で" in anna.conversation()
    assert bot.journal.conversations.recall(anna.dm.id) is None


def test_the_journal_says_whether_a_question_had_others_before_it(bot: Office, anna: Person) -> None:
    for asked in (ASKED, "それは誰でもできますか"):
        anna.says(asked)
        bot.settle()
    bot.journal.flush()
    follows = {
        each.text: each.follows for each in bot.journal.questions.between(datetime(2020, 1, 1, tzinfo=UTC))
    }
    assert follows == {ASKED: False, "それは誰でもできますか": True}


def test_an_answer_is_given_though_what_was_said_before_cannot_be_read(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_key: str) -> None:
        msg = "x"
        raise JournalError(msg)

    monkeypatch.setattr(bot.journal.conversations, "recall", broken)
    anna.says(ASKED)
    bot.settle()
    assert ANSWER in anna.conversation()


def test_the_bots_own_words_are_no_question(slack: SlackDouble, bot: Office, anna: Person) -> None:
    own = slack.workspace.post(anna.dm, BOT_USER, ASKED)
    slack.event("message.im", message_event(own, anna.dm))
    bot.settle()
    assert posted(slack) == []


def test_what_another_bot_says_is_no_question(slack: SlackDouble, bot: Office, anna: Person) -> None:
    wrote = slack.workspace.post(anna.dm, anna.id, ASKED)
    slack.event("message.im", {**message_event(wrote, anna.dm), "bot_id": "B0OTHER"})
    bot.settle()
    assert posted(slack) == []


@pytest.mark.parametrize(("subtype", "answers"), [("file_share", 1), ("channel_join", 0), ("me_message", 0)])
def test_a_message_counts_if_somebody_wrote_it_to_the_bot(
    slack: SlackDouble, bot: Office, anna: Person, subtype: str, answers: int
) -> None:
    wrote = slack.workspace.post(anna.dm, anna.id, ASKED)
    slack.event("message.im", {**message_event(wrote, anna.dm), "subtype": subtype})
    bot.settle()
    assert len(posted(slack)) == answers


def test_a_mention_that_is_told_of_as_a_message_alone_is_answered(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel
) -> None:
    slack.events.remove("app_mention")
    anna.says(ASKED, channel=general, mention=True)
    bot.settle()
    assert len(posted(slack)) == 1


def test_what_is_asked_next_in_the_thread_may_come_before_the_answer(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel
) -> None:
    gate = slack.hold("chat.postMessage")
    root = anna.says(ASKED, channel=general, mention=True)
    anna.says("職場の服装はどんな感じですか", channel=general, thread=root.ts)
    gate.open()
    bot.settle()
    assert [each["thread_ts"] for each in posted(slack)] == [root.ts] * 2


def test_questions_of_one_conversation_are_answered_in_turn_and_those_of_others_meanwhile(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    """Else the second would be read without what the first was about."""
    bert, clothes, free = slack.person("部長"), "職場の服装はどんな感じですか", "服装は自由で"
    gate = slack.hold("chat.postMessage", when=lambda body: body["text"].startswith("在宅"))
    anna.says(ASKED)
    slack.until(lambda: gate.waiting)
    second = anna.says(clothes)
    anna.runs("/faq", clothes)
    bert.says(clothes)
    slack.until(lambda: free in bert.conversation())
    slack.until(lambda: free in anna.conversation())  # to the command, which is no part of the conversation
    assert bot.journal.outbox.state(f"message {anna.dm.id}:{second.ts}") is DeliveryState.WAITING
    gate.open()
    bot.settle()
    assert anna.conversation().count(free) == 2
    assert [each["text"][:2] for each in posted(slack) if each["channel"] == anna.dm.id] == ["在宅", "服装"]


def test_of_two_events_of_a_mention_at_once_neither_makes_the_bot_forget_what_it_answered(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, real = bot.journal.conversations, bot.journal.conversations.remember
    first, go, slow = threading.Event(), threading.Event(), iter([True])

    def remember(*given: Any, **named: Any) -> None:  # noqa: ANN401 -- whatever it takes
        if next(slow, False):
            first.set()
            go.wait(PATIENCE_SECONDS)
        real(*given, **named)

    monkeypatch.setattr(threads, "remember", remember)
    route, waiting = slack.route, list[Delivery]()
    assert route
    slack.route = waiting.append
    said = anna.says(ASKED, channel=general, mention=True)
    arriving = [threading.Thread(target=route, args=[each]) for each in waiting]
    arriving[0].start()
    assert first.wait(PATIENCE_SECONDS)
    threading.Timer(0.3, go.set).start()
    arriving[1].start()
    for each in arriving:
        each.join()
    bot.settle()
    kept = threads.recall(f"{general.id}:{said.ts}")
    assert kept
    assert kept.topics == ("remote-work",)
    assert len(posted(slack)) == 1


def test_the_same_event_id_is_the_same_event(slack: SlackDouble, bot: Office, anna: Person) -> None:
    said = anna.says(ASKED)
    bot.settle()
    again = said.deliveries[0].payload
    slack.deliver("events_api", {**again, "event": {**again["event"], "ts": "1760000000.999999"}})
    bot.settle()
    assert len(posted(slack)) == 1


def test_who_opens_the_messages_gets_no_home_tab(slack: SlackDouble, bot: Office, anna: Person) -> None:
    anna.opens_home(tab="messages")
    bot.settle()
    assert slack.calls("views.publish") == []


def command(_: SlackDouble, anna: Person) -> Delivery:
    return anna.runs("/faq", ASKED)


def message(_: SlackDouble, anna: Person) -> Delivery:
    return anna.says(ASKED).deliveries[0]


def mention(slack: SlackDouble, anna: Person) -> Delivery:
    return anna.says(ASKED, channel=slack.channel("g", anna), mention=True).deliveries[0]


@pytest.mark.parametrize("ask", [command, message, mention])
def test_what_cannot_be_kept_is_not_acknowledged_and_answered_when_slack_sends_it_again(
    slack: SlackDouble,
    bot: Office,
    anna: Person,
    ask: Callable[[SlackDouble, Person], Delivery],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> bool:
        msg = "x"
        raise JournalError(msg)

    with monkeypatch.context() as patch:
        patch.setattr("bot.journal.outbox.Outbox.plan", broken)
        sent = ask(slack, anna)
    bot.settle()
    assert not any(each.acked for each in slack.deliveries)
    bot.not_acked += slack.deliveries
    slack.resend(sent)
    bot.settle()
    assert sent.acked
    assert anna.history().count(ANSWER) == 1


def test_an_event_that_comes_while_slack_answers_nothing_is_kept(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    """Bolt itself would ask Slack who it is, fail, and acknowledge the event as if it had been dealt with."""
    slack.refuse("auth.test", "internal_error", times=9)
    slack.refuse("chat.postMessage", "internal_error")
    said = anna.says(ASKED)
    bot.settle()
    assert said.deliveries[0].acked
    assert slack.calls("auth.test") == []
    bot.clock.at += timedelta(seconds=61)
    bot.worker.drain()
    assert ANSWER in anna.conversation()


def test_a_button_of_an_entry_that_is_no_longer_served_says_so_and_is_not_offered_again(
    bot: Office, anna: Person
) -> None:
    anna.says(ASKED)
    bot.settle()
    file = bot.context.live.path / "faq.yaml"
    gone = file.read_text("utf-8").replace(
        "  - id: clothes\n", "  - id: clothes\n    valid_until: 2025-05-01\n"
    )
    file.write_text(gone, "utf-8")
    bot.context.live.publish()
    anna.presses("職場の服装はどんな感じですか")
    bot.settle()
    assert "このボタンの内容は新しくなりました" in anna.conversation()
    assert "服装は自由で" not in anna.conversation()
    anna.says(ASKED)
    bot.settle()
    assert anna.conversation().count("[職場の服装はどんな感じですか]") == 1


def test_a_button_pressed_twice_answers_twice_and_one_that_slack_resends_once(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    anna.says(ASKED)
    bot.settle()
    pressed = [anna.presses("職場の服装はどんな感じですか", message=anna.sees()[1]) for _ in range(2)]
    bot.settle()
    slack.resend(pressed[1])
    bot.settle()
    assert anna.conversation().count("服装は自由で") == 2


def test_an_answer_to_a_choice_leaves_the_choices_where_they_are_and_is_for_that_person_alone(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    bert = slack.person("部長")
    bert.joins(general)
    monkeypatch.setattr("bot.slack.services.questions.converse", choosing(["clothes", "training"]))
    anna.runs("/faq", "服は?", channel=general)
    bot.settle()
    anna.presses("どのような研修がありますか")
    bot.settle()
    assert "[どれも違う]" in anna.conversation(general)
    assert "基礎から学ぶ研修があります。" in anna.conversation(general)
    assert bert.conversation(general) == ""


def test_a_word_of_thanks_is_for_the_one_who_pressed_and_stands_in_the_thread(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel
) -> None:
    bert = slack.person("部長")
    bert.joins(general)
    said = anna.says(ASKED, channel=general, mention=True)
    bot.settle()
    anna.presses("👍")
    bot.settle()
    (thanks,) = slack.calls("response_url")
    assert thanks.body["thread_ts"] == said.ts
    assert "ご意見をありがとうございます" in anna.conversation(general)
    assert "ご意見をありがとうございます" not in bert.conversation(general)
    assert ANSWER in bert.conversation(general)


def test_who_presses_while_slack_is_slow_is_asked_to_press_again(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    """Slack opens nothing later than three seconds after the press."""
    anna.says("給料はいくらですか")
    bot.settle()
    gate = slack.hold("views.open")
    anna.presses("👎")
    slack.until(lambda: gate.waiting)
    slack.advance(4)
    gate.open()
    bot.settle()
    assert anna.modals() == []
    assert PRESS_AGAIN in anna.conversation()
    anna.presses("👎")
    bot.settle()
    assert anna.modals()


def test_a_question_of_the_home_tab_is_in_the_journal(bot: Office, anna: Person) -> None:
    anna.opens_home()
    bot.settle()
    anna.presses("どのような研修がありますか", home=True)
    bot.settle()
    bot.journal.flush()
    (asked,) = bot.journal.questions.last(5)
    assert (asked.text, asked.channel) == ("どのような研修がありますか", "slack-home")


def test_a_button_of_another_version_says_that_it_is_out_of_date(
    bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    anna.says(ASKED)
    bot.settle()
    answer = anna.sees()[1]
    for block in answer.blocks:
        for element in block.get("elements", []):
            element["value"] = "v1:clothes"
    anna.presses("職場の服装はどんな感じですか", message=answer)
    bot.settle()
    assert "not the value of a button" in caplog.text
    assert anna.conversation() != ""


def test_an_answer_whose_entry_is_gone_is_not_shared(bot: Office, anna: Person, general: Channel) -> None:
    anna.runs("/faq", ASKED, channel=general)
    bot.settle()
    bot.context.today = lambda: bot.clock.at.date() + timedelta(days=365 * 40)
    file = bot.context.live.path / "faq.yaml"
    gone = file.read_text("utf-8").replace(
        "  - id: remote-work\n", "  - id: remote-work\n    valid_until: 2026-05-01\n"
    )
    file.write_text(gone, "utf-8")
    bot.context.live.publish()
    anna.presses("チャンネルに共有")
    bot.settle()
    assert "このボタンの内容は新しくなりました" in anna.conversation(general)
    assert "共有しました" not in anna.conversation(general)


def test_a_form_opens_on_top_of_the_answer_in_which_its_button_stands(bot: Office, anna: Person) -> None:
    anna.opens_home()
    bot.settle()
    anna.presses("どのような研修がありますか", home=True)
    bot.settle()
    anna.presses("人事に聞く")
    bot.settle()
    assert len(anna.modals()) == 2


def test_a_form_about_an_answer_may_be_sent_empty(bot: Office, anna: Person) -> None:
    anna.says(ASKED)
    bot.settle()
    anna.presses("👎")
    bot.settle()
    anna.submits({})
    bot.settle()
    assert anna.modals() == []
    (asked,) = bot.journal.questions.last(5)
    assert (asked.bad, asked.comments) == (1, ())


def test_a_long_category_is_turned_over_page_by_page(bot: Office, anna: Person) -> None:
    many = Knowledge(entries=tuple(entry(f"e{n}", f"質問{n:02d}", category="多い") for n in range(45)))
    bot.context.catalog = lambda: catalog(many, date(2025, 6, 1))  # type: ignore[method-assign]
    anna.opens_home()
    bot.settle()
    for button, first in (("多い(45)", "質問00"), ("次へ", "質問20"), ("次へ", "質問40"), ("前へ", "質問20")):
        anna.presses(button, home=True)
        bot.settle()
        assert anna.screen().split("\n")[1].startswith(first)
    anna.presses("ホームに戻る", home=True)
    bot.settle()
    assert anna.screen().startswith("# 採用FAQ")
