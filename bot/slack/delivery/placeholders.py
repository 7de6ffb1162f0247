"""When to show that an answer is on its way: if it is not there in time; the answer then takes the sign's place."""

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from slack_sdk.errors import SlackApiError

from bot.slack.context import LOG
from bot.slack.delivery.rate_limit import UNREACHED, why
from bot.slack.delivery.response_url import GoneError, LateError
from bot.slack.delivery.targets import LOST, Way


@dataclass
class _Sign:
    name: str
    way: Way
    begun: bool = False
    settled: bool = False
    mark: str = ""


class Signs:
    """Signs by the name of the question; one thread shows those that are due."""

    def __init__(self, after_seconds: float, told: Callable[[str], bool] = lambda _: False) -> None:
        """Wait for the first question.

        Args:
            after_seconds: How long an answer may take before its sign is shown.
            told: Tells whether the answer of that name is there: another process on the same journal may have told it.
        """
        self._after = after_seconds
        self._told = told
        self._signs: dict[str, _Sign] = {}
        self._due: list[tuple[float, str]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def expect(self, name: str, way: Way) -> bool:
        """Show the sign of a way, unless `take` comes first; tell whether none was expected before."""
        with self._changed:
            if self._closed or name in self._signs:
                return False
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="slack-signs", daemon=True)
                self._thread.start()
            self._signs[name] = _Sign(name, way)
            heapq.heappush(self._due, (monotonic() + self._after, name))
            self._changed.notify_all()
            return True

    def due(self) -> tuple[str, ...]:
        """Return the names of the answers that are late."""
        with self._changed:
            return tuple(name for name, sign in self._signs.items() if sign.begun)

    def take(self, name: str) -> str:
        """Return the mark of the sign, whose place the answer is to take; empty if there is none, nor will be."""
        with self._changed:
            sign = self._signs.get(name)
            if sign is None:
                return ""
            if not sign.begun:
                sign.begun = sign.settled = True
            self._changed.wait_for(lambda: sign.settled)
            return sign.mark

    def forget(self, name: str) -> None:
        """Forget the sign of an answer that was told."""
        with self._changed:
            self._signs.pop(name, None)

    def cancel(self, name: str) -> None:
        """Take the sign away, or never show it: this process will tell nothing under that name."""
        mark = self.take(name)
        with self._changed:
            sign = self._signs.pop(name, None)
        if sign and mark:
            sign.way.withdraw(mark)

    def close(self) -> None:
        """Show no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        while (sign := self._next()) is not None:
            mark = ""
            try:
                mark = "" if self._told(sign.name) else sign.way.sign()
            except SlackApiError as error:
                LOG.warning("確認中の印を出せません: %s", why(error))
            except UNREACHED as error:
                mark = LOST
                LOG.info("確認中の印を出せたか分かりません: %s", why(error))
            except (LateError, GoneError) as error:  # the answer itself is tried again, and tells
                LOG.info("確認中の印を出せません: %s", error)
            finally:
                with self._changed:
                    sign.mark, sign.settled = mark, True
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
