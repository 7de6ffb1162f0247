"""The sign that an answer is on its way: posted if the answer is not there in time, and replaced by it."""

import heapq
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from slack_sdk.errors import SlackApiError

from bot.slack.desk import LOG


@dataclass
class _Sign:
    post: Callable[[], str]
    begun: bool = False
    settled: bool = False
    ts: str = ""


class Signs:
    """Signs by the name of the question; one thread posts those that are due."""

    def __init__(self, after_seconds: float) -> None:
        """Wait for the first question."""
        self._after = after_seconds
        self._signs: dict[str, _Sign] = {}
        self._due: list[tuple[float, str]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def expect(self, name: str, post: Callable[[], str]) -> None:
        """Call `post`, which returns the message's `ts`, unless `take` comes first."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="slack-signs", daemon=True)
                self._thread.start()
            self._signs[name] = _Sign(post)
            heapq.heappush(self._due, (monotonic() + self._after, name))
            self._changed.notify_all()

    def knows(self, name: str) -> bool:
        """Tell whether this process expects an answer of that name."""
        with self._changed:
            return name in self._signs

    def take(self, name: str) -> str:
        """Return the `ts` of the sign, which the answer is to replace; empty if there is none, nor will be."""
        with self._changed:
            sign = self._signs.get(name)
            if sign is None:
                return ""
            if not sign.begun:
                sign.begun = sign.settled = True
            self._changed.wait_for(lambda: sign.settled)
            return sign.ts

    def forget(self, name: str) -> None:
        """Forget the sign of an answer that was told."""
        with self._changed:
            self._signs.pop(name, None)

    def close(self) -> None:
        """Post no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        while (sign := self._next()) is not None:
            ts = ""
            try:
                with suppress(OSError):  # the answer itself is tried again, and tells
                    ts = sign.post()
            except SlackApiError as error:
                LOG.warning("確認中の印を出せません: %s", error.response["error"])
            finally:
                with self._changed:
                    sign.ts, sign.settled = ts, True
                    self._changed.notify_all()

    def _next(self) -> _Sign | None:
        """Return the next sign that is due; `None` at the end."""
        with self._changed:
            while not self._closed:
                if not self._due:
                    self._changed.wait()
                elif (left := self._due[0][0] - monotonic()) > 0:
                    self._changed.wait(left)
                else:
                    sign = self._signs.get(heapq.heappop(self._due)[1])
                    if sign and not sign.begun:
                        sign.begun = True
                        return sign
            return None
