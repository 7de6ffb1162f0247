"""What HR writes below a card stays there until somebody sends it; what the candidate writes to HR reaches HR."""

from unittest.mock import Mock

import pytest

from bot.journal.database import JournalError
from bot.journal.handover import Handover, HandoverState
from bot.slack.messages.handover import (
    NO_FILES,
    NO_FILES_TO_HR,
    NOT_SENT,
    PASSED,
    UNREAD,
)
from bot.slack.messages.notices import UNKEPT
from tests.slack.double import Channel, Person, Posted, SlackDouble
from tests.slack.double.payloads import changed_event
from tests.slack.double.people import Said
from tests.slack.handing import TABLE, hand_over, leaves
from tests.slack.office import ANSWER, ASKED, Office

FILE = {"id": "F1", "name": "表.pdf"}


@pytest.fixture
def card(bot: Office, anna: Person, hana: Person, hr_channel: Channel) -> Posted:
    assert bot.journal.handovers.unfinished() == ()
    hand_over(anna, "初任給は?")
    (posted,) = hana.sees(hr_channel)
    return posted


def sends(hana: Person, card: Posted, text: str, **how: object) -> Said:
    """Write below the card, and press the button that appears there."""
    channel = hana.channel_of(card)
    said = hana.says(text, channel=channel, thread=card.ts, **how)  # type: ignore[arg-type]
    hana.presses("候補者に送る")
    return said


def answers(hana: Person, card: Posted, text: str = TABLE) -> None:
    hana.presses("回答する", message=card)
    hana.submits({"answer": text})


def answer_of(anna: Person) -> Posted:
    """Return HR's answer as the candidate sees it."""
    return next(each for each in reversed(anna.sees()) if "採用担当" in each.text)


@pytest.mark.parametrize(
    "text",
    [
        "<!here> これ誰か分かりますか。前にも応募した人です",
        "<!subteam^S0HR> 前にも応募した人です",
        ":eyes: <@{}> 前にも応募した人です",
        "cc <@{}> 前にも応募した人です",
        "<@{}> 前にも応募した人です",
        "前にも応募した人です。年収は書かない方がいいですね",
        ":eyes:",
    ],
)
def test_what_hr_write_below_the_card_stays_there(  # noqa: PLR0913, PLR0917 -- fixtures and a case
    slack: SlackDouble, anna: Person, hana: Person, goro: Person, card: Posted, text: str
) -> None:
    """Whoever of them writes, and whomever they name."""
    before, channel = anna.history(), hana.channel_of(card)
    for person in (hana, goro):
        person.says(text.format(goro.id), channel=channel, thread=card.ts, marks=True)
    assert anna.history() == before
    assert "# 人事への質問: 未対応" in hana.conversation(channel)
    offered = [each.body["user"] for each in slack.calls("chat.postEphemeral")]
    assert offered == ([hana.id, goro.id] if text.startswith("前にも") else [])


def test_a_line_is_sent_once_by_its_button_which_its_writer_alone_sees(
    slack: SlackDouble, anna: Person, hana: Person, goro: Person, card: Posted
) -> None:
    """As it is when the button is pressed."""
    channel = hana.channel_of(card)
    said = hana.says("表をご覧下さい", channel=channel, thread=card.ts)
    assert NOT_SENT in hana.conversation(channel)
    assert NOT_SENT not in goro.conversation(channel)
    hana.edits(said, "表をご覧ください & お電話も可")
    pressed = hana.presses("候補者に送る")
    slack.resend(pressed)
    assert anna.conversation().count("表をご覧ください & お電話も可") == 1
    assert NOT_SENT not in hana.conversation(channel)


def test_a_line_that_was_sent_and_is_deleted_can_be_taken_back(
    anna: Person, hana: Person, card: Posted
) -> None:
    channel = hana.channel_of(card)
    said = sends(hana, card, "初任給は20万円です")
    hana.edits(said, "初任給は21万円です")
    hana.deletes(said)
    assert "21万円" in answer_of(anna).text
    assert "取り消しますか" in hana.conversation(channel)
    hana.presses("取り消す")
    assert "21万円" not in anna.conversation()
    assert "人事の花さん(採用担当)が回答を取り消しました。" in anna.conversation()
    assert "# 人事への質問: 対応中" in hana.conversation(channel)
    hana.edits(said, "初任給は22万円です")
    assert "22万円" not in anna.conversation()


def test_an_edit_of_which_slack_does_not_tell_the_time_counts_too(
    slack: SlackDouble, anna: Person, hana: Person, card: Posted
) -> None:
    channel = hana.channel_of(card)
    said = sends(hana, card, "初任給は20万円です")
    for text in ("初任給は21万円です", "初任給は22万円です"):
        before = said.posted.payload()
        event = changed_event(before, {**before, "text": text}, channel, slack.workspace.ts())
        slack.event("message.groups", event)
        assert text in answer_of(anna).text


