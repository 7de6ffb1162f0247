"""Questions come in by every door, and each gets one answer."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import engine
from bot.journal.outbox import DeliveryState
from bot.journal.question_record import Channel
from bot.slack.delivery.targets import DeliveryTarget
from bot.slack.messages.feedback import THANKS
from bot.slack.messages.notices import APOLOGY, TOO_MANY, WORKING
from bot.slack.services.intake import QuestionService
from bot.slack.services.questions import IncomingQuestion
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import SlackDouble
from tests.slack.double.payloads import message_event
from tests.slack.office import Clock, Office, choosing, office

ANSWER = "在宅勤務は、平均すると週に1日から2日ほどです。"
ASKED = "在宅勤務はどのくらいできますか"


def answers(slack: SlackDouble, text: str = ANSWER) -> list[dict[str, object]]:
    return [each.body for each in slack.calls("chat.postMessage") if text in each.body["text"]]


def test_a_direct_message_is_answered_flat_with_source_and_buttons(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    anna.says(ASKED)
    bot.settle()
    (body,) = answers(slack)
    assert (body["channel"], body.get("thread_ts")) == (anna.dm.id, None)
    assert anna.conversation().split("\n")[2:] == [
        "採用FAQ:",
        f"  {ANSWER}",
        "  · 出典: 採用課「Meetupレポート」 / 安藤(課長) / 2025年2月18日時点",
        "  · 関連する質問",
        "  [職場の服装はどんな感じですか]",
        "  [👍] [👎] [人事に聞く]",
    ]


def test_a_mention_that_comes_as_two_events_is_answered_once_in_its_thread(
    slack: SlackDouble, bot: Office
) -> None:
    anna = slack.person("安奈")
    general = slack.channel("general", anna)
    said = anna.says(ASKED, channel=general, mention=True)
    assert len(said.deliveries) == 2
    bot.settle()
    (body,) = answers(slack)
    assert (body["channel"], body["thread_ts"]) == (general.id, said.ts)


def test_a_resent_event_is_answered_once(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    said = anna.says(ASKED)
    bot.settle()
    slack.resend(said.deliveries[0])
    bot.settle()
    assert said.deliveries[0].acks == [{}, {}]
    assert len(answers(slack)) == 1


def test_a_thread_that_the_bot_has_joined_needs_no_mention_even_after_a_restart(
    slack: SlackDouble, knowledge: Path
) -> None:
    anna = slack.person("安奈")
    general = slack.channel("general", anna)
    home = knowledge.parent / "home"
    with office(slack, knowledge, home) as bot:
        root = anna.says(ASKED, channel=general, mention=True)
        bot.settle()
    with office(slack, knowledge, home) as bot:
        anna.says("どのような研修がありますか", channel=general, thread=root.ts)
        bot.settle()
    (body,) = answers(slack, "基礎から学ぶ研修があります。")
    assert body["thread_ts"] == root.ts


def test_what_people_say_to_each_other_is_left_alone(slack: SlackDouble, bot: Office) -> None:
    anna, bert = slack.person("安奈"), slack.person("部長")
    general = slack.channel("general", anna, bert)
    anna.says(ASKED, channel=general)
    root = anna.says("お昼は?", channel=general)
    bert.says(ASKED, channel=general, thread=root.ts)
    joined = anna.says(ASKED, channel=general, mention=True)
    bot.settle()
    # A person who is named is spoken to, not the bot.
    named = slack.workspace.post(general, bert.id, f"<@{anna.id}> {ASKED}", thread_ts=joined.ts)
    slack.event("message.channels", message_event(named, general))
    bot.settle()
    assert len(answers(slack)) == 1


def test_an_edited_message_is_no_new_question(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    anna.edits(anna.says(ASKED), "在宅勤務は?")
    bot.settle()
    assert len(answers(slack)) == 1


def test_a_command_answers_that_person_alone_until_they_share_it(slack: SlackDouble, bot: Office) -> None:
    anna, bert = slack.person("安奈"), slack.person("部長")
    general = slack.channel("general", anna, bert, bot=False)
    delivery = anna.runs("/faq", ASKED, channel=general)
    bot.settle()
    assert delivery.acks == [{}]
    assert ANSWER in anna.conversation(general)
    assert bert.conversation(general) == ""
    anna.presses("チャンネルに共有")
    bot.settle()
    assert "安奈さんがFAQの回答を共有しました" in bert.conversation(general)
    assert ANSWER in bert.conversation(general)


def test_a_command_without_a_question_says_how_to_ask(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    anna.runs("/faq", "  ")
    bot.settle()
    assert "ご質問を文章でお書きください" in anna.conversation()


def test_text_that_would_do_something_in_slack_comes_back_as_it_was_written(
    slack: SlackDouble, bot: Office
) -> None:
    anna = slack.person("安奈")
    general = slack.channel("general", anna)
    anna.runs("/faq", f"<!channel> {ASKED} & *在宅勤務*", channel=general)
    bot.settle()
    anna.presses("チャンネルに共有")
    bot.settle()
    assert f"| <!channel> {ASKED} & *在宅勤務*" in anna.conversation(general)
    (told,) = [each for each in slack.calls("response_url") if each.body.get("response_type") == "in_channel"]
    assert "<!channel>" not in told.body["text"]


def test_a_related_question_is_answered_where_it_was_pressed(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    general = slack.channel("general", anna)
    root = anna.says(ASKED, channel=general, mention=True)
    bot.settle()
    anna.presses("職場の服装はどんな感じですか")
    bot.settle()
    (body,) = answers(slack, "服装は自由で")
    assert body["thread_ts"] == root.ts


def test_the_home_tab_greets_browses_and_answers_in_a_modal(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    anna.opens_home()
    bot.settle()
    assert "# 採用FAQ" in anna.screen()
    assert "2025年2月18日時点" in anna.screen()
    anna.presses("研修(1)", home=True)
    bot.settle()
    assert anna.screen().startswith("# 研修")
    anna.presses("回答を見る", home=True)
    bot.settle()
    assert "基礎から学ぶ研修があります。" in anna.screen()
    anna.presses("人事に聞く")
    bot.settle()
    assert "== 人事に聞く ==" in anna.screen()


def test_a_starter_of_the_home_tab_is_answered_and_a_rating_there_is_thanked_for(
    slack: SlackDouble, bot: Office
) -> None:
    anna = slack.person("安奈")
    anna.opens_home()
    bot.settle()
    anna.presses(ASKED, home=True)
    bot.settle()
    assert ANSWER in anna.screen()
    anna.presses("👍")
    bot.settle()
    assert "ご意見をありがとうございます" in anna.screen()
    (recorded,) = bot.journal.questions.last(5)
    assert (recorded.good, recorded.entries) == (1, ("remote-work",))


def test_a_process_remembers_what_it_accepted_last(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = slack.person("安奈")
    monkeypatch.setattr("bot.slack.services.intake.MOST_ACCEPTED", 2)
    questions = QuestionService(bot.context, bot.worker)
    for name in "abc":
        questions.accept(IncomingQuestion(name, Channel.SLACK_DM, anna.id, ASKED, DeliveryTarget(anna.dm.id)))
        bot.settle()
    assert [questions.knows(name) for name in "abc"] == [False, True, True]


def test_two_starters_of_one_home_tab_are_two_questions(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    anna.opens_home()
    bot.settle()
    for question in (ASKED, "どのような研修がありますか"):
        anna.presses(question, home=True)
        bot.settle()
        anna.closes()
    bot.journal.flush()
    assert {each.entries for each in bot.journal.questions.last(5)} == {("remote-work",), ("training",)}


def test_a_choice_under_a_command_can_be_shared_too(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.services.questions.converse", choosing(["clothes", "training"]))
    anna, bert = slack.person("安奈"), slack.person("部長")
    general = slack.channel("general", anna, bert)
    anna.runs("/faq", "服は?", channel=general)
    bot.settle()
    anna.presses("どのような研修がありますか")
    bot.settle()
    anna.presses("チャンネルに共有")
    bot.settle()
    assert "基礎から学ぶ研修があります。" in bert.conversation(general)


def test_the_last_of_two_ratings_counts(slack: SlackDouble, bot: Office) -> None:
    anna = slack.person("安奈")
    anna.says(ASKED)
    bot.settle()
    anna.presses("👍")
    anna.presses("👎")
    bot.settle()
    (recorded,) = bot.journal.questions.last(5)
    assert (recorded.good, recorded.bad) == (0, 1)
    anna.submits({"reason": "outdated", "comment": "数字が古い"})
    bot.settle()
    assert THANKS in anna.screen()
    anna.closes()
    (recorded,) = bot.journal.questions.last(5)
    assert (recorded.good, recorded.bad) == (0, 1)
    assert recorded.comments == ("内容が古い、または間違っている\n数字が古い",)
    anna.presses("👍")
    bot.settle()
    (recorded,) = bot.journal.questions.last(5)
    assert (recorded.good, recorded.bad) == (1, 0)


def test_an_unknown_question_says_so_and_offers_hr(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.services.questions.converse", choosing([]))
    anna = slack.person("安奈")
    anna.says("火星への出張はありますか")
    bot.settle()
    assert "見つかりませんでした" in anna.conversation()
    assert "[*人事に聞く*]" in anna.conversation()


def test_an_answer_that_takes_long_is_announced_and_takes_the_place_of_the_sign(
    slack: SlackDouble, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = slack.person("安奈")
    slow = threading.Event()
    real = engine.converse

    def converse(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
        slow.wait(PATIENCE_SECONDS)
        return real(*given, **named)

    monkeypatch.setattr("bot.slack.services.questions.converse", converse)
    with office(slack, knowledge, knowledge.parent / "home", sign_after_seconds=0) as bot:
        anna.says(ASKED)
        slack.until(lambda: WORKING in anna.conversation())
        slow.set()
        bot.settle()
    assert WORKING not in anna.conversation()
    assert anna.conversation().count(ANSWER) == 1
    assert answers(slack) == []  # it took the place of the sign


def test_whoever_asks_too_often_gets_one_polite_line(slack: SlackDouble, knowledge: Path) -> None:
    anna = slack.person("安奈")
    clock = Clock()
    with office(slack, knowledge, knowledge.parent / "home", limit=2, clock=clock) as bot:
        for _ in range(5):
            anna.says(ASKED)
        bot.settle()
        assert (len(answers(slack)), len(answers(slack, TOO_MANY))) == (2, 1)


def test_slack_too_busy_is_asked_again_after_the_time_it_named(slack: SlackDouble, knowledge: Path) -> None:
    anna, clock = slack.person("安奈"), Clock()
    with office(slack, knowledge, knowledge.parent / "home", clock=clock) as bot:
        slack.refuse("chat.postMessage", retry_after=30)
        anna.says(ASKED)
        bot.settle()
        assert answers(slack) == []
        clock.at += timedelta(seconds=29)
        bot.worker.drain()
        assert answers(slack) == []
        clock.at += timedelta(seconds=2)
        bot.worker.drain()
    assert len(answers(slack)) == 1


def test_a_bug_is_apologised_for(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.slack.services.questions.converse", broken)
    anna = slack.person("安奈")
    anna.says(ASKED)
    bot.settle()
    assert APOLOGY in anna.conversation()
    assert "質問に答えられません" in caplog.text


def test_a_question_kept_by_a_process_that_died_is_answered_by_the_next_once(
    slack: SlackDouble, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the post, or after it and before it was noted."""
    anna, home, clock = slack.person("安奈"), knowledge.parent / "home", Clock()
    with office(slack, knowledge, home, clock=clock) as bot:
        monkeypatch.setattr(bot.worker, "wake", lambda: None)
        before = anna.says(ASKED)
        bot.settle()
        assert answers(slack) == []
    with office(slack, knowledge, home, clock=clock) as bot:
        (claimed,) = bot.journal.outbox.claim(at=clock())
        bot.worker.handlers["question"](claimed)  # and dies before `done`
        assert len(answers(slack)) == 1
    clock.at += timedelta(seconds=61)
    with office(slack, knowledge, home, clock=clock) as bot:
        bot.worker.drain()
        name = f"message {anna.dm.id}:{before.ts}"
        assert bot.journal.outbox.state(name) is DeliveryState.DONE
        assert bot.journal.outbox.receipt(name).startswith(f"{anna.dm.id}:")
    assert len(answers(slack)) == 1


def test_a_choice_is_answered_and_none_of_them_leads_to_hr(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.services.questions.converse", choosing(["clothes", "training"]))
    anna = slack.person("安奈")
    anna.says("服は?")
    bot.settle()
    offer = anna.sees()[-1]
    anna.presses("どのような研修がありますか", message=offer)
    bot.settle()
    assert "基礎から学ぶ研修があります。" in anna.conversation()
    anna.presses("どれも違う", message=offer)
    bot.settle()
    assert "見つかりませんでした" in anna.conversation()
    (chosen, offered) = sorted(bot.journal.questions.last(5), key=lambda each: each.reply)
    assert (chosen.entries, offered.comments) == (("training",), ("どれも違う",))
