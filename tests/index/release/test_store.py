import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from faq.model import Entry, EntryKind, Knowledge, folded
from index.analysis.questions import Question
from index.release import store
from index.release.building import Release, build
from index.release.store import open_release, with_smalltalk
from tests.index.builders import TINY
from tests.index.release.publishers import ENCODERS

_FILES = ("arrays.npz", "index.json", "knowledge.json", "manifest.json")
_QUESTIONS = ("テレワークと服装", "更新料は?", "ざいたくきんむ", "給料と宇宙", "🙂", "how about ﾃﾚﾜｰｸ", "")
_OPEN = """
import pathlib, sys
from index.release.store import open_release
from tests.index.builders import FakeEncoder
print(open_release(pathlib.Path(sys.argv[1]), home=pathlib.Path(sys.argv[2]), encoders=[FakeEncoder()]).name)
"""


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the releases that are built from now on."""
    names: list[str] = []

    def spy(*args: object, **options: object) -> Release:
        release = build(*args, **options)  # type: ignore[arg-type]  # whatever the store passes
        names.append(release.name)
        return release

    monkeypatch.setattr(store, "build", spy)
    return names


def opened(folder: Path, home: Path) -> Release:
    return open_release(folder, home=home, encoders=ENCODERS)


def readings(release: Release) -> str:
    reader = release.reader()
    read = [reader.read(Question(text, "研修"), {"clothes": 1.5}) for text in _QUESTIONS]
    return "\n".join(repr((each, each.hits, each.terms)) for each in read)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "other": lambda file: file.write_bytes(b'{"of": "another version"}'),
}


@pytest.mark.parametrize(
    ("name", "damage"), [*((name, "half") for name in _FILES), *(("source", each) for each in DAMAGES)]
)
def test_a_damaged_file_is_made_again(
    folder: Path, home: Path, built: list[str], name: str, damage: str
) -> None:
    """A full disk or a pulled plug must not keep anyone from an answer."""
    whole = opened(folder, home)
    (source,) = (home / "sources").iterdir()
    DAMAGES[damage](source if name == "source" else home / "releases" / whole.name / name)
    assert readings(opened(folder, home)) == readings(whole)
    assert len(built) == (1 if name == "source" else 2)
    opened(folder, home)
    assert len(built) == (1 if name == "source" else 2)


def test_a_home_that_cannot_be_written_still_serves(folder: Path, home: Path, built: list[str]) -> None:
    """A file stands where the folder should: root may write everywhere else."""
    home.write_text("in the way", encoding="utf-8")
    told: list[str] = []
    release = open_release(folder, home=home, encoders=ENCODERS, progress=told.append)
    assert built == [release.name]
    assert str(home) in told[-1]


def test_processes_that_open_at_once_get_the_same_release(folder: Path, home: Path, built: list[str]) -> None:
    program: list[str | Path] = [sys.executable, "-c", _OPEN, folder, home]
    processes = [subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    outcomes = [(*process.communicate(), process.returncode) for process in processes]
    name = opened(folder, home).name
    assert [(out.decode().strip(), err, status) for out, err, status in outcomes] == [(name, b"", 0)] * 3
    assert built == []
    assert [file.name for file in (home / "releases").iterdir()] == [name]


def test_small_talk_of_its_own_stands_before_the_common_one() -> None:
    """By its words, or the whole of it by its id; all else that people say is still known."""
    own = (
        Entry(id="hello", kind=EntryKind.SMALLTALK, question="こんにちは", answer="ようこそ。"),
        Entry(id="smalltalk-thanks", kind=EntryKind.SMALLTALK, question="ありがとう", answer="いえいえ。"),
    )
    found = with_smalltalk(Knowledge(entries=(TINY.entries[0], *own))).of_kind(EntryKind.SMALLTALK)
    of = {folded(phrasing): entry.id for entry in reversed(found) for phrasing in entry.phrasings}
    assert [of[text] for text in ("こんにちは", "おはよう", "ありがとう", "使い方")] == [
        "hello", "smalltalk-greeting", "smalltalk-thanks", "smalltalk-help",
    ]  # fmt: skip
    assert [entry.id for entry in found if "こんにちは" in entry.phrasings] == ["hello"]
    assert [entry.id for entry in found].count("smalltalk-thanks") == 1
