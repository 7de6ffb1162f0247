"""Labelled wording: what asks candidates for things that fair selection leaves out, and what only speaks of them."""

import json
from pathlib import Path

import pytest

from faq.checks.fair_selection import asked_matter
from faq.loading.loader import builtin, load
from faq.problems import Severity
from tests.faq.folders import entry
from tests.faq.test_check import checked

LABELLED = Path(__file__).parent / "data" / "fair-selection.jsonl"
EXAMPLES = list(map(json.loads, LABELLED.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: next(iter(example.values())))
def test_what_asks_is_told_from_what_mentions(example: dict[str, str]) -> None:
    text = example.get("answer") or example["question"]
    asked = asked_matter(text, by_candidates="question" in example)
    assert (asked.matter if asked else "") == example["asks"]


def test_no_text_of_the_built_in_knowledge_asks() -> None:
    entries = load(builtin()).entries
    texts = [(entry.answer, False) for entry in entries]
    texts += [(phrasing, True) for entry in entries for phrasing in entry.phrasings]
    assert [text for text, by_candidates in texts if asked_matter(text, by_candidates=by_candidates)] == []


def test_the_check_warns_with_the_line_of_the_answer(tmp_path: Path) -> None:
    asking = entry("a", "also_asked: [応募の書類, 'ご家族の職業をお書きください']").replace(
        "answer: ", "answer: 本籍地を記入してください。"
    )
    found = checked(tmp_path, a__yaml="entries:\n" + asking)
    assert [line.split(": ")[:2] for line in found] == [["a.yaml:4", "warning"], ["a.yaml:5", "warning"]]
    answer = next(line for line in found if "本籍・出生地" in line)
    assert "'本籍地を記入してください' asks candidates for 本籍・出生地" in answer
    assert "公正な採用選考の基本(厚生労働省)" in answer
    assert Severity.WARNING in answer
