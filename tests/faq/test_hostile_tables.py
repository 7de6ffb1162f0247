"""Whatever bytes are called a sheet, they are read or reported, and never an exception."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq.formats.table_writer import Sheet
from faq.formats.xlsx import dump
from faq.loading.loader import read
from tests.faq.workbooks import as_excel_saves, book, rows

SOUND = as_excel_saves(book(*rows("a", "b")))
PIECES = [
    "質問",
    "回答",
    "id",
    "正解",
    "種類",
    "言葉",
    "別の聞き方",
    "aです",
    ",",
    "\t",
    ";",
    '"',
    "\n",
    "\r\n",
    "'",
    "=",
    "2025/2/18",
    "　",
    "\0",
]
names = st.sampled_from(["faq.csv", "faq.tsv", "想定質問.csv", "用語.tsv"])
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
cells = st.none() | st.text(max_size=8) | st.sampled_from(PIECES) | st.booleans() | st.dates()


def is_accounted_for(name: str, data: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        reading = read(Path(folder))
    errors = any(problem.severity == "error" for problem in reading.problems)
    assert (reading.knowledge is None) == errors
    assert all(str(problem).isprintable() and problem.remedy for problem in reading.problems)
    assert (
        reading.rows.read <= len(reading.sound.entries) + len(reading.sound.expectations) + reading.rows.found
    )
    return reading.rows.found == reading.rows.read + reading.rows.reported


def found_in(name: str, data: bytes) -> int:
    """Return how many rows the reader says that there are."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        return read(Path(folder)).rows.found


@settings(deadline=None, max_examples=300)
@given(names, texts.map(str.encode) | texts.map(lambda text: text.encode("cp932")) | st.binary(max_size=200))
def test_any_text_is_accounted_for(name: str, data: bytes) -> None:
    assert is_accounted_for(name, data)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_workbook_with_damaged_bytes_is_accounted_for(damage: list[tuple[int, int]]) -> None:
    data = bytearray(SOUND)
    for at, byte in damage:
        data[at] = byte
    assert is_accounted_for("faq.xlsx", bytes(data))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["採用", "想定質問", "用語"]),
    st.lists(st.lists(cells, max_size=5).map(tuple), max_size=6),
)
def test_any_sheet_is_accounted_for(title: str, lines: list[tuple[str | bool | None, ...]]) -> None:
    header = ("id", "質問", "回答", "正解", "種類", "言葉1")
    plain = [
        tuple(cell.replace("_x", "") if isinstance(cell, str) else cell for cell in line) for line in lines
    ]
    data = dump([Sheet(title, header, tuple(plain))])
    assert is_accounted_for("faq.xlsx", data)
    filled = sum(any(cell is not None and str(cell).strip() for cell in line) for line in plain)
    assert found_in("faq.xlsx", data) == filled
