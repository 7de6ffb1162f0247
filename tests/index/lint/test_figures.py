"""Labelled pairs of answers: figures for one thing that contradict each other, and figures that only look like it."""

import json
from pathlib import Path
from typing import Any

import pytest

from faq.loading.loader import builtin, load
from faq.model import Knowledge
from index.lint.figures import conflicts
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
