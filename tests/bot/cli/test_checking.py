"""`faq check`: every problem of a knowledge set, with its place."""

import json
from pathlib import Path

import pytest

from bot.output.terminal import ExitStatus
from tests.bot.conftest import Faq, Spawn
from tests.faq.workbooks import book, row

GOOD = """\
entries:
  - id: remote-work
    question: テレワークはどのくらいできますか
    also_asked: [テレワークの頻度は, 家で働ける日は]
    answer: テレワークの頻度は、週に1日ほどです。
"""
STRAY = """\
  - id: clothes
    question: 職場の服装は
    also_asked: [スーツで通うのですか, テレワークの頻度, 靴は, 髪は, ネクタイは]
    answer: 自由です。
  - {id: courses, question: 研修は, also_asked: [講習は, 勉強会は], answer: あります。}
  - {id: interview, question: 面接は, also_asked: [面接官は, 面談は], answer: あります。}
  - {id: salary, question: 給料は, also_asked: [年収は, 月給は], answer: あります。}
  - {id: promotion, question: 昇任は, also_asked: [昇進は, 管理職は], answer: あります。}
"""
WRONG = """\
  - id: training
    question: 研修はありますか
    also_aksed: [勉強会は]
    answer: あります。
  - id: training
    question: 研修は
    answer: あります。
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "faq.yaml"


def test_every_problem_is_told_with_its_place_and_a_summary_and_in_json(faq: Faq, file: Path) -> None:
    file.write_text(GOOD + WRONG, encoding="utf-8")
    result = faq("check", file)
    *problems, summary = result.stdout.splitlines()
    assert any(f"{file}:8: error: " in line and "did you mean 'also_asked'?" in line for line in problems)
    assert any(f"{file}:10: error: the id 'training' is already used" in line for line in problems)
    assert summary == f"{file}: 2 errors, 0 warnings"
    machine = faq("check", file, "--json")
    report = json.loads(machine.stdout)
    assert (report["errors"], report["warnings"]) == (2, 0)
    assert [problem["line"] for problem in report["problems"]] == [8, 10]
    assert set(report["problems"][0]) == {"file", "line", "severity", "what", "remedy"}
    assert result.exit_code == machine.exit_code == ExitStatus.FAILURE


def test_a_phrasing_that_reaches_another_entry_is_a_warning_with_its_line(faq: Faq, file: Path) -> None:
    file.write_text(GOOD + STRAY, encoding="utf-8")
    result = faq("check", "--faq", file)
    told, summary = result.stdout.splitlines()
    assert told.startswith(
        f"{file}:8: warning: the phrasing 'テレワークの頻度' of 'clothes' is closer to 'remote-work'"
    )
    assert summary == f"{file}: 0 errors, 1 warning"
    assert result.exit_code == ExitStatus.OK
    assert faq("check", "--faq", file, "--strict").exit_code == ExitStatus.FAILURE


def test_figures_that_contradict_each_other_are_a_warning_at_the_second_answer(faq: Faq, file: Path) -> None:
    other = "  - id: life\n    question: 働き方\n    also_asked: [暮らし, 毎日]\n"
    file.write_text(f"{GOOD}{other}    answer: テレワークの頻度は、週2日です。\n", encoding="utf-8")
    told, summary = faq("check", file).stdout.splitlines()
    assert told == (
        f"{file}:9: warning: 'life' says '週2日' where 'remote-work' says '週に1日ほど' at {file}:5; "
        "make the two agree, or say in both what is different"
    )
    assert summary.endswith("0 errors, 1 warning")


def test_nothing_wrong_is_one_line(faq: Faq, file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    result = faq("check", file, "--strict")
    assert (result.stdout, result.exit_code) == (f"{file}: 0 errors, 0 warnings\n", ExitStatus.OK)
    assert faq("check").exit_code == ExitStatus.OK  # the built-in one


def test_a_workbook_is_checked_with_the_count_of_its_rows(faq: Faq, tmp_path: Path) -> None:
    (tmp_path / "hr.xlsx").write_bytes(book(row("a"), row("b", 回答=None)))
    problem, count, summary = faq("check", tmp_path / "hr.xlsx").stdout.splitlines()
    assert " シート『採用』3行 E列: error: " in problem
    assert count == "2 rows = 1 read + 1 reported"
    assert summary.endswith("1 error, 0 warnings")
    report = json.loads(faq("check", tmp_path / "hr.xlsx", "--json").stdout)
    assert report["rows"] == {"found": 2, "read": 1, "reported": 1}
    assert {"sheet": "採用", "row": 3, "column": 5}.items() <= report["problems"][0].items()


def test_the_files_can_be_checked_without_the_search(spawn: Spawn, file: Path) -> None:
    file.write_text(GOOD + WRONG, encoding="utf-8")
    wrong = spawn(file, python=("-m", "faq"))
    assert [line.split(": ")[0] for line in wrong.stdout.splitlines()] == [f"{file}:8", f"{file}:10"]
    file.write_text(GOOD, encoding="utf-8")
    good = spawn(file, python=("-m", "faq"))
    assert (wrong.returncode, good.returncode, good.stdout) == (ExitStatus.FAILURE, ExitStatus.OK, "")
