"""A question goes to HR and its answer comes back, once, whatever happens between."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.journal.database import JournalError
from bot.proposals.folder import Proposals
from bot.proposals.proposal import State
from bot.settings import SettingsError
from bot.slack.handover import NO_FILES, UNREACHED, hr_channels
from bot.slack.messages.handover import NO_PROPOSAL
from bot.slack.messages.notices import NO_HR, TOO_MANY
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.double.payloads import message_event
from tests.slack.double.rendering import lines
from tests.slack.office import Office, choosing, office

ASKED, REFERRED = "給料はいくらですか", "給料は、このFAQでは扱っていません。採用サイトをご覧ください。"
RECEIVED = "採用の担当者にお伝えしました"
TABLE = "表をご覧ください。"


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈", guest=True)


@pytest.fixture
def hana(slack: SlackDouble, hr_channel: Channel) -> Person:
    person = slack.person("人事の花")
    person.joins(hr_channel)
    return person


@pytest.fixture
def goro(slack: SlackDouble, hr_channel: Channel) -> Person:
    person = slack.person("五郎")
    person.joins(hr_channel)
    return person


def opens_form(anna: Person, asked: str = ASKED) -> None:
    anna.says(asked)
    anna.presses("人事に聞く")


def hand_over(anna: Person, question: str = "初任給は\n<!here> いくら?") -> None:
    opens_form(anna)
    anna.submits({"question": question})


def proposes(hana: Person, answer: str) -> None:
    hana.presses("FAQに追加")
    hana.submits({"answer": answer})


@pytest.mark.usefixtures("bot")
def test_a_question_becomes_a_card_with_what_the_bot_would_have_said(
    anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(anna)
    card = hana.conversation(hr_channel)
    assert "# 人事への質問: 未対応" in card
    assert "質問者: 安奈" in card
    assert "カテゴリー: 給与" in card
    assert "| <!here> いくら?" in card
    assert REFERRED in card
    assert "[*引き受ける*] [回答する] [FAQに追加] [閉じる]" in card
    assert anna.modals() == []
    assert RECEIVED in anna.conversation()


def test_a_question_that_was_rewritten_is_not_given_the_answer_to_the_one_before(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """What HR would have before them, and in the form to send, answers something else."""
    hand_over(anna, "どのような研修がありますか")
    real = bot.context.converse
    for asked, rewritten in (
        (ASKED, {"question": ASKED}),
        (ASKED, {"question": "火星への出張はありますか"}),
        ("給料は\u202eいくらですか", {}),  # as it was filled in, though the form shows some of it otherwise
    ):
        bot.context.converse = real
        opens_form(anna, asked)
        bot.context.converse = choosing([])
        anna.submits(rewritten)
    other, same, unknown, shown = (lines(each.text, each.blocks) for each in hana.sees(hr_channel))
    assert other[1].endswith("カテゴリー: 研修")
    assert other[4] == "基礎から学ぶ研修があります。"
    assert same[3:5] == ["· ボットの回答案", REFERRED]
    assert unknown[3] == f"· {NO_PROPOSAL}"
    assert unknown[1].endswith("カテゴリー: 働き方")  # of what is nearest
    assert shown[3:5] == ["· ボットの回答案", REFERRED]


@pytest.mark.usefixtures("bot")
def test_both_sides_see_every_step_and_the_answer_with_who_gave_it(
    slack: SlackDouble, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(anna)
    hana.presses("引き受ける")
    assert "# 人事への質問: 対応中" in hana.conversation(hr_channel)
    assert "担当: 人事の花" in hana.conversation(hr_channel)
    assert "人事の花さんが、ご質問の確認を始めました。" in anna.conversation()
    hana.presses("回答する")
    assert REFERRED in hana.screen()
    sent = hana.submits({"answer": TABLE})
    slack.resend(sent)
    slack.deliver("interactive", {**sent.payload, "trigger_id": "another"})  # by an impatient finger
    assert anna.conversation().count(TABLE) == 1
    assert "**人事の花さん(採用担当)からの回答です。**" in anna.conversation()
    hana.presses("閉じる")
    assert "# 人事への質問: 完了" in hana.conversation(hr_channel)
    assert "ご質問への対応が完了しました" in anna.conversation()


def test_a_reply_below_the_card_reaches_the_candidate_once(
    bot: Office, anna: Person, hana: Person, goro: Person, hr_channel: Channel
) -> None:
    """The card names who worked on it last."""
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    hana.presses("引き受ける")
    said = goro.says("表をご覧ください & お電話も可", channel=hr_channel, thread=card.ts)
    bot.slack.resend(said.deliveries[0])
    assert anna.conversation().count("表をご覧ください & お電話も可") == 1
    assert "· 五郎さんの回答" in hana.conversation(hr_channel)
    assert "担当: 五郎" in hana.conversation(hr_channel)


def test_what_hr_say_to_each_other_below_the_card_stays_there(
    bot: Office, anna: Person, hana: Person, goro: Person, hr_channel: Channel
) -> None:
    """Else the candidate would read it."""
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    assert "@名前 で始めた発言とファイルは届きません" in hana.conversation(hr_channel)
    asked = f"<@{goro.id}> この人は前にも応募していますか"
    said = bot.slack.workspace.post(hr_channel, hana.id, asked, thread_ts=card.ts)
    bot.slack.event("message.groups", message_event(said, hr_channel))
    assert "前にも応募" not in anna.conversation()
    assert "未対応" in hana.conversation(hr_channel)


@pytest.mark.parametrize("text", ["担当は<@{}>です", ""])
def test_a_name_in_a_reply_is_read_as_a_name_and_a_file_is_not_passed_on(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel, text: str
) -> None:
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    said = bot.slack.workspace.post(hr_channel, hana.id, "x", thread_ts=card.ts)
    event = {**message_event(said, hr_channel), "text": text.format(hana.id), "subtype": "file_share"}
    bot.slack.event("message.groups", {**event, "files": [{"id": "F1"}]})
    assert ("担当は@人事の花です" in anna.conversation()) == bool(text)
    assert ("採用担当" in anna.conversation()) == bool(text)
    assert NO_FILES in hana.conversation(hr_channel)
    assert NO_FILES not in anna.conversation()


@pytest.mark.usefixtures("bot")
def test_who_comes_second_is_told_alone(
    anna: Person, hana: Person, goro: Person, hr_channel: Channel
) -> None:
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    before = list(card.blocks)
    hana.presses("引き受ける", message=card)
    card.blocks[:] = before  # as it still stands on his screen
    goro.presses("引き受ける", message=card)
    assert "すでにほかの人が引き受けています" in goro.conversation(hr_channel)
    assert "すでにほかの人が引き受けています" not in hana.conversation(hr_channel)
    assert anna.conversation().count("確認を始めました") == 1


@pytest.mark.usefixtures("bot")
def test_a_reply_to_what_is_closed_is_refused_below_the_card_and_in_the_form(
    slack: SlackDouble, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    hana.presses("回答する")
    hana.submits({"answer": "  "})
    assert hana.modals()[0].errors == {"answer": "入力してください。"}
    hana.presses("閉じる", message=card)
    hana.submits({"answer": "遅れました"})
    hana.says("遅れました", channel=hr_channel, thread=card.ts)
    assert "すでに閉じています" in hana.modals()[0].errors["answer"]
    (refused,) = [
        each for each in slack.calls("chat.postMessage") if "すでに閉じています" in each.body["text"]
    ]
    assert refused.body["thread_ts"] == card.ts
    assert "遅れました" not in anna.conversation()


def test_a_proposal_for_the_faq_is_kept_for_admins(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(anna, "初任給はいくら?")
    proposes(hana, "表のとおりです。")
    (event,) = bot.journal.events.last(5)
    assert (event.who, event.what) == (hana.id, "proposal")
    assert event.detail == "質問: 初任給はいくら?\n回答: 表のとおりです。\nカテゴリー: 給与"
    told = "人事の花さんが、FAQへの追加案 p1 を保存しました。(承認: faq approve p1)"
    assert told in hana.conversation(hr_channel)
    proposal = Proposals(bot.context.live.home).find("p1")
    assert (proposal.by, proposal.state) == ("人事の花", State.OPEN)
    assert proposal.faq == str(bot.context.live.path.resolve())
    assert proposal.entry is not None
    assert (proposal.entry.question, proposal.entry.answer) == ("初任給はいくら?", "表のとおりです。")
    assert proposal.entry.category == "給与"


def test_the_same_proposal_sent_twice_is_one_and_names_nobody(
    bot: Office, anna: Person, hana: Person
) -> None:
    hand_over(anna, "電話は090-1234-5678です。寮はありますか")
    for _ in range(2):
        proposes(hana, "ありません。")
    ((proposal,), problems) = Proposals(bot.context.live.home).all()
    assert problems == ()
    assert proposal.entry is not None
    assert "090" not in proposal.entry.question
    assert "寮はありますか" in proposal.entry.question


@pytest.mark.parametrize(
    ("question", "answer", "errors"),
    [
        ("寮" * 301, "ありません。", {"question": "質問は300字まで、カテゴリーは60字までにしてください。"}),
        ("寮は?", " ", {"answer": "入力してください。"}),
    ],
)
def test_what_cannot_be_a_draft_is_told_in_the_form(  # noqa: PLR0913, PLR0917 -- fixtures and a case
    bot: Office, anna: Person, hana: Person, question: str, answer: str, errors: dict[str, str]
) -> None:
    hand_over(anna, question)
    proposes(hana, answer)
    assert hana.modals()[0].errors == errors
    assert Proposals(bot.context.live.home).all() == ((), ())
    assert bot.journal.events.last(5) == ()


def test_who_sends_question_after_question_to_hr_is_asked_to_wait(
    slack: SlackDouble, knowledge: Path, anna: Person, hr_channel: Channel
) -> None:
    with office(slack, knowledge, knowledge.parent / "home", hr=hr_channel.id, limit=3) as bot:
        hand_over(anna)
        for _ in range(2):
            anna.presses("人事に聞く")
            anna.submits({"question": "まだですか"})
        kept = bot.journal.handovers.unfinished()
        assert [each.release for each in kept] == [bot.context.live.release.name] * 2
        assert TOO_MANY in anna.screen()


def test_an_empty_question_is_not_sent_and_one_that_is_sent_twice_is_one(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(anna, "  ")
    assert anna.modals()[0].errors == {"question": "入力してください。"}
    assert bot.journal.handovers.unfinished() == ()
    sent = anna.submits({"question": "初任給は?"})
    slack.deliver("interactive", {**sent.payload, "trigger_id": "another"})  # by an impatient finger
    assert hana.conversation(hr_channel).count("# 人事への質問") == 1
    assert anna.conversation().count(RECEIVED) == 1


def test_a_category_has_its_own_channel(slack: SlackDouble, knowledge: Path, anna: Person) -> None:
    pay, rest = slack.channel("給与係", anna), slack.channel("人事", anna)
    with office(slack, knowledge, knowledge.parent / "home", hr=f"{rest.id}, 給与={pay.id}"):
        hand_over(anna)
    with office(slack, knowledge, knowledge.parent / "home", hr=f"研修={rest.id}"):
        hand_over(anna, "二つ目は?")  # where only another category has a channel
    assert "初任給は" in anna.conversation(pay)
    assert "二つ目は?" in anna.conversation(rest)
    assert "初任給は" not in anna.conversation(rest)


def test_without_a_channel_no_button_leads_to_hr(slack: SlackDouble, knowledge: Path, anna: Person) -> None:
    with office(slack, knowledge, knowledge.parent / "home") as bot:
        anna.opens_home()
        anna.presses("どのような研修がありますか", home=True)
        anna.says(ASKED)
        for offered in (["clothes", "training"], []):
            bot.context.converse = choosing(offered)
            anna.says(ASKED)
    assert "[👍] [👎]" in anna.screen()
    assert "人事に聞く" not in anna.history()


def test_a_button_from_a_time_with_channels_opens_no_form_whose_text_would_be_lost(
    slack: SlackDouble, knowledge: Path, anna: Person
) -> None:
    hr = slack.channel("人事", anna)
    with office(slack, knowledge, knowledge.parent / "home", hr=hr.id):
        anna.says(ASKED)
    with office(slack, knowledge, knowledge.parent / "home"):
        anna.presses("人事に聞く")
    assert not anna.modals()
    assert NO_HR in anna.history()


def test_a_channel_that_the_bot_is_not_in_is_told_to_the_candidate(
    slack: SlackDouble, knowledge: Path, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    closed = slack.channel("人事", bot=False)
    with office(slack, knowledge, knowledge.parent / "home", hr=closed.id):
        hand_over(anna)
        assert UNREACHED in anna.conversation()
    assert "not_in_channel" in caplog.text


@pytest.mark.parametrize("channel", ["#hr", "U0123ABCD"])
def test_a_channel_that_is_none_is_told(channel: str) -> None:
    with pytest.raises(SettingsError, match=f"「{channel}」はチャンネルのIDではありません"):
        hr_channels(channel)


@pytest.mark.usefixtures("bot")
def test_who_works_on_it_is_named_as_well_as_can_be(slack: SlackDouble, anna: Person, hana: Person) -> None:
    hand_over(anna)
    slack.refuse("users.info", "user_not_found")
    hana.presses("引き受ける")
    assert "担当者さんが、ご質問の確認を始めました。" in anna.conversation()


def test_what_cannot_be_kept_of_a_form_is_not_acknowledged(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack then says that it did not work, and the form stays open with what was written."""
    opens_form(anna)
    with monkeypatch.context() as patch:
        patch.setattr(bot.journal.handovers, "open", Mock(side_effect=JournalError("x")))
        sent = anna.submits({"question": "初任給は?"})
    bot.not_acked.append(sent)
    assert not sent.acked
    assert anna.modals() != []
