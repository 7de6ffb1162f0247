from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.engine import converse
from bot.conversation.interpretation import MOST_ANSWERS, MOST_PARTS_READ
from bot.conversation.reply import OPEN, SHOWN, Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import TOLD, unknown_text
from faq.model import About, Knowledge
from index.analysis.questions import LONGEST_ENCODED
from index.release.building import Release, build
from tests.bot.deciding import bold, by_margin, release
from tests.index.builders import TINY, FakeEncoder, entry, referral, smalltalk
from tests.index.strategies import MESSAGES

TODAY = date(2026, 1, 15)
NEW = ConversationState()
ASKED_AGAIN = (
    "質問を文章で入力してください。\nたとえば「テレワークは週に何日できますか」のようにお書きください。"
)
TINY_RELEASE = release()
# Anything found is an answer.
BOLD = release(sure=bold)
TOPICS = release(
    Knowledge(entries=(entry("training", "研修"), entry("clothes", "服装"), entry("place", "新宿"))),
    by_margin,
)
SIX = ("研修", "服装", "面接", "残業", "休暇", "昇任")
FIRST = tuple(f"e{at}" for at in range(MOST_ANSWERS))
SIX_RELEASE = release(Knowledge(entries=tuple(entry(f"e{at}", topic) for at, topic in enumerate(SIX))))
ABOUT_CLOTHES = ConversationState(("clothes",), "服装は自由ですか")


def say(
    message: str, *, served: Release = TINY_RELEASE, thread: ConversationState = NEW, top: int = 10
) -> Reply:
    return converse(served, message, thread, today=TODAY, top=top)[0]


def talk(*messages: str, served: Release = TINY_RELEASE) -> list[Reply]:
    """Return the replies to the messages of one conversation."""
    thread, replies = NEW, []
    for message in messages:
        reply, thread = converse(served, message, thread, today=TODAY)
        replies.append(reply)
    return replies


@pytest.mark.parametrize(
    ("message", "kind", "ids", "text"),
    [
        ("服装は自由ですか", ReplyKind.ANSWER, ("clothes",), "ふだんは私服です。"),
        ("給料はいくらですか", ReplyKind.REFERRAL, ("salary",), "窓口でお尋ねください。"),
        ("宇宙飛行", ReplyKind.UNKNOWN, (), unknown_text()),
        ("こんにちは", ReplyKind.SMALLTALK, (), "[hello]"),
    ],
)
def test_a_question_is_answered_in_the_words_of_its_entry_or_not_at_all(
    message: str, kind: ReplyKind, ids: tuple[str, ...], text: str
) -> None:
    reply = say(message)
    assert (reply.kind, reply.ids, reply.text) == (kind, ids, text)
    assert reply.release == TINY_RELEASE.name
    assert bool(reply.readings) == bool(reply.ranking) == (kind is not ReplyKind.SMALLTALK)
    if reply.readings:
        assert reply.confidence == reply.readings[0].verdict.confidence
        assert [entry_id for entry_id, _ in reply.ranking][: len(ids)] == list(ids)


def halfway(score: float, _margin: float) -> float:
    """Never sure of what is found."""
    return 0.5 if score > 0 else 0.0


@pytest.mark.parametrize("yes", ["はい", "はい、そうです！", "うん"])
def test_who_says_yes_to_the_one_entry_that_is_offered_gets_its_answer_once(yes: str) -> None:
    one = release(Knowledge(entries=(TINY.entries[0], smalltalk("yes", yes))), halfway)
    offered, agreed, again = talk("テレワーク", yes, yes, served=one)
    assert (offered.kind, offered.ids) == (ReplyKind.CHOICES, ("remote",))
    assert (agreed.kind, agreed.ids, agreed.text) == (ReplyKind.ANSWER, ("remote",), TINY.entries[0].answer)
    assert again.kind is ReplyKind.SMALLTALK
    *_, late = talk("テレワーク", "違います", yes, served=one)
    assert late.kind is ReplyKind.SMALLTALK
    several = talk("服装、研修、宇宙飛行", yes, served=release(sure=halfway))
    assert several[1].ids == ()


