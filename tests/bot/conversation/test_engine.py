from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.engine import converse
from bot.conversation.interpretation import MOST_ANSWERS
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import TOLD, UNKNOWN, UNREADABLE
from faq.model import Knowledge
from index.analysis.normalize import LONGEST_QUESTION
from index.decision.policy import MOST_CHOICES
from index.release.building import Release
from tests.bot.deciding import bold, by_lead, release
from tests.index.builders import entry, referral, smalltalk
from tests.index.strategies import MESSAGES

TODAY = date(2026, 1, 15)
TINY_RELEASE = release()
# Anything found is an answer.
BOLD = release(sure=bold)


def say(
    message: str,
    *,
    served: Release = TINY_RELEASE,
    thread: ConversationState = ConversationState(),  # noqa: B008 -- frozen
    top: int = 10,
) -> Reply:
    return converse(served, message, thread, today=TODAY, top=top)[0]


def talk(*messages: str, served: Release = TINY_RELEASE) -> list[Reply]:
    """Return the replies to the messages of one conversation."""
    thread, replies = ConversationState(), []
    for message in messages:
        reply, thread = converse(served, message, thread, today=TODAY)
        replies.append(reply)
    return replies


def test_a_question_is_answered_in_the_words_of_its_entry() -> None:
    reply = say("服装は自由ですか")
    assert (reply.kind, reply.ids, reply.text) == (ReplyKind.ANSWER, ("clothes",), "ふだんは私服です。")
    assert reply.release == TINY_RELEASE.name
    assert reply.ranking[0][0] == "clothes"
    assert reply.confidence == reply.readings[0].verdict.confidence
    assert 0 < reply.confidence <= 1


def test_what_only_hr_knows_is_referred() -> None:
    reply = say("給料はいくらですか")
    assert (reply.kind, reply.ids) == (ReplyKind.REFERRAL, ("salary",))
    assert reply.text == "窓口でお尋ねください。"


def test_what_nobody_wrote_is_unknown() -> None:
    reply = say("宇宙飛行")
    assert (reply.kind, reply.ids, reply.text) == (ReplyKind.UNKNOWN, (), UNKNOWN)


def halfway(score: float, _lead: float) -> float:
    """Never sure of what is found."""
    return 0.5 if score > 0 else 0.0


def test_near_equal_entries_are_offered() -> None:
    reply = say("服装、研修、宇宙飛行", served=release(sure=halfway))
    assert reply.kind is ReplyKind.CHOICES
    assert {"clothes", "training"} <= set(reply.ids)
    assert len(reply.ids) <= MOST_CHOICES
    assert all(each.question in reply.text for each in reply.entries)


@pytest.mark.parametrize(
    "message", ["", " \n", "🙂", "\ud800", "\x00", ":pray:", "<@U012AB3CD>", "@", "???", "…。"]
)
def test_what_cannot_be_read_is_asked_for_again(message: str) -> None:
    """Never silence, and no answer again because one was given before."""
    for thread in (ConversationState(), ConversationState(("clothes",), "服装は自由ですか")):
        reply = say(message, thread=thread)
        assert (reply.kind, reply.text) == (ReplyKind.SMALLTALK, UNREADABLE)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("こんにちは", "[hello]"),
        ("こんにちは〜！！🙂", "[hello]"),
        ("HELLO", "[hello]"),
        ("ありがとうございます", TOLD),
        ("受けてみます", TOLD),
        ("ありがとうございますか", None),
        ("こんにちは。ありがとう！", "[thanks]"),
    ],
)
def test_small_talk_is_recognized_as_a_whole(message: str, text: str | None) -> None:
    reply = say(message)
    assert (reply.text == text) == (reply.kind is ReplyKind.SMALLTALK) == (text is not None)


def test_small_talk_shows_and_ranks_nothing() -> None:
    reply = say("こんにちは")
    assert (reply.ids, reply.ranking, reply.readings, reply.confidence) == ((), (), (), 0.0)


def test_small_talk_leaves_the_memory_alone() -> None:
    thread = ConversationState(("clothes",), "服装は")
    assert converse(TINY_RELEASE, "ありがとう", thread, today=TODAY)[1] == thread


@pytest.mark.parametrize("greeting", ["こんにちは！", "THX!!"])
def test_a_greeting_does_not_hide_the_question(greeting: str) -> None:
    greeted, bare = say(f"{greeting}服装は自由ですか"), say("服装は自由ですか")
    assert (greeted.kind, greeted.ids, greeted.text) == (bare.kind, bare.ids, bare.text)
    assert greeted.confidence == bare.confidence


