"""One request to an OpenAI-compatible embeddings server, and what came back, checked."""

import json
import ssl
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from socket import SHUT_RDWR
from time import monotonic

import numpy as np

from bot.embedding.address import Address
from bot.embedding.reasons import RefusedError
from index.vectors import Vectors

LARGEST = 64 << 20
"""Bytes of a reply that are read."""

_CHUNK = 1 << 16
_OK = 200
_REDIRECTS = range(300, 400)
_TOO_LARGE = "大きすぎる返事をした"
_UNREADABLE = "埋め込みとして読めない返事をした"


@cache
def _certificates() -> ssl.SSLContext:
    # To read those of the system takes longer than a question may.
    return ssl.create_default_context()


class Call:
    """One request, which another thread may cut off.

    A socket's own timeout begins anew with every byte that comes; what is cut off ends at once.
    """

    def __init__(self, where: Address, key: str, deadline: float) -> None:
        """Prepare a request.

        Args:
            where: The server.
            key: Sent as a bearer token; nothing if empty.
            deadline: The moment on the monotonic clock from which on nobody waits.
        """
        self._where, self._key, self._deadline = where, key, deadline
        self._connection = (
            HTTPSConnection(where.host, where.port, timeout=self._left(), context=_certificates())
            if where.secure
            else HTTPConnection(where.host, where.port, timeout=self._left())
        )

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
        """Return the vectors of texts, one row each.

        Raises:
            RefusedError: the server replied something else.
            OSError: it was not reached, or broke off; TimeoutError if it took too long.
            HTTPException: what it said is no HTTP, or ended in the middle.
        """
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
        parts, size = [], 0
        while True:
            self._hurry()
            part = reply.read1(_CHUNK)
            if not part:
                break
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise RefusedError(_TOO_LARGE)
        if reply.length:  # http.client tells of it only where everything is read at once
            raise ConnectionResetError
        return vectors_of(b"".join(parts), len(texts))

    def _hurry(self) -> None:
        if self._connection.sock:  # none once the server has said that it closes
            self._connection.sock.settimeout(self._left())

    def close(self) -> None:
        """End it, from whichever thread: what still waits for it fails at once."""
        if self._connection.sock:
            with suppress(OSError):  # it is closed already
                self._connection.sock.shutdown(SHUT_RDWR)
        self._connection.close()


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