@pytest.mark.parametrize("other", ["はい?", "ええ？", "そう" * 1_000 + "か"])
def test_who_asks_back_does_not_say_yes(other: str) -> None:
    """However often a word of agreement is said, a message is read at once."""
    served = release(Knowledge(entries=TINY.entries[:1]), halfway)
    assert talk("テレワーク", other, served=served)[1].kind is not ReplyKind.ANSWER


@pytest.mark.parametrize("message", ["", " \n", "🙂", "\ud800", ":pray:", "<@U012AB3CD>", "???"])
def test_what_cannot_be_read_is_asked_for_again(message: str) -> None:
    """Never silence, and no answer again because one was given before."""
    for thread in (NEW, ABOUT_CLOTHES):
        reply = say(message, thread=thread)
        assert (reply.kind, reply.text) == (ReplyKind.SMALLTALK, ASKED_AGAIN)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("こんにちは〜！！🙂", "[hello]"),
        ("HELLO", "[hello]"),
        ("ありがとうございます", TOLD),
        ("受けてみます", TOLD),
        ("ありがとうございますか", None),
        ("こんにちは。ありがとう！", "[thanks]"),
    ],
)
def test_small_talk_is_recognized_as_a_whole_and_leaves_the_memory_alone(
    message: str, text: str | None
) -> None:
    reply, thread = converse(TINY_RELEASE, message, ABOUT_CLOTHES, today=TODAY)
    assert (reply.text == text) == (reply.kind is ReplyKind.SMALLTALK) == (text is not None)
    assert thread == ABOUT_CLOTHES or text is None


def test_a_statement_is_offered_to_and_not_answered() -> None:
    """Who tells something has asked for nothing yet; the same words as a question, or as a wish, are answered."""
    told, asked = say("服装は自由だと友人から聞きました。", served=BOLD), say("服装は自由ですか", served=BOLD)
    assert (told.kind, asked.kind) == (ReplyKind.CHOICES, ReplyKind.ANSWER)
    assert told.ids == asked.ids == ("clothes",)
    assert told.entries[0].question in told.text
    assert say("自由な服装がしたいです", served=BOLD).ids == ("clothes",)


@pytest.mark.parametrize(
    "message", ["佐藤さんの服装は自由ですか", "令和3年の服装は自由ですか", "第3種の服装は"]
)
def test_what_a_question_names_must_be_in_the_answer(message: str) -> None:
    reply = say(message, served=BOLD)
    assert reply.kind is ReplyKind.CHOICES
    assert reply.ids[0] == "clothes"
    assert reply.lacking in message


def test_the_name_of_the_office_at_the_head_of_a_question_changes_no_reply() -> None:
    """But where the office itself is asked about."""
    entries = (
        entry("post", "ICT職とは"),
        entry("clothes", "服装"),
        entry("many", "ICT職の仕事", "ICT職の勉強"),
    )
    served = release(Knowledge(entries=entries, about=About(name="都庁のICT職")), by_margin)
    alone = say("服装は", served=served)
    assert (alone.kind, alone.ids) == (ReplyKind.ANSWER, ("clothes",))
    for head in ("ICT職の", "都庁のICT職では、", "そちらの"):
        reply = say(f"{head}服装は", served=served)
        assert (reply.kind, reply.ids, reply.confidence) == (alone.kind, alone.ids, alone.confidence)
    assert say("ICT職とは", served=served).ids == ("post",)


def test_the_button_to_hr_is_named_only_where_there_is_one() -> None:
    told = "日程は「人事に聞く」から人事担当者にお尋ねください。"
    served = release(Knowledge(entries=(entry("day", "試験の日程は", answer=told),)))
    assert say("試験の日程は", served=served).text == "日程は人事担当者にお尋ねください。"
    reply, _ = converse(served, "試験の日程は", NEW, today=TODAY, hands_over=True)
    assert reply.text == told