def test_a_set_without_small_talk_searches_for_greetings() -> None:
    served = release(Knowledge(entries=(entry("a", "こんにちはと言いますか"),)))
    assert say("こんにちは", served=served).kind is not ReplyKind.SMALLTALK


TOPICS = Knowledge(entries=(entry("training", "研修"), entry("clothes", "服装"), entry("place", "新宿")))


@pytest.mark.parametrize("message", ["それは有料ですか", "その値段も?"])
def test_a_question_that_leans_on_the_last_answer_is_read_with_it(message: str) -> None:
    """それ alone says nothing, and neither does a word or two."""
    served = release(TOPICS, by_lead)
    first, second = talk("研修", message, served=served)
    assert first.ids == second.ids == ("training",)
    assert second.ranking[0][0] == "training"
    assert say(message, served=served).ids == ()
    assert talk("服装", message, served=served)[1].ids == ("clothes",)


def test_a_remark_on_the_last_answer_does_not_repeat_it() -> None:
    served = release(TOPICS, by_lead)
    assert talk("研修", "それはすごいですね", served=served)[1].ids == ()


def test_a_statement_is_offered_to_and_not_answered() -> None:
    """Who tells something has asked for nothing yet; the same words as a question are answered."""
    told, asked = say("服装は自由だと友人から聞きました。", served=BOLD), say("服装は自由ですか", served=BOLD)
    assert (told.kind, asked.kind) == (ReplyKind.CHOICES, ReplyKind.ANSWER)
    assert told.ids == asked.ids == ("clothes",)
    assert told.entries[0].question in told.text


def test_a_short_statement_is_thanked_for_and_keeps_the_topic() -> None:
    about = ConversationState(("clothes",), "服装は自由ですか")
    reply, thread = converse(TINY_RELEASE, "服装は自由ですね", about, today=TODAY)
    assert (reply.kind, reply.text, thread) == (ReplyKind.SMALLTALK, TOLD, about)
    assert (reply.ids, reply.readings) == ((), ())
    assert reply.ranking[0][0] == "clothes"


def test_a_wish_is_a_question() -> None:
    assert say("服装は自由がよいです", served=BOLD).kind is ReplyKind.SMALLTALK
    assert say("自由な服装がしたいです", served=BOLD).ids == ("clothes",)


def test_a_question_that_stands_alone_switches_the_topic() -> None:
    replies = talk("研修はありますか", "服装は自由ですか", "テレワークは週に何日できますか")
    assert [reply.ids for reply in replies] == [("training",), ("clothes",), ("remote",)]
    assert replies[2].confidence == say("テレワークは週に何日できますか").confidence


def test_the_memory_is_of_the_last_answer() -> None:
    _, thread = converse(TINY_RELEASE, "研修はありますか", ConversationState(), today=TODAY)
    assert (thread.topics, thread.question) == (("training",), "研修はありますか")
    _, thread = converse(TINY_RELEASE, "服装は自由ですか", thread, today=TODAY)
    assert thread.topics == ("clothes",)


def test_a_referral_ends_the_topic_and_a_miss_does_not() -> None:
    """After 給料, それ is the 給料."""
    about = ConversationState(("clothes",), "服装は自由ですか")
    assert converse(TINY_RELEASE, "給料はいくらですか", about, today=TODAY)[1] == ConversationState()
    reply, thread = converse(TINY_RELEASE, "宇宙飛行士の訓練の計画はありませんか", about, today=TODAY)
    assert (reply.kind, thread) == (ReplyKind.UNKNOWN, about)


def test_several_questions_get_several_answers() -> None:
    reply = say("研修はありますか？服装は自由ですか？")
    assert (reply.kind, reply.ids) == (ReplyKind.ANSWER, ("training", "clothes"))
    assert reply.text == (
        "■ 研修はありますか\n入庁した年に行います。\n\n■ 服装は自由ですか\nふだんは私服です。"
    )
    assert len(reply.readings) == 2
    assert reply.confidence == min(reading.verdict.confidence for reading in reply.readings)


def test_several_answers_are_as_sure_as_the_least_sure() -> None:
    served = release(sure=lambda score, _lead: 0.8 + score / 100)
    reply = say("研修はありますか？服装は宇宙でも自由ですか？", served=served)
    first, second = (reading.verdict.confidence for reading in reply.readings)
    assert first > second == reply.confidence


