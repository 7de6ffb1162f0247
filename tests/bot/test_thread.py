import pytest
from hypothesis import given, settings

from bot.thread import Thread, is_short, leans
from tests.index.strategies import MESSAGES


@pytest.mark.parametrize(
    "message",
    [
        "それは何ですか",
        "それって更新料も出ますか",
        "その場所はどこですか",
        "そこは駅から近いですか",
        "じゃあ在宅は?",
        "更新料も?",
        "更新料は",
        "服装とか？",
        "落ちた場合？",
        "もっと詳しく",
        "なぜですか",
        "ほかにありますか",
        "What about interns",
        "and the training?",
        "Is it free?",
        "  それは",
        "それ、いくらですか",
    ],
)
def test_a_message_that_goes_on_with_the_topic(message: str) -> None:
    assert leans(message)


@pytest.mark.parametrize(
    "message",
    [
        "在宅勤務は週に何日できますか",
        "研修はありますか",
        "それでは別の質問です",
        "それとは別に服装を教えて",
        "それから服装を教えて",
        "服装",
        "How often can I work from home?",
        "Android developers",
        "",
        "🙂",
        "\ud800",
    ],
)
def test_a_message_that_stands_alone(message: str) -> None:
    assert not leans(message)


@pytest.mark.parametrize(
    ("message", "short"),
    [
        ("", True),
        ("何人ですか", True),
        ("あ" * 12, True),
        ("あ" * 13, False),
        ("あ" * 12 + "🙂 :pray:", True),
        ("あ" * 50_000, False),
    ],
)
def test_short_is_twelve_characters_that_can_be_read(message: str, short: bool) -> None:  # noqa: FBT001 -- the case itself
    assert is_short(message) is short


@given(MESSAGES)
@settings(max_examples=80, deadline=None)
def test_any_message_leans_or_not(message: str) -> None:
    assert leans(message) in {True, False}
    assert leans(f"{message}\u200b") == leans(message)


def test_a_new_conversation_is_about_nothing() -> None:
    assert Thread() == Thread((), "")
