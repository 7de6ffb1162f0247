import pytest
from hypothesis import given, settings

from bot.conversation.smalltalk import Smalltalk, folded
from faq.model import Knowledge
from tests.index.builders import TINY, smalltalk
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
        (
            "こんにちは、ご丁寧に、ありがとうございました",
            None,
            "こんにちは、ご丁寧に、ありがとうございました",
        ),
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


FORMS = Smalltalk(
    Knowledge(
        entries=(
            smalltalk("thanks", "ありがとうございます"),
            smalltalk("greeting", "よろしくお願いします", "はじめまして"),
            smalltalk("help", "使い方"),
            smalltalk("yes", "はい", "了解です"),
        )
    )
)


@pytest.mark.parametrize(
    ("message", "entry_id"),
    [
        ("ご丁寧な回答、ありがとうございましたm(_ _)m", "thanks"),
        ("本当にありがとうございましたm(_ _)m", "thanks"),
        ("了解です、教えてくれてありがとう", "thanks"),
        ("Thanks for your help!", "thanks"),
        ("はじめまして、今日はよろしくお願いいたします。", "greeting"),
        ("メニューを見せて", "help"),
        ("トップに戻る", "help"),
        ("Q&A", "help"),
        ("質問の一覧を表示してください", "help"),
        ("質問の数は", None),
        ("ありがとうと言われる仕事は多いですか", None),
        ("感謝される仕事です", None),
        ("残業はありますかありがとうございます", None),
        ("資料をよろしくお願いします", None),
        ("一覧表を作る仕事", None),
    ],
)
def test_thanks_and_the_like_are_known_by_their_form(message: str, entry_id: str | None) -> None:
    found = FORMS.recognize(message)
    assert (found.id if found else None) == entry_id


@given(MESSAGES)
@settings(max_examples=100, deadline=None)
def test_any_message_is_recognized_or_keeps_something(message: str) -> None:
    assert folded(folded(message)) == folded(folded(folded(message)))
    if SMALLTALK.recognize(message) is None and message:
        assert SMALLTALK.without(message)
