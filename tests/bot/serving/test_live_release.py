import os
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.serving.live_release import LiveRelease
from bot.serving.watcher import Watcher, look
from faq.errors import FaqError
from index.release.publishing import Publisher
from tests.bot.conftest import KNOWLEDGE
from tests.patience import PATIENCE_SECONDS

OTHER = KNOWLEDGE.replace("服装は自由で", "服装は何でもよく")


def write(folder: Path, text: str) -> None:
    """Write the file as editors do: beside it, then in its place."""
    partial = folder / ".faq.yaml.swp"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / "faq.yaml")


@pytest.fixture
def live(folder: Path, home: Path) -> LiveRelease:
    return LiveRelease(folder, home, lambda: date(2025, 6, 1))


def answer(live: LiveRelease) -> str:
    return live.release.knowledge.entry("clothes").answer[:7]


class Told:
    """What subscribers were told, waited for with a limit."""

    def __init__(self, live: LiveRelease) -> None:
        """Subscribe."""
        self.texts: list[str] = []
        self._more = threading.Condition()
        live.subscribe(self._hear)

    def _hear(self, text: str) -> None:
        with self._more:
            self.texts.append(text)
            self._more.notify_all()

    def wait(self, count: int) -> str:
        """Return the text of that number, the first being 1."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.texts) >= count, PATIENCE_SECONDS)
            return self.texts[count - 1]


@pytest.fixture
def told(live: LiveRelease) -> Told:
    return Told(live)


@pytest.fixture
def watched(live: LiveRelease, told: Told) -> Iterator[Watcher]:
    """Watch the files; returns once changes are noticed."""
    del told  # it is to hear all
    watcher = Watcher(live)
    with watcher.running(files=True):
        assert watcher.watching.wait(PATIENCE_SECONDS)
        yield watcher


def test_a_reader_keeps_the_release_that_it_took(live: LiveRelease, folder: Path) -> None:
    taken = live.release
    write(folder, OTHER)
    live.publish()
    assert taken.knowledge.entry("clothes").answer.startswith("服装は自由で")
    assert answer(live) == "服装は何でもよ"


def test_readers_never_wait_for_a_publication(
    live: LiveRelease, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing, go_on = threading.Event(), threading.Event()
    publish = Publisher.publish

    def slow(publisher: Publisher, **options: object) -> object:
        publishing.set()
        assert go_on.wait(PATIENCE_SECONDS)
        return publish(publisher, **options)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Publisher, "publish", slow)
    write(folder, OTHER)
    thread = threading.Thread(target=live.publish)
    thread.start()
    assert publishing.wait(PATIENCE_SECONDS)
    assert answer(live) == "服装は自由で、"
    go_on.set()
    thread.join(PATIENCE_SECONDS)
    assert answer(live) == "服装は何でもよ"


def test_what_fails_changes_nothing(live: LiveRelease, folder: Path) -> None:
    before = live.release
    write(folder, OTHER.replace("id: training", "id: clothes"))
    with pytest.raises(FaqError, match="already used"):
        live.publish()
    assert live.release is before


def test_a_follower_hears_of_every_publication_with_who_did_it(live: LiveRelease, folder: Path) -> None:
    heard: list[tuple[str, str]] = []
    live.follow(lambda by, result: heard.append((by, result.outcome.value)))
    write(folder, OTHER)
    live.publish(by="U123")
    live.publish(by="U123")
    write(folder, KNOWLEDGE)
    live.publish(by="suzuki")
    live.rollback(by="U123")
    assert heard == [
        ("U123", "published"),
        ("U123", "unchanged"),
        ("suzuki", "published"),
        ("U123", "published"),
    ]


def test_what_another_process_publishes_is_taken_over(live: LiveRelease, folder: Path, home: Path) -> None:
    assert not live.refresh()
    other = LiveRelease(folder, home, lambda: date(2025, 6, 1))
    write(folder, OTHER)
    other.publish()
    assert answer(live) == "服装は自由で、"
    assert live.refresh()
    assert answer(live) == "服装は何でもよ"
    assert not live.refresh()


def test_a_saved_file_is_published_and_told(
    live: LiveRelease, folder: Path, told: Told, watched: Watcher
) -> None:
    del watched
    before = live.release.name
    write(folder, OTHER)
    assert told.wait(1).startswith(f"公開しました({before} → ")
    assert answer(live) == "服装は何でもよ"


def test_a_file_saved_broken_is_told_and_the_next_one_is_published(
    live: LiveRelease, folder: Path, told: Told, watched: Watcher
) -> None:
    del watched
    write(folder, OTHER.replace("id: training", "id: clothes"))
    text = told.wait(1)
    assert "already used" in text
    assert f"前の内容({live.release.name})のまま続けます。" in text
    assert answer(live) == "服装は自由で、"
    write(folder, OTHER)
    told.wait(2)
    assert answer(live) == "服装は何でもよ"


def test_a_folder_that_is_put_in_the_place_of_another_is_noticed(
    live: LiveRelease, folder: Path, told: Told, watched: Watcher
) -> None:
    """As `git checkout` and mounted configurations do."""
    del watched
    new = folder.with_name("new")
    new.mkdir()
    write(new, OTHER)
    folder.rename(folder.with_name("old"))
    new.rename(folder)
    # A look between the two moves finds no folder, and that is told too.
    heard = 0
    while answer(live) != "服装は何でもよ":
        heard += 1
        told.wait(heard)


def test_what_another_process_publishes_is_noticed(
    live: LiveRelease, folder: Path, home: Path, told: Told, watched: Watcher
) -> None:
    del watched
    other = LiveRelease(folder, home, lambda: date(2025, 6, 1))
    write(folder, OTHER)
    other.publish()
    assert other.release.name in told.wait(1)
    assert answer(live) == "服装は何でもよ"


def test_a_file_alone_is_watched_too(folder: Path, home: Path) -> None:
    live = LiveRelease(folder / "faq.yaml", home, lambda: date(2025, 6, 1))
    told, watcher = Told(live), Watcher(live)
    with watcher.running(files=True):
        assert watcher.watching.wait(PATIENCE_SECONDS)
        write(folder, OTHER)
        told.wait(1)
    assert answer(live) == "服装は何でもよ"


def test_where_the_system_tells_nothing_the_files_are_looked_at(
    live: LiveRelease, folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchfiles.watch", none_left)
    watcher = Watcher(live)
    with watcher.running(files=True):
        assert watcher.watching.wait(PATIENCE_SECONDS)
        write(folder, OTHER)
        told.wait(1)
    assert answer(live) == "服装は何でもよ"


def test_a_look_sees_what_has_changed_and_survives_what_is_gone(folder: Path) -> None:
    seen = look(folder)
    assert look(folder) == seen
    (folder / "dangling.yaml").symlink_to(folder / "nowhere")
    assert look(folder) == seen
    os.utime(folder / "faq.yaml", (0, 0))
    assert look(folder) != seen
    assert look(folder / "nowhere") == ()


def test_one_who_unsubscribed_is_told_nothing(live: LiveRelease) -> None:
    texts: list[str] = []
    end: Callable[[], None] = live.subscribe(texts.append)
    live.notify("一")
    end()
    live.notify("二")
    assert texts == ["一"]
