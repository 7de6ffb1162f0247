"""One request to an OpenAI-compatible embeddings server, and what came back, checked."""

import json
import ssl
from collections.abc import Sequence
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic

import numpy as np

from bot.settings import Address
from index.retrieval.encoder import Vectors

LARGEST = 64 << 20
"""Bytes of a reply that are read."""

_OK, _REDIRECTS = 200, range(300, 400)
_UNREADABLE = "埋め込みとして読めない返事をした"


class RefusedError(Exception):
    """A reply that cannot be used; the text is a reason as `reason` returns it."""


FAILURES = (RefusedError, OSError, HTTPException, UnicodeError)
"""What a request may end in: a server that is not there, is slow, breaks off, or says something else."""


def reason(error: Exception, seconds: float) -> str:
    """Return why a request failed that was waited for so long: what comes between 「埋め込みサーバーが」 and 「ため」.

    >>> reason(TimeoutError(), 0.15), reason(ConnectionResetError(), 0.15)
    ('150ミリ秒以内に応えなかった', '途中で接続を切った')
    """
    match error:
        case RefusedError():
            return str(error)
        case TimeoutError():
            return f"{seconds * 1000:.0f}ミリ秒以内に応えなかった"
        case ConnectionRefusedError():
            return "接続を受け付けなかった"
        case ConnectionError():
            return "途中で接続を切った"
        case HTTPException():
            return "途中で切れたか、HTTPでない返事をした"
    return "見つからないか、届かなかった"


@cache
def _certificates() -> ssl.SSLContext:
    # To read those of the system takes longer than a question may.
    return ssl.create_default_context()


class Call:
    """One request, with the moment on the monotonic clock from which on nobody waits."""

    def __init__(self, where: Address, key: str, deadline: float) -> None:
        """Prepare it; `key` is sent as a bearer token, none if empty."""
        self._where, self._key, self._deadline = where, key, deadline
        self._connection = (
            HTTPSConnection(where.host, where.port, timeout=self._left(), context=_certificates())
            if where.secure
            else HTTPConnection(where.host, where.port, timeout=self._left())
        )
        self.close = self._connection.close

    def _left(self) -> float:
        """Return the seconds that are left, above 0.

        Raises:
            TimeoutError: none are.
        """
        left = self._deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def embed(self, model: str, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, one row each, or raise one of `FAILURES`."""
        # A connection for each question: one that was kept open may be dead by the next.
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": model, "input": list(texts)}).encode()
        self._connection.request("POST", self._where.path, body, headers)
        self._hurry()
        reply = self._connection.getresponse()
        if reply.status in _REDIRECTS:
            msg = f"別の場所へ送ろうとした(HTTP {reply.status}。従いません)"
            raise RefusedError(msg)
        if reply.status != _OK:
            msg = f"エラーを返した(HTTP {reply.status})"
            raise RefusedError(msg)
        content = bytearray()
        while True:
            self._hurry()
            part = reply.read1(1 << 16)
            if not part:
                break
            content += part
            if len(content) > LARGEST:
                msg = "大きすぎる返事をした"
                raise RefusedError(msg)
        if reply.length:  # http.client tells of it only where everything is read at once
            raise ConnectionResetError
        return vectors_of(bytes(content), len(texts))

    def _hurry(self) -> None:
        if self._connection.sock:  # none once the server has said that it closes
            self._connection.sock.settimeout(self._left())


def vectors_of(body: bytes, count: int) -> Vectors:
    """Return the vectors in the JSON of a reply, in order of their `index`, one row each.

    Raises:
        RefusedError: it is anything but `count` vectors of finite numbers, all of one length of 1 or more.
    """
    try:
        data = json.loads(body)["data"]
        by_index = {int(each.get("index", at)): each["embedding"] for at, each in enumerate(data)}
        found = np.array([by_index[at] for at in range(count)], dtype=np.float32)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError) as error:
        raise RefusedError(_UNREADABLE) from error
    if len(data) != count or found.ndim != 2 or not found.shape[1] or not np.isfinite(found).all():  # noqa: PLR2004 -- rows and numbers
        raise RefusedError(_UNREADABLE)
    return found
