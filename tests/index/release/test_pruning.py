import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.release.history import History, Publication
from index.release.pruning import Retention, prune

NOW = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def put(home: Path, *names: str) -> None:
    for name in names:
        (home / "releases" / name).mkdir(parents=True, exist_ok=True)
        (home / "releases" / name / "knowledge.json").write_bytes(b"{}")


def publish(home: Path, name: str, *, days_ago: int, path: str = "faq") -> None:
    past = History(home, home / path)
    number = len(past.publications()) + 1
    past.swap(
        Publication(
            number=number,
            at=NOW - timedelta(days=days_ago),
            release=name,
            path=path,
            files="",
            by="x",
            entries=1,
        )
    )
    put(home, name)


def tried(home: Path, name: str, *, days_ago: float, source: str = "") -> Path:
    put(home, name)
    file = home / "sources" / (source or f"source-of-{name}")
    file.parent.mkdir(exist_ok=True)
    file.write_text(name, encoding="ascii")
    moment = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(file, (moment, moment))
    return file


def left(home: Path) -> list[str]:
    return sorted(each.name for each in (home / "releases").iterdir())


def test_the_last_ten_published_stay_and_older_ones_go(home: Path) -> None:
    for number in range(12):
        publish(home, f"r{number:02}", days_ago=400 - number)
    assert sorted(prune(home, now=NOW)) == ["r00", "r01"]
    assert left(home) == [f"r{number:02}" for number in range(2, 12)]


def test_all_of_the_last_thirty_days_stay(home: Path) -> None:
    for number in range(15):
        publish(home, f"r{number:02}", days_ago=29)
    prune(home, now=NOW)
    assert len(left(home)) == 15


def test_what_is_served_of_any_path_stays_however_old(home: Path) -> None:
    publish(home, "old", days_ago=4000, path="other")
    for number in range(12):
        publish(home, f"r{number:02}", days_ago=300)
    prune(home, now=NOW, retention=Retention(published=1, days=0, tried=0))
    assert left(home) == ["old", "r11"]


def test_sets_that_were_only_tried_go_when_unused_or_too_many(home: Path) -> None:
    for number in range(25):
        tried(home, f"t{number:02}", days_ago=number)
    unused = tried(home, "unused", days_ago=31)
    prune(home, now=NOW)
    assert left(home) == [f"t{number:02}" for number in range(20)]
    assert not unused.exists()


def test_files_of_a_published_release_do_not_count_as_tried(home: Path) -> None:
    publish(home, "served", days_ago=300)
    for number in range(5):
        tried(home, "served", days_ago=0, source=f"comment-{number}")
    tried(home, "other", days_ago=1)
    prune(home, now=NOW, retention=Retention(tried=1))
    assert left(home) == ["other", "served"]


def test_what_a_killed_process_left_goes_after_an_hour(home: Path) -> None:
    for name, hours in ((".partial-old", 2), (".pruned-new", 0)):
        put(home, name)
        moment = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(home / "releases" / name, (moment, moment))
    prune(home, now=NOW)
    assert left(home) == [".pruned-new"]
