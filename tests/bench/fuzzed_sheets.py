"""Sheets of offices with random damage, each imported: no traceback, and an FAQ that is whole, before or after."""

import io
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from bot.cli import app
from faq.loading.loader import load
from tests.data.sheets.workbooks import SHEETS
from tests.faq.workbooks import saved

VALUES = (
    None, "", "　", "質問", "回答", "id", "分類", "Q1. 研修はありますか", "A1. あります", "■給与", "=A1", "#N/A",
    True, 0.5, 45706, "2.5万円", "25万円", "窓口は #人事", "a: b", "\n", "x" * 700, "か？\nか？", "_x0041_", "'", "-",
    "令和7年", "a b", "答えない",
)  # fmt: skip
MOST_CHANGES = 6
_DAMAGED = 0.15


def fuzzed(chance: random.Random) -> tuple[str, bytes]:
    """Return the name and content of a sheet of an office after some random changes."""
    sheet = chance.choice(SHEETS)
    data = sheet.data()
    if data.startswith(b"PK") and sheet.file.endswith(".xlsx") and sheet.name != "Strict Open XML":
        book = load_workbook(io.BytesIO(data), rich_text=True)
        for _ in range(chance.randint(1, MOST_CHANGES)):
            _change(chance.choice(book.worksheets), chance)
        data = saved(book)
    elif not data.startswith(b"PK"):
        pieces = data.split(b"\n")
        chance.shuffle(pieces)
        data = b"\n".join(pieces)
    if chance.random() < _DAMAGED:
        at = chance.randrange(len(data))
        data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    return sheet.file, data


def _change(sheet: Worksheet, chance: random.Random) -> None:
    row, column = chance.randint(1, 8), chance.randint(1, 6)
    cell = sheet.cell(row, column)
    match chance.randrange(8):
        case 0:
            sheet.insert_rows(row)
        case 1:
            sheet.delete_cols(column)
        case 2 if not sheet.merged_cells.ranges:
            sheet.merge_cells(
                start_row=row, start_column=column, end_row=row + 1, end_column=column + chance.randint(0, 1)
            )
        case 3:
            cell.font = Font(strike=True)
        case 4 if isinstance(cell, Cell):
            cell.hyperlink = "https://example.jp/"
        case 5:
            sheet.row_dimensions[row].hidden = True
        case 6 if isinstance(cell, Cell):
            cell.comment = Comment("覚え", "人事")
        case _:
            if isinstance(cell, Cell):
                cell.value = chance.choice(VALUES)


def imported(name: str, data: bytes, held: Path) -> str:
    """Return what became of an import into a copy of an FAQ; raises where it broke something."""
    with tempfile.TemporaryDirectory() as folder:
        file, into = Path(folder) / name, Path(shutil.copytree(held, Path(folder) / "faq"))
        file.write_bytes(data)
        before = {each.name: each.read_bytes() for each in into.iterdir()}
        result = CliRunner().invoke(app, ["import", str(file), "--into", str(into), "--yes"], prog_name="faq")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        after = {each.name: each.read_bytes() for each in into.iterdir()}
        if result.exit_code:
            assert before == after, "something was written though the import failed"
            assert any(told in result.stderr for told in ("何も変えていません", "nothing was changed"))
            return "refused"
        load(into)
        return "taken over" if before != after else "nothing new"


def run(number: int, seed: int) -> Counter[str]:
    """Import so many sheets, and return how many went which way."""
    chance, found = random.Random(seed), Counter[str]()  # noqa: S311 -- the same sheets each time
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "faq"
        held.mkdir()
        entries = (
            "entries:\n  - {id: remote-work, question: 在宅勤務はできますか, answer: 週に1日までできます。}\n"
        )
        (held / "faq.yaml").write_text(entries, encoding="utf-8")
        for each in range(number):
            name, data = fuzzed(chance)
            try:
                found[imported(name, data, held)] += 1
            except BaseException as error:
                kept = Path(tempfile.gettempdir()) / f"fuzzed-{seed}-{each}-{name}"
                kept.write_bytes(data)
                error.add_note(f"sheet {each} of seed {seed}, kept as {kept}")
                raise
    return found