def test_who_asks_the_same_in_vain_a_third_time_is_shown_another_way() -> None:
    sorted_in = [each.model_copy(update={"category": "働き方"}) for each in TINY.entries]
    served = release(Knowledge(entries=tuple(sorted_in)))
    texts = [
        each.text
        for each in talk("宇宙飛行", "宇宙飛行？", "宇宙飛行!", "深海調査", "宇宙飛行", served=served)
    ]
    assert texts[0] == texts[1] == texts[3] == texts[4] == unknown_text()
    assert "働き方" in texts[2]
    assert "働き方" not in talk("宇宙飛行", "深海調査", "宇宙飛行", served=served)[2].text


def test_the_memory_is_of_the_last_answers_which_a_referral_ends_and_a_miss_does_not() -> None:
    """After 給料, それ is the 給料. What is offered is remembered too, unless it is of the topic."""
    _, thread = converse(TINY_RELEASE, "研修はありますか", ABOUT_CLOTHES, today=TODAY)
    assert (thread.topics, thread.question) == (("training",), "研修はありますか")
    assert converse(TINY_RELEASE, "給料はいくらですか", thread, today=TODAY)[1] == NEW
    reply, after = converse(TINY_RELEASE, "宇宙飛行士の訓練の計画はありませんか", thread, today=TODAY)
    assert (reply.kind, after.topics, after.question) == (ReplyKind.UNKNOWN, thread.topics, thread.question)
    _, several = converse(TINY_RELEASE, "研修はありますか？服装は自由ですか？", NEW, today=TODAY)
    assert several.topics == ("training", "clothes")
    reply, offered = converse(TOPICS, "研修と服装", NEW, today=TODAY)
    assert (reply.kind, offered) == (ReplyKind.CHOICES, ConversationState(reply.ids, "研修と服装"))
    assert converse(TOPICS, "研修と服装", ABOUT_CLOTHES, today=TODAY)[1] == ABOUT_CLOTHES


BOTH = ("training", "clothes")


@pytest.mark.parametrize(
    ("served", "message", "ids", "unanswered"),
    [
        (TINY_RELEASE, "研修はありますか？服装は自由ですか？", BOTH, ""),
        (TINY_RELEASE, "服装は自由ですか？服装は自由ですか？", ("clothes",), ""),
        # What has no answer is told, where two others have one, or a list has it beside one that is answered.
        (
            TINY_RELEASE,
            "宇宙飛行はありますか？研修はありますか？服装は自由ですか？",
            BOTH,
            "「宇宙飛行はありますか？」",
        ),
        (TINY_RELEASE, "宇宙飛行は？研修はありますか？", (), ""),
        (TINY_RELEASE, "①宇宙飛行 ②研修はありますか ③馬", ("training",), "「宇宙飛行」「馬」"),
        (TINY_RELEASE, "①宇宙飛行 ②馬", (), ""),
        (BOLD, "2点あります。①研修の時期 ②服装　よろしくお願いします。", BOTH, ""),
        (BOLD, "研修の時期と、服装。この2つを教えてください", BOTH, ""),
        # Of two things one gets its answer and the other its referral.
        (TINY_RELEASE, "研修はありますか、あと給料は", ("training", "salary"), ""),
        (TINY_RELEASE, "給料はいくらですか、それと研修はありますか", ("salary", "training"), ""),
        # More than fit get the first answers.
        (SIX_RELEASE, "".join(f"{topic}は？" for topic in SIX), FIRST, "「休暇は？」「昇任は？」"),
        (SIX_RELEASE, "\n".join(f"・{topic}" for topic in SIX), FIRST, "「休暇」「昇任」"),
    ],
)
def test_several_questions_get_several_answers(
    served: Release, message: str, ids: tuple[str, ...], unanswered: str
) -> None:
    """How many hits are listed does not limit them."""
    reply = say(message, served=served, top=1)
    assert reply.ids == ids
    assert (reply.kind is ReplyKind.ANSWER) == bool(ids)
    assert "".join(f"「{each}」" for each in reply.unanswered) == unanswered
    below = reply.text.partition("\n\n次のお尋ねには、お答えできませんでした: ")[2]
    assert below == unanswered


def test_several_answers_are_as_sure_as_the_least_sure() -> None:
    served = release(sure=lambda score, _margin: 0.8 + score / 100)
    unsure = say("研修はありますか？服装は宇宙でも自由ですか？", served=served)
    first, second = (reading.verdict.confidence for reading in unsure.readings)
    assert first > second == unsure.confidence


