import os
from pathlib import Path
from unittest.mock import patch

import pytest

from faq import files
from faq.loading.loader import read
from tests.faq.folders import entry, messages, problems_of, written

READ = ", ".join(files.KNOWN_SUFFIXES)
ENTRIES = "entries:\n" + entry("在宅".encode().hex())


def test_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    (found,) = read(tmp_path).problems
    assert found.fault.what == "the folder has no knowledge files"
    assert "faq new DIR" in found.fault.remedy


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000, "\udcff\n"])
def test_an_impossible_path_is_a_problem_on_one_line(path: str) -> None:
    (found,) = read(Path(path)).problems
    assert str(found).isprintable()


def test_a_file_of_another_kind_is_refused_and_in_a_folder_only_mentioned(tmp_path: Path) -> None:
    folder = written(tmp_path, a__yaml=ENTRIES, b__docx=b"PK")
    (folder / "old").mkdir()
    assert messages(read(folder / "b.docx"), folder) == [
        f"b.docx: error: not a knowledge file; give a folder or another file: only {READ} files are read",
    ]
    assert messages(read(folder), folder) == [
        f"b.docx: warning: not read; remove or rename it: only {READ} files are read",
        "old: warning: a folder inside the folder is not read; move its files up, or the folder elsewhere",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("# 質問\nquestion: 給料は".encode("cp932"),
         "a.yaml:1: error: not UTF-8: the file looks like CP932 (Shift_JIS)"),
        ("# a\nquestion: ①".encode("cp932"), "a.yaml:2: error: not UTF-8: the file looks like CP932 (Shift_JIS)"),
        (b"a: \xff\xfe\x00", "a.yaml:1: error: not UTF-8: the file holds bytes that are no text"),
        ("a: 給料".encode()[:-1], "a.yaml:1: error: not UTF-8: the file is cut off"),
    ],
)  # fmt: skip
def test_bytes_that_are_not_utf8_are_named(tmp_path: Path, data: bytes, message: str) -> None:
    assert problems_of(tmp_path, a__yaml=data) == [
        f"{message}; save it again, complete and with the encoding UTF-8",
    ]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 1_000_000)
    assert problems_of(tmp_path, a__yaml=b"#" * 1_000_001) == [
        "a.yaml: error: larger than 1 MB; split it into several files",
    ]


def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    """Simulated, because root may read anything."""
    written(tmp_path, a__yaml=ENTRIES)
    with patch.object(Path, "open", side_effect=PermissionError):
        reading = read(tmp_path)
    assert messages(reading, tmp_path) == [
        "a.yaml: error: no permission to read it; let the user who runs this read it",
    ]


def test_a_named_pipe_is_not_waited_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert problems_of(tmp_path) == [
        "a.yaml: error: not a regular file; put a file with text in its place",
    ]


def test_links_are_followed_inside_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", z__yaml=ENTRIES)
    (tmp_path / "out.yaml").write_text("entries: []\n")
    (folder / "..data").mkdir()
    (folder / "..data" / "a.yaml").write_text("entries:\n" + entry("linked"))
    (folder / "a.yaml").symlink_to("..data/a.yaml")
    (folder / "b.yaml").symlink_to("../out.yaml")
    (folder / "c.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "link").symlink_to("in")
    reading = read(folder)
    assert "linked" in reading.ids
    assert len(read(tmp_path / "link").problems) == len(reading.problems)
    assert messages(reading, folder) == [
        "b.yaml: error: a link that leads outside the folder; put a copy of the file in its place",
        "c.yaml: error: no such file or folder; check the path",
    ]
