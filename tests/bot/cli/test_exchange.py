"""The knowledge as files for people: an HR person's whole way through Excel, and what each command says of it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from rich.cells import cell_len
from typer.testing import Result

from bot.output.differences import changed_lines
from bot.output.terminal import ExitStatus
from faq.loading.loader import load
from faq.model import Changed, Entry
from tests.bot.conftest import Faq, contents
from tests.faq.workbooks import book, row

REPORT = Path(__file__).parents[2] / "faq" / "data" / "report-qa.txt"
EXPECTATIONS = (
    '{"q": "在宅はどのくらい", "gold": ["remote-work"], "answer_has": ["週に1日", "部署"]}\n'
    '{"q": "宇宙人はいますか", "gold": []}\n'
)
SOFFICE = shutil.which("soffice")
WHY = "LibreOffice is not installed, so what it makes of a workbook is NOT TESTED here"
PROGRAMS = [False, pytest.param(True, marks=pytest.mark.skipif(not SOFFICE, reason=WHY))]


def said(faq: Faq, folder: Path, question: str) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(faq("ask", "--faq", folder, "--json", question).stdout)
    return line


def imported(faq: Faq, workbook: Path, folder: Path, *more: str) -> Result:
    return faq("import", workbook, "--into", folder, "--yes", *more)


@pytest.mark.parametrize("in_libreoffice", PROGRAMS)
def test_what_hr_changes_in_the_workbook_is_what_candidates_are_told(
    faq: Faq, folder: Path, tmp_path: Path, *, in_libreoffice: bool
) -> None:
    (folder / "expectations.jsonl").write_text(EXPECTATIONS, encoding="utf-8")
    with (folder / "faq.yaml").open("a", encoding="utf-8") as file:
        file.write("# 人事のメモ: 4月に見直す\n")
    assert faq("publish", folder).exit_code == ExitStatus.OK
    before, workbook = load(folder), tmp_path / "hr.xlsx"
    assert faq("export", folder, "--output", workbook).exit_code == ExitStatus.OK
    held = load_workbook(workbook)
    sheet = held["FAQ"]
    columns = {str(each.value): number for number, each in enumerate(sheet[1], start=1)}
    rows = {str(sheet.cell(number, columns["id"]).value): number for number in range(2, sheet.max_row + 2)}
    changes = {
        ("clothes", "回答"): "服装は自由です。\n式典の日だけはスーツを着ます。",
        ("clothes", "確認期限"): "2031-04-01",
        ("training", "別の聞き方1"): "入ったあとの講習はありますか",
        ("None", "質問"): "単身の寮はありますか",
        ("None", "別の聞き方1"): "独身寮に入れますか",
        ("None", "回答"): "寮はありません。",
        ("None", "分類"): "暮らし",
    }
    for (row_id, column), text in changes.items():
        sheet.cell(rows[row_id], columns[column], text)
    held.save(workbook)
    if in_libreoffice:  # which saves it in its own way
        profile, saved = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", tmp_path / "saved"
        command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", saved, workbook]
        subprocess.run([str(each) for each in command], check=True, capture_output=True, timeout=120)
        shutil.move(saved / workbook.name, workbook)
    planned = faq("import", workbook, "--faq", folder)
    assert "行 8 = 読んだ行 8 + 報告した行 0" in planned.stdout
    assert "追加 1件、変更 2件、変更なし 3件" in planned.stdout
    assert "『FAQ』idのない行に、質問から作ったidを付けました: 7行" in planned.stdout
    assert load(folder) == before
    done = imported(faq, workbook, folder)
    assert f"書き込み: {folder / 'faq.yaml'}" in done.stdout
    assert "変わるところはありません。" in imported(faq, workbook, folder).stdout
    after = load(folder)
    assert after.entry("clothes").answer == "服装は自由です。\n式典の日だけはスーツを着ます。"
    assert str(after.entry("clothes").review_by) == "2031-04-01"
    assert after.expectations == before.expectations
    assert "# 人事のメモ: 4月に見直す" in (folder / "faq.yaml").read_text(encoding="utf-8")
    assert "ジャケット" in said(faq, folder, "職場の服装はどんな感じですか")["text"]  # not folder yet
    assert faq("publish", folder).exit_code == ExitStatus.OK
    assert "式典の日だけは" in said(faq, folder, "職場の服装はどんな感じですか")["text"]
    assert said(faq, folder, "入ったあとの講習はありますか")["ids"] == ["training"]
    assert "寮はありません。" in said(faq, folder, "独身寮に入れますか")["text"]


def test_export_writes_what_is_asked_for_and_overwrites_only_by_force(
    faq: Faq, folder: Path, tmp_path: Path
) -> None:
    first = faq("export", "--faq", folder, "--to", "csv")
    assert (first.stdout, first.exit_code) == ("faq.csv\n", ExitStatus.OK)
    again = faq("export", folder, "--to", "csv")
    assert (again.exit_code, "はすでにあります" in again.stderr) == (ExitStatus.FAILURE, True)
    assert faq("export", folder, "--to", "csv", "--force").stdout == "faq.csv\n"
    assert faq("export", folder, "-o", "faq.yaml").exit_code == ExitStatus.OK
    for to in ("csv", "yaml", "xlsx"):
        piped = tmp_path / f"piped.{to}"
        piped.write_bytes(faq("export", folder, "--to", to, "-o", "-").stdout_bytes)
        assert load(piped).entries == load(folder).entries
    assert (tmp_path / "faq.yaml").read_bytes() == (tmp_path / "piped.yaml").read_bytes()
    unknown = faq("export", folder, "-o", "mine.toml")
    assert (unknown.exit_code, "--to" in unknown.stderr) == (ExitStatus.USAGE, True)
    assert not (tmp_path / "mine.toml").exists()


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
    file.write_bytes(book(row("a")))
    no_folder = imported(faq, file, tmp_path / "new.csv")
    assert (no_folder.exit_code, "フォルダーかYAMLのファイルです" in no_folder.stderr) == (
        ExitStatus.FAILURE,
        True,
    )
    assert not (tmp_path / "new.csv").exists()


def test_a_page_becomes_a_draft_that_the_check_goes_through(faq: Faq, tmp_path: Path) -> None:
    result = faq("import", REPORT)
    assert (result.exit_code, "質問 5件" in result.stdout) == (ExitStatus.OK, True)
    checked = faq("check", tmp_path / "report-qa-draft.yaml")
    assert checked.stdout.splitlines()[-1].endswith(": 間違い12件、注意0件")
    assert "はすでにあります\n  名前を変えるか、消してください。" in faq("import", REPORT).stderr
    (tmp_path / "page.html").write_text("<p>お知らせです。</p>")
    empty = faq("import", tmp_path / "page.html")
    assert (empty.exit_code, empty.stdout) == (ExitStatus.FAILURE, "")
    assert "質問と答えが見つかりません" in empty.stderr
    mixed_up = faq("import", REPORT, "--into", "x")
    assert (mixed_up.exit_code, "--into" in mixed_up.stderr) == (ExitStatus.USAGE, True)


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_a_copy_of_the_built_in_knowledge_is_served_like_it(
    faq: Faq, folder: Path, tmp_path: Path, builtin_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_HOME", str(builtin_home))
    monkeypatch.setenv("FAQ_ENCODER", "use")
    target = tmp_path / "mine"
    result = faq("init", target)
    assert set(result.stdout.splitlines()) == {str(file) for file in target.iterdir()}
    example = "これは別の職場のFAQの例です。自分のFAQは faq new フォルダー で始めます。"
    assert result.stderr == f"{example}\nファイルを書き換えたら: faq check {target}\n"
    own, built_in = (faq("ask", "給料はいくら", "--json", *more).stdout for more in (("--faq", target), ()))
    assert own == built_in
    before = contents(folder)
    refused = faq("init", folder)
    assert (refused.exit_code, "空ではありません" in refused.stderr) == (ExitStatus.FAILURE, True)
    assert contents(folder) == before


LONG = "在宅勤務は局の平均で週に1日から2日ほどです。ならした日数なので、部署と仕事の内容によって変わります。"
SOURCE = {"title": "報告", "publisher": "東京都", "as_of": "2025-02-18"}


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ({"answer": LONG}, {"answer": LONG.replace("部署", "所属")}, "ので、〔部署〕と", "ので、〔所属〕と"),
        ({"answer": "はい。"}, {"answer": "いいえ。"}, "回答 旧「〔は〕い", "新「い〔いえ〕。」"),
        ({"source": SOURCE}, {"source": {**SOURCE, "publisher": None}}, "報告(〔東京都、〕2025", "報告(2025"),
        ({"also_asked": ["家で"]}, {"also_asked": ["自宅で"]}, "聞き方 -「家で」", "聞き方 +「自宅で」"),
    ],
)
def test_what_changes_of_an_entry_is_seen_and_a_long_text_from_where_it_differs(
    before: dict[str, object], after: dict[str, object], old: str, new: str
) -> None:
    """Its beginning alone would say that nothing changes."""
    common = {"id": "remote", "question": "在宅は", "answer": "はい。"}
    changed = Changed(*(Entry.model_validate(common | each) for each in (before, after)))
    shown = list(changed_lines(changed))
    assert old in "\n".join(shown)
    assert new in "\n".join(shown)
    assert max(map(cell_len, shown)) <= 80


def test_whatever_an_import_changes_of_an_expectation_is_seen(faq: Faq, folder: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(folder, tmp_path / "after"))
    after: dict[str, dict[str, object]] = {
        "服装は": {"gold": []},
        "私服は": {"gold": {"clothes": 2}},
        "上着は": {"gold": ["clothes"], "answer_has": ["週"]},
    }
    for each, asked in ((folder, {q: {"gold": ["clothes"]} for q in after}), (changed, after)):
        lines = [json.dumps({"q": q, **expected}, ensure_ascii=False) for q, expected in asked.items()]
        (each / "expectations.jsonl").write_text("\n".join(lines), encoding="utf-8")
    told = faq("import", changed, "--faq", folder).stdout
    for q, gold in (("服装は", "答えない"), ("私服は", "clothes(2)"), ("上着は", "clothes")):
        assert f"  ~ 想定質問「{q}」→ {gold}\n" in told


def office(*pairs: tuple[str, str]) -> bytes:
    """Return a sheet as offices keep it, without ids."""
    return book(*pairs, header=("ご質問", "ご回答"))


MONEY = [
    ("住宅手当は2.5万円ですか", "月に2.5万円を、勤めはじめの月から支給しています。"),
    ("9/1の締切は何時ですか", "正午が締切です。"),
    ("窓口は10:30に開きますか", "はい、平日に開きます。"),
]


@pytest.fixture
def money(faq: Faq, tmp_path: Path) -> Path:
    """Make an FAQ of an office's sheet."""
    (tmp_path / "first.xlsx").write_bytes(office(*MONEY))
    assert imported(faq, tmp_path / "first.xlsx", tmp_path / "money").exit_code == ExitStatus.OK
    return tmp_path / "money"


