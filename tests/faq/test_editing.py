import datetime
import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from faq.exchange.edits import Edits
from faq.loading.loader import builtin, load
from faq.model import Entry, EntryKind, Expectation, Knowledge
from faq.problems import EditError, KnowledgeError
from tests.faq.workbooks import book, patched, row, rows

YAML = """\
# 採用のFAQです。
source: {title: 報告, publisher: 局, as_of: 2025-02-18}   # 出典

entries:
  # 働き方
  - id: remote   # 変えない
    question: "在宅は"
    also_asked:
      - テレワークは   # よく聞かれる
      # - 使わない
      - 家で働けますか
    answer: |
      週に1日です。

      # これは答えの一部です。
    as_of: 2025-03-01

  # 服装
  - id: clothes
    question: 服装は
    also_asked: [スーツは, 私服は]
    answer: 自由です。   # 短い

lexicon:
  groups:
    # 場所
    - [在宅, 自宅]   # 組

  # ここから下はない
expectations:
  - {q: 在宅とは, gold: [remote]}
# おわり
"""
NEW = Entry(id="new", question="新しいのは", also_asked=("一", "二"), answer="これです。\nはい。")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "faq.yaml").write_text(YAML, encoding="utf-8")
    return tmp_path


def changes(file: Path, before: str = YAML) -> list[str]:
    """Return the lines that were taken out and put in."""
    lines = difflib.ndiff(before.splitlines(), file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line[0] in "+-"]


Change = Callable[[Knowledge], Knowledge]


def edit(path: Path, *changes: Change, words: tuple[tuple[str, ...], ...] = ()) -> tuple[Path, ...]:
    def changed(held: Knowledge) -> Knowledge:
        for change in changes:
            held = change(held)
        return held

    return Edits(path, changed, [("groups", each) for each in words]).save()


def replacing(entry_id: str, **fields: Any) -> Change:  # noqa: ANN401 -- any field of an entry
    return lambda held: held.with_entry(held.entry(entry_id).model_copy(update=fields))


def phrasing(entry_id: str, text: str) -> Change:
    return lambda held: replacing(entry_id, also_asked=(*held.entry(entry_id).also_asked, text))(held)


def adding(entry: Entry) -> Change:
    return lambda held: held.with_entry(entry)


def expecting(q: str, **more: Any) -> Change:  # noqa: ANN401 -- any field of an expectation
    expectation = Expectation(q=q, **more)
    return lambda held: held.model_copy(update={"expectations": (*held.expectations, expectation)})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (phrasing("remote", "家から: できる?"), ["+       - '家から: できる?'"]),
        (phrasing("clothes", "ネクタイ, 要る?"),
         ["-     also_asked: [スーツは, 私服は]", '+     also_asked: [スーツは, 私服は, "ネクタイ, 要る?"]']),
        (expecting("服は", gold={"clothes": 2}, answer_has=("自由",)),
         ["+   - q: 服は", "+     gold:", "+       clothes: 2", "+     answer_has:", "+       - 自由"]),
        (replacing("remote", question="在宅勤務は"), ['-     question: "在宅は"', "+     question: 在宅勤務は"]),
        (replacing("remote", review_by=datetime.date(2027, 3, 31)), ["+     review_by: 2027-03-31"]),
        (replacing("remote", as_of=datetime.date(2025, 2, 18)), ["-     as_of: 2025-03-01"]),
        (replacing("remote", as_of=None), ["-     as_of: 2025-03-01", "+     as_of: null"]),
        (replacing("remote", source=None), ["+     source: null"]),
        (replacing("remote", category="null"), ['+     category: "null"']),
        (replacing("remote", kind=EntryKind.REFERRAL), ["+     kind: referral"]),
        (replacing("remote", also_asked=("家で働けますか",)),
         ["-       - テレワークは   # よく聞かれる", "-       # - 使わない"]),
        (replacing("remote", also_asked=("テレワークの日は", "家で働けますか")),
         ["-       - テレワークは   # よく聞かれる", "+       - テレワークの日は # よく聞かれる"]),
    ],
)  # fmt: skip
def test_what_is_changed_changes_nothing_else_of_its_file(
    folder: Path, change: Change, expected: list[str]
) -> None:
    assert edit(folder, change) == (folder / "faq.yaml",)
    assert changes(folder / "faq.yaml") == expected


def test_words_replace_those_that_begin_with_the_same_or_are_added(folder: Path) -> None:
    edit(folder, words=(("在宅", "自宅", "家"), ("服", "衣服")))
    expected = ["-     - [在宅, 自宅]   # 組", "+     - [在宅, 自宅, 家] # 組", "+     - [服, 衣服]"]
    assert changes(folder / "faq.yaml") == expected
    assert (folder / "faq.yaml").read_text().endswith("# おわり\n")


def test_the_last_entry_may_go_as_others_come(folder: Path) -> None:
    def without(held: Knowledge) -> Knowledge:
        return held.model_copy(update={"entries": held.entries[:1]})

    edit(folder, without, adding(NEW))
    assert [entry.id for entry in load(folder).entries] == ["remote", "new"]


