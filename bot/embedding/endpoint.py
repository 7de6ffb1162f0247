"""Embeddings of questions, for a reply that waits for them no longer than it may."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic

from bot.embedding.address import Address
from bot.embedding.reasons import FAILURES, reason
from bot.embedding.wire import Call
from index.embeddings import Asked, Model
from index.vectors import Vectors

MOST_CALLS = 8
"""Requests at once; a server that hangs holds no more threads than these."""

FAILURES_BEFORE_REST = 3
"""After so many failures in a row, questions are answered without asking for a while."""

REST_SECONDS = 10.0
"""How long. Then one question tries again, and the rest goes on if that fails."""


@dataclass(frozen=True)
class Server:
    """An embeddings server.

    Attributes:
        key: Sent as a bearer token; does not print. Empty for none.
        milliseconds: How long a reply waits for it, from the question to the last byte.
    """

    where: Address
    model: Model
    key: str = field(default="", repr=False)
    milliseconds: int = 150


class Endpoint:
    """The way of questions to a server; any number of threads may share one."""

    def __init__(self, server: Server, *, clock: Callable[[], float] = monotonic) -> None:
        """Begin with a server of which nothing is known; `clock` counts the seconds of its rest."""
        self.server = server
        self._clock = clock
        self._free = threading.BoundedSemaphore(MOST_CALLS)
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_until = 0.0

    def ask(self, model: Model, questions: Sequence[str], sent: Callable[[str], str] = str) -> Asked:
        """Return the embeddings of the questions of one message, all at once, or why there are none.

        Args:
            model: Whose embeddings are wanted.
            questions: By which the vectors are returned.
            sent: What is sent of a question's text.
        """
        if model != self.server.model:
            return _without(f"{self.server.model.name} のもので、公開中の版は {model.name} で作られている")
        if not self._may_try():
            return _without("続けて応えなかったため、しばらく休ませている")
        try:
            found = self._within([model.asked(sent(question)) for question in questions])
        except FAILURES as error:
            self._note(failed=True)
            return _without(reason(error, self.server.milliseconds))
        self._note(failed=False)
        return Asked(dict(zip(questions, found, strict=True)))

    def _may_try(self) -> bool:
        with self._lock:
            if self._failures < FAILURES_BEFORE_REST:
                return True
            if self._clock() < self._resting_until:
                return False
            self._resting_until = self._clock() + REST_SECONDS  # whoever comes next does not try too
            return True

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= FAILURES_BEFORE_REST:
                self._resting_until = self._clock() + REST_SECONDS

    def _within(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, or raise one of `FAILURES` before the time is over.

        Another thread asks, as looking up a name heeds no timeout.
        """
        seconds = self.server.milliseconds / 1000
        deadline = monotonic() + seconds
        if not self._free.acquire(timeout=seconds):
            raise TimeoutError
        result: SimpleQueue[Vectors | Exception] = SimpleQueue()
        call = Call(self.server.where, self.server.key, deadline)
        threading.Thread(target=self._run, args=(call, texts, result), name="embeddings", daemon=True).start()
        try:
            found = result.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            call.close()
            raise TimeoutError from None
        if isinstance(found, Exception):
            raise found
        return found

    def _run(self, call: Call, texts: Sequence[str], result: "SimpleQueue[Vectors | Exception]") -> None:
        try:
            result.put(call.embed(self.server.model.name, texts))
        except Exception as error:  # noqa: BLE001 -- handed to who waits, who raises it
            result.put(error)
        finally:
            call.close()
            self._free.release()


def _without(why: str) -> Asked:
    return Asked(problem=f"埋め込みサーバーが{why}ため、使わずに答えました。")
