import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.release.building import build
from index.release.store import Store, open_release
from index.vectors import Vectors, WordVectors, dots, fingerprint, open_vectors, write_table
from tests.index.builders import TINY

WORDS = (("研修", 0), ("講習", 1), ("服装", 2), ("私服", 2), ("無", 3), ("研修", 2))
ROWS: Vectors = np.array([[3, 4, 0], [0, 2, 0], [0, 0, 0.5], [0, 0, 0]], dtype=np.float32)
NAME = "own words 1"
_FILES = ("hashes.npy", "rows.npy", "vectors.npy")
_OPEN = """
import pathlib, sys
from index.vectors import open_vectors
print(open_vectors(pathlib.Path(sys.argv[1])).size)
"""
_ASK = """
import datetime, pathlib, sys
from bot.conversation import Thread, converse
from index.release.store import open_release
release = open_release(pathlib.Path(sys.argv[1]), home=pathlib.Path(sys.argv[2]))
converse(release, "テレワークは週に何日できますか", Thread(), today=datetime.date(2026, 1, 15))
print(release.index.compiled.vectors, *sorted({"spacy", "scipy", "thinc"} & set(sys.modules)))
"""


def own_words() -> tuple[list[tuple[str, int]], Vectors]:
    return list(WORDS), ROWS


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Stand a package of six words in for the real one; count how often it is read."""
    times: list[int] = []

    def read() -> tuple[list[tuple[str, int]], Vectors]:
        times.append(len(times) + 1)
        return own_words()

    monkeypatch.setattr(vectors, "fingerprint", lambda: NAME)
    monkeypatch.setattr("index.release.building.word_vectors", lambda: NAME)
    monkeypatch.setattr("index.compiling.fingerprint", lambda: NAME)
    monkeypatch.setattr(vectors, "_package_vectors", read)
    return times


@pytest.fixture
def table(tmp_path: Path) -> WordVectors:
    write_table(*own_words(), tmp_path)
    return WordVectors(tmp_path)


def test_a_table_reads_as_it_was_written(table: WordVectors) -> None:
    assert table.size == 3
    assert table.rows(["研修", "講習", "服装", "私服"]).tolist() == [0, 1, 2, 2]
    assert table.vectors(table.rows(["研修", "講習", "私服"])) == pytest.approx(
        np.array([[0.6, 0.8, 0], [0, 1, 0], [0, 0, 1]]), abs=1e-3
    )


def test_of_a_word_given_twice_the_first_counts(table: WordVectors) -> None:
    assert table.row("研修") == 0


@pytest.mark.parametrize("word", ["", "宇宙", "研", "\ud800", "研修 "])
def test_a_word_without_a_vector_has_no_row_and_zeros(table: WordVectors, word: str) -> None:
    assert table.row(word) == -1
    assert table.rows([word, "講習"]).tolist() == [-1, 1]
    assert table.vectors(table.rows([word]))[0].tolist() == [0, 0, 0]


def test_vectors_have_length_one_and_those_of_zeros_stay(table: WordVectors) -> None:
    lengths = np.linalg.norm(table.vectors(np.arange(4, dtype=np.int32)), axis=1)
    assert lengths == pytest.approx([1, 1, 1, 0], abs=1e-3)


def test_what_is_read_from_a_table_does_not_change_it(table: WordVectors) -> None:
    table.vectors(table.rows(["研修"]))[:] = 9
    assert table.vectors(table.rows(["研修"]))[0, 0] == pytest.approx(0.6, abs=1e-3)


@pytest.mark.parametrize("size", [1, 6, 300, 384, 1_024, 3_072])
@pytest.mark.parametrize("count", [0, 1, 27, 28, 29, 111, 2_000])
def test_inner_products_are_those_of_the_matrix_product_and_the_same_for_the_same_row(
    count: int, size: int
) -> None:
    random = np.random.default_rng(0)
    rows, vector = random.normal(size=(count, size)), random.normal(size=size)
    places = random.integers(0, count, size=count // 2) if count else np.zeros(0, dtype=np.intp)
    rows[places] = rows[:1]
    found = dots(rows.astype(np.float32), vector.astype(np.float32))
    assert found.dtype == np.float32
    assert found == pytest.approx(rows @ vector, abs=1e-3)
    assert len(set(found[places].tolist())) <= 1
    turned = np.asfortranarray(rows.astype(np.float32))
    assert dots(turned, vector.astype(np.float32)) == pytest.approx(rows @ vector, abs=1e-3)


def test_the_package_is_read_once_and_the_person_is_told(tmp_path: Path, made: list[int]) -> None:
    told: list[str] = []
    for _ in range(2):
        found = open_vectors(tmp_path, progress=told.append)
        assert found
        assert found.row("講習") == 1
    assert (made, len(told)) == ([1], 1)
    assert [each.name for each in (tmp_path / "vectors").iterdir()] == [NAME.replace(" ", "-")]


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:40])


def garbage(file: Path) -> None:
    file.write_bytes(b"\xff\x00 no such thing")


def empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("damage", [Path.unlink, truncated, garbage, empty])
def test_a_damaged_table_is_made_again(
    tmp_path: Path, made: list[int], name: str, damage: Callable[[Path], None]
) -> None:
    open_vectors(tmp_path)
    damage(tmp_path / "vectors" / NAME.replace(" ", "-") / name)
    found = open_vectors(tmp_path)
    assert found
    assert found.rows(["研修", "服装"]).tolist() == [0, 2]
    assert len(made) == 2


def test_files_of_two_tables_are_no_table(tmp_path: Path, made: list[int]) -> None:
    open_vectors(tmp_path)
    np.save(tmp_path / "vectors" / NAME.replace(" ", "-") / "rows.npy", np.zeros(3, dtype=np.int32))
    found = open_vectors(tmp_path)
    assert found
    assert found.row("服装") == 2
    assert len(made) == 2


@pytest.mark.parametrize("in_the_way", ["home", "vectors"])
def test_a_home_that_cannot_be_written_still_has_vectors(
    tmp_path: Path, made: list[int], in_the_way: str
) -> None:
    home = tmp_path / "home"
    if in_the_way == "home":
        home.write_text("in the way", encoding="utf-8")
    else:
        home.mkdir()
        (home / "vectors").write_text("in the way", encoding="utf-8")
    found = open_vectors(home)
    assert found
    assert found.row("研修") == 0
    assert made


def test_vectors_of_another_installation_are_read_where_their_table_is(
    tmp_path: Path, made: list[int]
) -> None:
    """They are not made of this installation's package."""
    assert open_vectors(tmp_path, "other 2") is None
    (tmp_path / "vectors" / "other-2").mkdir(parents=True)
    write_table(*own_words(), tmp_path / "vectors" / "other-2")
    assert open_vectors(tmp_path, "other 2")
    assert made == []


