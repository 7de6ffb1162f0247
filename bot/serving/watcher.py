"""Publishing in the background: when SIGHUP comes, when another process does, and, if wanted, when files change."""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.output.publish_report import failure_lines, publish_report, switched
from bot.serving.live_release import LiveRelease
from bot.serving.signals import HANGUP, on_signals
from faq.problems import FaqError
from index.release.history import History
from index.release.publishing import PublishingOutcome

TICK_SECONDS = 0.5
"""Between two looks at the files. A change counts when two looks in a row see the same: an editor may still write."""

_STOPPING_SECONDS = 10.0

Look = tuple[tuple[str, int, int, int], ...]  # name, size, time of change and inode of each file


class Watcher:
    """Publishes what a live release serves, one publication after the other."""

    def __init__(self, live: LiveRelease, tell: Callable[[str], None]) -> None:
        """Do nothing yet; `tell` is to hear, in Japanese, what becomes of publications that nobody here waits for."""
        self.watching = threading.Event()  # set once changes of the files are noticed
        self._live, self._tell = live, tell
        self._woken, self._ended = threading.Event(), False
        self._hung_up = False  # since the last look
        self._at_terminal = sys.stdin is not None and sys.stdin.isatty()

    @contextmanager
    def running(self, *, files: bool) -> Iterator[None]:
        """Publish on SIGHUP, and with `files` on every change of the files, until the end of the block.

        What another process publishes is served in any case.
        """
        thread = threading.Thread(target=self._work, args=(files,), name="publisher", daemon=True)
        thread.start()
        try:
            with on_signals(self.hang_up, *HANGUP):
                yield
        finally:
            self._ended = True
            self.wake()
            thread.join(_STOPPING_SECONDS)

    def hang_up(self) -> None:
        """Publish soon, as on SIGHUP."""
        self._hung_up = True  # no lock, for signals come at any time

    def wake(self) -> None:
        """Serve at once what another process has published, if there is something."""
        self._woken.set()

    def _work(self, files: bool) -> None:  # noqa: FBT001 -- of `running`
        path, pointer = self._live.path, History(self._live.home, self._live.path).pointer
        acts = {pointer: self._refresh, **({path: self._publish} if files else {})}
        known = {file: look(file) for file in acts}
        seen = dict(known)
        self.watching.set()
        # Changes on a network's disk, below a link or in a folder that was replaced are told by no operating system.
        while True:
            woken = self._woken.wait(TICK_SECONDS)
            self._woken.clear()
            if self._ended:
                return
            if self._hung_up:
                self._hung_up = False
                if not self._at_terminal or os.isatty(0):  # else it was closed, and what is half edited stays
                    self._told(lambda: self._publish(asked=True))
            for file in [pointer] if woken else acts:
                now = look(file)
                if now != known[file] and (woken or now == seen[file]):
                    known[file] = now
                    self._told(acts[file])
                seen[file] = now

    def _told(self, act: Callable[[], None]) -> None:
        try:
            act()
        except FaqError as error:
            self._tell("\n".join(failure_lines(error, self._live.release.name)))
        except Exception:  # noqa: BLE001 -- the rim of this thread: the next change must still be served
            traceback.print_exc()

    def _publish(self, *, asked: bool = False) -> None:
        answering = self._live.release.name
        result = self._live.publish()
        touched = result.outcome is PublishingOutcome.UNCHANGED and result.release == answering
        if asked or not touched:
            self._tell("\n".join(publish_report(result, answering)))

    def _refresh(self) -> None:
        if self._live.refresh():
            self._tell(switched(self._live.release.name))


def look(path: Path) -> Look:
    """Return what is seen of a file or of the files in a folder without reading them; nothing if it is not there."""
    found = []
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError:
        files = []
    for file in files:
        try:
            status = file.stat()
        except (OSError, ValueError):
            continue
        found.append((file.name, status.st_size, status.st_mtime_ns, status.st_ino))
    return tuple(found)
