"""A question goes to HR and its answer comes back, once, whatever happens between."""

import pytest

from bot.proposals.folder import Proposals
from bot.slack.messages.handover import KNOWN, NO_PROPOSAL, UNANSWERED, UNANSWERED_SO_FAR, UNREACHED
from bot.slack.messages.notices import NO_HR, NOT_HR, TOO_MANY
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.double.rendering import lines
from tests.slack.handing import ASKED, TABLE, hand_over, leaves, opens_form
from tests.slack.office import Office, Opens, choosing

pytestmark = pytest.mark.usefixtures("at_work")

REFERRED = "給料は、このFAQでは扱っていません。採用サイトをご覧ください。"
RECEIVED = "採用の担当者にお伝えしました"


def proposes(hana: Person, answer: str) -> None:
    hana.presses("FAQに追加")
    hana.submits({"answer": answer})


def test_a_question_that_was_rewritten_is_not_given_the_answer_to_the_one_before(
    bot: Office, anna: Person, bert: Person, hana: Person, hr_channel: Channel
) -> None:
    """What HR would have before them, and in the form to send, answers something else."""
    hand_over(anna, "どのような研修がありますか")
    real = bot.context.converse
    for person, asked, rewritten in (
        (anna, ASKED, {"question": ASKED}),
        (anna, ASKED, {"question": "火星への出張はありますか"}),
        (
            bert,
            "給料は\u202eいくらですか",
            {},
        ),  # as it was filled in, though the form shows some of it otherwise
    ):
        bot.context.converse = real
        opens_form(person, asked)
        bot.context.converse = choosing([])
        person.submits(rewritten)
    other, same, unknown, shown = (lines(each.text, each.blocks) for each in hana.sees(hr_channel))
    assert other[1].endswith("カテゴリー: 研修")
    assert other[4] == "基礎から学ぶ研修があります。"
    assert same[3:5] == ["· ボットの回答案", REFERRED]
    assert unknown[3] == f"· {NO_PROPOSAL}"
    assert unknown[1].endswith("カテゴリー: 働き方")  # of what is nearest
    assert shown[3:5] == ["· ボットの回答案", REFERRED]


def test_an_answer_that_is_sent_twice_is_one(slack: SlackDouble, anna: Person, hana: Person) -> None:
    hand_over(anna)
    hana.presses("回答する")
    assert REFERRED in hana.screen()
    sent = hana.submits({"answer": TABLE})
    slack.resend(sent)
    slack.deliver("interactive", {**sent.payload, "trigger_id": "another"})  # by an impatient finger
    assert anna.conversation().count(TABLE) == 1


def test_who_took_it_stays_named_whoever_answers_and_who_comes_second_is_told_alone(
    anna: Person, hana: Person, goro: Person, hr_channel: Channel
) -> None:
    """Pressing again oneself says nothing."""
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    before = list(card.blocks)
    for person in (hana, hana, goro):
        card.blocks[:] = before  # as it still stands on the screen
        person.presses("引き受ける", message=card)
    assert "この問い合わせは「対応中」です" in goro.conversation(hr_channel)
    goro.presses("回答する", message=card)
    goro.submits({"answer": TABLE})
    shown = hana.conversation(hr_channel)
    assert "担当: 人事の花" in shown
    assert "· 五郎さんの回答" in shown
    assert "この問い合わせは" not in shown
    assert anna.conversation().count("確認を始めました") == 1