def test_other_indents_line_ends_and_marks_stay(tmp_path: Path) -> None:
    text = "entries:\n- id: a\n  question: aは\n  also_asked:\n  - 一\n  answer: aです。\n"
    text += "- id: b\n  question: bは\n  answer: b\n"
    (tmp_path / "faq.yaml").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    edit(tmp_path, phrasing("a", "二"), adding(Entry(id="c", question="cは", answer="cです。")))
    expected = text.replace("  - 一\n", "  - 一\n  - 二\n") + "- id: c\n  question: cは\n  answer: cです。\n"
    assert (tmp_path / "faq.yaml").read_bytes() == expected.replace("\n", "\r\n").encode("utf-8-sig")


def styled(sheet: Worksheet) -> None:
    for cell in sheet[3]:
        cell.fill = PatternFill("solid", start_color="FFFF00")
    sheet["I1"], sheet["I2"] = "備考", "=1+1"
    sheet.column_dimensions["B"].width = 33
    sheet.freeze_panes = "B2"
    sheet.add_table(Table(displayName="FAQ", ref="A1:G3"))


def test_a_sheet_keeps_its_looks_and_its_other_columns(tmp_path: Path) -> None:
    file = tmp_path / "faq.xlsx"
    file.write_bytes(book(*rows("a", "b"), change=styled))
    new = NEW.model_copy(update={"as_of": datetime.date(2025, 2, 18)})
    assert edit(file, replacing("b", answer="=1+1"), phrasing("b", "bの三"), adding(new)) == (file,)
    sheet = load_workbook(file)["採用"]
    assert [cell.value for cell in sheet[3]][:7] == ["b", "bは", "bの一", "bの二", "=1+1", None, None]
    assert (sheet["E3"].data_type, sheet["E3"].fill.start_color.rgb) == ("s", "00FFFF00")
    assert (sheet["J1"].value, sheet["J3"].value) == ("別の聞き方3", "bの三")
    assert (sheet["I2"].value, sheet.column_dimensions["B"].width, sheet.freeze_panes) == ("=1+1", 33, "B2")
    assert sheet["B4"].fill.start_color.rgb == "00FFFF00"
    assert sheet.tables["FAQ"].ref == "A1:G4"
    assert load(file).entry("new") == new


EXTENSION = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/'
    'spreadsheetml/2009/9/main"><x14:dataValidations/></ext></extLst></worksheet>'
)
SHEET = "xl/worksheets/sheet1.xml"
FOREIGN = patched(book(*rows("a")), SHEET, "</worksheet>", EXTENSION)
# Excel stores what a formula comes to, and what writes the file anew does not.
FORMULA = patched(
    book(*rows("a", "b")), SHEET, '<c r="E2".*?</c>', '<c r="E2" t="str"><f>D2</f><v>aです。</v></c>'
)
MERGED = book(row("a", 分類="働き方"), row("b"), change=lambda sheet: sheet.merge_cells("F2:F3"))


@pytest.mark.parametrize(
    ("data", "change", "message"),
    [
        (FOREIGN, phrasing("a", "aの三"), "something would be lost"),
        (FORMULA, phrasing("b", "bの三"), r"something would be lost \(採用 E2 =D2\)"),
        (MERGED, replacing("a", category="研修"), "cannot be changed safely"),
        (MERGED, replacing("b", category="研修"), "merged cells cannot be written"),
    ],
)
def test_a_workbook_that_would_lose_something_is_not_written(
    tmp_path: Path, data: bytes, change: Change, message: str
) -> None:
    (tmp_path / "faq.xlsx").write_bytes(data)
    with pytest.raises(EditError, match=message):
        edit(tmp_path, change)
    assert (tmp_path / "faq.xlsx").read_bytes() == data


def test_a_formula_gives_way_to_a_new_answer(tmp_path: Path) -> None:
    (tmp_path / "faq.xlsx").write_bytes(FORMULA)
    edit(tmp_path, replacing("a", answer="書き直しました。"))
    assert load(tmp_path).entry("a").answer == "書き直しました。"


def test_what_is_edited_elsewhere_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """The built-in files, separated values, expectations of a workbook, and a knowledge with errors."""
    with pytest.raises(EditError, match="nothing can be written to the built-in FAQ"):
        edit(builtin())
    (tmp_path / "faq.tsv").write_text("id\t質問\t回答\na\taは\tです\n")
    with pytest.raises(EditError, match=r"files of the kind \.tsv cannot be changed"):
        edit(tmp_path, phrasing("a", "二"))
    expected = book(["aとは", "a"], title="想定質問", header=["質問", "正解"])
    (tmp_path / "想定質問.xlsx").write_bytes(expected)
    with pytest.raises(EditError, match="the expectation 'bとは' cannot be written"):
        edit(tmp_path, expecting("bとは", gold={}))
    (tmp_path / "more.yaml").write_text("entries: [")
    with pytest.raises(KnowledgeError):
        edit(tmp_path)