def test_while_another_answer_stands_the_question_stays_answered(
    anna: Person, hana: Person, card: Posted
) -> None:
    channel = hana.channel_of(card)
    answers(hana, card)
    sends(hana, card, "初任給は20万円です")
    hana.presses("取り消す")
    assert "20万円" not in anna.conversation()
    assert "# 人事への質問: 回答済み" in hana.conversation(channel)
    first = next(each for each in hana.sees(channel) if "✅" in each.text and TABLE in str(each.blocks))
    hana.presses("取り消す", message=first)
    assert "# 人事への質問: 対応中" in hana.conversation(channel)


def test_what_is_taken_back_before_it_was_sent_is_never_sent(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, card: Posted
) -> None:
    slack.refuse("conversations.open", retry_after=30)
    said = sends(hana, card, "初任給は20万円です")
    hana.deletes(said)
    hana.presses("取り消す")
    bot.later()
    assert "採用担当" not in anna.conversation()


def test_a_line_that_slack_does_not_let_the_bot_read_is_told_below_the_card(
    slack: SlackDouble, anna: Person, hana: Person, card: Posted
) -> None:
    slack.refuse("conversations.replies", "not_in_channel")
    sends(hana, card, TABLE)
    assert UNREAD in hana.conversation(hana.channel_of(card))
    assert TABLE not in anna.conversation()


def test_a_long_line_arrives_whole_files_stay_and_what_comes_too_late_is_told_below_the_card(
    anna: Person, hana: Person, card: Posted
) -> None:
    channel = hana.channel_of(card)
    sends(hana, card, f"{'あ' * 3_001}おわり")
    assert "おわり" in anna.conversation()
    sends(hana, card, "長" * 12_500)
    assert "分けて書けば送れます" in hana.conversation(channel)
    sends(hana, card, "表です", files=[FILE])
    assert NO_FILES in hana.conversation(channel)
    assert anna.conversation().count("採用担当") == 2
    hana.presses("閉じる", message=card)
    sends(hana, card, "遅れました")
    assert "この問い合わせは「完了」です" in hana.conversation(channel)
    assert "遅れました" not in anna.conversation()


@pytest.mark.parametrize(
    ("method", "code", "why"),
    [
        ("conversations.open", "user_disabled", "ワークスペースを使えなくなっています"),
        ("conversations.open", "user_not_found", "ワークスペースを使えなくなっています"),
        ("conversations.open", "cannot_dm_bot", "宛先がボットです"),
        ("conversations.open", "account_inactive_user", "Slackが受け付けません"),
        ("chat.postMessage", "messages_tab_disabled", "「メッセージ」タブ"),
        ("chat.postMessage", "is_archived", "会話が閉じられています"),
        ("chat.postMessage", "channel_not_found", "会話が閉じられています"),
        ("chat.postMessage", "restricted_action", "設定で禁じられています"),
    ],
)
def test_an_answer_that_does_not_arrive_is_told_on_the_card_and_below_it_with_what_to_do(  # noqa: PLR0913, PLR0917
    slack: SlackDouble, bot: Office, hana: Person, card: Posted, method: str, code: str, why: str
) -> None:
    slack.refuse(method, code, when=lambda body: body.get("channel") != card.channel, times=99)
    answers(hana, card)
    channel = hana.channel_of(card)
    shown = hana.conversation(channel)
    assert "# 人事への質問: 未達" in shown
    told = f"({code})。メールなど、ほかの方法で伝えてください。"
    assert shown.count(told) == 2
    assert why in shown
    assert "✅" not in shown
    (kept,) = bot.journal.handovers.unfinished()
    assert kept.state is HandoverState.UNREACHED
    assert "confirm" in card.blocks[-1]["elements"][-1]
    slack.api.faults.clear()
    answers(hana, card, "もう一度お伝えします。")
    assert "confirm" not in card.blocks[-1]["elements"][-1]
    assert "# 人事への質問: 回答済み" in hana.conversation(channel)


def test_hr_are_not_told_that_the_candidate_has_what_never_arrived(
    slack: SlackDouble, anna: Person, hana: Person, card: Posted
) -> None:
    """And whoever is answered in the end has an answer, however often it did not arrive."""
    channel = hana.channel_of(card)
    slack.refuse("conversations.open", "user_disabled")
    said = sends(hana, card, "初任給は20万円です")
    hana.deletes(said)
    assert "候補者には届いています" not in hana.conversation(channel)
    answers(hana, card)
    assert TABLE in anna.conversation()
    hana.presses("閉じる", message=card)
    assert "対応が完了しました" in anna.conversation()


