"""Written behind: the caller hands over a value and goes on, a thread writes many at a time."""

import atexit
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Generic, TypeVar

from bot.journal.errors import JournalError

LINGER_SECONDS = 0.25
"""How long the first value waits for others; what a kill can lose is this much and the time of one write."""
RETRY_SECONDS = 1.0
CAPACITY = 10_000
"""Values that wait while the database does not answer; after that, new ones are lost, and that is told."""
PATIENCE_SECONDS = 10.0
"""How long the end of the process waits for the last write."""

Item = TypeVar("Item")


class Recorder(Generic[Item]):
    """A queue, a daemon thread that empties it, and a promise to do so before the process ends.

    Where the write fails and may work later, it is tried again with the same values, so a value may arrive twice at
    `write`. Whatever goes wrong is told in one line, once until something was written again.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], None],
        complain: Callable[[str], None],
        *,
        capacity: int = CAPACITY,
        linger: float = LINGER_SECONDS,
        retry: float = RETRY_SECONDS,
    ) -> None:
        """Begin; the thread starts with the first value.

        Args:
            write: Makes values durable, or raises `JournalError`.
            complain: Told one line when something is wrong.
            capacity: Most values that wait.
            linger: Seconds to wait for more values before a write.
            retry: Seconds between two tries.
        """
        self._write = write
        self._complain = complain
        self._capacity = capacity
        self._linger = linger
        self._retry = retry
        self._changed = Condition()
        self._items: deque[Item] = deque()
        self._writing = 0
        self._hurry = False
        self._closing = False
        self._lost = 0
        self._complained = False
        self._thread: Thread | None = None

    def add(self, item: Item) -> None:
        """Hand over a value; returns at once, whatever the database does."""
        with self._changed:
            if self._closing or len(self._items) + self._writing >= self._capacity:
                self._lost += 1
                return
            self._items.append(item)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
                atexit.register(self.close)
            if len(self._items) == 1:  # the thread waits for a first value, and then for the time to pass
                self._changed.notify_all()

    def flush(self, timeout: float = PATIENCE_SECONDS) -> bool:
        """Wait until everything that was handed over is durable; tell whether it is."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not (self._items or self._writing), timeout)
            self._hurry = False
            return done and not self._lost

    def close(self, timeout: float = PATIENCE_SECONDS) -> None:
        """Write what is left and stop; what cannot be written is lost, and that is told."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            atexit.unregister(self.close)
            self._thread.join(timeout)
            self._thread = None
        with self._changed:
            lost = self._lost + len(self._items) + self._writing
            self._items.clear()
            self._lost = self._writing = 0
        if lost > 1 or (lost and not self._complained):
            self._complain(f"質問 {lost}件を記録できませんでした。")

    def _run(self) -> None:
        while batch := self._next_batch():
            self._settle(*self._try(batch))

    def _next_batch(self) -> list[Item]:
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closing)
            self._changed.wait_for(lambda: self._hurry or self._closing, self._linger)
            batch = list(self._items)
            self._items.clear()
            self._writing = len(batch)
            return batch

    def _try(self, batch: Sequence[Item]) -> tuple[list[Item], int]:
        """Write; return what is to be tried again, and how many can never be written."""
        try:
            self._write(batch)
        except JournalError as error:
            self._tell(str(error))
            if error.passing or len(batch) == 1:
                return (list(batch), 0) if error.passing else ([], 1)
        except Exception as error:  # noqa: BLE001 -- the rim of the thread: a bug must not end the journal
            self._tell(f"記録に失敗しました({type(error).__name__}: {error})。")
            if len(batch) == 1:
                return [], 1
        else:
            self._complained = False
            return [], 0
        again: list[Item] = []
        lost = 0
        for item in batch:  # one of them is to blame, the others are not to be lost with it
            left, gone = self._try([item])
            again += left
            lost += gone
        return again, lost

    def _settle(self, again: Sequence[Item], lost: int) -> None:
        with self._changed:
            self._lost += lost
            if again and self._closing:
                self._lost += len(again)
                again = ()
            self._items.extendleft(reversed(again))
            self._writing = 0
            self._changed.notify_all()
            if again:
                self._changed.wait_for(lambda: self._closing, self._retry)

    def _tell(self, message: str) -> None:
        if not self._complained:
            self._complained = True
            self._complain(message)
