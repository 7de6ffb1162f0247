import pytest
from hypothesis import given, settings

from bot.conversation.smalltalk import Smalltalk, folded
from tests.index.builders import TINY
from tests.index.strategies import MESSAGES

SMALLTALK = Smalltalk(TINY)


@pytest.mark.parametrize(
    ("message", "entry_id", "rest"),
    [
        ("こんにちはーーー！", "hello", "こんにちはーーー！"),
        ("こんにちはｗｗｗ", "hello", "こんにちはｗｗｗ"),
        ("ありがとう笑笑", "thanks", "ありがとう笑笑"),
        ("はじめまして。こんにちは。", "hello", "はじめまして。こんにちは。"),
        ("こんにちは。ありがとう", "thanks", "こんにちは。ありがとう"),
        ("ありがとう。こんにちは", "hello", "ありがとう。こんにちは"),
        ("こんにちは、研修はありますか", None, "こんにちは、研修はありますか"),
        ("こんにちは。研修はありますか？ありがとう！", None, "研修はありますか？"),
        ("こんにちは。研修は。服装は", None, "研修は。\n服装は"),
        ("", None, ""),
        ("🙂", None, "🙂"),
    ],
)
def test_only_a_message_that_is_nothing_else_is_small_talk(
    message: str, entry_id: str | None, rest: str
) -> None:
    """The last sentence is what is replied to; of another message, what is not small talk is left."""
    found = SMALLTALK.recognize(message)
    assert (found.id if found else None, SMALLTALK.without(message)) == (entry_id, rest)


@given(MESSAGES)
@settings(max_examples=100, deadline=None)
def test_any_message_is_recognized_or_keeps_something(message: str) -> None:
    assert folded(folded(message)) == folded(folded(folded(message)))
    if SMALLTALK.recognize(message) is None and message:
        assert SMALLTALK.without(message)