def test_a_correction_is_answered_by_what_was_meant_and_keeps_what_it_does_not_take_back() -> None:
    about = ConversationState(("training",), "研修はありますか")
    reply, thread = converse(TINY_RELEASE, "あ、研修じゃなくて服装でした", about, today=TODAY)
    assert (reply.kind, reply.ids, thread.topics) == (ReplyKind.ANSWER, ("clothes",), ("clothes",))
    entries = (
        entry("ours-when", "研修の時期はいつですか"),
        entry("ours-cost", "研修の費用はいくらですか"),
        entry("event-cost", "集まりの費用はいくらですか"),
    )
    about = ConversationState(("ours-when",), "研修の時期はいつですか")
    served = release(Knowledge(entries=entries), bold)
    assert say("すみません、時期じゃなくて費用でした", served=served, thread=about).ids[0] == "ours-cost"


def fairly_sure(score: float, _margin: float) -> float:
    """Anything that has more than a trace of the words is an answer."""
    return 0.8 if score > 1 else 0.0


REFERRING = release(
    Knowledge(
        entries=(
            entry("training", "研修はありますか", answer="期間は三か月です。"),
            referral("project", "開発の期間はどのくらいですか"),
            referral("salary", "給料はどのくらいですか"),
        )
    ),
    fairly_sure,
)


SAID = entry("clothes", "服装", answer="自由です。", speaker="高瀬(課長)", as_of=date(2025, 2, 18))
WITH_SPEAKER = release(Knowledge(entries=(SAID, entry("training", "研修"))), bold)
# Its writer knows that 「決まりしだい」 says when.
WHEN = release(
    Knowledge(entries=(entry("next", "次はいつですか", "次の回はいつごろですか", answer="決まりしだい"),)),
    bold,
)
GROUP_ASKED = ("服装は自由ですか", "服装は自由", "服装が自由ですか", "服装も自由ですか", "アルバイト")
OF_GROUP = release(Knowledge(entries=(entry("clothes", *GROUP_ASKED, answer="自由です。"),)), bold)
OFFICE = Knowledge(entries=(entry("clothes", "服装は自由ですか", answer="自由です。"),))
# All answers of a shop that looks for part-timers are for them.
SHOP = release(OFFICE.model_copy(update={"about": About(name="青葉書店のアルバイト採用")}), bold)


@pytest.mark.parametrize(
    ("served", "message", "kind"),
    [
        (BOLD, "服装はいつまで自由ですか", ReplyKind.CHOICES),
        (BOLD, "服装は何人くらいが自由ですか", ReplyKind.CHOICES),
        (BOLD, "アルバイトの服装は自由ですか", ReplyKind.CHOICES),
        (BOLD, "服装は自由で、手当は出ますか", ReplyKind.CHOICES),
        (BOLD, "服装は自由ですか", ReplyKind.ANSWER),
        # Every answer that names its source would else have a person and a year.
        (WITH_SPEAKER, "服装は誰が決めますか", ReplyKind.CHOICES),
        (WITH_SPEAKER, "服装は誰が話しましたか", ReplyKind.ANSWER),
        (WITH_SPEAKER, "服装はいつから自由ですか", ReplyKind.CHOICES),
        (WITH_SPEAKER, "服装はいつ時点の話ですか", ReplyKind.ANSWER),
        (WHEN, "次の回はいつでしょうか", ReplyKind.ANSWER),
        (OF_GROUP, "バイトでも服装は自由ですか", ReplyKind.ANSWER),
        (OF_GROUP, "契約社員でも服装は自由ですか", ReplyKind.ANSWER),
        (OF_GROUP, "留学生でも服装は自由ですか", ReplyKind.CHOICES),
        (release(OFFICE, bold), "バイトも服装は自由ですか", ReplyKind.CHOICES),
        (SHOP, "バイトも服装は自由ですか", ReplyKind.ANSWER),
        (SHOP, "留学生も服装は自由ですか", ReplyKind.CHOICES),
    ],
)
def test_an_answer_that_does_not_hold_what_is_wanted_is_shown_as_the_nearest(
    served: Release, message: str, kind: ReplyKind
) -> None:
    """How many, who, when, or the people that it is wanted for."""
    reply = say(message, served=served)
    assert (reply.kind, len(reply.ids), reply.beside) == (kind, 1, kind is ReplyKind.CHOICES)
    assert reply.text.startswith("お尋ねの点そのものは載っていません。近い内容です。") is reply.beside