def test_a_stored_release_opens_the_vectors_it_was_compiled_with(tmp_path: Path, made: list[int]) -> None:
    release = build(TINY, vectors=open_vectors(tmp_path))
    Store(tmp_path).keep(release, "a" * 64)
    kept = Store(tmp_path).find("a" * 64)
    assert kept
    assert kept.index.compiled.vectors == NAME
    assert kept.index.compiled.likeness
    query = kept.index.query("講習")
    assert query.terms == release.index.query("講習").terms
    assert query.terms["related"]
    assert made == [1]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the extra away."""
    for name in ("vectors.fingerprint", "release.building.word_vectors", "compiling.fingerprint"):
        monkeypatch.setattr(f"index.{name}", lambda: "")


@pytest.mark.usefixtures("without")
def test_without_the_extra_everything_works_and_finds_less(tmp_path: Path) -> None:
    lines = "\n".join(each.model_dump_json(exclude_defaults=True) for each in TINY.entries)
    (tmp_path / "faq.jsonl").write_text(lines, encoding="utf-8")
    assert open_vectors(tmp_path / "home") is None
    for _ in range(2):
        release = open_release(tmp_path / "faq.jsonl", home=tmp_path / "home")
        assert (release.index.compiled.vectors, release.index.compiled.likeness) == ("", None)
        assert release.index.query("研修").terms["related"] == {}
        assert release.index.score(release.index.query("研修")).order.size
    assert not (tmp_path / "home" / "vectors").exists()


def test_an_installation_without_the_package_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "PACKAGE", "no_such_package")
    assert fingerprint() == ""


needs_package = pytest.mark.skipif(
    not fingerprint(), reason="the extra `semantic` is not installed: NOTHING here tests the real vectors"
)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the real table, that two processes made at once, and nothing else."""
    home = tmp_path_factory.mktemp("vectors")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, home], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    outcomes = [(*process.communicate(), process.returncode) for process in both]
    assert [(out, status) for out, _, status in outcomes] == [("300\n", 0)] * 2, outcomes
    return home


@needs_package
def test_processes_that_make_the_table_at_once_leave_one(ready: Path) -> None:
    assert len(list((ready / "vectors").iterdir())) == 1
    found = open_vectors(ready)
    assert found
    near, far = (
        float(dots(found.vectors(found.rows([word])), found.vectors(found.rows(["給料"]))[0])[0])
        for word in ("給与", "研修")
    )
    assert near > 0.5 > far


@needs_package
def test_a_running_bot_imports_nothing_that_only_building_needs(ready: Path, tmp_path: Path) -> None:
    """A ready store is read with numpy alone."""
    lines = "\n".join(each.model_dump_json(exclude_defaults=True) for each in TINY.entries)
    (tmp_path / "faq.jsonl").write_text(lines, encoding="utf-8")
    open_release(tmp_path / "faq.jsonl", home=ready)
    done = subprocess.run(
        [sys.executable, "-c", _ASK, tmp_path / "faq.jsonl", ready],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fingerprint()