def test_one_thing_asked_twice_gets_one_answer() -> None:
    assert say("服装は自由ですか？服装は自由ですか？").ids == ("clothes",)


def test_after_several_answers_all_are_remembered() -> None:
    _, thread = converse(
        TINY_RELEASE, "研修はありますか？服装は自由ですか？", ConversationState(), today=TODAY
    )
    assert thread.topics == ("training", "clothes")


def test_more_questions_than_fit_get_the_first_answers() -> None:
    topics = ("研修", "服装", "面接", "残業", "休暇", "昇任")
    served = release(Knowledge(entries=tuple(entry(f"e{at}", topic) for at, topic in enumerate(topics))))
    reply = say("".join(f"{topic}は？" for topic in topics), served=served)
    assert reply.ids == ("e0", "e1", "e2", "e3")
    assert len(reply.ids) == MOST_ANSWERS


def test_a_question_without_an_answer_beside_two_with_one_is_left_out() -> None:
    assert say("宇宙飛行はありますか？研修はありますか？服装は自由ですか？").ids == ("training", "clothes")


@pytest.mark.parametrize(
    "message",
    [
        "2点あります。①研修の時期 ②服装　よろしくお願いします。",
        "教えてください\n・研修の時期\n・服装",
        "研修の時期と、服装。この2つを教えてください",
    ],
)
def test_what_a_message_lists_gets_an_answer_each(message: str) -> None:
    assert say(message, served=BOLD).ids == ("training", "clothes")


@pytest.mark.parametrize(
    "listed", ["①宇宙飛行 ②研修はありますか ③馬", "・宇宙飛行\n・研修はありますか\n・馬\n"]
)
def test_what_is_listed_and_has_no_answer_is_told(listed: str) -> None:
    reply = say(listed)
    assert (reply.kind, reply.ids, reply.unanswered) == (ReplyKind.ANSWER, ("training",), ("宇宙飛行", "馬"))
    assert reply.text.endswith("次のお尋ねには、お答えできませんでした: 「宇宙飛行」「馬」")
    assert reply.text.startswith("入庁した年に行います。")


def test_nothing_is_told_where_all_or_nothing_of_a_list_is_answered() -> None:
    for listed in (
        "①服装は自由ですか ②研修はありますか ③研修があるか",
        "①宇宙飛行 ②馬",
        "宇宙飛行は？研修はありますか？",
    ):
        assert say(listed).unanswered == ()
        assert "お答えできませんでした" not in say(listed).text


def test_answers_that_do_not_fit_are_told_too() -> None:
    topics = ("研修", "服装", "面接", "残業", "休暇", "昇任")
    served = release(Knowledge(entries=tuple(entry(f"e{at}", topic) for at, topic in enumerate(topics))))
    reply = say("\n".join(f"・{topic}" for topic in topics), served=served)
    assert (len(reply.ids), reply.unanswered) == (MOST_ANSWERS, ("休暇", "昇任"))


@pytest.mark.parametrize(
    "message",
    [
        "あ、研修じゃなくて服装でした",
        "すみません、研修ではなく、服装が聞きたかったです",
        "いや、研修やなくて服装です",
    ],
)
def test_a_correction_is_answered_by_what_was_meant(message: str) -> None:
    about = ConversationState(("training",), "研修はありますか")
    reply, thread = converse(TINY_RELEASE, message, about, today=TODAY)
    assert (reply.kind, reply.ids) == (ReplyKind.ANSWER, ("clothes",))
    assert thread.topics == ("clothes",)


def test_a_correction_keeps_what_it_does_not_take_back() -> None:
    served = release(
        Knowledge(
            entries=(
                entry("ours-when", "研修の時期はいつですか"),
                entry("ours-cost", "研修の費用はいくらですか"),
                entry("event-cost", "集まりの費用はいくらですか"),
            )
        ),
        bold,
    )
    about = ConversationState(("ours-when",), "研修の時期はいつですか")
    reply, _ = converse(served, "すみません、時期じゃなくて費用でした", about, today=TODAY)
    assert reply.ids[0] == "ours-cost"


def test_a_word_that_nothing_has_leads_away_from_the_topic() -> None:
    """After 研修, 傘は? is not one more question about it."""
    assert talk("研修", "傘は?", served=release(TOPICS, by_lead))[1].ids == ()


REFERRING = release(
    Knowledge(
        entries=(
            entry("training", "研修はありますか", answer="期間は三か月です。"),
            referral("project", "開発の期間はどのくらいですか"),
            referral("salary", "給料はどのくらいですか"),
        )
    ),
    lambda score, _lead: 0.8 if score > 1 else 0.0,
)