def answers(folder: Path) -> dict[str, str]:
    return {entry.question: entry.answer for entry in load(folder).entries}


def test_a_row_never_takes_the_place_of_an_entry_whose_numbers_are_others(
    faq: Faq, money: Path, tmp_path: Path
) -> None:
    """A mark between two digits is a part of the number, for an import and for what the check calls the same."""
    others = {
        "住宅手当は25万円ですか": "いいえ。",
        "91の締切は何時ですか": "無期限。",
        "窓口は1030に開きますか": "まさか。",
    }
    (tmp_path / "new.xlsx").write_bytes(office(*MONEY, *others.items()))
    before = answers(money)
    assert imported(faq, tmp_path / "new.xlsx", money).exit_code == ExitStatus.OK
    assert answers(money) == {**before, **others}
    assert "聞き方にもなっています" not in faq("check", money).stdout


def test_a_reworded_row_is_shown_beside_the_entry_that_it_may_be_and_asked_about(
    faq: Faq, money: Path, tmp_path: Path
) -> None:
    file, before = tmp_path / "new.xlsx", contents(money)
    reworded = ("住宅手当は毎月2.5万円ですか", MONEY[0][1])
    file.write_bytes(office(reworded, *MONEY[1:]))
    left_out = imported(faq, file, money)
    assert "変更?" in left_out.stdout
    assert "新「住宅手当は〔毎月〕2.5万円ですか」" in left_out.stdout
    assert "--yes を付けずに" in left_out.stdout
    assert contents(money) == before
    asked = faq("import", file, "--into", money, stdin="c\ny\n")
    assert (asked.exit_code, "確認 1/1" in asked.stdout) == (ExitStatus.OK, True)
    after = answers(money)
    assert (len(after), after[reworded[0]]) == (3, reworded[1])


