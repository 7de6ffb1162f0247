import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from faq.problems import KnowledgeError
from index.analysis.questions import Question
from index.release import store
from index.release.building import Release, build
from index.release.files import read_release, write_release
from index.release.source import with_smalltalk
from index.release.store import Store, open_release
from tests.index.builders import LEXICON, TINY, FakeEncoder

_FILES = ("arrays.npz", "index.json", "knowledge.json")
_QUESTIONS = ("テレワークと服装", "更新料は?", "ざいたくきんむ", "給料と宇宙", "🙂", "how about ﾃﾚﾜｰｸ", "")
ENCODERS = [FakeEncoder()]
_OPEN = """
import pathlib, sys
from index.release.store import open_release
from tests.index.builders import FakeEncoder
print(open_release(pathlib.Path(sys.argv[1]), home=pathlib.Path(sys.argv[2]), encoders=[FakeEncoder()]).name)
"""


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    """Return a folder with the tiny set's entries."""
    folder = tmp_path / "faq"
    folder.mkdir()
    lines = (each.model_dump_json(exclude_defaults=True) for each in TINY.entries)
    (folder / "entries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return where compiled releases are kept; nothing is there yet."""
    return tmp_path / "home"


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


def opened(faq: Path, home: Path | None) -> Release:
    return open_release(faq, home=home, encoders=ENCODERS)


def kept_files(home: Path) -> list[Path]:
    return [file for file in (home / "releases").iterdir() if not file.name.startswith(".partial-")]


def readings(release: Release) -> str:
    reader = release.reader()
    return "\n".join(repr(reader.read(Question(text, "研修"), {"clothes": 1.5})) for text in _QUESTIONS)


def test_a_compiled_release_reads_as_the_built_one_byte_for_byte(tmp_path: Path) -> None:
    release = build(TINY, ENCODERS)
    folder = tmp_path / release.name
    folder.mkdir()
    write_release(release, folder)
    kept = read_release(folder, ENCODERS)
    assert (kept.name, kept.knowledge) == (release.name, release.knowledge)
    assert readings(kept) == readings(release)
    assert LEXICON.groups[0][0] in readings(kept)


def test_the_second_opening_builds_nothing(faq: Path, home: Path, built: list[str]) -> None:
    first = opened(faq, home)
    second = opened(faq, home)
    assert built == [first.name] == [second.name]
    assert readings(second) == readings(first)


def test_changed_files_make_another_release(faq: Path, home: Path, built: list[str]) -> None:
    first = opened(faq, home)
    file = faq / "entries.jsonl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("週に二日", "週に三日"), encoding="utf-8")
    second = opened(faq, home)
    assert second.name != first.name
    file.write_text(text, encoding="utf-8")
    assert opened(faq, home).name == first.name
    assert built == [first.name, second.name]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda file: file.write_bytes(b""),
    "half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "garbage": lambda file: file.write_bytes(b"\xff\x00 no such thing"),
    "other": lambda file: file.write_bytes(b'{"of": "another version"}'),
}


@pytest.mark.parametrize(("name", "damage"), list(product((*_FILES, "source"), DAMAGES)))
def test_a_damaged_file_is_made_again(
    faq: Path, home: Path, built: list[str], name: str, damage: str
) -> None:
    """A full disk or a pulled plug must not keep anyone from an answer."""
    whole = opened(faq, home)
    (folder,) = kept_files(home)
    (source,) = (home / "sources").iterdir()
    DAMAGES[damage](source if name == "source" else folder / name)
    assert readings(opened(faq, home)) == readings(whole)
    assert len(built) == 2
    opened(faq, home)
    assert len(built) == 2


@pytest.mark.parametrize("at", range(0, 700, 70))
def test_a_flipped_byte_of_the_arrays_is_never_an_error(faq: Path, home: Path, at: int) -> None:
    """Zip files raise errors of many kinds."""
    whole = opened(faq, home)
    (folder,) = kept_files(home)
    data = bytearray((folder / "arrays.npz").read_bytes())
    for place in (at, -at - 1):
        data[place] ^= 0xFF
    (folder / "arrays.npz").write_bytes(bytes(data))
    assert readings(opened(faq, home)) == readings(whole)


def test_a_home_that_cannot_be_written_still_serves(faq: Path, home: Path, built: list[str]) -> None:
    """A file stands where the folder should: root may write everywhere else."""
    home.write_text("in the way", encoding="utf-8")
    told: list[str] = []
    release = open_release(faq, home=home, encoders=ENCODERS, progress=told.append)
    assert built == [release.name]
    assert readings(release) == readings(opened(faq, None))
    assert str(home) in told[-1]


def test_a_release_that_cannot_be_finished_leaves_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(release: Release, folder: Path) -> None:
        (folder / "index.json").write_text(release.name, encoding="utf-8")
        raise OSError

    monkeypatch.setattr(store, "write_release", fail)
    with pytest.raises(OSError):  # noqa: PT011 -- a full disk has no text of ours
        Store(home, ENCODERS).keep(build(TINY, ENCODERS), "a" * 64)
    assert list((home / "releases").iterdir()) == []
    assert Store(home, ENCODERS).find("a" * 64) is None


def test_processes_that_open_at_once_get_the_same_release(faq: Path, home: Path, built: list[str]) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, faq, home], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    outcomes = [(*process.communicate(), process.returncode) for process in processes]
    name = opened(faq, home).name
    assert [(out.decode().strip(), err, status) for out, err, status in outcomes] == [(name, b"", 0)] * 3
    assert built == []
    assert [file.name for file in (home / "releases").iterdir()] == [name]
    assert len(list((home / "sources").iterdir())) == 1


def test_knowledge_that_cannot_be_served_is_said_and_not_kept(faq: Path, home: Path) -> None:
    (faq / "entries.jsonl").write_text('{"id": "a"}', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="question"):
        opened(faq, home)
    assert not home.exists()


def test_a_set_without_small_talk_can_be_greeted() -> None:
    silent = TINY.model_copy(update={"entries": TINY.entries[:1]})
    polite = with_smalltalk(silent)
    assert polite.entries[0] == silent.entries[0]
    assert {entry.kind.value for entry in polite.entries[1:]} == {"smalltalk"}