def test_a_change_that_does_not_arrive_is_told_as_one(
    slack: SlackDouble, anna: Person, hana: Person, card: Posted
) -> None:
    channel = hana.channel_of(card)
    said = sends(hana, card, "初任給は20万円です")
    anna_has = answer_of(anna).ts
    slack.refuse("chat.update", "cant_update_message", times=2, when=lambda body: body["ts"] == anna_has)
    hana.edits(said, "初任給は21万円です")
    assert "回答の訂正は候補者に届いていません" in hana.conversation(channel)
    hana.presses("取り消す")
    assert "回答の取り消しは候補者に届いていません" in hana.conversation(channel)


def test_a_reply_to_hrs_answer_reaches_hr_and_hr_can_ask_back(
    slack: SlackDouble, anna: Person, hana: Person, card: Posted
) -> None:
    channel = hana.channel_of(card)
    answers(hana, card, "どの職種でしょうか")
    root = answer_of(anna)
    said = anna.says("ICT職です。<b>", thread=root.ts, files=[FILE])
    slack.resend(said.deliveries[0])
    shown = hana.conversation(channel)
    assert "# 人事への質問: 返信あり" in shown
    assert shown.count("候補者から返信がありました。") == 1
    assert "| ICT職です。<b>" in shown
    assert anna.conversation().count(PASSED) == 1
    assert NO_FILES_TO_HR in anna.conversation()
    anna.edits(said, "ICT職の課長級です。")
    assert "候補者が返信を書き直しました。" in hana.conversation(channel)
    assert "| ICT職の課長級です。" in hana.conversation(channel)
    answers(hana, card)
    assert TABLE in anna.conversation()
    anna.deletes(said)
    assert "候補者が返信を取り消しました。" in hana.conversation(channel)


def test_what_comes_just_as_hr_close_is_a_question_and_not_lost(
    bot: Office, anna: Person, hana: Person, card: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(hana, card)
    root = answer_of(anna)
    with monkeypatch.context() as meanwhile:
        look = bot.journal.handovers.find

        def look_and_be_closed(case: str) -> Handover:
            meanwhile.undo()
            seen = look(case)
            hana.presses("閉じる", message=card)
            return seen

        meanwhile.setattr(bot.journal.handovers, "find", look_and_be_closed)
        anna.says(ASKED, thread=root.ts)
    assert anna.conversation().count(ANSWER) == 1


def test_who_wants_the_bot_in_hrs_thread_presses_and_after_the_end_just_asks(
    anna: Person, hana: Person, card: Posted
) -> None:
    answers(hana, card)
    root = answer_of(anna)
    anna.says(ASKED, thread=root.ts)
    assert ANSWER not in anna.conversation()
    anna.presses("ボットに聞く")
    assert anna.conversation().count(ANSWER) == 1
    hana.presses("閉じる", message=card)
    before = hana.conversation(hana.channel_of(card))
    anna.says(ASKED, thread=root.ts)
    assert anna.conversation().count(ANSWER) == 2
    assert hana.conversation(hana.channel_of(card)) == before


def test_hr_are_told_where_no_form_can_be_opened_but_not_where_the_journal_is(
    bot: Office, hana: Person, card: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.journal.handovers, "find", Mock(side_effect=JournalError("journal.db")))
    hana.presses("回答する", message=card)
    assert UNKEPT in hana.history()
    assert "journal.db" not in hana.history()


def test_links_keep_their_addresses_names_and_emoji_are_read_and_what_is_shown_can_be_followed(
    anna: Person, hana: Person, goro: Person, card: Posted, general: Channel
) -> None:
    """Slack does not always tell the name of a channel."""
    bow = {"type": "emoji", "name": "bow", "unicode": "1f647-200d-2642-fe0f"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [bow]}]}
    text = f"<https://example.jp/a?b=1&amp;c=2|申請ページ>を<#C9|総務>か<#{general.id}|>に :bow: <https://example.jp>"
    sends(hana, card, text, marks=True, blocks=[rich])
    told = "申請ページ(https://example.jp/a?b=1&c=2)を#総務か#generalに 🙇\u200d♂️ https://example.jp"
    assert told in anna.conversation()
    assert {leaf["url"] for leaf in leaves(answer_of(anna).blocks) if leaf["type"] == "link"} == {
        "https://example.jp/a?b=1&c=2",
        "https://example.jp",
    }
    anna.says(f"<https://example.jp/me|経歴>、<@{goro.id}>さん宛です", thread=answer_of(anna).ts, marks=True)
    assert "| 経歴(https://example.jp/me)、五郎さん宛です" in hana.conversation(hana.channel_of(card))
