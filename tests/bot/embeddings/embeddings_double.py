"""An embeddings server on a real socket, which can be slow and broken in every way that servers are."""

import hashlib
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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


class _Handler(socketserver.StreamRequestHandler):
    server: "Double"

    def handle(self) -> None:
        self.server.connections += 1
        with suppress(OSError):
            path = self.rfile.readline().decode().split()[1]
            headers = {}
            while line := self.rfile.readline().decode().strip():
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            body = json.loads(self.rfile.read(int(headers["content-length"])))
            request = {**body, "path": path, "authorization": headers.get("authorization")}
            self.server.requests.append(request)
            self.server.way(self.server, self.request, request)


class Double(socketserver.ThreadingTCPServer):
    """The server, and what it was sent: the JSON of each request, with its path and its authorization."""

    daemon_threads, block_on_close = True, False

    def __init__(self, way: Way) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.way, self.connections = way, 0
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


def vectors(texts: list[str]) -> bytes:
    data = [{"index": at, "embedding": vector(text)} for at, text in enumerate(texts)]
    return json.dumps({"object": "list", "data": data[::-1]}).encode()


def _reply(status: str, body: bytes, *headers: str) -> bytes:
    head = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")
    return "\r\n".join(head).encode() + body


def _whole(request: dict[str, Any]) -> bytes:
    return _reply("200 OK", vectors(request["input"]))


def well(_double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    client.sendall(_whole(request))


def always(status: str, body: bytes, *headers: str) -> Way:
    """Return the way of a server that says the same whatever it is asked."""
    return lambda _double, client, _request: client.sendall(_reply(status, body, *headers))


def hangs(double: Double, _client: socket.socket, _request: dict[str, Any]) -> None:
    double.closing.wait()


def drips(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Send the reply byte by byte, so that no single wait is long."""
    for byte in _whole(request):
        client.sendall(bytes([byte]))
        if double.closing.wait(0.01):
            return


def truncated(_double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    whole = _whole(request)
    client.sendall(whole[: len(whole) // 2])


def no_http(_double: Double, client: socket.socket, _request: dict[str, Any]) -> None:
    client.sendall(b"220 mail.example ESMTP\r\n")


def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