CONTACT = entry("contact", "問い合わせ先の電話番号は", answer="人事課です。")
LATE = entry("late", "来春に卒業します", answer="応募できます。")
MORE = release(Knowledge(entries=(*TINY.entries, CONTACT, LATE)), bold)
SPEAKERS = {"takase": "高瀬", "koge": "高下"}
PEOPLE = release(
    Knowledge(
        entries=(
            *(entry(each, f"{name}さんはなぜ転職しましたか") for each, name in SPEAKERS.items()),
            *(entry(f"{each}-said", f"{name}さんは何と言いましたか") for each, name in SPEAKERS.items()),
            entry("place", "どこで働いていますか", answer="本庁です。"),
        )
    ),
    bold,
)
ALL_HAVE = tuple(entry(thing, f"{thing}の人はいますか") for thing in ("head", "graduate", "engineer"))
TAKES_PART = "研修を受ける人はいますか"
CROWDED = release(Knowledge(entries=(entry("training", TAKES_PART), *ALL_HAVE)), fairly_sure)
UNSURE = release(sure=lambda score, _margin: 0.95 if score > 5 else 0.5)
UNCLEAR = "研修のときの教材について伺えますか"


@pytest.mark.parametrize(
    ("served", "messages", "ids"),
    [
        # それ alone says nothing, and neither does a word or two; a remark and an unknown word lead away from it.
        (TOPICS, ("それは有料ですか",), ()),
        (TOPICS, ("研修", "それは有料ですか"), ("training",)),
        (TOPICS, ("服装", "その値段も?"), ("clothes",)),
        (TOPICS, ("研修", "それはすごいですね"), ()),
        (TOPICS, ("研修", "傘は?"), ()),
        # What names nothing is on the topic though no entry has its words.
        (TOPICS, ("いつ始まりますか",), ()),
        (TOPICS, ("研修", "いつ始まりますか"), ("training",)),
        (TOPICS, ("研修", "宇宙の旅はいつ始まりますか"), ()),
        # 期間 alone fits a referral best; after 研修 it is that of the 研修, which has no word of 給料.
        (REFERRING, ("期間は長いですか",), ("project",)),
        (REFERRING, ("研修はありますか", "期間は長いですか"), ("training",)),
        (REFERRING, ("研修はありますか", "給料はどのくらいですか"), ("salary",)),
        # A word that every entry has does not keep an unknown one on the topic.
        (CROWDED, (TAKES_PART, "宇宙の人はいますか"), ()),
        (CROWDED, (TAKES_PART, "宇宙の研修はありますか"), ("training",)),
        # An unclear question is read within the topic whatever its form, but not within one that says no more of it.
        (UNSURE, (UNCLEAR,), ()),
        (UNSURE, ("研修はありますか", UNCLEAR), ("training",)),
        (UNSURE, ("服装は自由ですか", UNCLEAR), ()),
        # A name takes the place of another, and an organization that of nothing.
        (PEOPLE, ("高瀬さんはなぜ転職しましたか", "高下さんは？"), ("koge",)),
        (PEOPLE, ("高瀬さんは何と言いましたか", "高下さんは？"), ("koge-said",)),
        (PEOPLE, ("どこで働いていますか", "郵便局は？"), ()),
        # Who wants a person or is in trouble gets the way to one; what an entry has word for word need not ask.
        (MORE, ("人事の人と話したいです",), ("contact",)),
        (MORE, ("サイトにログインできません",), ("contact",)),
        (MORE, ("来春に卒業します",), ("late",)),
        (MORE, ("来春に入学します",), ()),
    ],
)
def test_a_message_is_answered_by_itself_or_within_what_was_talked_about(
    served: Release, messages: tuple[str, ...], ids: tuple[str, ...]
) -> None:
    reply = talk(*messages, served=served)[-1]
    assert (reply.ids if reply.kind in SHOWN or reply.beside else ()) == ids


