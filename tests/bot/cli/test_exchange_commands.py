import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.output.exit_status import ExitStatus
from faq.reading import load
from tests.bot.conftest import Faq
from tests.faq.workbooks import book, row

REPORT = Path(__file__).parents[2] / "faq" / "data" / "report-qa.txt"


@pytest.fixture
def workbook(faq: Faq, folder: Path, tmp_path: Path) -> Path:
    """Export the folder to a workbook."""
    file = tmp_path / "hr.xlsx"
    assert faq("export", folder, "--output", file).exit_code == ExitStatus.OK
    return file


def test_export_writes_a_workbook_and_says_so(faq: Faq, folder: Path, workbook: Path) -> None:
    assert load(workbook) == load(folder)
    again = faq("export", folder, "--output", workbook)
    assert again.exit_code == ExitStatus.FAILURE
    assert "はすでにあります" in again.stderr
    assert faq("export", folder, "--output", workbook, "--force").stdout == f"{workbook}\n"


def test_export_without_a_name_writes_into_the_current_folder(faq: Faq, folder: Path, tmp_path: Path) -> None:
    result = faq("export", "--faq", folder, "--to", "csv")
    assert (result.stdout, result.exit_code) == ("faq.csv\n", ExitStatus.OK)
    assert load(tmp_path / "faq.csv").entries == load(folder).entries


def test_import_shows_what_changes_and_then_changes_it(faq: Faq, folder: Path, workbook: Path) -> None:
    held = load_workbook(workbook)
    sheet = held["FAQ"]
    columns = {cell.value: number for number, cell in enumerate(sheet[1], start=1)}
    sheet.cell(3, columns["回答"], "服装は決まっていません。")
    sheet.append([""] * len(columns))
    sheet.cell(sheet.max_row, columns["質問"], "寮はありますか")
    sheet.cell(sheet.max_row, columns["回答"], "あります。")
    held.save(workbook)
    before = (folder / "faq.yaml").read_text(encoding="utf-8")
    shown = faq("import", workbook, "--into", folder, "--dry-run")
    assert "行 6 = 読んだ行 6 + 報告した行 0" in shown.stdout
    assert "追加 1件、変更 1件、変更なし 4件" in shown.stdout
    change = "clothes 回答: 「服装は自由で、ジャケットの人が多くいます。」→「服装は決まっていません。」"
    assert change in shown.stdout
    assert "寮はありますか" in shown.stdout
    assert "no id; one is made of the question" in shown.stderr
    assert (folder / "faq.yaml").read_text(encoding="utf-8") == before
    done = faq("import", workbook, "--into", folder)
    assert f"書き込み: {folder / 'faq.yaml'}" in done.stdout
    assert load(folder).entry("clothes").answer == "服装は決まっていません。"
    assert "変わるところはありません。" in faq("import", workbook, "--into", folder).stdout


def test_import_without_a_folder_only_compares(faq: Faq, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "hr.xlsx").write_bytes(book(row("a")))
    result = faq("import", tmp_path / "hr.xlsx", "--faq", folder)
    assert "追加 1件" in result.stdout
    assert "--into" in result.stdout
    assert "このファイルにない項目 5件は、そのまま残します" in result.stdout


def test_import_refuses_a_sheet_with_a_problem(faq: Faq, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "hr.xlsx").write_bytes(book(row("a"), row("b", 回答=None)))
    result = faq("import", tmp_path / "hr.xlsx", "--into", folder)
    assert result.exit_code == ExitStatus.FAILURE
    assert "hr.xlsx シート『採用』3行 E列: error: '回答' is empty" in result.stderr
    assert result.stdout == ""


def test_import_report_makes_a_draft_that_the_check_goes_through(faq: Faq, tmp_path: Path) -> None:
    result = faq("import", "report", REPORT)
    assert result.exit_code == ExitStatus.OK
    assert "質問 5件" in result.stdout
    assert "Q" not in result.stdout.splitlines()[2]
    checked = faq("check", tmp_path / "report-qa-draft.yaml")
    assert checked.exit_code == ExitStatus.FAILURE
    assert checked.stdout.splitlines()[-1].endswith(": 10 errors, 0 warnings")
    assert faq("import", "report", REPORT).exit_code == ExitStatus.FAILURE


def test_a_page_without_questions_makes_no_draft(faq: Faq, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>お知らせです。</p>")
    result = faq("import", "report", tmp_path / "page.html")
    assert (result.exit_code, result.stdout) == (ExitStatus.FAILURE, "")
    assert "質問と答えが見つかりません" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "a.xlsx", "b.xlsx"],
        ["import", "a.xlsx", "--output", "x"],
        ["import", "report", "a", "--into", "x"],
    ],
)
def test_a_mixed_up_command_line_is_told(faq: Faq, arguments: list[str]) -> None:
    assert faq(*arguments).exit_code == ExitStatus.USAGE


def test_schema_is_printed_or_written(faq: Faq, tmp_path: Path) -> None:
    printed = faq("schema")
    assert json.loads(printed.stdout)["title"] == "FAQ"
    assert faq("schema", "--output", tmp_path / "s.json").stdout == f"{tmp_path / 's.json'}\n"
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == printed.stdout
    assert faq("schema", "--output", tmp_path / "no" / "s.json").exit_code == ExitStatus.FAILURE


def test_a_workbook_is_checked_with_the_count_of_its_rows(faq: Faq, tmp_path: Path) -> None:
    (tmp_path / "hr.xlsx").write_bytes(book(row("a"), row("b", 回答=None)))
    result = faq("check", tmp_path / "hr.xlsx")
    problem, count, summary = result.stdout.splitlines()
    assert " シート『採用』3行 E列: error: " in problem
    assert count == "2 rows = 1 read + 1 reported"
    assert summary.endswith("1 error, 0 warnings")
    report = json.loads(faq("check", tmp_path / "hr.xlsx", "--json").stdout)
    assert report["rows"] == {"found": 2, "read": 1, "reported": 1}
    assert {"sheet": "採用", "row": 3, "column": 5}.items() <= report["problems"][0].items()


def test_a_workbook_is_asked_like_any_other_knowledge(faq: Faq, workbook: Path) -> None:
    result = faq("ask", "--faq", workbook, "在宅勤務はどのくらいできますか")
    assert result.exit_code == ExitStatus.OK
    assert "週に1日から2日ほど" in result.stdout


def test_another_workbook_of_the_same_name_is_another_release(faq: Faq, workbook: Path) -> None:
    """What a workbook holds decides what is served, although none of its bytes is text."""
    faq("ask", "--faq", workbook, "在宅勤務はどのくらいできますか")
    held = load_workbook(workbook)
    columns = {cell.value: number for number, cell in enumerate(held["FAQ"][1], start=1)}
    held["FAQ"].cell(2, columns["回答"], "在宅勤務は週に4日までです。")
    held.save(workbook)
    assert "週に4日まで" in faq("ask", "--faq", workbook, "在宅勤務はどのくらいできますか").stdout
