from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.release import history
from index.release.history import History, Publication, histories

NOW = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def past(tmp_path: Path) -> History:
    return History(tmp_path / "home", tmp_path / "faq")


def publication(number: int, release: str | None = None) -> Publication:
    return Publication(
        number=number,
        at=NOW + timedelta(hours=number),
        release=release or f"{number:012x}",
        path="faq",
        files="f",
        by="suzuki",
        entries=number,
    )


def numbers(past: History) -> list[int]:
    return [each.number for each in past.publications()]


def crash(*_: object) -> None:
    raise KeyboardInterrupt


def crash_at(monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    monkeypatch.setattr(history, function, crash)


def test_the_newest_is_served_and_all_are_listed(past: History) -> None:
    for number in (1, 2, 3):
        past.swap(publication(number))
    assert past.served() == publication(3)
    assert past.publications() == tuple(map(publication, (1, 2, 3)))
    assert list(histories(past.folder.parents[1])) == [past.publications()]


def test_a_crash_between_the_swap_and_the_list_loses_nothing(
    past: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.swap(publication(1))
    crash_at(monkeypatch, "append_line")
    with pytest.raises(KeyboardInterrupt):
        past.swap(publication(2))
    monkeypatch.undo()
    assert past.served() == publication(2)
    assert numbers(past) == [1, 2]
    past.swap(publication(3))
    assert numbers(past) == [1, 2, 3]


def test_a_crash_before_the_swap_changes_nothing(past: History, monkeypatch: pytest.MonkeyPatch) -> None:
    past.swap(publication(1))
    crash_at(monkeypatch, "replace")
    with pytest.raises(KeyboardInterrupt):
        past.swap(publication(2))
    assert past.served() == publication(1)
    assert numbers(past) == [1]


def test_a_line_that_was_cut_off_spoils_no_other(past: History) -> None:
    past.swap(publication(1))
    file = past.folder / "history.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + whole[: len(whole) // 2])
    past.swap(publication(2))
    past.swap(publication(3))
    assert numbers(past) == [1, 2, 3]
    assert len(file.read_bytes().splitlines()) == 4


def test_a_damaged_pointer_leaves_the_last_line(past: History) -> None:
    past.swap(publication(1))
    past.swap(publication(2))
    past.pointer.write_bytes(b"\x00\x00")
    assert past.served() == publication(2)
    assert numbers(past) == [1, 2]


def test_an_amended_publication_is_the_same_one(past: History) -> None:
    past.swap(publication(1))
    past.amend(publication(1).model_copy(update={"files": "g"}))
    served = past.served()
    assert served
    assert (served.number, served.files) == (1, "g")
    past.swap(publication(2))
    assert numbers(past) == [1, 2]