def test_who_asks_whether_it_was_understood_is_read_within_the_topic() -> None:
    confirming = "最初の年だけということですか"
    within = talk("研修はありますか", confirming)[1]
    assert within.ids[0] == "training"
    assert within.confidence > say(confirming).confidence


EXPIRING = Knowledge(
    entries=(
        entry("old", "研修はありますか", answer="昨年度の研修です。", valid_until=TODAY),
        entry("clothes", "服装は自由ですか"),
        smalltalk("event", "イベントどうだった", valid_until=TODAY),
    )
)


@pytest.mark.parametrize(("day", "shown"), [(date(2026, 1, 15), True), (date(2026, 1, 16), False)])
def test_an_entry_is_shown_and_small_talk_said_to_its_last_day(day: date, shown: bool) -> None:  # noqa: FBT001 -- the case itself
    served = release(EXPIRING, bold)
    for thread in (NEW, ConversationState(("old",), "研修はありますか")):
        for message in ("研修はありますか", "それは?", "研修はありますか？服装は自由ですか？"):
            reply, _ = converse(served, message, thread, today=day)
            assert shown or "old" not in (*reply.ids, *dict(reply.ranking))
            assert shown or "昨年度" not in reply.text
    reply, _ = converse(served, "研修はありますか", NEW, today=day)
    assert (reply.ids == ("old",)) == shown
    reply, _ = converse(release(EXPIRING), "イベントどうだった？", NEW, today=day)
    assert (reply.text == "[event]") == shown


THREADS = (NEW, ConversationState(("clothes", "gone"), "服装は"), ConversationState(("salary",), ""))


@given(MESSAGES, st.sampled_from(THREADS))
def test_any_message_gets_the_same_text_twice(message: str, thread: ConversationState) -> None:
    first, second = (converse(TINY_RELEASE, message, thread, today=TODAY) for _ in range(2))
    assert repr(first) == repr(second)
    reply, memory = first
    assert reply.text.strip()
    assert 0 <= reply.confidence <= 1
    assert len(reply.entries) == len(set(reply.ids))
    assert bool(reply.entries) == (reply.kind in {ReplyKind.ANSWER, ReplyKind.CHOICES, ReplyKind.REFERRAL})
    assert all(left >= right for (_, left), (_, right) in pairwise(reply.ranking))
    reply.text.encode()
    converse(TINY_RELEASE, "それは？", memory, today=TODAY)


def test_of_a_long_message_few_and_short_texts_are_encoded() -> None:
    """An encoder takes as long as what it is given, and everybody waits for one long message."""
    encoder = FakeEncoder()
    served = build(TINY, [encoder])
    encoder.asked.clear()
    things = "".join(f"{year}年目の研修はありますか？" for year in range(60))
    say(f"前の会社では営業の仕事をしていました。{things}", served=served)
    assert len({*encoder.asked}) == 2 + MOST_PARTS_READ
    assert max(map(len, encoder.asked)) == LONGEST_ENCODED


def test_of_a_long_message_what_asks_is_read_and_that_not_all_was_is_told() -> None:
    told = "前の会社では三年のあいだ営業の仕事をしていました。"
    for message in (f"研修はありますか？{told * 200}", f"{told * 200}研修はありますか？"):
        reply = say(message)
        assert reply.ids == ("training",)
        assert reply.text.endswith("1,000字までを読みました。残りは分けてお送りください。")
    assert "字まで" not in say(f"{told * 20}研修はありますか？").text


def test_each_kind_of_reply_shows_what_an_entry_says_or_leaves_a_question_open_or_does_neither() -> None:
    """Reports, proposals and Slack go by these, so a new kind must be put in one or named here."""
    neither = {ReplyKind.CHOICES, ReplyKind.SMALLTALK}
    assert sorted([*SHOWN, *OPEN, *neither]) == sorted(ReplyKind)
