import json
from pathlib import Path

import pytest

from bot.authoring.own_files import OwnFileError, save_expectation
from faq.reading import builtin, load


def lines(folder: Path) -> list[object]:
    return [
        json.loads(line) for line in (folder / "expectations.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def test_an_expectation_is_a_line_that_the_knowledge_then_holds(folder: Path) -> None:
    save_expectation(folder, load(folder), "更新は[bold]年1回?", ["remote-work"])
    save_expectation(folder, load(folder), "天気は", [])
    assert lines(folder) == [
        {"q": "更新は[bold]年1回?", "gold": ["remote-work"]},
        {"q": "天気は", "gold": []},
    ]
    assert [expectation.gold for expectation in load(folder).expectations] == [{"remote-work": 1}, {}]


@pytest.mark.parametrize("again", ["私服ですか", "私服 ですか?", "私服\u3000ですか\uff1f"])
def test_the_same_question_is_never_kept_twice(folder: Path, again: str) -> None:
    """Neither the spelling nor a release that was read before the first one makes it another question."""
    knowledge = load(folder)
    save_expectation(folder, knowledge, "私服ですか", ["clothes"])
    with pytest.raises(OwnFileError, match="すでに記録"):
        save_expectation(folder, knowledge, again, ["clothes"])
    with pytest.raises(OwnFileError, match="別の期待"):
        save_expectation(folder, knowledge, again, [])
    assert len(lines(folder)) == 1


def test_questions_of_marks_only_are_told_apart(folder: Path) -> None:
    save_expectation(folder, load(folder), "🙂", [])
    save_expectation(folder, load(folder), "!?", [])
    assert len(lines(folder)) == 2


def test_a_file_without_a_last_line_feed_is_continued_on_a_new_line(folder: Path) -> None:
    (folder / "expectations.jsonl").write_text('{"q": "a", "gold": []}', encoding="utf-8")
    save_expectation(folder, load(folder), "b", [])
    assert lines(folder) == [{"q": "a", "gold": []}, {"q": "b", "gold": []}]


def test_the_built_in_knowledge_is_not_written_to() -> None:
    before = sorted(builtin().iterdir())
    with pytest.raises(OwnFileError, match="faq init"):
        save_expectation(builtin(), load(builtin()), "新しい質問", [])
    assert sorted(builtin().iterdir()) == before


def test_a_knowledge_of_one_file_has_no_place_for_it(folder: Path) -> None:
    with pytest.raises(OwnFileError, match="フォルダーに置き"):
        save_expectation(folder / "faq.yaml", load(folder), "新しい質問", [])


def test_what_no_file_can_hold_is_refused(folder: Path) -> None:
    with pytest.raises(OwnFileError, match="記録できません"):
        save_expectation(folder, load(folder), "\ud800", [])
    assert not (folder / "expectations.jsonl").exists()


def test_a_place_that_cannot_be_written_is_told(folder: Path) -> None:
    (folder / "expectations.jsonl").mkdir()
    knowledge = load(folder / "faq.yaml")
    with pytest.raises(OwnFileError, match="書き込めません"):
        save_expectation(folder, knowledge, "新しい質問", [])