@pytest.mark.parametrize("typed", ["n\n", "", "何\nn\n"])
def test_rows_of_another_office_are_told_and_nothing_is_written_before_it_was_confirmed(
    faq: Faq, money: Path, tmp_path: Path, typed: str
) -> None:
    before = contents(money)
    nurses = [("夜勤は月に何回", "四回です。"), ("看護師寮の家賃", "三万円です。"), ("制服の色", "白です。")]
    (tmp_path / "new.xlsx").write_bytes(office(*nurses))
    result = faq("import", tmp_path / "new.xlsx", "--into", money, stdin=typed)
    assert "別の職場のFAQではないか" in result.output
    assert "何も変えていません。" in result.output
    assert contents(money) == before


def test_what_a_sheet_has_no_column_for_stays_and_what_left_it_goes_on_request_only(
    faq: Faq, folder: Path, tmp_path: Path
) -> None:
    file, before = tmp_path / "new.xlsx", load(folder)
    clothes = before.entry("clothes")
    file.write_bytes(
        office((clothes.question, "制服です。"), ("在宅勤務はどのくらいできますか", "週に1日です。"))
    )
    shown = imported(faq, file, folder)
    assert "消すなら: --remove training" in shown.stdout
    after = load(folder)
    assert after.entry("clothes") == clothes.model_copy(update={"answer": "制服です。"})
    assert len(after.entries) == len(before.entries)
    assert imported(faq, file, folder, "--remove", "training").exit_code == ExitStatus.OK
    assert {entry.id for entry in load(folder).entries} == {"remote-work", "clothes", "salary", "hello"}
    wrong = imported(faq, file, folder, "--remove", "clothes")
    assert (wrong.exit_code, "消せるのは" in wrong.stderr) == (ExitStatus.FAILURE, True)


