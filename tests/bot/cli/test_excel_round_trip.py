"""An HR person's whole way: export, change the workbook in Excel's own way, import, publish through the gate, ask."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.output.exit_status import ExitStatus
from faq.reading import load
from tests.bot.conftest import Faq
from tests.faq import libreoffice

EXPECTATIONS = [
    {"q": "在宅はどのくらい", "gold": ["remote-work"], "answer_has": ["週に1日", "部署"]},
    {"q": "服装の決まり", "gold": ["clothes"], "answer_has": ["服装"]},
    {"q": "宇宙人はいますか", "gold": []},
]

Cells = Mapping[tuple[int, int], str]
Edit = Callable[[Path, Cells], None]


def with_openpyxl(file: Path, cells: Cells) -> None:
    book = load_workbook(file)
    for (row, column), text in cells.items():
        book["FAQ"].cell(row, column, text)
    book.save(file)


def with_libreoffice(file: Path, cells: Cells) -> None:
    libreoffice.edit(file, "FAQ", cells, file.parent / "libreoffice")


@pytest.fixture(
    params=[
        pytest.param(with_openpyxl, id="openpyxl"),
        pytest.param(
            with_libreoffice,
            id="LibreOffice",
            marks=pytest.mark.skipif(not libreoffice.SOFFICE, reason=libreoffice.WHY),
        ),
    ]
)
def edit(request: pytest.FixtureRequest) -> Edit:
    """Return what changes cells and saves the workbook, as one program and as the other."""
    chosen: Edit = request.param
    return chosen


@pytest.fixture
def published(faq: Faq, folder: Path) -> Path:
    """Publish the folder, so that only publishing changes what is served."""
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in EXPECTATIONS)
    (folder / "expectations.jsonl").write_text(lines, encoding="utf-8")
    with (folder / "faq.yaml").open("a", encoding="utf-8") as file:
        file.write("# 人事のメモ: 4月に見直す\n")
    assert faq("publish", folder).exit_code == ExitStatus.OK
    return folder


@pytest.fixture
def workbook(faq: Faq, published: Path, tmp_path: Path) -> Path:
    """Export it for HR."""
    file = tmp_path / "hr.xlsx"
    assert faq("export", published, "--output", file).exit_code == ExitStatus.OK
    return file


def cell(workbook: Path, entry_id: str, column: str) -> tuple[int, int]:
    """Return the place of a cell, by row and column; a new entry's is the first row that is free."""
    sheet = load_workbook(workbook)["FAQ"]
    columns = {str(each.value): number for number, each in enumerate(sheet[1], start=1)}
    rows = {str(sheet.cell(number, columns["id"]).value): number for number in range(2, sheet.max_row + 1)}
    return rows.get(entry_id, sheet.max_row + 1), columns[column]


def said(faq: Faq, folder: Path, question: str) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(faq("ask", "--faq", folder, "--json", question).stdout)
    return line


def test_what_hr_changes_in_the_workbook_is_what_candidates_are_told(
    faq: Faq, published: Path, workbook: Path, edit: Edit
) -> None:
    before = load(published)
    changes = {
        cell(workbook, "clothes", "回答"): "服装は自由です。\n式典の日だけはスーツを着ます。",
        cell(workbook, "clothes", "確認期限"): "2031-04-01",
        cell(workbook, "training", "別の聞き方1"): "入ったあとの講習はありますか",
        cell(workbook, "new", "質問"): "単身の寮はありますか",
        cell(workbook, "new", "別の聞き方1"): "独身寮に入れますか",
        cell(workbook, "new", "回答"): "寮はありません。",
        cell(workbook, "new", "分類"): "暮らし",
    }
    edit(workbook, changes)

    planned = faq("import", workbook, "--into", published, "--dry-run")
    assert "行 9 = 読んだ行 9 + 報告した行 0" in planned.stdout
    assert "追加 1件、変更 2件、変更なし 3件" in planned.stdout
    assert load(published) == before

    assert faq("import", workbook, "--into", published).exit_code == ExitStatus.OK
    after = load(published)
    assert after.entry("clothes").answer == "服装は自由です。\n式典の日だけはスーツを着ます。"
    assert str(after.entry("clothes").review_by) == "2031-04-01"
    assert after.expectations == before.expectations
    assert "# 人事のメモ: 4月に見直す" in (published / "faq.yaml").read_text(encoding="utf-8")
    assert "ジャケット" in said(faq, published, "職場の服装はどんな感じですか")["text"]  # not published yet

    done = faq("publish", published)
    assert done.exit_code == ExitStatus.OK, done.stdout
    assert "式典の日だけは" in said(faq, published, "職場の服装はどんな感じですか")["text"]
    assert said(faq, published, "入ったあとの講習はありますか")["ids"] == ["training"]
    assert "寮はありません。" in said(faq, published, "独身寮に入れますか")["text"]


def test_a_change_that_loses_an_expected_fact_is_kept_out_by_the_gate(
    faq: Faq, published: Path, workbook: Path, edit: Edit
) -> None:
    edit(workbook, {cell(workbook, "remote-work", "回答"): "在宅勤務は、上司と相談して決めます。"})
    assert faq("import", workbook, "--into", published).exit_code == ExitStatus.OK
    checked = faq("check", published)
    assert "does not have '週に1日'" in checked.stdout
    refused = faq("publish", published)
    assert refused.exit_code == ExitStatus.FAILURE
    assert "在宅はどのくらい" in refused.stdout
    assert "週に1日から2日" in said(faq, published, "在宅勤務はどのくらいできますか")["text"]


def test_the_sheet_of_expectations_keeps_the_facts_that_answers_must_have(
    faq: Faq, published: Path, workbook: Path
) -> None:
    """Both ways: what stands in the folder is in the sheet, and what HR writes into the sheet is held to."""
    book = load_workbook(workbook)
    sheet = book["想定質問"]
    names = [str(each.value) for each in sheet[1]]
    rows = {row[names.index("質問")]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    held = [
        rows["在宅はどのくらい"][number]
        for number, name in enumerate(names)
        if name.startswith("答えに含む言葉")
    ]
    assert held == ["週に1日", "部署"]
    row = next(
        number for number in range(2, sheet.max_row + 1) if sheet.cell(number, 1).value == "服装の決まり"
    )
    sheet.cell(row, names.index("答えに含む言葉1") + 1, "着物")
    book.save(workbook)
    assert faq("import", workbook, "--into", published).exit_code == ExitStatus.OK
    assert load(published).expectations[1].answer_has == ("着物",)
    assert "the answer of 'clothes' does not have '着物'" in faq("check", published).stdout
    assert "回答に次の文字がありません: 着物" in faq("publish", published).stdout
