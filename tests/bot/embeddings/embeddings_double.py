"""An embeddings server on a real socket, which can be slow and broken in every way that servers are."""

import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from index.analysis.normalize import ngrams, plain

Way = Callable[["Double", socket.socket, dict[str, Any]], None]


SIZE = 48


def vector(text: str, size: int = SIZE) -> list[float]:
    """Return the sum of a random direction for each run of two characters: texts that share some are near."""
    found = np.full(size, 2.0)
    for part in ngrams(plain(text), 2):
        seed = int.from_bytes(hashlib.sha256(part.encode()).digest()[:8], "big")
        found += np.random.default_rng(seed).normal(size=size)
    return [float(value) for value in found]


class Double:
    """The server, and what it was sent.

    Attributes:
        way: How it replies from now on.
        size: Of its vectors.
        requests: The JSON of each request, with its headers under "headers".
    """

    def __init__(self, way: Way) -> None:
        """Listen on a free port of this machine."""
        self.way, self.size = way, SIZE
        self.requests: list[dict[str, Any]] = []
        self.connections = 0
        self.closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def inputs(self) -> list[str]:
        """All texts that it was sent, in order."""
        return [text for request in self.requests for text in request["input"]]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            head, _, body = _until(client, b"", b"\r\n\r\n").partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            while len(body) < int(headers["content-length"]):
                body += client.recv(65_536)
            request = {**json.loads(body), "path": first.split()[1], "headers": headers}
            request["authorization"] = next(
                (line.split(": ", 1)[1] for line in lines if line.lower().startswith("authorization: ")), None
            )
            self.requests.append(request)
            self.way(self, client, request)

    def close(self) -> None:
        """Listen no more, and let go of who hangs."""
        self.closing.set()
        self._listener.close()
        for each in self._open:
            each.close()


def _until(client: socket.socket, held: bytes, mark: bytes) -> bytes:
    while mark not in held:
        part = client.recv(65_536)
        if not part:
            raise ConnectionError
        held += part
    return held


@contextmanager
def serving(way: "Way") -> Iterator[Double]:
    """Run a server until the end of the block."""
    double = Double(way)
    try:
        yield double
    finally:
        double.close()


def reply(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Return an HTTP reply; `length` is what it says of its body's."""
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers)
    return "\r\n".join((*lines, "", "")).encode() + body


def vectors(size: int, texts: list[str], **more: object) -> bytes:
    """Return the JSON of a good reply, last text first."""
    data = [{"index": at, "embedding": vector(text, size)} for at, text in enumerate(texts)]
    return json.dumps({"object": "list", "data": data[::-1], **more}).encode()


def well(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Give every text its vector."""
    client.sendall(reply("200 OK", vectors(double.size, request["input"])))


def hangs(double: Double, _client: socket.socket, _request: dict[str, Any]) -> None:
    """Read the question and say nothing."""
    double.closing.wait()


def drips(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Send the reply byte by byte, so that no single wait is long."""
    for byte in reply("200 OK", vectors(double.size, request["input"])):
        client.sendall(bytes([byte]))
        if double.closing.wait(0.01):
            return


def stops_halfway(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Send half of the reply, and no more."""
    whole = reply("200 OK", vectors(double.size, request["input"]))
    client.sendall(whole[: len(whole) // 2])
    double.closing.wait()


def truncated(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Send half of the reply, and close."""
    whole = reply("200 OK", vectors(double.size, request["input"]))
    client.sendall(whole[: len(whole) // 2])


def resets(_double: Double, client: socket.socket, _request: dict[str, Any]) -> None:
    """Break the connection off, as a process that is killed does."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def no_http(_double: Double, client: socket.socket, _request: dict[str, Any]) -> None:
    """Speak another protocol."""
    client.sendall(b"220 mail.example ESMTP\r\n")


def always(status: str, body: bytes, *headers: str) -> Way:
    """Return the way of a server that says the same whatever it is asked."""

    def say(_double: Double, client: socket.socket, _request: dict[str, Any]) -> None:
        client.sendall(reply(status, body, *headers))

    return say


def chunked(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Give every text its vector, without saying before how long that is."""
    body = vectors(double.size, request["input"])
    client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for part in (body[:100], body[100:], b""):
        client.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")


def cut_chunks(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Begin the same, and close in the middle."""
    body = vectors(double.size, request["input"])
    client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.sendall(f"{len(body):x}\r\n".encode() + body[:100])


def uneven(double: Double, client: socket.socket, request: dict[str, Any]) -> None:
    """Give vectors of another size each time."""
    double.size += 1
    well(double, client, request)


def nobody() -> str:
    """Return the address of a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
