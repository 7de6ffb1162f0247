"""Replies: golden blocks small enough to read, and the limits for anything that the check lets through."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.texts import UNKNOWN, answer_text, choices_text
from bot.slack.messages.answers import entry_message, known_blocks, reply_message, reply_view, shared_message
from bot.slack.messages.block_kit import Message, button
from bot.slack.messages.catalog import Catalog, catalog
from bot.slack.messages.limits import size
from bot.slack.messages.text import shown
from bot.slack.messages.values import Action, Value
from faq.model import Entry, EntryKind, Knowledge, Source
from tests.index.builders import entry, referral
from tests.slack.double.rendering import lines
from tests.slack.messages import DAY, LURES, active, entries, excess, several, texts

SOURCE = Source(title="レポート", publisher="東京都", as_of=DAY)
REMOTE = entry(
    "remote",
    "在宅勤務は?",
    answer="週に1日です。",
    source=SOURCE,
    speaker="安藤",
    as_of=DAY,
    category="働き方",
)
CLOTHES = entry("clothes", "服装は?", answer="自由です。", category="働き方")
TRAINING = entry("training", "研修は?", answer="あります。", category="研修")
SALARY = referral("salary", "給料は?")
KNOWN = catalog(Knowledge(entries=(REMOTE, CLOTHES, TRAINING, SALARY)), DAY)
ASKED = Value("r1", question="在宅は?")


def reply(kind: ReplyKind, shown_entries: Sequence[Entry] = (), text: str = "") -> Reply:
    return Reply(kind, tuple(shown_entries), text or answer_text(shown_entries), 0.9, (), (), "release")


def message(kind: ReplyKind, *shown_entries: Entry, text: str = "", **more: Any) -> Message:  # noqa: ANN401
    return reply_message(reply(kind, shown_entries, text), ASKED, lambda: KNOWN, **more)


def screen(value: Message) -> str:
    return "\n".join(lines(value.text, value.blocks))


def test_an_answer_as_json() -> None:
    value = '{"key":"r1","entry_ids":["clothes"]}'
    asked = '{"key":"r1","entry_ids":["clothes"],"question":"在宅は?"}'
    buttons = [("rate_up", "👍", value), ("rate_down", "👎", value), ("handover", "人事に聞く", asked)]
    assert message(ReplyKind.ANSWER, CLOTHES).post() == {
        "text": "自由です。",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "自由です。"}]}
                ],
            },
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": action,
                        "text": {"type": "plain_text", "text": label, "emoji": False},
                        "value": held,
                    }
                    for action, label, held in buttons
                ],
            },
        ],
        "parse": "none",
        "link_names": False,
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_an_answer_has_its_source_and_related_questions() -> None:
    value = message(ReplyKind.ANSWER, REMOTE, related=[REMOTE, CLOTHES, TRAINING])
    assert screen(value) == (
        "週に1日です。\n"
        "· 出典: 東京都「レポート」 / 安藤 / 2025年6月1日時点\n"
        "· 関連する質問\n[服装は?]\n[研修は?]\n"
        "[👍] [👎] [人事に聞く]"
    )


def test_several_answers_stand_under_their_questions() -> None:
    assert screen(message(ReplyKind.ANSWER, CLOTHES, TRAINING)) == (
        "**服装は?**\n自由です。\n---\n**研修は?**\nあります。\n[👍] [👎] [人事に聞く]"
    )


def test_choices_are_buttons_with_a_way_out() -> None:
    value = message(ReplyKind.CHOICES, REMOTE, CLOTHES, TRAINING, text=choices_text([REMOTE]))
    assert screen(value) == (
        "お尋ねに近い質問がいくつかあります。次のどれでしょうか。\n"
        "[在宅勤務は?]\n· 週に1日です。\n[服装は?]\n· 自由です。\n[研修は?]\n· あります。\n"
        "[どれも違う] [人事に聞く]"
    )


def test_a_choice_that_is_too_long_for_a_button_is_written_out_above() -> None:
    long = entry("long", "とても長い質問" * 20)
    shown_lines = screen(message(ReplyKind.CHOICES, long, CLOTHES, text="x")).split("\n")
    assert shown_lines[1:3] == [f"1. {long.question}", "2. 服装は?"]
    assert shown_lines[3].startswith("[1. とても長い質問")
    assert shown_lines[3].endswith("…]")
    assert shown_lines[5] == "[2. 服装は?]"


def test_unknown_says_what_is_known_and_offers_hr_first() -> None:
    assert screen(message(ReplyKind.UNKNOWN, text=UNKNOWN)) == (
        f"{UNKNOWN}\n"
        "このFAQでは、次のようなことにお答えできます。\n働き方、研修\n"
        "· 質問の例\n[在宅勤務は?]\n[研修は?]\n[服装は?]\n"
        "[*人事に聞く*]"
    )


def test_a_referral_that_wants_a_person_puts_that_button_first() -> None:
    urgent = SALARY.model_copy(update={"handover": True})
    assert screen(message(ReplyKind.REFERRAL, SALARY)) == "窓口でお尋ねください。\n[👍] [👎] [人事に聞く]"
    assert screen(message(ReplyKind.REFERRAL, urgent)) == "窓口でお尋ねください。\n[*人事に聞く*] [👍] [👎]"


def test_small_talk_is_its_text_alone() -> None:
    assert screen(message(ReplyKind.SMALLTALK, text="こんにちは。")) == "こんにちは。"


def test_an_answer_that_only_one_person_sees_can_be_shared() -> None:
    assert screen(message(ReplyKind.ANSWER, CLOTHES, shareable=True)).endswith(
        "[人事に聞く] [チャンネルに共有]"
    )
    assert screen(shared_message([CLOTHES], "服装を知りたい", "田中")) == (
        "| 服装を知りたい\n· 田中さんがFAQの回答を共有しました\n自由です。"
    )


def test_an_entry_that_was_chosen_stands_under_its_question() -> None:
    assert screen(entry_message(CLOTHES, ASKED, related=[TRAINING])).startswith(
        "**服装は?**\n自由です。\n· 関連"
    )


def test_answers_that_do_not_fit_together_are_left_to_their_buttons() -> None:
    long = [entry(f"e{number}", f"質問{number}", answer="長い。" * 990) for number in range(4)]
    value = message(ReplyKind.ANSWER, *long)
    assert excess(value) == []
    assert "· ほかの質問への回答は、ボタンを押すと表示します。\n[質問3]\n[👍]" in screen(value)


def test_no_more_than_three_questions_are_offered() -> None:
    some = [entry(f"e{number}", f"質問{number}") for number in range(5)]
    assert "[質問2]" in screen(message(ReplyKind.ANSWER, CLOTHES, related=some))
    assert "[質問3]" not in screen(message(ReplyKind.ANSWER, CLOTHES, related=some))
    assert screen(message(ReplyKind.CHOICES, *some, text="x")).count("[質問") == 3


def test_what_turns_the_line_round_or_is_blank_shows_as_such_on_a_button() -> None:
    """Slack refuses a message with an empty text, and a turned line could pass one question off as another."""
    turned = entry("turned", "給与\u202eは?")
    assert "[給与�は?]" in screen(message(ReplyKind.CHOICES, turned, text="x"))
    assert button("", Action.HOME)["text"]["text"] == "-"


def test_a_message_is_filled_to_the_last_character_and_not_beyond() -> None:
    """First the related questions must go, then the last answer: at one character too many, and not before."""

    def built(letters: int) -> tuple[int, tuple[bool, bool]]:
        third = entry("c", "質問三", answer="う" * letters)
        value = message(ReplyKind.ANSWER, first, second, third, related=[TRAINING, REMOTE])
        return size(value.blocks), ("[研修は?]" in screen(value), "うう" in screen(value))

    first, second = entry("a", "質問一", answer='"' * 3_000), entry("b", "質問二", answer="い" * 3_000)
    letters, steps = 1_000, [(True, True), (False, True), (False, False)]
    for before, after in pairwise(steps):
        taken, shows = built(letters)
        assert shows == before
        letters += 13_000 - taken
        assert built(letters) == (13_000, before)
        letters += 1
        assert built(letters)[1] == after


def test_an_empty_faq_knows_nothing_and_says_so() -> None:
    assert known_blocks(Catalog((), None)) == []


@pytest.mark.parametrize(
    "kind", [ReplyKind.ANSWER, ReplyKind.CHOICES, ReplyKind.UNKNOWN, ReplyKind.SMALLTALK]
)
def test_what_looks_like_slack_is_shown_as_written_and_does_nothing(kind: ReplyKind) -> None:
    lure = entry("lure", LURES, answer=LURES, speaker=LURES[:150], source=SOURCE, category=LURES[:60])
    found = [lure] if kind in {ReplyKind.ANSWER, ReplyKind.CHOICES} else []
    known = catalog(Knowledge(entries=(lure,)), DAY)
    value = reply_message(
        reply(kind, found, LURES), Value("r1", question=LURES), lambda: known, related=[REMOTE]
    )
    assert active(value) == []
    assert LURES in screen(value)


def test_the_longest_that_the_check_lets_through_fits_even_if_every_character_is_doubled_in_json() -> None:
    quotes = Source(title='"' * 900, publisher='"' * 900, as_of=DAY)
    worst = entry("w" * 64, '"' * 300, answer='"' * 3_000, speaker='"' * 900, source=quotes, as_of=DAY)
    near = [entry(f"{number}{'n' * 63}", '"' * 300) for number in range(4)]
    asked = Value("k" * 200, question='"' * 3_000)
    for shown_entries in ([worst], [worst, *near[:3]]):
        value = reply_message(
            reply(ReplyKind.ANSWER, shown_entries), asked, lambda: KNOWN, related=near, shareable=True
        )
        assert (excess(value), excess(entry_message(worst, asked, related=near))) == ([], [])


@settings(max_examples=60, deadline=None)
@given(several(4), several(3), texts(3_000), st.booleans(), st.lists(texts(3_000), max_size=12))
def test_any_entries_that_the_check_lets_through_fit_and_do_nothing(
    found: list[Entry],
    related: list[Entry],
    question: str,
    shareable: bool,  # noqa: FBT001 -- drawn
    unanswered: list[str],
) -> None:
    value = Value("k" * 200, question=question)
    known = catalog(Knowledge(entries=tuple(found)), DAY)
    near = [each.model_copy(update={"id": "n" * 60 + each.id}) for each in related]
    for kind in ReplyKind:
        shows = kind not in {ReplyKind.UNKNOWN, ReplyKind.SMALLTALK}
        answer = (
            reply(kind, found[:1] if kind is ReplyKind.REFERRAL else found, found[0].answer)
            if shows
            else reply(kind, (), found[0].answer)
        )
        answer = replace(answer, unanswered=tuple(unanswered))
        built = reply_message(answer, value, lambda: known, related=near, shareable=shareable)
        assert (excess(built), active(built)) == ([], [])
        assert excess(reply_view(built)) == []
    shared = shared_message(found, question, question)
    assert (excess(shared), active(shared)) == ([], [])


def test_what_was_listed_and_has_no_answer_stands_below_the_answers_as_it_was_written() -> None:
    told = replace(reply(ReplyKind.ANSWER, [CLOTHES, TRAINING]), unanswered=("*駐車場*は<!channel>", "社宅"))
    seen = screen(reply_message(told, ASKED, lambda: KNOWN, related=[REMOTE]))
    assert seen.count("次のお尋ねには、お答えできませんでした: 「*駐車場*は<!channel>」「社宅」") == 1
    assert seen.index("あります。") < seen.index("お答えできませんでした")


@settings(max_examples=60, deadline=None)
@given(entries())
def test_no_part_of_an_answer_is_lost(found: Entry) -> None:
    text = "".join(screen(message(ReplyKind.ANSWER, found)).split())
    assert "".join(shown(found.answer).split()) in text
    if found.as_of and found.kind is EntryKind.ANSWER:
        assert f"{found.as_of.year}年{found.as_of.month}月{found.as_of.day}日時点" in text