@pytest.mark.parametrize(
    "header", [("聞かれたこと", "言うこと"), ("回答", "質問")], ids=["unusual", "exchanged"]
)
def test_columns_without_usual_or_with_exchanged_names_are_proposed_and_confirmed_or_given(
    faq: Faq, tmp_path: Path, header: tuple[str, str]
) -> None:
    file, into = tmp_path / "odd.xlsx", tmp_path / "odd"
    file.write_bytes(book(*MONEY, header=header))
    refused = faq("import", file, "--into", into, "--yes")
    assert (refused.exit_code, "--columns 質問=A,回答=B" in refused.stderr) == (ExitStatus.FAILURE, True)
    assert not into.exists()
    assert faq("import", file, "--into", into, stdin="y\ny\n").exit_code == ExitStatus.OK
    assert answers(into) == dict(MONEY)
    swapped = faq("import", file, "--faq", into, "--columns", "質問=B,回答=A")
    assert "追加 3件" in swapped.stdout


def test_an_import_fits_one_screen_unless_all_of_it_is_wanted(faq: Faq, money: Path, tmp_path: Path) -> None:
    many = [(f"{number}番目の制度は何ですか" + "長" * 60, "制度です。" * 20) for number in range(50)]
    (tmp_path / "new.xlsx").write_bytes(office(*MONEY, *many))
    shown = faq("import", tmp_path / "new.xlsx", "--faq", money).stdout.splitlines()
    assert "  ほか45件(--all ですべて)" in shown
    assert len(shown) <= 24
    assert max(map(cell_len, shown[:-1])) <= 80  # the last one has the path
    whole = faq("import", tmp_path / "new.xlsx", "--faq", money, "--all").stdout.splitlines()
    assert len(whole) > 50


