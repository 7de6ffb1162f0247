import pytest

from bot.conversation.state import ConversationState, Correction, confirms, correction, is_followup

TALK = ConversationState(("training",), "研修の期間を教えてください")
LEANING = (
    *(
        "それって更新料も出ますか",
        "その場所はどこですか",
        "じゃあ在宅は?",
        "更新料も?",
        "更新料は",
        "服装とか？",
    ),
    *("落ちた場合？", "もっと詳しく", "なぜですか", "What about interns", "and the training?", "Is it free?"),
)
ALONE = (
    *(
        "在宅勤務は週に何日できますか",
        "それでは別の質問です",
        "それとは別に服装を教えて",
        "それから服装を教えて",
    ),
    *("服装", "How often can I work from home?", "Android developers", "", "🙂", "\ud800"),
)
CONFIRMING = ("毎日ではないってこと？", "できないということですか。", "厳しいんですね？", "二人でだよね")


@pytest.mark.parametrize("message", [*LEANING, *ALONE])
def test_a_message_goes_on_with_the_topic_or_stands_alone(message: str) -> None:
    assert is_followup(message) == (message in LEANING)


@pytest.mark.parametrize(
    "message", [*CONFIRMING, "毎日ですか", "ということは毎日ですか", "よねさんはいますか", ""]
)
def test_a_message_asks_whether_it_was_understood_or_not(message: str) -> None:
    assert confirms(message) == (message in CONFIRMING)


@pytest.mark.parametrize(
    ("message", "corrects"),
    [
        ("すみません、期間じゃなくて、費用が知りたかったんです", Correction("費用", "期間")),
        ("いや、期間ではなく費用という意味でした", Correction("費用", "期間")),
        ("ごめん書き方悪かった。期間の話はいいから、費用のほう", Correction("費用のほう", "期間")),
        ("期間のことじゃなくて費用です", Correction("費用です", "期間のこと")),
        ("期間じゃなくて費用はいくらですか", None),
        ("すみません、経験がなくても受けられますか", None),
        ("いや、期間ではなく", None),
        ("いや、未経験じゃなくても", None),
    ],
)
def test_a_correction_tells_what_is_meant_and_what_is_not(message: str, corrects: Correction | None) -> None:
    """What asks or takes nothing back is none."""
    assert correction(message, TALK) == corrects
