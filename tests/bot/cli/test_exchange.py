"""The knowledge as files for people: an HR person's whole way through Excel, and what each command says of it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import Result

from bot.output.differences import import_lines
from bot.output.terminal import ExitStatus
from faq.exchange.importing import compare
from faq.loading.loader import load
from faq.model import Entry, Expectation, Knowledge
from tests.bot.conftest import Faq, contents
from tests.faq import libreoffice
from tests.faq.workbooks import book, row

REPORT = Path(__file__).parents[2] / "faq" / "data" / "report-qa.txt"
EXPECTATIONS = [
    {"q": "在宅はどのくらい", "gold": ["remote-work"], "answer_has": ["週に1日", "部署"]},
    {"q": "服装の決まり", "gold": ["clothes"], "answer_has": ["服装"]},
    {"q": "宇宙人はいますか", "gold": []},
]

Cells = Mapping[tuple[int, int], str]
Edit = Callable[[Path, Cells], None]


def with_openpyxl(file: Path, cells: Cells) -> None:
    held = load_workbook(file)
    for (number, column), text in cells.items():
        held["FAQ"].cell(number, column, text)
    held.save(file)


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


def imported(faq: Faq, workbook: Path, folder: Path, *more: str) -> Result:
    return faq("import", workbook, "--into", folder, *more)


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
    planned = imported(faq, workbook, published, "--dry-run")
    assert "行 9 = 読んだ行 9 + 報告した行 0" in planned.stdout
    assert "追加 1件、変更 2件、変更なし 3件" in planned.stdout
    assert "idがないため、質問の文から作りました" in planned.stderr
    assert load(published) == before
    done = imported(faq, workbook, published)
    assert f"書き込み: {published / 'faq.yaml'}" in done.stdout
    assert "変わるところはありません。" in imported(faq, workbook, published).stdout
    after = load(published)
    assert after.entry("clothes").answer == "服装は自由です。\n式典の日だけはスーツを着ます。"
    assert str(after.entry("clothes").review_by) == "2031-04-01"
    assert after.expectations == before.expectations
    assert "# 人事のメモ: 4月に見直す" in (published / "faq.yaml").read_text(encoding="utf-8")
    assert "ジャケット" in said(faq, published, "職場の服装はどんな感じですか")["text"]  # not published yet
    assert faq("publish", published).exit_code == ExitStatus.OK
    assert "式典の日だけは" in said(faq, published, "職場の服装はどんな感じですか")["text"]
    assert said(faq, published, "入ったあとの講習はありますか")["ids"] == ["training"]
    assert "寮はありません。" in said(faq, published, "独身寮に入れますか")["text"]


def test_export_overwrites_only_by_force_and_writes_to_standard_output_on_request(
    faq: Faq, folder: Path, tmp_path: Path
) -> None:
    first = faq("export", "--faq", folder, "--to", "csv")
    assert (first.stdout, first.exit_code) == ("faq.csv\n", ExitStatus.OK)
    assert load(tmp_path / "faq.csv").entries == load(folder).entries
    again = faq("export", folder, "--to", "csv")
    assert (again.exit_code, "はすでにあります" in again.stderr) == (ExitStatus.FAILURE, True)
    assert faq("export", folder, "--to", "csv", "--force").stdout == "faq.csv\n"
    for to in ("csv", "yaml", "xlsx"):
        piped = tmp_path / f"piped.{to}"
        piped.write_bytes(faq("export", folder, "--to", to, "-o", "-").stdout_bytes)
        assert load(piped).entries == load(folder).entries


def test_import_without_a_folder_only_compares_and_a_problem_refuses_the_whole_sheet(
    faq: Faq, folder: Path, tmp_path: Path
) -> None:
    file, before = tmp_path / "hr.xlsx", contents(folder)
    file.write_bytes(book(row("a")))
    result = faq("import", file, "--faq", folder)
    assert "追加 1件" in result.stdout
    assert "取り込むには --into" in result.stdout
    assert "このファイルにない項目 5件は、そのまま残します" in result.stdout
    file.write_bytes(book(row("a"), row("b", 回答=None)))
    refused = imported(faq, file, folder)
    assert (refused.exit_code, refused.stdout) == (ExitStatus.FAILURE, "")
    assert "hr.xlsx シート『採用』3行 E列: 間違い: 「回答」が空です" in refused.stderr
    assert refused.stderr.startswith("取り込みませんでした。何も変えていません。")
    assert contents(folder) == before


def test_import_report_makes_a_draft_that_the_check_goes_through(faq: Faq, tmp_path: Path) -> None:
    result = faq("import", "report", REPORT)
    assert (result.exit_code, "質問 5件" in result.stdout) == (ExitStatus.OK, True)
    checked = faq("check", tmp_path / "report-qa-draft.yaml")
    assert checked.stdout.splitlines()[-1].endswith(": 間違い10件、注意0件")
    assert "はすでにあります" in faq("import", "report", REPORT).stderr
    (tmp_path / "page.html").write_text("<p>お知らせです。</p>")
    empty = faq("import", "report", tmp_path / "page.html")
    assert (empty.exit_code, empty.stdout) == (ExitStatus.FAILURE, "")
    assert "質問と答えが見つかりません" in empty.stderr


@pytest.mark.parametrize(
    "arguments",
    [["a.xlsx", "b.xlsx"], ["a.xlsx", "--output", "x"], ["report"], ["report", "a", "--into", "x"]],
)
def test_a_mixed_up_command_line_is_told(faq: Faq, arguments: list[str]) -> None:
    assert faq("import", *arguments).exit_code == ExitStatus.USAGE


def test_schema_is_printed_or_written(faq: Faq, tmp_path: Path) -> None:
    printed = faq("schema")
    assert json.loads(printed.stdout)["title"] == "FAQ"
    assert faq("schema", "--output", tmp_path / "s.json").stdout == f"{tmp_path / 's.json'}\n"
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == printed.stdout
    assert faq("schema", "--output", tmp_path / "no" / "s.json").exit_code == ExitStatus.FAILURE


def test_a_copy_of_the_built_in_knowledge_is_served_like_it(faq: Faq, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    result = faq("init", target)
    assert set(result.stdout.splitlines()) == {str(file) for file in target.iterdir()}
    assert result.stderr == f"Edit the files, then: faq check {target}\n"
    own, built_in = (faq("ask", "給料はいくら", "--json", *more).stdout for more in (("--faq", target), ()))
    assert own == built_in
    before = contents(folder)
    refused = faq("init", folder)
    assert (refused.exit_code, "空ではありません" in refused.stderr) == (ExitStatus.FAILURE, True)
    assert contents(folder) == before


LONG = "在宅勤務は局の平均で週に1日から2日ほどです。ならした日数なので、部署と仕事の内容によって変わります。"
SOURCE = {"title": "報告", "publisher": "東京都", "as_of": "2025-02-18"}


def lines(before: Knowledge, after: Knowledge) -> list[str]:
    return list(import_lines(compare(before, after)))[1:]


@pytest.mark.parametrize(
    ("field", "before", "after", "shown"),
    [
        ("回答", LONG, f"{LONG}上司にどうぞ。", "「…によって変わります。」→「…によって変わります。上司に"),
        ("回答", LONG, LONG.replace("部署", "所属"), "「…ならした日数なので、部署と仕事の"),
        ("回答", "はい。", "いいえ。", "「はい。」→「いいえ。」"),
        ("出典", SOURCE, {**SOURCE, "publisher": None}, "「報告(東京都、2025-02-18)」→「報告(2025-02-18)」"),
        ("出典", SOURCE, None, "「報告(東京都、2025-02-18)」→「」"),
    ],
)
def test_what_changes_of_an_entry_is_seen_and_a_long_text_from_where_it_differs(
    field: str, before: object, after: object, shown: str
) -> None:
    """Its beginning alone would say that nothing changes."""
    common = {"id": "remote", "question": "在宅は", "answer": "はい。"}
    name = {"回答": "answer", "出典": "source"}[field]
    old, new = (
        Knowledge(entries=(Entry.model_validate({**common, name: each}),)) for each in (before, after)
    )
    (line,) = lines(old, new)
    assert line.startswith(f"  ~ remote {field}: {shown}")
    first, second = line.removeprefix(f"  ~ remote {field}: ").split("→")
    assert first != second
    assert max(len(first), len(second)) <= 42


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        ({"gold": {}}, "正解: 「a」→「答えない」"),
        ({"gold": {"a": 2}}, "正解: 「a」→「a(2)」"),
        ({"gold": {"a": 1}, "answer_has": ("週2日",)}, "答えに含む言葉: 「」→「週2日」"),
    ],
)
def test_whatever_changes_of_an_expectation_is_seen(after: dict[str, object], shown: str) -> None:
    entries = tuple(Entry(id=each, question=f"{each}は", answer="はい。") for each in "ab")
    old, new = (
        Knowledge(entries=entries, expectations=(Expectation.model_validate({"q": "在宅は", **each}),))
        for each in ({"gold": {"a": 1}}, after)
    )
    assert lines(old, new) == [f"  ~ 想定質問「在宅は」{shown}"]
