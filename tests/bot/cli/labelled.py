"""Labelled questions for the tiny set, some hundred, of which its search finds many and misses some."""

from faq.model import Expectation

WORDS = {
    "remote": ("在宅勤務", "テレワーク", "家での仕事"),
    "clothes": ("服装", "スーツ", "ネクタイ"),
    "training": ("研修", "講習", "勉強会"),
    "grant": ("資格の補助金", "受験の費用", "検定料"),
    "interview": ("面接", "面接の話", "質疑"),
    "place": ("勤務地", "デジタルサービス局", "オフィス"),
}
FAR = (
    *("宇宙旅行", "猫の餌", "株価", "天気予報", "給料の額", "ボーナス", "試験の日程", "映画の服装"),
    *("料理の講習", "旅行の費用", "野球の結果", "電車の遅れ", "図書館", "年収", "受験の倍率", "星占い"),
)
ENDS = ("はありますか", "について教えて", "を知りたいです", "のことは", "の注意点は")


def questions(ends: int = 5) -> tuple[Expectation, ...]:
    """Return 18 questions with an answer and 16 without, for each of up to five ends of a sentence."""
    return tuple(
        Expectation(q=f"{word}{end}", gold=gold)
        for end in ENDS[:ends]
        for gold, words in (*(({name: 1}, words) for name, words in WORDS.items()), ({}, FAR))
        for word in words
    )
