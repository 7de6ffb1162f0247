import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.exits import ExitStatus
from tests.bot.conftest import Faq

LABELLED = (
    '{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"], "kind": "plain"}',
    '{"q": "私服でもよいですか", "gold": {"clothes": 2, "training": 1}, "kind": "graded"}',
    '{"q": "スーツで通うのですか", "gold": ["training"]}',
    "",
    '{"q": "給料はいくらですか", "gold": [], "kind": "near", "note": "not read"}',
    '{"q": "勉強会はありますか", "gold": [], "kind": "near"}',
)

Questions = Callable[..., Path]


@pytest.fixture
def questions(tmp_path: Path) -> Questions:
    """Write a file of labelled questions with these lines."""

    def write(*lines: str) -> Path:
        file = tmp_path / "questions.jsonl"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


def test_counts_and_means_are_a_small_table_by_kind_too(faq: Faq, folder: Path, questions: Questions) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*LABELLED))
    assert result.stdout == (
        "in scope  asked  right  offered  missed  wrong  wrong choices\n"
        "all           3      2        0       0      1              0\n"
        "                 66.7%     0.0%    0.0%  33.3%           0.0%\n"
        "graded        1      1        0       0      0              0\n"
        "plain         2      1        0       0      1              0\n"
        "\n"
        "out of scope  asked  false  offered  quiet\n"
        "all               2      1        0      1\n"
        "                     50.0%     0.0%  50.0%\n"
        "near              2      1        0      1\n"
        "\n"
        "P@1    MRR    nDCG@10  Recall@10\n"
        f"{means(result.stdout)}\n"
    )
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")


def means(output: str) -> str:
    line = output.splitlines()[-1]
    assert line.startswith("0.667  ")
    assert [float(value) <= 1 for value in line.split()] == [True] * 4
    return line


def test_json_has_the_same_counts(faq: Faq, folder: Path, questions: Questions) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*LABELLED), "--json", "--errors")
    report = json.loads(result.stdout)
    counts = ("in_scope", "out_of_scope", "right", "wrong", "wrong_choices", "false", "quiet")
    assert [report[name] for name in counts] == [3, 2, 2, 1, 0, 1, 1]
    assert report["p_at_1"] == 0.6667
    assert report["by_kind"]["near"] == {"false": 1, "quiet": 1}
    assert [(miss["q"], miss["judgement"]) for miss in report["errors"]] == [
        ("スーツで通うのですか", "wrong"),
        ("勉強会はありますか", "false"),
    ]


def test_errors_are_listed_worst_first_above_the_tables(faq: Faq, folder: Path, questions: Questions) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*LABELLED), "--errors")
    assert result.stdout.startswith(
        "false: 勉強会はありますか\n"
        "  expected none; got answer training\n"
        "wrong: スーツで通うのですか\n"
        "  expected training; got answer clothes\n"
        "\n"
        "in scope  asked"
    )


def test_without_a_file_the_expectations_of_the_knowledge_are_asked(
    faq: Faq, folder: Path, questions: Questions
) -> None:
    questions(*LABELLED[:2]).rename(folder / "expectations.jsonl")
    assert json.loads(faq("eval", "--faq", folder, "--json").stdout)["right"] == 2


def test_without_any_questions_it_says_what_to_give(faq: Faq, folder: Path) -> None:
    result = faq("eval", "--faq", folder)
    assert (result.exit_code, result.stdout) == (ExitStatus.FAILURE, "")
    assert "--questions" in result.stderr


def test_every_wrong_line_of_the_file_is_told(faq: Faq, folder: Path, questions: Questions) -> None:
    file = questions('{"q": "a"}', LABELLED[0], "[]", '{"q": "a", "gold": {"x": "much"}}', "{")
    result = faq("eval", "--faq", folder, "--questions", file)
    places = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert places == [f"{file}:{number}" for number in (1, 3, 4, 5)]
    assert result.exit_code == ExitStatus.FAILURE


@pytest.mark.parametrize("lines", [[], ["", " "]])
def test_a_file_without_questions_is_told(
    faq: Faq, folder: Path, questions: Questions, lines: list[str]
) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*lines))
    assert "no questions" in result.stderr


def test_a_file_that_is_not_there_is_told(faq: Faq, folder: Path, tmp_path: Path) -> None:
    result = faq("eval", "--faq", folder, "--questions", tmp_path / "none.jsonl")
    assert result.stderr.startswith(f"{tmp_path / 'none.jsonl'}: No such file")
