"""Sheets as offices have them: each is read rightly, or reported with its place, and no row is lost."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from faq.loading.loader import RowCount, read
from faq.model import Knowledge, Source
from tests.data.sheets.workbooks import Change, merged, separated
from tests.faq.workbooks import book, patched, row, rows

DAY = datetime.date(2025, 2, 18)
MORNING = datetime.datetime.combine(DAY, datetime.time(9))


@dataclass(frozen=True)
class Odd:
    """A file, what it has in rows, and either what is read of it or what is said of it.

    Attributes:
        told: Beginnings of problems, without the file; all errors and warnings are listed.
        seen: Whether the knowledge is the right one; for files without errors.
    """

    name: str
    data: Callable[[], bytes]
    read: int
    reported: int = 0
    told: tuple[str, ...] = ()
    seen: Callable[[Knowledge], bool] = bool
    file: str = "faq.xlsx"


def field(name: str, *values: object) -> Callable[[Knowledge], bool]:
    """Expect the entries to have these values, in order."""
    return lambda knowledge: [getattr(entry, name) for entry in knowledge.entries] == list(values)


def shown_as(name: str, value: float | datetime.date, look: str) -> Change:
    """Put a value into a cell that has a number format."""

    def change(sheet: Worksheet) -> None:
        sheet[name] = value
        sheet[name].number_format = look

    return change


def two_header_rows(sheet: Worksheet) -> None:
    sheet.insert_rows(2)
    sheet["C1"], sheet["C2"], sheet["D2"] = "別の聞き方", 1, 2
    sheet.merge_cells("C1:D1")
    for letter in "ABEFG":
        sheet.merge_cells(f"{letter}1:{letter}2")


def csv(*lines: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return separated("id,質問,回答,別の聞き方1,時点", *lines, encoding=encoding)


ODD = [
    # What is read although it is unusual
    Odd("merged header of two rows", lambda: book(*rows("a", "b"), change=two_header_rows), 2,
        seen=field("also_asked", ("aの一", "aの二"), ("bの一", "bの二"))),
    Odd("phrasings as lines of one cell",
        lambda: book(["a", "aは", "aです。", "一つ目\n\n二つ目"], header=("id", "質問", "回答", "別の聞き方")), 1,
        seen=field("also_asked", ("一つ目", "二つ目"))),
    Odd("date that Excel shows as an era",
        lambda: book(*rows("a"), change=shown_as("G2", DAY, '[$-411]ggge"年"m"月"d"日"')), 1,
        seen=field("as_of", DAY)),
    Odd("number with separators", lambda: book(*rows("a"), change=shown_as("E2", 9500, "#,##0")), 1,
        seen=field("answer", "9,500")),
    Odd("source without a publisher",
        lambda: book(["a", "aは", "aです。", "説明会資料", "2025/2/18"], header=("id", "質問", "回答", "出典", "時点")),
        1, seen=field("source", Source(title="説明会資料", as_of=DAY))),
    # What is reported with its place
    Odd("id merged with the row above", lambda: book(*rows("a", "b"), change=merged("A2:A3")), 1, 1,
        told=("sheet '採用' row 3 column A: error: the cell is merged with the one in row 2",)),
    Odd("date with a time", lambda: book(row("a", 時点=MORNING), row("b")), 1, 1,
        told=("sheet '採用' row 2 column G: error: a date with a time of day",)),
    Odd("1-2 turned into a date", lambda: book(row("a", 回答=datetime.date(2025, 1, 2)), row("b")), 1, 1,
        told=("sheet '採用' row 2 column E: error: '回答' is a date to Excel (2025-01-02)",)),
    Odd("percentage", lambda: book(*rows("a", "b"), change=shown_as("E2", 0.5, "0%")), 1, 1,
        told=("sheet '採用' row 2 column E: error: a number (0.5) that Excel shows in the format '0%'",)),
    Odd("true or false", lambda: book(row("a", 回答=True), row("b")), 1, 1,
        told=("sheet '採用' row 2 column E: error: '回答' is TRUE",)),
    Odd("an unknown kind",
        lambda: book(
            ["a", "aは", "aです。", "参照"], ["b", "bは", "b", "案内"], header=("id", "質問", "回答", "種類")
        ), 1, 1,
        told=("sheet '採用' row 2 column D: error: '種類' is '参照', which is not known; use one of 回答, 案内",)),
    Odd("mistyped column",
        lambda: book(*rows("a"), header=("id", "質問", "別の聞きかた1", "別の聞き方2", "回答", "分類", "時点")), 1,
        told=("sheet '採用': warning: columns that are not read: 別の聞きかた1 (column C); rename the column",)),
    Odd("no column for answers",
        lambda: book(*rows("a", "b"), header=("id", "質問", "別の聞き方1", "別の聞き方2", "回笞文", "分類", "時点")),
        0, 2, told=("sheet '採用' row 1: error: there is no column '回答', so that no row below is read",)),
    Odd("definitions that multiply",
        lambda: patched(book(*rows("a")), "xl/workbook.xml", "<workbook ", '<!DOCTYPE x [<!ENTITY a "b">]><workbook '),
        0, told=(": error: definitions in 'xl/workbook.xml'",)),
    # Separated values
    Odd("CSV of CP932 with ① and ㈱", csv("a,①は,㈱です。", encoding="cp932"), 1,
        told=("row 1: warning: not UTF-8; the letters are taken for CP932 (Shift_JIS)",),
        seen=field("answer", "㈱です。"), file="faq.csv"),
    Odd("CSV of EUC-JP that could be CP932", lambda: "id,question,answer\r\na,あい,うえお\r\n".encode("euc_jp"), 1,
        told=("row 1: warning: not UTF-8; the letters are taken for EUC-JP",), seen=field("answer", "うえお"),
        file="faq.csv"),
    Odd("CSV with tabs", "id\t質問\t回答\na\taは\taです。\n".encode, 1,
        told=("row 1: warning: values are separated by tabs, not commas",), seen=field("id", "a"), file="faq.csv"),
    Odd("CSV with a comma too many", csv("a,aは,はい,いいえ,,どちらも", "b,bは,bです。"), 1, 1,
        told=("row 2 column F: error: more cells than the first row has",), file="faq.csv"),
    Odd("CSV with an open quote", csv("a,aは,aです。", 'b,"bは,bです。', "c,cは,cです。", "d,dは,dです。"), 1, 3,
        told=("row 3: error: a quote that is never closed, so that nothing below it is read",), file="faq.csv"),
    Odd("CSV without names of columns", "a,aは,aです。\nb,bは,bです。\n".encode, 0, 2,
        told=(": error: no row has the names of columns",), file="faq.csv"),
    Odd("an empty file", lambda: b"", 0, told=(": error: the file is empty",), file="faq.csv"),
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_an_odd_sheet_is_read_rightly_or_reported_with_its_place(odd: Odd, tmp_path: Path) -> None:
    file = tmp_path / odd.file
    file.write_bytes(odd.data())
    reading = read(file)
    told = [message.removeprefix(str(file)).strip() for message in map(str, reading.problems)]
    assert len(told) == len(odd.told), told
    for message, beginning in zip(told, odd.told, strict=True):
        assert message.startswith(beginning.strip())
        assert message.isprintable()
    assert reading.rows == RowCount(odd.read + odd.reported, read=odd.read, reported=odd.reported)
    if any(": error: " in f" {message}" for message in told):
        assert reading.knowledge is None
    else:
        assert reading.knowledge is not None
        assert odd.seen(reading.knowledge)


def test_rows_without_ids_that_ask_the_same_are_told_as_that(tmp_path: Path) -> None:
    """Who has no ids was told to rename one of the two."""
    (tmp_path / "faq.csv").write_text("質問,回答\n服装は,自由です\n面接は,一回です\n服装は?,自由です\n")
    (found,) = [each for each in read(tmp_path / "faq.csv").problems if each.severity == "error"]
    assert found.fault.what == f"the same question as at {tmp_path}/faq.csv row 2"
    assert "remove one of the two rows" in found.fault.remedy
