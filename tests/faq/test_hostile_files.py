"""Whatever bytes are called a knowledge file, they are read or reported, and never an exception."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq.formats.table_writer import Sheet
from faq.formats.xlsx import dump
from faq.loading.loader import RowCount, read
from tests.faq.workbooks import as_excel_saves, book, rows

SOUND = as_excel_saves(book(*rows("a", "b")))
CELLS = [
    "質問", "回答", "id", "正解", "種類", "言葉", "別の聞き方", "aです", ",", "\t", ";", '"', "\n", "\r\n", "'", "=",
    "2025/2/18", "　", "\0",
]  # fmt: skip
LINES = [
    "entries:\n", "  - id: a\n", "    question: b\n", "    answer: |\n", "      c\n", "lexicon: ", "[", "]", "{", "}",
    '"', "'", "- ", "\t", ": ", "&a ", "*a", "---\n", "source: ", "gold", '{"id": ', "\u2028",
]  # fmt: skip

tables = st.sampled_from(["faq.csv", "faq.tsv", "想定質問.csv", "用語.tsv"])
texts = st.sampled_from(["a.yaml", "a.jsonl", "expectations.jsonl"])
cells = st.none() | st.text(max_size=8) | st.sampled_from(CELLS) | st.booleans() | st.dates()


def joined(pieces: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=40).map("".join)


def rows_read(name: str, data: bytes) -> RowCount:
    """Read a file, and return its rows, after a look at all that is said of it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        reading = read(Path(folder))
    assert (reading.knowledge is None) == any(problem.severity == "error" for problem in reading.problems)
    assert all(str(problem).isprintable() and problem.remedy for problem in reading.problems)
    return reading.rows


@settings(deadline=None, max_examples=400)
@given(
    texts,
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text("[]{}&*!|>'\"%@`:-?, \n\t#ab", max_size=60).map(str.encode)
    | st.text('[]{}",:0123456789eE+-.naftrul\n ', max_size=60).map(str.encode)
    | joined(LINES).map(str.encode),
)
def test_any_text_is_read_or_reported(name: str, data: bytes) -> None:
    assert rows_read(name, data) == RowCount()


@settings(deadline=None, max_examples=300)
@given(
    tables,
    joined(CELLS).map(str.encode)
    | joined(CELLS).map(lambda text: text.encode("cp932"))
    | st.binary(max_size=200),
)
def test_every_row_of_separated_values_is_accounted_for(name: str, data: bytes) -> None:
    count = rows_read(name, data)
    assert count.found == count.read + count.reported


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_workbook_with_damaged_bytes_is_accounted_for(damage: list[tuple[int, int]]) -> None:
    data = bytearray(SOUND)
    for at, byte in damage:
        data[at] = byte
    count = rows_read("faq.xlsx", bytes(data))
    assert count.found == count.read + count.reported


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["採用", "想定質問", "用語"]),
    st.lists(st.lists(cells, max_size=5).map(tuple), max_size=6),
)
def test_every_row_of_a_sheet_is_accounted_for(
    title: str, lines: list[tuple[str | bool | None, ...]]
) -> None:
    header = ("id", "質問", "回答", "正解", "種類", "言葉1")
    plain = [
        tuple(cell.replace("_x", "") if isinstance(cell, str) else cell for cell in line) for line in lines
    ]
    count = rows_read("faq.xlsx", dump([Sheet(title, header, tuple(plain))]))
    filled = sum(any(cell is not None and str(cell).strip() for cell in line) for line in plain)
    assert filled == count.found == count.read + count.reported
