import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faq.files import write_whole
from faq.model import Entry, EntryKind, Knowledge, folded
from faq.wording import telling
from index.analysis.questions import Question
from index.release import store
from index.release.building import Release, build
from index.release.store import open_release, with_smalltalk
from tests.index.builders import TINY
from tests.index.release.publishers import ENCODERS

_FILES = ("arrays.bin", "index.json", "knowledge.json", "manifest.json")
_QUESTIONS = ("テレワークと服装", "更新料は?", "ざいたくきんむ", "給料と宇宙", "🙂", "how about ﾃﾚﾜｰｸ", "")
_OPEN = """
import pathlib, sys
from index.release.store import open_release
from index.retrieval import compiling
from tests.index.builders import FEW, FakeEncoder
compiling.library_cohort = lambda: FEW
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
    return "\n".join(repr((each.verdict, each.scored, each.hits, each.terms)) for each in read)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "half": lambda file: write_whole(file, file.read_bytes()[: file.stat().st_size // 2]),
    "empty": lambda file: write_whole(file, b""),
    "other": lambda file: write_whole(file, b'{"of": "another version"}'),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [*_FILES, "source"])
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


def test_the_arrays_of_a_release_are_its_file_and_nobody_writes_into_it(folder: Path, home: Path) -> None:
    """What processes map they share: a copy would be a process's own."""
    release = opened(folder, home)
    files = [home / "releases" / release.name / name for name in _FILES]
    assert {stat.filemode(file.stat().st_mode) for file in files} == {"-r--r--r--"}
    compiled = opened(folder, home).index.compiled
    arrays: list[Any] = [
        array
        for part in (*compiled.fields.values(), *compiled.vectors.values(), compiled.norms)
        for held in (part, getattr(part, "space", part))
        for values in vars(held).values()
        for array in (values.values() if isinstance(values, dict) else [values])
        if isinstance(array, np.ndarray)
    ]
    assert len(arrays) > len(_FILES)
    assert {type(array.base.base.obj) for array in arrays} == {mmap}
    assert not any(array.flags.writeable for array in arrays)


def test_whoever_forges_a_release_makes_no_objects_of_its_bytes(
    folder: Path, home: Path, built: list[str]
) -> None:
    """Numbers that are taken for addresses would be whatever stands there."""
    whole = opened(folder, home)
    arrays, manifest = (home / "releases" / whole.name / name for name in ("arrays.bin", "manifest.json"))
    held = arrays.read_bytes()
    forged = held.replace(b'"<f8"', b'"|O" ', 1)  # as long as an address
    assert forged != held
    write_whole(arrays, forged)
    made = json.loads(manifest.read_bytes())
    made["files"]["arrays.bin"] = sha256(forged).hexdigest()
    write_whole(manifest, json.dumps(made).encode())
    assert readings(opened(folder, home)) == readings(whole)
    assert len(built) == 2


def test_what_is_served_stays_as_it_was_read_whatever_becomes_of_the_files(folder: Path, home: Path) -> None:
    """A release is removed, or made again where it is damaged, while other processes still serve from it."""
    opened(folder, home)
    served = opened(folder, home)
    before = readings(opened(folder, home))
    for file in (home / "releases" / served.name).iterdir():
        write_whole(file, bytes(file.stat().st_size))
    assert readings(served) == before
    shutil.rmtree(home)
    assert readings(served) == before


def test_a_home_that_cannot_be_written_still_serves(folder: Path, home: Path, built: list[str]) -> None:
    """A file stands where the folder should: root may write everywhere else."""
    home.write_text("in the way", encoding="utf-8")
    told: list[str] = []
    with telling(told.append):
        release = open_release(folder, home=home, encoders=ENCODERS)
    assert built == [release.name]
    assert str(home) in told[-1]


def test_processes_that_open_at_once_get_the_same_release(folder: Path, home: Path, built: list[str]) -> None:
    program: list[str | Path] = [sys.executable, "-c", _OPEN, folder, home]
    processes = [subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    outcomes = [(*process.communicate(), process.returncode) for process in processes]
    name = opened(folder, home).name
    assert [(out.decode().strip(), err, status) for out, err, status in outcomes] == [(name, b"", 0)] * 2
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
