"""The Home tab of each role, and what reminds HR of cards that nobody takes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from bot.proposals.folder import Proposals
from bot.proposals.proposal import ProposalState
from bot.serving.publication import Order
from bot.slack.context import WORKERS
from bot.slack.messages.notices import APOLOGY, NOT_HR
from index.release.publishing import PublishingError
from tests.slack.double import Channel, Person, SlackDouble, dispatch
from tests.slack.handing import TABLE, hand_over
from tests.slack.office import ANSWER, ASKED, Clock, Office, Opens, choosing

pytestmark = pytest.mark.usefixtures("at_work")

NOBODY = "まだ誰も引き受けていない質問があります"


def test_candidates_see_their_questions_with_hr_and_the_answers(
    anna: Person, bert: Person, hana: Person
) -> None:
    """As far as they are open; and nobody else's."""
    hand_over(anna, "寮はありますか")
    anna.opens_home()
    assert "確認中です" in anna.screen()
    hana.presses("回答する")
    hana.submits({"answer": TABLE})
    anna.opens_home()
    assert "| 寮はありますか\n· 人事の花さんの回答\n表をご覧ください。" in anna.screen()
    bert.opens_home()
    assert "寮" not in bert.screen()
    hana.presses("閉じる")
    anna.opens_home()
    assert "寮" not in anna.screen()


