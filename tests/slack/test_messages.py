"""Messages and views: small ones as a person reads them, and Slack's limits whatever people wrote."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.texts import answer_text, unknown_text
from bot.journal.handover import Handover, HandoverState, Step
from bot.slack.messages import answers, home
from bot.slack.messages import handover as to_hr
from bot.slack.messages.block_kit import INPUT_TEXT, Action, Block, ButtonValue, Message, button, modal
from bot.slack.messages.notices import feedback_view, notice
from bot.slack.messages.text import cut, escaped, length, named, shown, split, typed
from faq.model import Entry, EntryKind, Knowledge, Source
from tests.index.builders import entry, referral, smalltalk
from tests.slack.double.model import View
from tests.slack.double.rendering import lines, view_lines
from tests.slack.drawn import active, entries, excess, several, texts
from tests.slack.handing import leaves

DAY = date(2025, 6, 1)
SOURCE = Source(title="レポート", publisher="東京都", as_of=DAY)
REMOTE = entry(
    "remote",
    "在宅勤務は?",
    answer="週に1日です。",
    source=SOURCE,
    speaker="安藤",
    as_of=date(2025, 2, 18),
    category="働き方",
)
CLOTHES = entry("clothes", "服装は?", answer="自由です。", category="働き方", as_of=date(2025, 2, 8))
TRAINING = entry("training", "研修は?", answer="あります。", category="研修")
SALARY = referral("salary", "給料は?")
GONE = entry("gone", "昔の制度は?", category="昔", valid_until=date(2020, 1, 1))
OTHERS = (entry("other", "ほかは?"), SALARY, smalltalk("hello", "こんにちは"))
KNOWN = answers.catalog(Knowledge(entries=(REMOTE, CLOTHES, TRAINING, GONE, *OTHERS)), DAY)
PAGE = "https://example.jp/採用_(人事)"
ASKED = ButtonValue("r1", question="在宅は?")
OPEN, ANSWERED = HandoverState.OPEN, HandoverState.ANSWERED
AT = datetime(2025, 6, 1, 9, 5, tzinfo=UTC)


def with_names(built: Message | Block, name: str) -> Message | Block:
    """Return what is sent: everybody has a name by then."""
    if isinstance(built, Message):
        text, blocks = named((built.text, built.blocks), lambda _: name)
        return Message(text, tuple(blocks))
    view: Block = named(built, lambda _: name)
    return view


def message(  # noqa: PLR0913 -- what a reply and its message may have
    kind: ReplyKind,
    *shown: Entry,
    value: ButtonValue = ASKED,
    known: answers.Catalog = KNOWN,
    text: str = "",
    lacking: str = "",
    unanswered: Sequence[str] = (),
    **more: Any,  # noqa: ANN401 -- as the function that makes it
) -> Message:
    whole, found = text or answer_text(shown), tuple(unanswered)
    told = Reply(kind, shown, whole, 0.9, (), (), "release", lacking=lacking, unanswered=found)
    return answers.reply_message(told, value, lambda: known, hands_over=True, **more)


def handed(*replies: str, said: str = "窓口へ。", question: str = "手当は?") -> Handover:
    steps = [
        Step("k", AT, OPEN, "U1", ""),
        *(Step(f"k{text}", AT, ANSWERED, "H1", text) for text in replies),
    ]
    return Handover("c1", steps[-1].state, "U1", "待遇", question, said, tuple(steps))


def screen(value: Message | Block) -> str:
    if isinstance(value, Message):
        return "\n".join(lines(value.text, value.blocks))
    return "\n".join(view_lines(View("V1", "U1", value)))


URGENT = SALARY.model_copy(update={"handover": True})
LONG = entry("long", "とても長い質問" * 20)


@pytest.mark.parametrize(
    ("built", "reads"),
    [
        (
            message(ReplyKind.ANSWER, REMOTE, related=[REMOTE, CLOTHES, TRAINING]),
            (
                "週に1日です。\n· 出典: 東京都「レポート」 / 安藤 / 2025年2月18日時点\n"
                "· 関連する質問\n[服装は?]\n[研修は?]\n[👍] [👎] [人事に聞く]"
            ),
        ),
        (
            message(ReplyKind.CHOICES, LONG, SALARY, text="x"),
            (
                f"お尋ねに近い質問がいくつかあります。次のどれでしょうか。\n1. {LONG.question}\n2. 給料は?\n"
                f"[1. {LONG.question[:71]}…]\n· 人事の回答です。\n[2. 給料は?]\n· 窓口でお尋ねください。\n"
                "[どれも違う] [人事に聞く]"
            ),
        ),
        (
            message(ReplyKind.CHOICES, SALARY, text="x", lacking="寮"),
            (
                "「寮」についての回答はないようです。近いものは次のとおりです。\n"
                "[給料は?]\n· 窓口でお尋ねください。\n[違う] [人事に聞く]"
            ),
        ),
        (
            message(ReplyKind.UNKNOWN, text=unknown_text()),
            (
                f"{unknown_text()}\nこのFAQでは、次のようなことにお答えできます。\n働き方、研修、その他\n"
                "· 質問の例\n[在宅勤務は?]\n[研修は?]\n[ほかは?]\n[服装は?]\n[*人事に聞く*]"
            ),
        ),
        (
            message(ReplyKind.REFERRAL, SALARY.model_copy(update={"url": PAGE})),
            f"窓口でお尋ねください。\nくわしくは: {PAGE}\n[👍] [👎] [人事に聞く]",
        ),
        (message(ReplyKind.REFERRAL, URGENT), "窓口でお尋ねください。\n[*人事に聞く*] [👍] [👎]"),
        (home.home_view(answers.Catalog({}, None), hands_over=True), "FAQにはまだ回答がありません。"),
        (
            home.home_view(KNOWN, hands_over=True),
            (
                "· FAQの内容は2025年2月18日時点のものです。\n---\n"
                "**たとえば**\n[在宅勤務は?]\n[研修は?]\n[ほかは?]\n[服装は?]\n---\n"
                "**カテゴリーから探す**\n[働き方(2)] [研修(1)] [その他(1)]"
            ),
        ),
        (
            home.category_view(KNOWN, "昔"),
            "# 昔\nこのカテゴリーの質問は、いまはありません。\n[ホームに戻る]",
        ),
    ],
)
def test_a_message_or_view_reads(built: Message | Block, reads: str) -> None:
    assert excess(built) == ""
    assert screen(built).endswith(reads)


def test_the_longest_that_the_check_lets_through_fits_even_if_every_character_is_doubled_in_json() -> None:
    quotes = Source(title='"' * 900, publisher='"' * 900, as_of=DAY)
    worst = entry("w" * 64, '"' * 300, answer='"' * 3_000, speaker='"' * 900, source=quotes, as_of=DAY)
    near = [entry(f"{number}{'n' * 63}", '"' * 300) for number in range(4)]
    asked = ButtonValue("k" * 200, question='"' * 3_000)
    for found in ([worst], [worst, *near[:3]]):
        built = message(ReplyKind.ANSWER, *found, value=asked, related=near, titled=True)
        assert excess(built) == ""


@settings(max_examples=30)
@given(several(4), several(3), texts(3_000), st.lists(texts(3_000), max_size=12))
def test_any_entries_that_the_check_lets_through_fit_and_do_nothing(
    found: list[Entry],
    related: list[Entry],
    question: str,
    unanswered: list[str],
) -> None:
    value, known = (
        ButtonValue("k" * 200, question=question),
        answers.catalog(Knowledge(entries=tuple(found)), DAY),
    )
    near = [each.model_copy(update={"id": "n" * 60 + each.id}) for each in related]
    category = next(iter(known.categories), "")
    built: list[Message | Block] = [
        home.home_view(known, hands_over=True),
        home.category_view(known, category),
    ]
    told: dict[str, Any] = {"value": value, "known": known, "text": found[0].answer, "unanswered": unanswered}
    for kind in ReplyKind:
        shows = found if kind in {ReplyKind.ANSWER, ReplyKind.CHOICES} else []
        shows = found[:1] if kind is ReplyKind.REFERRAL else shows
        built.append(message(kind, *shows, **told, related=near))
        built.append(modal("回答", message(kind, *shows, **told, titled=bool(shows)).blocks))
    for each in built:
        assert (excess(each), active(each)) == ("", [])


@given(entries())
def test_no_part_of_an_answer_is_lost(found: Entry) -> None:
    text = "".join(screen(message(ReplyKind.ANSWER, found)).split())
    assert "".join(shown(found.answer).split()) in text
    if found.as_of and found.kind is EntryKind.ANSWER:
        assert f"{found.as_of.year}年{found.as_of.month}月{found.as_of.day}日時点" in text


@settings(max_examples=25)
@given(texts(3_000), texts(40_000), texts(80), st.integers(0, 5))
def test_whatever_people_write_fits_and_does_nothing(
    question: str, answer: str, name: str, replies: int
) -> None:
    value = ButtonValue("k" * 200, ("e" * 64,) * 4, question)
    handover = handed(*[answer] * replies, said=answer, question=question)
    step = Step("k", AT, ANSWERED, "H1", answer[:INPUT_TEXT])
    built: list[Message | Block] = [
        to_hr.card_message(replace(handover, category=name[:60])),
        to_hr.news_message(to_hr.RECEIVED, question),
        to_hr.answer_message(handover, step, corrected=True),
        to_hr.sent_message(step),
        to_hr.deleted_message(step),
        to_hr.candidate_reply_message(handover, answer),
        to_hr.passed_message(question),
        to_hr.not_sent_message("c" * 32, "C0123ABCD:1700000000.000100"),
        to_hr.handover_view(value),
        to_hr.case_reply_view(handover),
        to_hr.draft_view(handover),
        feedback_view(value),
        notice(answer),
    ]
    for each in built:
        whole = with_names(each, name)
        assert (excess(whole), active(whole)) == ("", [])


@given(texts(200), texts(3_000), st.integers(400, 2_300))
def test_a_value_comes_back_as_it_went_with_the_question_cut_to_its_room(
    key: str, question: str, most: int
) -> None:
    value = ButtonValue(key[:20], ("e1", "e2"), question, answers=3)
    encoded = value.encode(most)
    back = ButtonValue.decode(encoded)
    assert replace(back, question="") == replace(value, question="")
    assert back.question == question or question.startswith(back.question.removesuffix("…"))
    assert not set(encoded) & set("<>&")


ANY = st.text(
    alphabet=st.sampled_from("かなカタ漢字。、！」 \nab1-👩\u200d💻が\u3099<&>*_~`:")
    | st.characters(codec="utf-8")
)


@given(ANY, st.integers(4, 60))
def test_a_text_is_split_into_itself_cut_to_its_room_and_escaped_without_loss(text: str, most: int) -> None:
    pieces, short = split(text, most), cut(text, most)
    assert "".join(pieces) == text
    assert all(0 < length(piece) <= most for piece in pieces)
    assert length(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
    assert not re.search("[<>]", escaped(text))
    assert escaped(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == shown(text)


def test_what_is_one_character_on_the_screen_is_not_torn_unless_it_fills_the_room_alone() -> None:
    assert split("あ👩\u200d💻", 5) == ("あ", "👩\u200d💻")
    assert cut("ほか\u3099い", 3) == "ほ…"
    assert split("か\u3099\u3099", 2) == ("か\u3099", "\u3099")


def test_what_turns_the_line_round_is_shown_as_missing() -> None:
    """On a button too, where it could pass one question off as another; Slack refuses an empty one."""
    assert shown("給与\u202eは\x00\u2028\r\n二\r三") == "給与�は��\n二\n三"
    assert [button(each, Action.HOME)["text"]["text"] for each in ("給与\u202eは", "")] == ["給与�は", "-"]


def test_the_page_of_an_answer_can_be_followed_as_a_whole() -> None:
    built = message(ReplyKind.ANSWER, REMOTE.model_copy(update={"url": PAGE}))
    assert {"type": "link", "url": PAGE} in leaves(built.blocks)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<@U0BOT|faq> 研修は?", "研修は?"),
        ("<@U0BOT>研修は?<@U0BOT>", "研修は?"),
        ("<@U1> 研修は?", "<@U1> 研修は?"),
        ("<https://example.jp/a?b=1&amp;c=2> とは", "https://example.jp/a?b=1&c=2 とは"),
        ("<mailto:a@example.jp|a@example.jp> と <tel:0312345678>", "a@example.jp と 0312345678"),
        (
            "<https://example.jp/a|申請>、<https://example.jp|example.jp>",
            "申請(https://example.jp/a)、example.jp(https://example.jp)",
        ),
        ("<!here> <!subteam^S1|@hr> <#C1|general> <!date^1^{date}|きのう>", "@here @hr #general きのう"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),  # who writes the name of a character means the name
    ],
)
def test_a_message_is_read_as_it_was_typed(text: str, meant: str) -> None:
    assert typed({"text": text}, "U0BOT") == meant
