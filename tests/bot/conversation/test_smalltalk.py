import pytest
from hypothesis import given, settings

from bot.conversation.smalltalk import Smalltalk, folded
from faq.model import Knowledge
from tests.index.builders import TINY, entry, smalltalk
from tests.index.strategies import MESSAGES

SMALLTALK = Smalltalk(TINY)


def recognized(message: str) -> str | None:
    found = SMALLTALK.recognize(message)
    return found.id if found else None


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("ありがとうｗｗｗ", "ありがとう"),
        ("ありがとう笑笑", "ありがとう"),
        ("ありがとう草", "ありがとう"),
        ("wwww", "w"),
        ("show", "show"),
        ("ありがと〜〜!!", "ありがと"),
        ("こんにちは、 🙂", "こんにちは"),
        ("ok", "ok"),
        ("ー", "ー"),
        ("ＴＨＸ！", "thx"),
        ("。！？", ""),
    ],
)
def test_marks_laughter_and_drawn_out_letters_do_not_count(written: str, left: str) -> None:
    assert folded(written) == left


@pytest.mark.parametrize(
    ("message", "entry_id"),
    [
        ("こんにちは", "hello"),
        ("こんにちはーーー！", "hello"),
        ("Hello!", "hello"),
        ("はじめまして。こんにちは。", "hello"),
        ("こんにちは。ありがとう", "thanks"),
        ("ありがとう。こんにちは", "hello"),
        ("こんにちは、研修はありますか", None),
        ("こんにちは。研修はありますか", None),
        ("研修", None),
        ("", None),
        ("！？", None),
        ("🙂", None),
    ],
)
def test_only_a_message_that_is_nothing_else_is_small_talk(message: str, entry_id: str | None) -> None:
    """The last sentence is what is replied to."""
    assert recognized(message) == entry_id


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("こんにちは。研修はありますか？ありがとう！", "研修はありますか？"),
        ("研修はありますか", "研修はありますか"),
        ("こんにちは。研修は。服装は", "研修は。\n服装は"),
        ("こんにちは", "こんにちは"),
        ("🙂", "🙂"),
    ],
)
def test_a_message_without_its_small_talk(message: str, rest: str) -> None:
    assert SMALLTALK.without(message) == rest


def test_every_way_to_say_it_is_recognized() -> None:
    for each in TINY.entries[-2:]:
        assert {recognized(phrasing) for phrasing in each.phrasings} == {each.id}


def test_without_small_talk_nothing_is_recognized() -> None:
    nothing = Smalltalk(Knowledge(entries=(entry("a", "こんにちは"),)))
    assert nothing.recognize("こんにちは") is None
    assert nothing.without("こんにちは。研修") == "こんにちは。\n研修"


def test_a_way_to_say_it_that_cannot_be_read_is_not_what_cannot_be_read() -> None:
    """Someone may list 🙏 as a way to say thanks; "？？" is none."""
    polite = Smalltalk(Knowledge(entries=(smalltalk("thanks", "ありがとう", "🙏"),)))
    assert polite.recognize("？？") is None


@given(MESSAGES)
@settings(max_examples=100, deadline=None)
def test_any_message_is_recognized_or_keeps_something(message: str) -> None:
    assert folded(folded(message)) == folded(folded(folded(message)))
    if SMALLTALK.recognize(message) is None and message:
        assert SMALLTALK.without(message)