def test_what_the_topic_answers_is_not_passed_on() -> None:
    """期間 alone fits a referral best; after 研修 it is that of the 研修."""
    assert say("期間は長いですか", served=REFERRING).ids == ("project",)
    assert talk("研修はありますか", "期間は長いですか", served=REFERRING)[1].ids == ("training",)


def test_a_word_of_agreement_is_not_answered_again() -> None:
    replies = talk("研修はありますか", "うんうん", "それは?", served=TINY_RELEASE)
    assert [reply.kind is ReplyKind.ANSWER for reply in replies] == [True, False, True]


def test_who_asks_whether_it_was_understood_is_read_within_the_topic() -> None:
    confirming = "入庁の年だけということですか"
    within = talk("研修はありますか", confirming)[1]
    assert within.ids[0] == "training"
    assert within.confidence > say(confirming).confidence


def test_what_the_topic_has_no_word_of_is_passed_on() -> None:
    assert talk("研修はありますか", "給料はどのくらいですか", served=REFERRING)[1].ids == ("salary",)


EXPIRING = Knowledge(
    entries=(
        entry("old", "研修はありますか", answer="昨年度の研修です。", valid_until=TODAY),
        entry("clothes", "服装は自由ですか"),
        smalltalk("event", "イベントどうだった", valid_until=TODAY),
    )
)


@pytest.mark.parametrize(("day", "shown"), [(date(2026, 1, 15), True), (date(2026, 1, 16), False)])
def test_an_entry_is_shown_to_its_last_day(day: date, shown: bool) -> None:  # noqa: FBT001 -- the case itself
    served = release(EXPIRING, bold)
    for thread in (ConversationState(), ConversationState(("old",), "研修はありますか")):
        for message in ("研修はありますか", "それは?", "研修はありますか？服装は自由ですか？"):
            reply, _ = converse(served, message, thread, today=day)
            assert shown or "old" not in reply.ids
            assert shown or "old" not in dict(reply.ranking)
            assert shown or "昨年度" not in reply.text
    reply, _ = converse(served, "研修はありますか", ConversationState(), today=day)
    assert (reply.ids == ("old",)) == shown


@pytest.mark.parametrize(("day", "shown"), [(date(2026, 1, 15), True), (date(2026, 1, 16), False)])
def test_small_talk_is_said_to_its_last_day(day: date, shown: bool) -> None:  # noqa: FBT001 -- the case itself
    reply, _ = converse(release(EXPIRING), "イベントどうだった？", ConversationState(), today=day)
    assert (reply.text == "[event]") == shown


@given(
    MESSAGES,
    st.sampled_from(
        [
            ConversationState(),
            ConversationState(("clothes", "gone"), "服装は"),
            ConversationState(("salary",), ""),
        ]
    ),
)
@settings(max_examples=120, deadline=None)
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


@given(MESSAGES, MESSAGES, st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_top_only_cuts_the_ranking(message: str, before: str, top: int) -> None:
    """How many hits are listed must not change what is said."""
    thread = ConversationState(("training",), before)
    for served in (TINY_RELEASE, BOLD):
        whole, cut = (say(message, served=served, thread=thread, top=most) for most in (50, top))
        assert (cut.kind, cut.ids, cut.text, cut.confidence) == (
            whole.kind,
            whole.ids,
            whole.text,
            whole.confidence,
        )
        assert cut.ranking == whole.ranking[:top]


def test_top_does_not_limit_the_answers() -> None:
    assert say("研修はありますか？服装は自由ですか？", top=1).ids == ("training", "clothes")


@pytest.mark.parametrize(
    "piece", ["研修はありますか？", "研修。", "服装と、", "あ？い。", "研", "🙂", "こんにちは。"]
)
def test_a_very_long_message_is_read_in_part_and_answered(piece: str) -> None:
    reply = say(piece * (50_000 // len(piece)))
    assert reply.text
    assert all(len(reading.question) < 2 * LONGEST_QUESTION for reading in reply.readings)


def test_conversations_of_two_releases_do_not_mix() -> None:
    other = release(Knowledge(entries=(referral("x", "y"), smalltalk("bye", "こんにちは"))))
    assert [say("こんにちは", served=served).text for served in (TINY_RELEASE, other, TINY_RELEASE)] == [
        "[hello]",
        "[bye]",
        "[hello]",
    ]
