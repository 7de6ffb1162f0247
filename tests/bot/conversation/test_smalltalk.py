import pytest

from bot.conversation.smalltalk import Smalltalk, tells_trouble, wishes_person
from bot.conversation.state import (
    ConversationState,
    confirms,
    correction,
    is_followup,
    takes_back,
)
from faq.model import Knowledge
from tests.index.builders import TINY, smalltalk

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


WISHES = (
    *("人と話したい", "人事の方に聞きたいのですが", "オペレーターをお願いします", "有人対応はありますか"),
    "担当者に代わってください。",
)
NO_WISHES = (
    *("人と話す機会は多いですか", "人事に配属されることはありますか", "担当者は何人ですか"),
    *("上司に相談したいときは", "研修", ""),
)
TROUBLE = (
    *("メールが来ません", "ログインできないです", "番号を忘れました", "書類をなくした"),
    *("エラーが出ます", "画面が開かない"),
)
NO_TROUBLE = (
    *("楽しみにしています", "エンジニアを3年しています", "春に卒業します", ""),
    *("簿記ができないとだめですか", "夜に起きられないと難しいですか"),
)


@pytest.mark.parametrize("message", [*WISHES, *NO_WISHES])
def test_a_wish_for_a_person_is_no_question_about_people(message: str) -> None:
    assert wishes_person(message) == (message in WISHES)


@pytest.mark.parametrize("message", [*TROUBLE, *NO_TROUBLE])
def test_trouble_is_no_plain_statement(message: str) -> None:
    assert tells_trouble(message) == (message in TROUBLE)


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
        ("すみません、期間じゃなくて、費用が知りたかったんです", ("費用", "期間")),
        ("いや、期間ではなく費用という意味でした", ("費用", "期間")),
        ("ごめん書き方悪かった。期間の話はいいから、費用のほう", ("費用のほう", "期間")),
        ("期間のことじゃなくて費用です", ("費用です", "期間のこと")),
        ("期間じゃなくて費用はいくらですか", None),
        ("すみません、経験がなくても受けられますか", None),
        ("いや、期間ではなく", None),
        ("いや、未経験じゃなくても", None),
    ],
)
def test_a_correction_tells_what_is_meant_and_what_is_not(
    message: str, corrects: tuple[str, str] | None
) -> None:
    """What asks or takes nothing back is none; without a talk, nor is what takes nothing back."""
    assert correction(message, TALK) == corrects
    alone = corrects if takes_back(message) else None
    assert correction(message, ConversationState()) == alone
