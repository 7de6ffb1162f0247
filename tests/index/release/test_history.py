import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faq.problems import FaqError
from index.release import history
from index.release.history import SCRAPS, History, Publication, locked, prune, sweep

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def put(home: Path, name: str, *, days_ago: float = 0) -> None:
    """Let a release lie there that was last used then."""
    folder = home / "releases" / name
    folder.mkdir(parents=True, exist_ok=True)
    moment = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(folder, (moment, moment))


def publish(
    home: Path, name: str, *, days_ago: float = 0, path: str = "faq", files: str = "f"
) -> Publication:
    put(home, name, days_ago=days_ago)
    past = History(home, home / path)
    publication = Publication(
        number=len(past.publications()) + 1,
        at=NOW - timedelta(days=days_ago),
        release=name,
        path=path,
        files=files,
        by="suzuki",
        entries=1,
    )
    past.record(publication)
    return publication


def left(home: Path) -> list[str]:
    return sorted(each.name for each in (home / "releases").iterdir())


def test_a_line_that_cannot_be_read_spoils_no_other(home: Path) -> None:
    first, second = publish(home, "r1"), publish(home, "r2")
    past = History(home, home / "faq")
    lines = past.pointer.read_bytes().splitlines()
    past.pointer.write_bytes(b"\n".join((b"\x00", *lines, lines[0][:40])))
    assert past.publications() == (first, second)
    with pytest.raises(FaqError, match="最後の行が壊れている"):
        past.served()
    third = publish(home, "r3")
    assert past.publications() == (first, second, third)
    assert len(past.pointer.read_bytes().splitlines()) == 5


@pytest.mark.parametrize(("count", "days_ago", "kept"), [(12, 300, 10), (15, 29, 15)])
def test_the_last_ten_published_stay_and_all_of_the_last_thirty_days(
    home: Path, count: int, days_ago: int, kept: int
) -> None:
    names = [f"r{number:02}" for number in range(count)]
    for name in names:
        publish(home, name, days_ago=days_ago)
    prune(home, NOW)
    assert left(home) == names[-kept:]


def test_what_is_served_of_any_path_stays_however_old(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(home, "old", days_ago=4000, path="other")
    for number in range(12):
        publish(home, f"r{number:02}", days_ago=300)
    monkeypatch.setattr(history, "KEPT_PUBLISHED", 1)
    prune(home, NOW)
    assert left(home) == ["old", "r11"]


def test_sets_that_were_only_tried_go_when_unused_or_too_many(home: Path) -> None:
    publish(home, "served", days_ago=300)
    (home / "sources").mkdir()
    for number in range(25):
        put(home, f"t{number:02}", days_ago=number / 10)
        (home / "sources" / f"of-t{number:02}").write_text(f"t{number:02}", encoding="ascii")
    prune(home, NOW)
    kept = [f"t{number:02}" for number in range(20)]
    assert left(home) == ["served", *kept]
    assert sorted(each.read_text(encoding="ascii") for each in (home / "sources").iterdir()) == kept
    prune(home, NOW + timedelta(days=31))
    assert left(home) == ["served"]


def test_what_a_killed_process_left_goes_at_the_next_opening_unless_a_process_is_writing(home: Path) -> None:
    (left_over := home / SCRAPS / "tmp1").mkdir(parents=True)
    with locked(home / SCRAPS):
        sweep(home)
        assert left_over.exists()
    sweep(home)
    assert not left_over.exists()