def test_hr_see_the_queue_and_a_press_leads_to_the_card(
    slack: SlackDouble, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """What nobody has in hand comes first, the oldest of it; however many are in the channel."""
    hr_channel.members[:0] = [f"U{number}" for number in range(1_000)]
    for question in ("一つ目は?", "二つ目は?", "三つ目は?"):
        hand_over(anna, question)
    first, second, _ = hana.sees(hr_channel)
    hana.presses("引き受ける", message=first)
    hana.opens_home()
    shown = hana.screen()
    assert "人事への質問の一覧(3件)" in shown
    places = [shown.index(text) for text in ("| 二つ目は?", "| 三つ目は?", "· 対応中", "| 一つ目は?")]
    assert places == sorted(places)
    blocks = slack.workspace.homes[hana.id].content["blocks"]
    led = [block["elements"][0]["url"] for block in blocks if "url" in str(block.get("elements"))]
    assert led[0].endswith(f"{hr_channel.id}/p{second.ts.replace('.', '')}")
    hana.presses("カードを開く", home=True)
    assert "お知らせ" not in hana.screen()


def test_hr_of_one_category_see_nothing_of_the_others(
    slack: SlackDouble, opens: Opens, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """A channel of its own is for who may read it."""
    pay = slack.channel("給与係", anna, kind="private")
    with opens(hr=f"{hr_channel.id}, 給与={pay.id}"):
        hand_over(anna)
        hand_over(anna, "寮はありますか")
        hana.opens_home()
    assert "人事への質問の一覧(1件)" in hana.screen()
    assert "| 寮はありますか" in hana.screen()
    assert "いくら" not in hana.screen()


def test_admins_see_what_is_served_and_may_publish_from_there(
    slack: SlackDouble, opens: Opens, knowledge: Path, anna: Person
) -> None:
    kanri = slack.person("管理者")
    with opens(admins=kanri.id) as bot:
        for person in (anna, kanri):
            person.opens_home()
        assert "いまの版" not in anna.screen()
        assert "最後の公開" not in kanri.screen()
        assert f"いまの版: {bot.context.live.release.name}" in kanri.screen()
        names, file = [], knowledge / "faq.yaml"
        for before, after in (("ジャケットの人", "スーツの人"), ("スーツの人", "制服の人")):
            file.write_text(file.read_text("utf-8").replace(before, after), "utf-8")
            kanri.presses("読み直して公開", home=True)
            names.append(bot.context.live.release.name)
            assert f"いまの版: {names[-1]}" in kanri.screen()
        assert kanri.conversation().count("変更 1件: clothes") == 2
        assert "最後の公開の結果\n| 公開しました" in kanri.screen()
        assert "| 変更 1件: clothes" in kanri.screen()
        kanri.presses("前の内容に戻す", home=True)
        assert f"({names[1]} → {names[0]})" in kanri.conversation()
        assert f"いまの版: {names[0]}" in kanri.screen()


def proposes(anna: Person, hana: Person, question: str, answer: str) -> None:
    hand_over(anna, question)
    hana.presses("FAQに追加")
    hana.submits({"answer": answer})


def test_hr_take_proposals_over_and_refuse_them_at_home(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `faq approve` and `faq reject` do: what was taken over is answered at once. All of it is in Japanese."""
    monkeypatch.setenv("FAQ_LANG", "en")
    proposes(anna, hana, "寮はありますか", "寮はありません。")
    proposes(anna, hana, "制服はありますか", "制服はありません。")
    for person in (anna, hana):
        person.opens_home()
    assert "FAQへの提案" not in anna.screen()
    assert "FAQへの提案(2件)" in hana.screen()
    assert "| 新しい項目『寮はありますか』を加える\n| 回答: 寮はありません。" in hana.screen()
    before = bot.context.live.release.name
    pressed = hana.presses("取り込んで公開", home=True)
    assert f"公開しました({before} → {bot.context.live.release.name})" in hana.conversation()
    assert "FAQへの提案(1件)" in hana.screen()
    anna.says("寮はありますか")
    assert "寮はありません。" in anna.conversation()
    hana.presses("退ける", home=True)
    assert "提案 p2 を退けました。" in hana.conversation()
    assert "FAQへの提案" not in hana.screen()
    again = {**pressed.payload["actions"][0], "action_ts": slack.workspace.ts()}
    slack.deliver("interactive", {**pressed.payload, "actions": [again]})  # from a screen of before
    assert "提案 p1 はすでに決まっています(承認)。" in hana.conversation()
    assert [each.state for each in Proposals(bot.context.live.home).all()[0]] == [
        ProposalState.APPROVED,
        ProposalState.REJECTED,
    ]
    assert [(each.who, each.what) for each in bot.journal.events.last(9)].count((hana.id, "publish")) == 1


def test_where_proposals_cannot_be_written_hr_are_told(bot: Office, anna: Person, hana: Person) -> None:
    """As where the folder belongs to whoever ran `faq approve`."""
    proposes(anna, hana, "寮はありますか", "寮はありません。")
    (bot.context.live.home / "proposals" / "publish.lock").mkdir()
    hana.opens_home()
    for label in ("取り込んで公開", "退ける"):
        hana.presses(label, home=True)
    assert hana.conversation().count("書き込めません") == 2


def test_publications_wait_for_each_other_and_candidates_for_none(
    slack: SlackDouble, bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    """Of more people than there are threads; each publication takes the memory of a process."""
    proposes(anna, hana, "寮はありますか", "寮はありません。")
    people = [slack.person(f"人事{number}") for number in range(WORKERS)]
    for person in people:
        person.joins(hr_channel)
        person.opens_home()
    ends, slack.route = Event(), dispatch(bot.app)
    begun: list[object] = []
    bot.context.beside = lambda *_: begun.append(None) or (ends.wait() and 1 // 0)  # type: ignore[func-returns-value]
    try:
        for person in people:
            person.presses("取り込んで公開", home=True)
        anna.says(ASKED)
        slack.until(lambda: ANSWER in anna.conversation())
        assert len(begun) == 1
    finally:
        ends.set()
    bot.settle()
    assert [person.conversation().count(APOLOGY) for person in people] == [1] * WORKERS


@pytest.mark.parametrize("published", [False, True])
def test_where_the_process_of_a_publication_dies_the_files_are_as_what_is_served(
    bot: Office, anna: Person, hana: Person, *, published: bool
) -> None:
    proposes(anna, hana, "寮はありますか", "寮はありません。")
    hana.opens_home()

    def act_and_die(act: Callable[..., object], *given: object) -> object:
        dies = isinstance(given[0], Order)
        result = act(*given) if published or not dies else None
        if dies:
            msg = "途中で止められました"
            raise PublishingError(msg)
        return result

    bot.context.beside = act_and_die
    file = bot.context.live.path / "faq.yaml"
    before = file.read_bytes()
    hana.presses("取り込んで公開", home=True)
    anna.says("寮はありますか")
    (kept,) = Proposals(bot.context.live.home).all()[0]
    assert kept.state is (ProposalState.APPROVED if published else ProposalState.OPEN)
    assert "途中で止められました" in hana.conversation()
    assert (file.read_bytes() != before) is published
    assert ("寮はありません。" in anna.conversation()) is published


def test_whoever_has_left_hr_decides_on_nothing(
    bot: Office, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    proposes(anna, hana, "寮はありますか", "寮はありません。")
    hana.opens_home()
    hr_channel.members.remove(hana.id)
    hana.presses("取り込んで公開", home=True)
    assert NOT_HR in hana.conversation()
    assert [each.state for each in Proposals(bot.context.live.home).all()[0]] == [ProposalState.OPEN]


def test_whoever_was_hr_before_sees_the_cards_of_that_time_and_nothing_else(  # noqa: PLR0913, PLR0917 -- fixtures
    opens: Opens, anna: Person, bert: Person, hana: Person, hr_channel: Channel, general: Channel
) -> None:
    with opens(hr=general.id):
        hand_over(anna, "制服はありますか")
    with opens(hr=hr_channel.id) as bot:
        proposes(anna, hana, "寮はありますか", "寮はありません。")
        bot.context.converse = choosing([])
        anna.says("火星への出張はありますか")
        for person in (bert, hana):
            person.opens_home()
    for told in ("FAQへの提案", "火星への出張"):
        assert (told in hana.screen(), told in bert.screen()) == (True, False)
    assert "制服はありますか" in bert.screen()


def test_hr_see_what_could_not_be_answered_in_the_last_week(bot: Office, anna: Person, hana: Person) -> None:
    bot.context.converse = choosing([])
    for asked in ("寮はありますか", "寮はありますか", "火星への出張はありますか"):
        anna.says(asked)
    hana.opens_home()
    shown = hana.screen()
    assert (
        "この1週間に答えられなかった質問**\n1. 寮はありますか(2回)\n2. 火星への出張はありますか(1回)" in shown
    )


def test_hr_are_reminded_in_working_hours_until_somebody_takes_it(
    opens: Opens, anna: Person, hana: Person, hr_channel: Channel
) -> None:
    clock = Clock()
    with opens(hr=hr_channel.id, clock=clock, remind_after=9) as bot:
        hand_over(anna, "寮は?")  # on a Sunday
        assert bot.journal.outbox.waiting() == 0

        def reminded(hours: int) -> int:
            bot.later(hours * 3_600)
            return hana.conversation(hr_channel).count(NOBODY)

        until_monday_evening = 24 + 18 + 24  # whatever the zone is
        assert reminded(until_monday_evening) == 1
        assert reminded(24) == 2
        hana.presses("引き受ける", message=hana.sees(hr_channel)[0])
        assert reminded(48) == 2
    assert clock.at > Clock().at + timedelta(days=4)


@pytest.mark.parametrize(("hours", "times"), [(9, 1), (0, 0)])
def test_what_was_opened_again_reminds_hr_anew_and_once_unless_none_is_wanted(  # noqa: PLR0913, PLR0917 -- fixtures and a case
    opens: Opens, anna: Person, hana: Person, hr_channel: Channel, hours: int, times: int
) -> None:
    week = 7 * 24 * 3_600
    with opens(hr=hr_channel.id, remind_after=hours) as bot:
        hand_over(anna, "寮は?")
        (card,) = hana.sees(hr_channel)
        for pause in (week, 0):  # whether the reminder of before was due or not
            hana.presses("閉じる", message=card)
            bot.later(pause)
            hana.presses("再開する", message=card)
        assert NOBODY not in hana.conversation(hr_channel)
        bot.later(week)
        assert hana.conversation(hr_channel).count(NOBODY) == times


def test_whoever_cannot_be_asked_about_is_no_hr(slack: SlackDouble, bot: Office, hana: Person) -> None:
    slack.refuse("conversations.members", "missing_scope")
    hana.opens_home()
    bot.settle()
    assert "# 採用FAQ" in hana.screen()
    assert "一覧" not in hana.screen()
