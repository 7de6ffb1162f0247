"""A question goes to HR and its answer comes back, once, whatever happens between."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.journal.errors import JournalError
from bot.proposals.files import Proposals
from bot.proposals.proposal import State
from bot.settings import SettingsError
from bot.slack.messages.handover import NO_PROPOSAL
from bot.slack.messages.notices import TOO_MANY
from bot.slack.services.card_thread import NO_FILES
from bot.slack.services.handover import UNREACHED, hr_channels
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.double.payloads import message_event
from tests.slack.double.rendering import lines
from tests.slack.office import Clock, Office, choosing, office


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈", guest=True)


@pytest.fixture
def hana(slack: SlackDouble, hr_channel: Channel) -> Person:
    person = slack.person("人事の花")
    person.joins(hr_channel)
    return person


def hand_over(bot: Office, anna: Person, question: str = "初任給は\n<!here> いくら?") -> None:
    anna.says("給料はいくらですか")
    bot.settle()
    anna.presses("人事に聞く")
    bot.settle()
    anna.submits({"question": question})
    bot.settle()


def test_a_question_becomes_a_card_with_what_the_bot_would_have_said(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    card = hana.conversation(hr_channel)
    assert "# 人事への質問: 未対応" in card
    assert "質問者: 安奈" in card
    assert "カテゴリー: 給与" in card
    assert "| <!here> いくら?" in card
    assert "給料は、このFAQでは扱っていません。" in card
    assert "[*引き受ける*] [回答する] [FAQに追加] [閉じる]" in card
    assert anna.modals() == []
    assert "採用の担当者にお伝えしました" in anna.conversation()


def test_a_question_that_was_rewritten_is_not_given_the_answer_to_the_one_before(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What HR would have before them, and in the form to send, answers something else."""
    hand_over(bot, anna, "給料はいくらですか")
    monkeypatch.setattr("bot.slack.services.handover.converse", choosing([]))
    hand_over(bot, anna, "給料はいくらですか")
    hand_over(bot, anna, "火星への出張はありますか")
    alike, same, other = (lines(each.text, each.blocks) for each in hana.sees(hr_channel))
    assert (
        alike[3:5]
        == same[3:5]
        == ["· ボットの回答案", "給料は、このFAQでは扱っていません。採用サイトをご覧ください。"]
    )
    assert other[3] == f"· {NO_PROPOSAL}"


def test_the_answer_to_a_rewritten_question_is_what_the_bot_would_say_to_that(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna, "どのような研修がありますか")
    (card,) = hana.sees(hr_channel)
    assert lines(card.text, card.blocks)[1].endswith("カテゴリー: 研修")
    assert lines(card.text, card.blocks)[4] == "基礎から学ぶ研修があります。"


