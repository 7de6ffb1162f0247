"""Several files that change at once: all or none, whoever else writes there, or ends half-way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from faq.exchange.changes import Changes, FileChange, undo_killed, write_files
from faq.files import CHANGING, write_whole
from faq.loading.loader import read
from faq.problems import EditError

NAMES = ("a.yaml", "b.yaml", "c.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "faq"
    made.mkdir()
    for name in NAMES[:2]:
        (made / name).write_bytes(b"old")
    return made


def changes(folder: Path) -> tuple[FileChange, ...]:
    """Return a change of two files, and a new one."""
    before = dict.fromkeys(NAMES[:2], b"old")
    return tuple(FileChange(file=folder / name, before=before.get(name), after=b"new") for name in NAMES)


def held(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def kill(folder: Path, monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """Write so many files, and leave what a killed process leaves."""
    kept = Changes(files=changes(folder)).model_dump_json()
    (folder / CHANGING).write_text(kept, "utf-8")
    Changes(files=changes(folder)[:after]).write()
    monkeypatch.chdir(folder.parent.parent)  # whoever comes next comes from elsewhere


def test_what_a_person_wrote_since_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kill(folder, monkeypatch, after=3)
    (folder / "b.yaml").write_bytes(b"by hand")
    _, left = undo_killed(folder)
    assert held(folder) == {"a.yaml": b"old", "b.yaml": b"by hand"}
    assert "b.yaml" in left


def test_a_file_that_somebody_else_changed_meanwhile_is_not_written_nor_any_other(folder: Path) -> None:
    wanted = changes(folder)
    (folder / "b.yaml").write_bytes(b"by another")
    before = held(folder)
    with pytest.raises(EditError, match=r"b\.yaml"):
        write_files(wanted)
    with pytest.raises(EditError, match=r"b\.yaml"):
        write_files(wanted[1:2])
    assert held(folder) == before


def test_what_cannot_be_restored_on_a_full_disk_is_restored_by_the_next_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        written: list[Path] = []

        def until_full(file: Path, data: bytes) -> None:
            if len(written) == 2:  # the note, and the first file
                raise OSError(28, "No space left on device")
            written.append(file)
            write_whole(file, data)

        disk.setattr("faq.exchange.changes.write_whole", until_full)
        with pytest.raises(EditError, match="No space"):
            write_files(changes(folder))
    assert (folder / "a.yaml").read_bytes() == b"new"
    undo_killed(folder)
    assert held(folder) == dict.fromkeys(NAMES[:2], b"old")


def test_of_two_at_once_the_second_is_refused_and_undoes_nothing_of_the_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write: Callable[[Changes], None] = Changes.write
    refused = []

    def beside(first: Changes) -> None:
        monkeypatch.setattr(Changes, "write", write)
        write(first)
        assert undo_killed(folder) == []
        with pytest.raises(EditError) as error:
            write_files(changes(folder))
        refused.append(str(error.value))

    monkeypatch.setattr(Changes, "write", beside)
    write_files(changes(folder))
    assert CHANGING in refused[0]
    assert held(folder) == dict.fromkeys(NAMES, b"new")


@pytest.mark.parametrize("elsewhere", ["path", "link"])
def test_no_file_elsewhere_is_touched_whatever_a_folder_claims(
    folder: Path, tmp_path: Path, elsewhere: str
) -> None:
    """A folder may come from anybody."""
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(b"mine")
    if elsewhere == "link":
        (folder / outside.name).symlink_to(outside)
    mine = FileChange(file=outside, before=b"theirs", after=b"mine")
    claim = Changes(files=(mine, *changes(folder)))
    (folder / CHANGING).write_text(claim.model_dump_json(), "utf-8")
    undo_killed(folder)
    assert outside.read_bytes() == b"mine"


def test_a_folder_in_which_nothing_can_be_made_is_left_and_its_reader_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill(folder, monkeypatch, after=1)
    (folder / f"{CHANGING}.lock").mkdir()  # root may write whatever the permissions say
    assert undo_killed(folder) == []
    assert (folder / "a.yaml").read_bytes() == b"new"
    assert "half-changed" in {problem.fault.kind for problem in read(folder).problems}
    with pytest.raises(EditError):
        write_files(changes(folder))
