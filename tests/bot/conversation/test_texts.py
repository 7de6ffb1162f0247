from datetime import date

from bot.conversation.texts import (
    CHOICES,
    ONE_CHOICE,
    answer_text,
    choices_text,
    unknown_text,
)
from faq.model import Source
from tests.index.builders import entry, referral

REPORT = Source(title="レポート", publisher="東京都", as_of=date(2025, 2, 18))
CLOTHES = entry("clothes", "服装は自由ですか", answer="私服です。", source=REPORT, as_of=date(2025, 2, 8))
TRAINING = entry("training", "研修はありますか", answer="あります。")
OTHERWISE = "どれも違うときは、言い方を変えてみてください。"
SOURCED = "私服です。\n(出典: 東京都「レポート」 / 2025年2月8日時点)"


def test_an_answer_carries_its_source_and_several_stand_under_their_questions() -> None:
    assert answer_text([CLOTHES]) == SOURCED
    assert answer_text([TRAINING]) == "あります。"
    assert answer_text([referral("salary", "給料は")]) == "窓口でお尋ねください。"
    several = answer_text([TRAINING, CLOTHES])
    assert several == f"■ 研修はありますか\nあります。\n\n■ 服装は自由ですか\n{SOURCED}"


def test_choices_are_numbered_with_how_each_answer_begins_and_one_is_asked_about() -> None:
    """「どれ」 asks for one of several."""
    long = entry("long", "q", answer=f"{'長' * 80}\n次の行")
    first, last = ["1. 服装は自由ですか", "   私服です。"], ["2. q", f"   {'長' * 59}…"]
    assert choices_text([CLOTHES, long]).splitlines() == [CHOICES, *first, *last, OTHERWISE]
    assert choices_text([CLOTHES]).splitlines() == [ONE_CHOICE, *first, OTHERWISE.removeprefix("どれも")]


def test_a_topic_that_the_faq_lacks_is_named() -> None:
    assert unknown_text("企業内保育所").startswith(
        "申し訳ありません。「企業内保育所」についての回答は、このFAQにはない"
    )
    head, *rest = choices_text([CLOTHES, TRAINING], "企業内保育所").splitlines()
    assert head == "「企業内保育所」についての回答はないようです。近いものは次のとおりです。"
    assert rest == choices_text([CLOTHES, TRAINING]).splitlines()[1:]