def test_an_office_gets_its_own_sheet_back_with_what_the_faq_says_now(faq: Faq, tmp_path: Path) -> None:
    """Its columns, their order and widths, its filter, its notes and its title stay; a new row is inside the filter."""
    file, into, back = tmp_path / "hr.xlsx", tmp_path / "hr", tmp_path / "back.xlsx"
    made = Workbook()
    sheet = made.worksheets[0]
    lines = [["採用FAQ"], ["番号", "ご回答", "備考", "ご質問", "更新日"]]
    lines += [
        [str(number), answer, f"覚え{number}", question, "2026/4/1"]
        for number, (question, answer) in enumerate(MONEY, 1)
    ]
    for line in lines:
        sheet.append(line)
    sheet.column_dimensions["B"].width = 61
    sheet.auto_filter.ref = "A2:E5"
    made.save(file)
    assert imported(faq, file, into).exit_code == ExitStatus.OK
    text = (into / "entries.yaml").read_text(encoding="utf-8")
    text = text.replace("正午が締切です。", "17時が締切です。").replace("窓口は10:30に", "窓口は9:30に")
    text += "  - id: dorm\n    question: 寮はありますか\n    answer: ありません。\n    also_asked: [社宅は]\n"
    text += "  - id: hello\n    kind: smalltalk\n    question: こんにちは\n    answer: どうも。\n"
    (into / "entries.yaml").write_text(text, encoding="utf-8")
    result = faq("export", into, "--like", file, "--output", back)
    assert result.stdout == f"{back}\n"
    assert "書き直した行 2件、足した行 1件" in result.stderr
    assert "種類の列がないため書かなかった項目 1件: hello" in result.stderr
    after = load_workbook(back).worksheets[0]
    rows = [[cell.value for cell in line] for line in after.iter_rows()]
    assert rows[:3] == [[*lines[0], None, None, None, None], *lines[1:3]]
    assert [line[1:4] for line in rows[3:]] == [
        ["17時が締切です。", "覚え2", "9/1の締切は何時ですか"],
        ["はい、平日に開きます。", "覚え3", "窓口は9:30に開きますか"],
        ["ありません。", None, "寮はありますか"],
    ]  # fmt: skip
    assert (after.column_dimensions["B"].width, after.auto_filter.ref) == (61, "A2:E6")
    again = faq("import", back, "--faq", into)
    assert "追加 0件、変更 0件" in again.stdout
    assert "はすでにあります" in faq("export", into, "--like", file, "--output", back).stderr


def test_a_workbook_that_is_exported_is_one_that_hr_likes_to_open(
    faq: Faq, folder: Path, tmp_path: Path
) -> None:
    assert faq("export", folder, "--output", tmp_path / "hr.xlsx").exit_code == ExitStatus.OK
    made = load_workbook(tmp_path / "hr.xlsx")
    sheet, guide = made["FAQ"], made["書き方"]
    names = {str(cell.value): cell for cell in sheet[1] if isinstance(cell, Cell)}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", f"A1:{names['別の聞き方3'].column_letter}6")
    assert sheet.column_dimensions[names["回答"].column_letter].width > 40
    assert sheet.cell(2, names["回答"].column).alignment.wrap_text
    assert str(sheet.cell(2, names["時点"].column).value) == "2025-02-18 00:00:00"
    offered = {
        next(iter(rule.sqref.ranges)).min_col: rule.formula1 for rule in sheet.data_validations.dataValidation
    }
    assert offered == {
        names["種類"].column: '"回答,案内,あいさつ"', names["分類"].column: "=書き方!$C$2:$C$4",
    }  # fmt: skip
    assert [guide.cell(row, 3).value for row in range(1, 5)] == ["いまの分類", "働き方", "研修", "給与"]
    assert "変わるところはありません。" in imported(faq, tmp_path / "hr.xlsx", folder).stdout