def test_both_sides_see_every_step_and_the_answer_with_who_gave_it(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    hana.presses("引き受ける")
    bot.settle()
    assert "# 人事への質問: 対応中" in hana.conversation(hr_channel)
    assert "担当: 人事の花" in hana.conversation(hr_channel)
    assert "人事の花さんが、ご質問の確認を始めました。" in anna.conversation()
    hana.presses("回答する")
    bot.settle()
    assert "給料は、このFAQでは扱っていません。" in hana.screen()
    sent = hana.submits({"answer": "採用サイトの表をご覧ください。"})
    slack = bot.slack
    slack.resend(sent)
    bot.settle()
    assert anna.conversation().count("採用サイトの表をご覧ください。") == 1
    assert "**人事の花さん(採用担当)からの回答です。**" in anna.conversation()
    hana.presses("閉じる")
    bot.settle()
    assert "# 人事への質問: 完了" in hana.conversation(hr_channel)
    assert "ご質問への対応が完了しました" in anna.conversation()


def test_a_reply_below_the_card_reaches_the_candidate_once(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    said = hana.says("表をご覧ください & お電話も可", channel=hr_channel, thread=card.ts)
    bot.settle()
    slack.resend(said.deliveries[0])
    bot.settle()
    assert anna.conversation().count("表をご覧ください & お電話も可") == 1
    assert "· 人事の花さんの回答" in hana.conversation(hr_channel)


def test_what_hr_say_to_each_other_below_the_card_stays_there(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """Else the candidate would read it."""
    goro = slack.person("五郎")
    goro.joins(hr_channel)
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    assert "@名前 で始めた発言とファイルは届きません" in hana.conversation(hr_channel)
    said = slack.workspace.post(
        hr_channel, hana.id, f"<@{goro.id}> この人は前にも応募していますか", thread_ts=card.ts
    )
    slack.event("message.groups", message_event(said, hr_channel))
    bot.settle()
    assert "前にも応募" not in anna.conversation()
    assert "未対応" in hana.conversation(hr_channel)


def test_a_name_in_a_reply_is_read_as_a_name_and_a_file_is_not_passed_on(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    said = slack.workspace.post(hr_channel, hana.id, f"担当は<@{hana.id}>です", thread_ts=card.ts)
    event = {**message_event(said, hr_channel), "subtype": "file_share", "files": [{"id": "F1"}]}
    slack.event("message.groups", event)
    bot.settle()
    assert "担当は@人事の花です" in anna.conversation()
    assert NO_FILES in hana.conversation(hr_channel)
    assert NO_FILES not in anna.conversation()


def test_who_sends_question_after_question_to_hr_is_asked_to_wait(
    slack: SlackDouble, knowledge: Path, anna: Person, hr_channel: Channel
) -> None:
    with office(slack, knowledge, knowledge.parent / "home", hr=hr_channel.id, limit=3) as bot:
        hand_over(bot, anna)
        for _ in range(2):
            anna.presses("人事に聞く")
            bot.settle()
            anna.submits({"question": "まだですか"})
            bot.settle()
        assert len(bot.journal.handovers.unfinished()) == 2
        assert TOO_MANY in anna.screen()


def test_who_comes_second_is_told_alone(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    goro = slack.person("五郎")
    goro.joins(hr_channel)
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    before = list(card.blocks)
    hana.presses("引き受ける", message=card)
    bot.settle()
    card.blocks[:] = before  # as it still stands on his screen
    goro.presses("引き受ける", message=card)
    bot.settle()
    assert "すでにほかの人が引き受けています" in goro.conversation(hr_channel)
    assert "すでにほかの人が引き受けています" not in hana.conversation(hr_channel)
    assert anna.conversation().count("確認を始めました") == 1


def test_a_reply_to_what_is_closed_is_refused_below_the_card(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    hana.presses("閉じる")
    bot.settle()
    hana.says("遅れました", channel=hr_channel, thread=card.ts)
    bot.settle()
    assert "すでに閉じています" in hana.conversation(hr_channel)
    assert "遅れました" not in anna.conversation()


def test_a_proposal_for_the_faq_is_kept_for_admins(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna, "初任給はいくら?")
    hana.presses("FAQに追加")
    bot.settle()
    hana.submits({"answer": "表のとおりです。"})
    bot.settle()
    (event,) = bot.journal.events.last(5)
    assert (event.who, event.what) == (hana.id, "proposal")
    assert event.detail == "質問: 初任給はいくら?\n回答: 表のとおりです。\nカテゴリー: 給与"
    told = "人事の花さんが、FAQへの追加案 p1 を保存しました。(承認: faq approve p1)"
    assert told in hana.conversation(hr_channel)
    proposal = Proposals(bot.context.live.home).find("p1")
    assert (proposal.by, proposal.state, proposal.faq) == (
        "人事の花",
        State.OPEN,
        str(bot.context.live.path.resolve()),
    )
    assert proposal.entry is not None
    assert (proposal.entry.question, proposal.entry.answer) == ("初任給はいくら?", "表のとおりです。")
    assert proposal.entry.category == "給与"


def test_the_same_proposal_sent_twice_is_one_and_names_nobody(
    bot: Office, anna: Person, hana: Person
) -> None:
    hand_over(bot, anna, "電話は090-1234-5678です。寮はありますか")
    for _ in range(2):
        hana.presses("FAQに追加")
        bot.settle()
        hana.submits({"answer": "ありません。"})
        bot.settle()
    proposals, problems = Proposals(bot.context.live.home).all()
    assert (len(proposals), problems) == (1, ())
    assert proposals[0].entry is not None
    assert "090" not in proposals[0].entry.question
    assert "寮はありますか" in proposals[0].entry.question


def test_a_draft_with_too_long_a_question_is_told_in_the_form(
    bot: Office, anna: Person, hana: Person
) -> None:
    hand_over(bot, anna, "寮" * 301)
    hana.presses("FAQに追加")
    bot.settle()
    hana.submits({"answer": "ありません。"})
    (form,) = hana.modals()
    assert form.errors == {"question": "質問は300字まで、カテゴリーは60字までにしてください。"}
    assert Proposals(bot.context.live.home).all() == ((), ())


def test_a_proposal_without_an_answer_is_not_kept(bot: Office, anna: Person, hana: Person) -> None:
    hand_over(bot, anna)
    hana.presses("FAQに追加")
    bot.settle()
    hana.submits({"answer": " "})
    assert hana.modals()[0].errors == {"answer": "入力してください。"}
    assert bot.journal.events.last(5) == ()


def test_a_question_sent_as_it_was_filled_in_is_the_same_though_the_form_shows_some_of_it_otherwise(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.says("給料は\u202eいくらですか")
    bot.settle()
    monkeypatch.setattr("bot.slack.services.handover.converse", choosing([]))
    anna.presses("人事に聞く")
    bot.settle()
    anna.submits()
    bot.settle()
    assert "· ボットの回答案" in hana.conversation(hr_channel)
    assert NO_PROPOSAL not in hana.conversation(hr_channel)


def test_a_question_without_an_answer_has_the_category_of_what_is_nearest(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.services.handover.converse", choosing([]))
    hand_over(bot, anna, "制服はありますか")
    assert "カテゴリー: 働き方" in hana.conversation(hr_channel)
    assert NO_PROPOSAL in hana.conversation(hr_channel)


def test_the_card_names_who_worked_on_it_last(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    goro = slack.person("五郎")
    goro.joins(hr_channel)
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    hana.presses("引き受ける")
    bot.settle()
    goro.says("表をご覧ください。", channel=hr_channel, thread=card.ts)
    bot.settle()
    assert "担当: 五郎" in hana.conversation(hr_channel)


def test_what_is_passed_on_is_known_with_the_question_that_led_to_it(bot: Office, anna: Person) -> None:
    hand_over(bot, anna)
    bot.journal.flush()
    (handover,), (asked,) = bot.journal.handovers.unfinished(), bot.journal.questions.last(5)
    assert handover.question_id == asked.id


def test_an_empty_question_is_not_sent(bot: Office, anna: Person) -> None:
    hand_over(bot, anna, "  ")
    (form,) = anna.modals()
    assert form.errors == {"question": "入力してください。"}
    assert bot.journal.handovers.unfinished() == ()


def test_a_category_has_its_own_channel(slack: SlackDouble, knowledge: Path, anna: Person) -> None:
    pay, rest = slack.channel("給与係", anna), slack.channel("人事", anna)
    hr = f"{rest.id}, 給与={pay.id}"
    with office(slack, knowledge, knowledge.parent / "home", hr=hr) as bot:
        hand_over(bot, anna)
        assert "未対応" in anna.conversation(pay)
        assert anna.conversation(rest) == ""


def test_without_a_channel_the_candidate_is_told_so(
    slack: SlackDouble, knowledge: Path, anna: Person
) -> None:
    with office(slack, knowledge, knowledge.parent / "home") as bot:
        anna.says("給料はいくらですか")
        bot.settle()
        anna.presses("人事に聞く")
        bot.settle()
        assert "まだ設定されていません" in anna.screen()


def test_a_channel_that_the_bot_is_not_in_is_told_to_the_candidate(
    slack: SlackDouble, knowledge: Path, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    closed = slack.channel("人事", bot=False)
    with office(slack, knowledge, knowledge.parent / "home", hr=closed.id) as bot:
        hand_over(bot, anna)
        bot.worker.drain()
        assert UNREACHED in anna.conversation()
    assert "not_in_channel" in caplog.text


@pytest.mark.parametrize("step", [0, 1, 2])
def test_nothing_is_lost_or_told_twice_if_the_process_dies_after_any_post(  # noqa: PLR0913, PLR0917 -- fixtures
    slack: SlackDouble,
    knowledge: Path,
    anna: Person,
    hana: Person,
    hr_channel: Channel,
    step: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The card, the receipt and HR's answer are each told once, though the process died before it noted so."""
    home, clock = knowledge.parent / "home", Clock()
    with office(slack, knowledge, home, hr=hr_channel.id, clock=clock) as bot:
        anna.says("給料はいくらですか")
        bot.settle()
        anna.presses("人事に聞く")
        bot.settle()
        monkeypatch.setattr(bot.worker, "wake", lambda: None)
        anna.submits({"question": "初任給は?"})
        (handover,) = bot.journal.handovers.unfinished()
        for _ in range(step):  # told, and dead before that was noted
            for claimed in bot.journal.outbox.claim(at=clock(), limit=1):
                bot.worker.handlers[claimed.kind](claimed)
    clock.at += timedelta(seconds=61)
    with office(slack, knowledge, home, hr=hr_channel.id, clock=clock) as bot:
        bot.worker.drain()
        (card,) = hana.sees(hr_channel)
        hana.says("表をご覧ください。", channel=hr_channel, thread=card.ts)
        bot.settle()
        assert bot.journal.outbox.waiting() == 0
        assert bot.journal.handovers.find(handover.id).steps[-1].text == "表をご覧ください。"
    assert hana.conversation(hr_channel).count("# 人事への質問") == 1
    assert anna.conversation().count("採用の担当者にお伝えしました") == 1
    assert anna.conversation().count("表をご覧ください。") == 1


def test_a_channel_that_is_none_is_told() -> None:
    with pytest.raises(SettingsError, match="FAQ_HR_CHANNELS の「#hr」はチャンネルのIDではありません"):
        hr_channels("#hr")


def test_a_channel_is_a_channel() -> None:
    with pytest.raises(SettingsError, match="「U0123ABCD」はチャンネルのIDではありません"):
        hr_channels("U0123ABCD")


def test_where_only_a_category_has_a_channel_every_question_goes_there(
    slack: SlackDouble, knowledge: Path, anna: Person
) -> None:
    training = slack.channel("研修係", anna)
    with office(slack, knowledge, knowledge.parent / "home", hr=f"研修={training.id}") as bot:
        hand_over(bot, anna)
        assert "未対応" in anna.conversation(training)


def test_a_form_that_is_sent_twice_is_one_question(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """By an impatient finger too, for which Slack makes another trigger."""
    hand_over(bot, anna)
    sent = slack.deliveries[-1]
    slack.deliver("interactive", {**sent.payload, "trigger_id": "another"})
    bot.settle()
    assert hana.conversation(hr_channel).count("# 人事への質問") == 1
    assert anna.conversation().count("採用の担当者にお伝えしました") == 1


def test_a_reply_that_is_sent_twice_is_one_step(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    hana.presses("回答する")
    bot.settle()
    sent = hana.submits({"answer": "表をご覧ください。"})
    slack.deliver("interactive", {**sent.payload, "trigger_id": "another"})
    bot.settle()
    assert hana.conversation(hr_channel).count("| 表をご覧ください。") == 1
    assert anna.conversation().count("表をご覧ください。") == 1


def test_a_card_that_waits_does_not_keep_the_candidates_receipt(
    slack: SlackDouble, bot: Office, anna: Person, hr_channel: Channel
) -> None:
    anna.says("給料はいくらですか")
    bot.settle()
    gate = slack.hold("chat.postMessage", when=lambda body: body["channel"] == hr_channel.id)
    bot.worker.start(0.01)
    anna.presses("人事に聞く")
    slack.until(anna.modals)
    anna.submits({"question": "初任給は?"})
    slack.until(lambda: gate.waiting and "採用の担当者にお伝えしました" in anna.conversation())
    gate.open()
    bot.settle()


def test_what_a_candidate_is_told_comes_in_order(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person
) -> None:
    hand_over(bot, anna)
    gate = slack.hold("chat.postMessage", when=lambda body: "確認を始めました" in body["text"])
    hana.presses("引き受ける")
    slack.until(lambda: gate.waiting)
    hana.presses("閉じる")
    gate.open()
    bot.settle()
    said = anna.conversation()
    assert said.index("確認を始めました") < said.index("対応が完了しました")


def test_a_picture_alone_below_the_card_is_no_reply(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    wrote = slack.workspace.post(hr_channel, hana.id, "絵", thread_ts=card.ts)
    shown = {**message_event(wrote, hr_channel), "subtype": "file_share", "text": ""}
    slack.event("message.groups", shown)
    bot.settle()
    (handover,) = bot.journal.handovers.unfinished()
    assert [step.text for step in handover.steps] == [""]
    assert "採用担当" not in anna.conversation()


def test_who_works_on_it_is_named_as_well_as_can_be(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person
) -> None:
    hand_over(bot, anna)
    slack.refuse("users.info", "user_not_found")
    hana.presses("引き受ける")
    bot.settle()
    assert "担当者さんが、ご質問の確認を始めました。" in anna.conversation()


def test_what_is_written_below_a_card_stands_in_its_thread(
    bot: Office, slack: SlackDouble, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    hana.presses("閉じる")
    bot.settle()
    hana.says("遅れました", channel=hr_channel, thread=card.ts)
    bot.settle()
    (refused,) = [
        each for each in slack.calls("chat.postMessage") if "すでに閉じています" in each.body["text"]
    ]
    assert refused.body["thread_ts"] == card.ts


def test_a_reply_to_what_was_closed_meanwhile_is_refused_in_the_form(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(bot, anna)
    (card,) = hana.sees(hr_channel)
    hana.presses("回答する")
    bot.settle()
    hana.submits({"answer": "  "})
    assert hana.modals()[0].errors == {"answer": "入力してください。"}
    bot.context.hands.wait()
    hana.presses("閉じる", message=card)
    bot.settle()
    hana.submits({"answer": "遅れました"})
    bot.settle()
    (form,) = hana.modals()
    assert "すでに閉じています" in form.errors["answer"]
    assert "遅れました" not in anna.conversation()


def test_what_cannot_be_kept_of_a_form_is_not_acknowledged(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack then says that it did not work, and the form stays open with what was written."""

    def broken(*_: object, **__: object) -> None:
        msg = "x"
        raise JournalError(msg)

    anna.says("給料はいくらですか")
    bot.settle()
    anna.presses("人事に聞く")
    bot.settle()
    with monkeypatch.context() as patch:
        patch.setattr("bot.journal.handovers.Handovers.open", broken)
        sent = anna.submits({"question": "初任給は?"})
    bot.not_acked.append(sent)
    assert not sent.acked
    assert anna.modals() != []
