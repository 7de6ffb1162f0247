"""Labelled pairs of answers: figures for one thing that contradict each other, and figures that only look like it."""

import json
from math import inf
from pathlib import Path
from typing import Any

import pytest

from faq.loading.loader import builtin, load
from faq.model import Knowledge
from index.analysis.analyzer import Analyzer
from index.lint.figures import conflicts, figures
from tests.index.builders import entry

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "figures.jsonl").read_text(encoding="utf-8").splitlines()
]
LEXICON = load(builtin()).lexicon


def pair(first: list[str], second: list[str]) -> Knowledge:
    return Knowledge(
        entries=(entry("a", first[0], answer=first[1]), entry("b", second[0], answer=second[1])),
        lexicon=LEXICON,
    )


@pytest.mark.parametrize("example", PAIRS, ids=lambda example: example["second"][1])
def test_a_contradiction_is_told_from_what_only_looks_like_one(example: dict[str, Any]) -> None:
    found = list(conflicts(pair(example["first"], example["second"])))
    assert [(each.first.entry_id, each.second.entry_id) for each in found] == (
        [("a", "b")] if example["conflict"] else []
    )


def test_the_built_in_knowledge_does_not_contradict_itself() -> None:
    assert list(conflicts(load(builtin()))) == []


@pytest.mark.parametrize(
    ("answer", "bounds"),
    [
        ("研修は月に十回です。", (10, 10)),
        ("研修は月2、3回です。", (2, 3)),
        ("研修は月３〜５回です。", (3, 5)),
        ("研修は最大で月に2回以上です。", (2, inf)),
        ("研修は月に2回までです。", (-inf, 2)),
        ("研修は月に20回ほどです。", (16, 24)),
    ],
)
def test_a_figure_is_what_its_words_allow(answer: str, bounds: tuple[float, float]) -> None:
    (found,) = figures(entry("a", "研修は", answer=answer), Analyzer(LEXICON))
    assert (found.measure, found.low, found.high) == (("月", "回"), *bounds)


@pytest.mark.parametrize(
    "answer", ["締切は2月18日です。", "開始は9時30分です。", "研修は第2回です。", "採用は2024年です。", ""]
)
def test_days_times_and_numbers_in_a_row_are_no_figures(answer: str) -> None:
    assert list(figures(entry("a", "研修は", answer=answer or "なし"), Analyzer(LEXICON))) == []
