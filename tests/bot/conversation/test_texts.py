from datetime import date
from typing import Any

import pytest

from bot.conversation.texts import (
    CHOICES,
    CHOICES_END,
    ONE_CHOICE,
    ONE_CHOICE_END,
    answer_text,
    choices_text,
    source_line,
    with_source,
)
from faq.model import Source
from tests.index.builders import entry, referral

REPORT = Source(title="レポート", publisher="東京都", as_of=date(2025, 2, 18))
CLOTHES = entry("clothes", "服装は自由ですか", answer="私服です。", source=REPORT, as_of=date(2025, 2, 8))
TRAINING = entry("training", "研修はありますか", answer="あります。")


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({}, ""),
        ({"speaker": "安藤"}, "安藤"),
        ({"source": REPORT}, "出典: 東京都「レポート」"),
        ({"as_of": date(2025, 2, 8)}, "2025年2月8日時点"),
        (
            {"source": REPORT, "speaker": "安藤", "as_of": date(2025, 12, 31)},
            "出典: 東京都「レポート」 / 安藤 / 2025年12月31日時点",
        ),
    ],
)
def test_the_source_line_has_what_is_known(known: dict[str, Any], line: str) -> None:
    assert source_line(entry("a", "q", **known)) == line


def test_an_answer_carries_its_source() -> None:
    assert with_source(CLOTHES) == "私服です。\n(出典: 東京都「レポート」 / 2025年2月8日時点)"
    assert with_source(TRAINING) == "あります。"
    assert with_source(referral("salary", "給料は")) == "窓口でお尋ねください。"


def test_one_answer_stands_alone() -> None:
    assert answer_text([TRAINING]) == "あります。"


def test_several_answers_stand_under_their_questions() -> None:
    assert answer_text([TRAINING, CLOTHES]) == (
        "■ 研修はありますか\nあります。\n\n"
        "■ 服装は自由ですか\n私服です。\n(出典: 東京都「レポート」 / 2025年2月8日時点)"
    )


def test_choices_are_numbered_from_1() -> None:
    assert choices_text([CLOTHES, TRAINING]).splitlines() == [
        CHOICES,
        "1. 服装は自由ですか",
        "   私服です。",
        "2. 研修はありますか",
        "   あります。",
        CHOICES_END,
    ]


def test_one_choice_is_asked_about() -> None:
    """「どれ」 asks for one of several."""
    shown = choices_text([CLOTHES]).splitlines()
    assert shown == [ONE_CHOICE, "1. 服装は自由ですか", "   私服です。", ONE_CHOICE_END]
    assert "どれ" not in choices_text([CLOTHES])


def test_of_a_long_answer_a_choice_shows_how_it_begins() -> None:
    long = entry("long", "q", answer=f"{'長' * 80}\n次の行")
    assert choices_text([long]).splitlines()[2] == f"   {'長' * 59}…"
