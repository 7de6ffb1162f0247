import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from queue import Queue

import pytest

from bot.journal.database import Database
from bot.journal.journal import Journal
from bot.journal.notifications import listening
from bot.serving.live_release import LiveRelease, auditor
from bot.serving.publication import CarryOut, Order, beside, carry_out
from bot.serving.watcher import Watcher
from bot.settings import Settings
from faq.wording import Language, language, read_in
from index.release.publishing import Publishing, PublishingError
from tests.bot.conftest import KNOWLEDGE, ROOT
from tests.bot.journal.away import away
from tests.patience import PATIENCE_SECONDS

Hears = Callable[[], str]
OTHER = KNOWLEDGE.replace("服装は自由で", "服装は何でもよく")


def write(folder: Path, text: str) -> None:
    """Write the file as editors do: beside it, then in its place."""
    (folder / ".faq.yaml.swp").write_text(text, encoding="utf-8")
    (folder / ".faq.yaml.swp").replace(folder / "faq.yaml")


def opened(path: Path, home: Path, carry_out: CarryOut = carry_out) -> LiveRelease:
    settings = Settings.model_validate({"home": home, "encoder": "none"})
    return LiveRelease(path, lambda: date(2025, 6, 1), settings, carry_out=carry_out)


@pytest.fixture
def live(folder: Path, home: Path) -> LiveRelease:
    return opened(folder, home)


def answer(live: LiveRelease) -> str:
    return live.release.knowledge.entry("clothes").answer[:7]


@contextmanager
def watching(live: LiveRelease, *, files: bool = True, url: str | None = None) -> Iterator[Hears]:
    told = Queue[str]()
    watcher = Watcher(live, told.put)
    with watcher.running(files=files), listening(Database(url, live.home), watcher.wake):
        assert watcher.watching.wait(PATIENCE_SECONDS)
        yield lambda: told.get(timeout=PATIENCE_SECONDS)


def test_readers_keep_what_they_took_and_never_wait_for_a_publication(folder: Path, home: Path) -> None:
    publishing, go_on = threading.Event(), threading.Event()

    def slowly(order: Order, settings: Settings) -> Publishing:
        publishing.set()
        assert go_on.wait(PATIENCE_SECONDS)
        return carry_out(order, settings)

    live = opened(folder, home, slowly)
    taken = live.release
    write(folder, OTHER)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(live.publish)
        assert publishing.wait(PATIENCE_SECONDS)
        assert answer(live) == "服装は自由で、"
        go_on.set()
    assert answer(live) == "服装は何でもよ"
    assert taken.knowledge.entry("clothes").answer.startswith("服装は自由で")


def test_a_process_that_is_ended_while_it_publishes_is_told() -> None:
    with pytest.raises(PublishingError, match="途中で止められました"):
        beside(os._exit, 1)


def test_a_file_saved_broken_is_told_and_the_next_one_is_published(live: LiveRelease, folder: Path) -> None:
    before = live.release.name
    with watching(live) as hears:
        write(folder, OTHER.replace("id: training", "id: clothes"))
        text = hears()
        assert "もう使われています" in text
        assert f"前の内容({before})のまま続けます。" in text
        assert answer(live) == "服装は自由で、"
        write(folder, OTHER)
        assert hears().startswith(f"公開しました({before} → ")
    assert answer(live) == "服装は何でもよ"


def test_what_another_process_publishes_is_served_though_the_files_are_not_watched(
    live: LiveRelease, folder: Path, home: Path
) -> None:
    other = opened(folder, home)
    with watching(live, files=False) as hears:
        write(folder, OTHER)
        other.publish()
        assert other.release.name in hears()
    assert answer(live) == "服装は何でもよ"


def test_what_is_done_beside_a_process_is_told_in_the_language_of_whoever_began_it() -> None:
    with read_in(Language.ENGLISH):
        assert beside(language) is Language.ENGLISH


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_what_is_published_while_postgresql_is_away_is_served_when_it_is_back_and_its_absence_is_not_told(
    live: LiveRelease,
    folder: Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody looks by himself; what is published after that is told as before."""
    monkeypatch.setattr("bot.serving.watcher.TICK_SECONDS", 3600)
    monkeypatch.setattr("bot.journal.notifications.PAUSE_SECONDS", 0.01)
    other, complaints = opened(folder, live.home), list[str]()
    settings = Settings.model_validate({"home": live.home, "database_url": url})
    with Journal(settings, complain=pytest.fail) as journal, watching(live, files=False, url=url) as hears:
        other.follower = auditor(journal, complaints.append)
        write(folder, OTHER)
        other.publish()
        assert other.release.name in hears()
        write(folder, KNOWLEDGE)
        with away(url):
            other.publish()
            assert complaints
        assert other.release.name in hears()
        assert answer(live) == "服装は自由で、"
        other.rollback()
        assert other.release.name in hears()
        assert answer(live) == "服装は何でもよ"
    assert caplog.text == ""


WAITS = "print('begun', flush=True), __import__('signal').pause()"


def test_what_is_done_beside_a_process_ends_with_it_however_that_ends() -> None:
    """Else each bot that is killed while it publishes leaves a process, and what it has open, for good."""
    program = f"from bot.serving.publication import beside; beside(eval, {WAITS!r})"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as popen:
        assert popen.stdout
        assert popen.stdout.readline() == "begun\n"
        popen.kill()
        assert popen.communicate(timeout=PATIENCE_SECONDS)[0] == ""  # both ends of it are closed


def test_what_cannot_begin_beside_a_process_is_told_as_what_a_person_can_put_right() -> None:
    """A file that cannot grow is what a full disk is to a process."""
    program = (
        "import resource; from bot.serving.publication import beside; from faq.problems import FaqError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
        "try: beside(eval, '1')\n"
        "except FaqError as error: print(error)\n"
    )
    line = [sys.executable, "-c", program]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "メモリの空き" in done.stdout
