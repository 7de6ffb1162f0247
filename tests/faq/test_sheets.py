"""What arrives of sheets as offices make them, and what is said of each."""

from pathlib import Path

import pytest

from faq.exchange.xlsx_edits import WorkbookEdits
from faq.formats.sheets.columns import chosen_columns
from faq.loading.loader import RowCount, read
from faq.problems import EditError, Severity
from tests.data.sheets.workbooks import SHEETS, Sheet
from tests.faq.workbooks import several


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_arrives_as_it_was_meant_or_is_refused_with_what_to_do(
    sheet: Sheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_LANG", "ja")
    file = tmp_path / sheet.file
    file.write_bytes(sheet.data())
    reading = read(file, chosen=chosen_columns(sheet.chosen) if sheet.chosen else {})
    told = [str(problem) for problem in reading.problems]
    assert all(any(part in line for line in told) for part in sheet.told), told
    assert all(line.isprintable() for line in told)
    if sheet.rows:
        assert reading.rows == RowCount(sum(sheet.rows), *sheet.rows)
    if not sheet.pairs:
        assert reading.knowledge is None
        assert any(
            problem.severity is Severity.ERROR and problem.fault.remedy for problem in reading.problems
        )
        return
    assert len(told) == len(sheet.told), told
    entries = reading.sure().entries
    assert reading.rows.read == len(sheet.pairs)
    assert tuple((entry.question, entry.answer) for entry in entries) == sheet.pairs
    for name, values in sheet.fields.items():
        assert tuple(getattr(entry, name) for entry in entries) == values


def test_rows_of_expectations_and_words_are_no_sections_and_their_sheets_no_categories(
    tmp_path: Path,
) -> None:
    sheets: dict[str, list[list[object]]] = {
        "働き方": [["質問", "回答"], ["在宅は", "できます"]],
        "給与": [["質問", "回答"], ["賞与は", "あります"]],
        "想定質問": [["質問", "正解"], ["【至急】賞与は", None]],
        "用語": [["種類", "言葉1", "言葉2"], ["同じ意味", "在宅", "テレワーク"]],
    }
    (tmp_path / "faq.xlsx").write_bytes(several(sheets))
    told = {(each.fault.kind, each.place.sheet) for each in read(tmp_path / "faq.xlsx").problems}
    assert told == {("sheet-category", "働き方"), ("sheet-category", "給与"), ("empty-gold", "想定質問")}


DATA = Path(__file__).parent / "data"
OFFICE = [
    ("在宅勤務はできますか", "できます。\n週に2日  までです。", "働き方"),
    ("服装は自由ですか", "自由です。 (https://example.jp/a)", "働き方"),
    ("住宅手当はいくらですか", "9,500", "給与"),
    ("締切はいつですか", "締切は6月です。", "給与"),
    ("計算の答えは何ですか", "計算した答えです。", "給与"),
]
TOLD = {
    "column-hidden", "cell-linked", "row-hidden", "row-struck", "cell-comment", "cell-struck", "excel-error",
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "more", "told"),
    [("office.xls", [], {"number-look"}), ("office.ods", [("割合はどれくらいですか", "50%", "給与")], set())],
)
def test_workbooks_of_the_old_excel_and_of_opendocument_are_read_as_a_person_sees_them(
    file: str, more: list[tuple[str, str, str]], told: set[str]
) -> None:
    """One workbook, saved by LibreOffice in both forms: texts, looks, notes, links, merged, hidden and struck cells."""
    reading = read(DATA / file)
    entries = reading.sound.entries
    assert [(entry.question, entry.answer, entry.category) for entry in entries] == OFFICE + more
    assert [entry.as_of and entry.as_of.isoformat() for entry in entries[:4]] == [
        "2025-04-01", "2025-04-01", None, "2025-04-01",
    ]  # fmt: skip
    assert {problem.fault.kind for problem in reading.problems} == TOLD | told
    (struck,) = (problem for problem in reading.problems if problem.fault.kind == "cell-struck")
    assert dict(struck.fault.values) == {"cells": ("B5", "C6")}


@pytest.mark.parametrize("file", ["office.xls", "office.ods"])
def test_damaged_and_foreign_workbooks_are_told_and_never_written(file: str, tmp_path: Path) -> None:
    data = (DATA / file).read_bytes()
    for number, damaged in enumerate((data[:600], data[: len(data) // 2], data[:80] + bytes(len(data)))):
        (tmp_path / f"{number}-{file}").write_bytes(damaged)
        (found,) = read(tmp_path / f"{number}-{file}").problems
        assert found.fault.kind in {"workbook-damaged", "no-workbook"}
    # Under a name of Excel it is read all the same, and an edit would not be.
    (tmp_path / "faq.xlsx").write_bytes(data)
    assert read(tmp_path / "faq.xlsx").sound == read(DATA / file).sound
    with pytest.raises(EditError, match=r"\.xls, \.ods cannot be changed"):
        WorkbookEdits(data, "faq.xlsx")
