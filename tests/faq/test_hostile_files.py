"""Whatever bytes are called a knowledge file, they are read or reported, never an exception, in a bounded time."""

import tempfile
from pathlib import Path
from unittest.mock import Mock

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faq.files import LARGEST_FILE
from faq.formats.parsed_file import MOST_PROBLEMS
from faq.loading.loader import RowCount, read
from tests.faq.folders import SOURCE, entry, problems_of
from tests.faq.workbooks import as_excel_saves, book, patched, rows

SOUND = as_excel_saves(book(*rows("a", "b")))
CELLS = [
    "質問", "回答", "id", "正解", "種類", "言葉", "別の聞き方", "aです", ",", "\t", ";", '"', "\n", "\r\n", "'", "=",
    "2025/2/18", "　", "\0",
]  # fmt: skip
LINES = [
    "entries:\n", "  - id: a\n", "    question: b\n", "    answer: |\n", "      c\n", "lexicon: ", "[", "]", "{", "}",
    '"', "'", "- ", "\t", ": ", "&a ", "*a", "---\n", "source: ", "gold", '{"id": ', "\u2028",
]  # fmt: skip


def joined(pieces: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=40).map("".join)


def rows_read(name: str, data: bytes) -> RowCount:
    """Read a file, and return its rows, after a look at all that is said of it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        reading = read(Path(folder))
    assert all(str(problem).isprintable() and problem.fault.remedy for problem in reading.problems)
    # Each row is read, or its own problem says why not: the reader's last resort is never needed.
    assert "row-lost" not in {problem.fault.kind for problem in reading.problems}
    return reading.rows


@settings(max_examples=400)
@given(
    st.sampled_from(["a.yaml", "a.jsonl", "expectations.jsonl"]),
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text("[]{}&*!|>'\"%@`:-?, \n\t#ab", max_size=60).map(str.encode)
    | st.text('[]{}",:0123456789eE+-.naftrul\n ', max_size=60).map(str.encode)
    | joined(LINES).map(str.encode),
)
@example("a.yaml", b"answer: !\ta: b")
def test_any_text_is_read_or_reported(name: str, data: bytes) -> None:
    assert rows_read(name, data) == RowCount()


@settings(max_examples=300)
@given(
    st.sampled_from(["faq.csv", "faq.tsv", "想定質問.csv", "用語.tsv"]),
    st.builds(str.encode, joined(CELLS), st.sampled_from(["utf-8", "cp932"])) | st.binary(max_size=200),
)
def test_every_row_of_separated_values_is_accounted_for(name: str, data: bytes) -> None:
    rows_read(name, data)


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_workbook_with_damaged_bytes_is_accounted_for(damage: list[tuple[int, int]]) -> None:
    data = bytearray(SOUND)
    for at, byte in damage:
        data[at] = byte
    rows_read("faq.xlsx", bytes(data))


def filled(piece: str, head: str = "", tail: str = "") -> str:
    """Return a file of three million bytes of so many pieces."""
    room = 3_000_000 - len((head + tail).encode())
    return head + piece * (room // len(piece.encode())) + tail


def swollen(part: str) -> bytes:
    """Return a workbook with something more in its sheet."""
    return patched(book(*rows("a")), "xl/worksheets/sheet1.xml", "</sheetData>", part)


MANY = 10_000
ALL_OF_IT = "<mergeCell\nref = 'A1:XFD1048576'/>"
ODS = (Path(__file__).parent / "data" / "office.ods").read_bytes()
REPEATED = r'\1table:number-columns-repeated="600000" \2'
TOO_MANY, TOO_MERGED = "values in one file", "too many merged cells"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.yaml", "entries: [" + "[]," * MANY + "]", TOO_MANY),
        ("a.yaml", "a: &x [1]\nb: [" + "*x," * MANY + "]", TOO_MANY),
        ("a.yaml", filled('- id: "a\n', "entries:\n"), "a quote that is never closed"),
        ("a.yaml", filled("- id: a: b\n", "entries:\n"), "a ': ' in the middle"),
        ("a.yaml", filled("\x01\n"), "a control character"),
        ("a.jsonl", "{}\n" * (MANY + 1), TOO_MANY),
        ("a.csv", "質問,回答\n" + "a,b\n" * MANY, TOO_MANY),
        ("a.csv", filled(",", "質問,回答\na,"), "empty"),
        ("a.jsonl", filled("[]\n"), "not an object"),
        ("a.jsonl", filled('"",', '{"also_asked": [', '""]}'), "longer than 200,000 characters"),
        ("a.xlsx", swollen("<row>" + "<c/><c\n/>" * (MANY // 2) + "</row></sheetData>"), TOO_MANY),
        ("a.xlsx", swollen(f"<row><c><v>{'1' * 1_000_000}</v></c></row></sheetData>"), "unpacked"),
        ("a.xlsx", swollen(f"</sheetData><mergeCells>{ALL_OF_IT}</mergeCells>"), TOO_MERGED),
        # A few letters of OpenDocument can stand for a thousand million cells.
        ("a.ods", patched(ODS, "content.xml", "(<table:table-cell )(office)", REPEATED), TOO_MANY),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_hostile_file_is_refused_with_few_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | bytes, told: str
) -> None:
    """As many values as are taken take seconds to read; here it is fewer."""
    for module in ("csv", "jsonl", "xlsx", "yaml"):
        monkeypatch.setattr(f"faq.formats.{module}.MOST_PARTS", MANY)
    monkeypatch.setattr("faq.formats.xlsx.LARGEST_UNPACKED", 1_000_000)
    problems = problems_of(tmp_path, **{name.replace(".", "__"): text})
    assert any(told in problem for problem in problems)
    assert len(problems) <= MOST_PROBLEMS + 1


def test_a_large_file_with_many_broken_entries_is_not_read_over_and_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each broken entry means another reading; the larger the file, the fewer of them."""
    parse = Mock(wraps=yaml.parse)
    monkeypatch.setattr(yaml, "parse", parse)
    comment = "#" * (LARGEST_FILE - 1_000) + "\n"
    problems_of(tmp_path, a__yaml="entries:\n" + comment + "  - id: a: b\n" * 21)
    assert parse.call_count <= 2


def test_a_large_sound_set_is_read(tmp_path: Path) -> None:
    """Some thousands of entries are no attack."""
    (tmp_path / "a.yaml").write_text(
        SOURCE
        + "entries:\n"
        + "".join(entry(f"e{number}", "speaker: " + "あ" * 200) for number in range(10_000)),
        encoding="utf-8",
    )
    knowledge = read(tmp_path).knowledge
    assert knowledge
    assert len(knowledge.entries) == 10_000
