"""An embeddings server on a real socket, which can be slow and broken in every way that servers are."""

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from index.analysis.normalize import ngrams, plain

Way = Callable[["Double", socket.socket, dict[str, Any]], None]
"""How it replies to a request."""

SIZE = 48


def vector(text: str) -> list[float]:
    """Return the sum of a random direction for each run of two characters: texts that share some are near."""
    found = np.full(SIZE, 2.0)
    for part in ngrams(plain(text), 2):
        seed = int.from_bytes(hashlib.sha256(part.encode()).digest()[:8], "big")
        found += np.random.default_rng(seed).normal(size=SIZE)
    return [float(value) for value in found]


class _Handler(BaseHTTPRequestHandler):
    server: "Double"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = {**body, "path": self.path, "authorization": self.headers["Authorization"]}
        self.server.requests.append(request)
        with suppress(OSError):
            self.server.way(self.server, self.connection, request)


class Double(ThreadingHTTPServer):
    """The server, and what it was sent: the JSON of each request, with its path and its authorization."""

    def __init__(self, way: Way) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.way = way
        self.requests: list[dict[str, Any]] = []
        self.closing = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def inputs(self) -> list[str]:
        """All texts that it was sent, in order."""
        return [text for request in self.requests for text in request["input"]]


@contextmanager
def serving(way: Way) -> Iterator[Double]:
    with Double(way) as double:
        threading.Thread(target=double.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield double
        finally:
            double.closing.set()  # lets go of who hangs
            double.shutdown()


def always(status: str, body: bytes, *headers: str) -> Way:
    """Return the way of a server that says the same whatever it is asked."""
    return lambda _double, client, _request: client.sendall(_reply(status, body, *headers))


def _reply(status: str, body: bytes, *headers: str) -> bytes:
    head = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")
    return "\r\n".join(head).encode() + body


def _whole(request: dict[str, Any]) -> bytes:
    data = [{"index": at, "embedding": vector(text)} for at, text in enumerate(request["input"])]
    return _reply("200 OK", json.dumps({"data": data[::-1]}).encode())


def well(_double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    client.sendall(_whole(request))


def hangs(double: Double, _client: socket.socket, _request: dict[str, Any]) -> None:
    double.closing.wait()


def drips(double: Double, client: socket.socket, _request: dict[str, Any]) -> None:
    """Send a reply byte by byte, so that no single wait is long, and never come to its end."""
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not double.closing.wait(0.01):
        client.sendall(b" ")


def truncated(_double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    client.sendall(_whole(request)[:-100])
