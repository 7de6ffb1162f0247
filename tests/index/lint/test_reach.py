import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from faq.loading.loader import builtin, load
from faq.model import Entry, Knowledge, Lexicon
from index.lint.figures import conflicts
from index.lint.reach import Stray, strays
from index.release.building import Release
from index.retrieval.compiling import compile_index
from index.retrieval.encoder import SentenceEncoder
from tests.index.builders import FEW, TINY, FakeEncoder, entry

ENCODERS = pytest.mark.parametrize("encoders", [[], [FakeEncoder()]], ids=["words", "encoder"])


def found(encoders: list[SentenceEncoder], *entries: Entry) -> list[Stray]:
    return list(strays(compile_index(Knowledge(entries=entries), encoders, cohort=FEW)))


@ENCODERS
def test_a_phrasing_cannot_hide_behind_itself(encoders: list[SentenceEncoder]) -> None:
    """It finds its own entry; without it, nothing of that entry is like it, and another's phrasing is."""
    entries = (
        entry("remote", "テレワークはどのくらいできますか", "テレワークの頻度は", "家で働ける日は"),
        entry("clothes", "靴は", "ネクタイは", "テレワークの頻度を"),
        entry("courses", "研修は", "講習は", "勉強会は"),
    )
    assert found(encoders, *entries) == [
        Stray("clothes", "テレワークの頻度を", "remote", "テレワークの頻度は")
    ]


KEPT = {
    "every phrasing of a good set reaches its entry": TINY.entries,
    "words that its own entry has elsewhere keep a phrasing": (
        entry("remote", "テレワークはどのくらいできますか", "テレワークの頻度は"),
        entry("rules", "テレワークの頻度の決まりは", "テレワークの決まりは", "頻度の決まりを知りたい"),
        entry("courses", "研修は", "講習は", "勉強会は"),
    ),
    "the only phrasing of an entry is its own": (
        entry("a", "研修はありますか"),
        entry("b", "研修はありますか"),
    ),
    "a phrasing without terms strays nowhere": (entry("a", "。。。", "!!!"), entry("b", "研修", "講習")),
    "an empty set has none": (),
}


@ENCODERS
@pytest.mark.parametrize("case", KEPT)
def test_what_does_not_stray(encoders: list[SentenceEncoder], case: str) -> None:
    assert found(encoders, *KEPT[case]) == []


def test_the_built_in_faq_has_no_strays(whole: Release) -> None:
    assert list(strays(whole.index)) == []


PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "figures.jsonl").read_text(encoding="utf-8").splitlines()
]


@cache
def lexicon() -> Lexicon:
    return load(builtin()).lexicon


def pair(first: list[str], second: list[str]) -> Knowledge:
    return Knowledge(
        entries=(entry("a", first[0], answer=first[1]), entry("b", second[0], answer=second[1])),
        lexicon=lexicon(),
    )


@pytest.mark.parametrize("example", PAIRS, ids=lambda example: example["second"][1])
def test_a_contradiction_is_told_from_what_only_looks_like_one(example: dict[str, Any]) -> None:
    found = list(conflicts(pair(example["first"], example["second"])))
    assert [(first.entry_id, second.entry_id) for first, second in found] == (
        [("a", "b")] if example["conflict"] else []
    )


def test_the_built_in_knowledge_does_not_contradict_itself() -> None:
    assert list(conflicts(load(builtin()))) == []