def test_what_is_closed_without_an_answer_is_told_so_and_can_be_opened_again(
    anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    assert UNANSWERED_SO_FAR in str(card.blocks)
    hana.presses("閉じる")
    assert UNANSWERED in anna.conversation()
    assert "対応が完了しました" not in anna.conversation()
    hana.presses("再開する")
    assert "ご質問の確認を再開しました" in anna.conversation()
    assert "# 人事への質問: 未対応" in hana.conversation(hr_channel)
    hana.presses("回答する", message=card)
    hana.submits({"answer": TABLE})
    assert "confirm" not in str(card.blocks)
    hana.presses("閉じる", message=card)
    assert "対応が完了しました" in anna.conversation()


def test_the_same_question_while_hr_has_it_is_added_to_its_card(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    for question in ("初任給は、いくらですか", "初任給はいくらですか?", "寮はありますか"):
        hand_over(anna, question)
    assert len(bot.journal.handovers.unfinished()) == 2
    assert hana.conversation(hr_channel).count("同じ質問をもう一度送りました") == 1
    assert anna.conversation().count(KNOWN) == 1


def test_a_card_leads_to_the_place_where_it_was_asked_unless_only_the_candidate_sees_that(
    slack: SlackDouble, hana: Person, hr_channel: Channel
) -> None:
    bert = slack.person("文子")
    general = slack.channel("general", bert)
    bert.says(ASKED, channel=general, mention=True)
    answer = bert.sees(general)[-1]
    bert.presses("人事に聞く")
    bert.submits()
    hand_over(bert, "寮は?")
    led, not_led = hana.sees(hr_channel)
    address = f"https://example.slack.com/archives/{general.id}/p{answer.ts.replace('.', '')}"
    assert {"type": "link", "url": address} in leaves(led.blocks)
    assert "質問された場所" not in str(not_led.blocks)


def test_an_answer_to_what_is_closed_is_refused_in_the_form(
    anna: Person, hana: Person, hr_channel: Channel
) -> None:
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    hana.presses("回答する")
    hana.submits({"answer": "  "})
    assert hana.modals()[0].errors == {"answer": "入力してください。"}
    hana.presses("閉じる", message=card)
    hana.submits({"answer": "遅れました"})
    assert "この問い合わせは「完了」です" in hana.modals()[0].errors["answer"]
    assert "遅れました" not in anna.conversation()


def test_what_only_looks_like_a_name_tells_nobody_the_name_of_anything(
    slack: SlackDouble, anna: Person, hr_channel: Channel
) -> None:
    """Slack writes names so; typed by hand, they would tell what a private channel is called."""
    typed = f"<#{hr_channel.id}>と<@U0NOBODY>は?"
    anna.says(typed)
    anna.presses("人事に聞く")
    assert f"#{hr_channel.name}" not in anna.screen()
    anna.submits({"question": typed})
    anna.runs("/faq", typed)
    anna.presses("人事に聞く")
    assert f"#{hr_channel.name}" not in anna.screen() + anna.conversation()
    assert RECEIVED in anna.conversation()
    asked = [each.body for each in slack.requests if each.method in {"users.info", "conversations.info"}]
    assert not any("U0NOBODY" in str(each) for each in asked)


def test_hr_draft_an_entry_from_any_message_and_others_do_not(
    bot: Office, anna: Person, hana: Person, general: Channel
) -> None:
    hana.joins(general)
    asked = anna.says("寮はありますか", channel=general)
    anna.chooses("FAQに追加", asked.posted)
    assert anna.modals() == []
    assert NOT_HR in anna.conversation(general)
    hana.chooses("FAQに追加", asked.posted)
    hana.submits({"answer": "ありません。"})
    assert "人事の花さんが、FAQへの追加案 p1 を保存しました。" in hana.screen()
    (kept,), _ = Proposals(bot.context.live.home).all()
    assert kept.entry is not None
    assert (kept.entry.question, kept.entry.answer) == ("寮はありますか", "ありません。")
    hana.closes()
    hana.chooses("FAQに追加", anna.says("寮は来年からです。", channel=general).posted)
    assert "回答:\n  [寮は来年からです。]" in hana.screen()
    hana.closes()
    named = f"<@{bot.slack.person('長' * 70).id}>さんが来ます。"
    hana.chooses("FAQに追加", anna.says("長" * 2_950 + named, channel=general, marks=True).posted)
    assert "FAQに追加" in hana.screen()  # Slack opens no field with more than it holds


def test_the_same_proposal_sent_twice_is_one_and_names_nobody(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """HR are told of it, and whose it is is recorded."""
    hand_over(anna, "電話は090-1234-5678です。寮はありますか")
    for _ in range(2):
        proposes(hana, "ありません。")
    assert "090" not in str(bot.journal.events.last(5))
    ((proposal,), problems) = Proposals(bot.context.live.home).all()
    assert problems == ()
    assert proposal.entry is not None
    assert "090" not in proposal.entry.question
    assert "寮はありますか" in proposal.entry.question
    assert (proposal.by, proposal.entry.answer, proposal.entry.category) == (
        "人事の花",
        "ありません。",
        "働き方",
    )
    kept = bot.journal.events.last(5)[-1]
    assert (kept.who, kept.what) == (hana.id, "proposal")
    assert "人事の花さんが、FAQへの追加案 p1 を保存しました。" in hana.conversation(hr_channel)


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


def test_a_form_of_hr_is_japanese_whatever_language_the_machine_speaks(
    bot: Office, anna: Person, hana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_LANG", "en")
    (bot.context.live.home / "proposals").write_text("no folder")
    hand_over(anna, "寮は?")
    proposes(hana, "ありません。")
    assert "書き込めません" in hana.modals()[0].errors["question"]


def test_who_sends_question_after_question_to_hr_is_asked_to_wait(
    opens: Opens, anna: Person, hr_channel: Channel
) -> None:
    with opens(hr=hr_channel.id, limit=3) as bot:
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


def test_a_category_has_its_own_channel(slack: SlackDouble, opens: Opens, anna: Person) -> None:
    pay, rest = slack.channel("給与係", anna), slack.channel("人事", anna)
    with opens(hr=f"{rest.id}, 給与={pay.id}"):
        hand_over(anna)
    with opens(hr=f"研修={rest.id}"):
        hand_over(anna, "二つ目は?")  # where only another category has a channel
    assert "初任給は" in anna.conversation(pay)
    assert "二つ目は?" in anna.conversation(rest)
    assert "初任給は" not in anna.conversation(rest)


def test_without_a_channel_no_button_leads_to_hr_and_one_from_a_time_with_channels_says_so(
    opens: Opens, anna: Person, hr_channel: Channel
) -> None:
    """No form is opened, whose text would be lost."""
    with opens(hr=hr_channel.id):
        anna.says(ASKED)
    with opens():
        anna.presses("人事に聞く")
        assert not anna.modals()
        assert NO_HR in anna.history()
    before = len(anna.history())
    with opens() as bot:
        anna.opens_home()
        anna.presses("どのような研修がありますか", home=True)
        anna.says(ASKED)
        for offered in (["clothes", "training"], []):
            bot.context.converse = choosing(offered)
            anna.says(ASKED)
    assert "[👍] [👎]" in anna.screen()
    assert "人事に聞く" not in anna.history()[before:]


def test_a_channel_that_the_bot_is_not_in_is_told_to_the_candidate(
    slack: SlackDouble, opens: Opens, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """Who asks again, once that is put right, reaches HR: nobody has the question."""
    closed = slack.channel("人事", anna, bot=False)
    with opens(hr=closed.id) as bot:
        hand_over(anna)
        assert UNREACHED in anna.conversation()
        assert bot.journal.handovers.unfinished() == ()
        closed.members.append(slack.bot_user)
        hand_over(anna)
        assert KNOWN not in anna.conversation()
        assert "# 人事への質問: 未対応" in anna.conversation(closed)
    assert "not_in_channel" in caplog.text


def test_who_works_on_it_is_named_as_well_as_can_be(slack: SlackDouble, anna: Person, hana: Person) -> None:
    hand_over(anna)
    slack.refuse("users.info", "user_not_found", times=9)
    hana.presses("引き受ける")
    assert "担当者さんが、ご質問の確認を始めました。" in anna.conversation()


def test_while_slack_does_not_tell_a_name_what_is_pressed_is_kept(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person
) -> None:
    """Nothing waits for the name but what it stands in."""
    hand_over(anna)
    gate = slack.hold("users.info")
    hana.presses("引き受ける")
    gate.open()
    bot.settle()
    assert "人事の花さんが、ご質問の確認を始めました。" in anna.conversation()


def test_a_question_is_kept_before_anything_is_looked_for_and_reaches_hr_though_that_fails(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """The search may take longer than Slack waits for the form."""
    opens_form(anna)
    kept = []

    def converse(*_: object, **__: object) -> None:
        kept.append(len(bot.journal.handovers.unfinished()))
        raise ZeroDivisionError

    bot.context.converse = converse  # type: ignore[assignment]
    anna.submits({"question": "寮はありますか"})
    assert kept == [1]
    assert f"· {NO_PROPOSAL}" in hana.conversation(hr_channel)


def test_who_sends_an_answer_after_somebody_elses_is_asked_to_look_first(
    anna: Person, hana: Person, goro: Person, hr_channel: Channel
) -> None:
    """Both had the form open; the candidate would get two answers, which may differ."""
    hand_over(anna)
    (card,) = hana.sees(hr_channel)
    for person in (hana, goro):
        person.presses("回答する", message=card)
    sent = hana.submits({"answer": TABLE})
    goro.submits({"answer": "20万円です。"})
    assert "すでにほかの人が回答しています" in goro.modals()[0].errors["answer"]
    assert "20万円" not in anna.conversation()
    assert sent.acked
    goro.closes()
    goro.presses("回答する", message=card)
    goro.submits({"answer": "20万円です。"})
    assert "20万円" in anna.conversation()
