"""Socket Mode's server side: tickets, hello, envelopes, acknowledgements, and the ways a socket dies."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.slack.double.delivery import Delivery
from tests.slack.double.model import APP
from tests.slack.double.workspace import Workspace


@dataclass(eq=False)
class Socket:
    """One open connection of the app.

    Attributes:
        deaf: It stays open, but hears nothing and says nothing.
        leaving: It was told to go, and gets no more envelopes.
        pings: How many pings came from the app.
        pongs: How many answers came to `ping`.
        open: What was sent over it and is not acknowledged yet, by envelope.
    """

    web: web.WebSocketResponse
    deaf: bool = False
    leaving: bool = False
    pings: int = 0
    pongs: int = 0
    open: dict[str, Delivery] = field(default_factory=dict)


@dataclass
class _Envelope:
    delivery: Delivery
    attempt: int
    reason: str


class SocketMode:
    """All sockets of the app; its coroutines run in the loop of the double, `send` comes from anywhere."""

    def __init__(self, workspace: Workspace) -> None:
        """Begin without sockets."""
        self.sockets: list[Socket] = []
        self.connections = 0
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._waiting: deque[_Envelope] = deque()
        self._sent: dict[str, Delivery] = {}
        self._turn = asyncio.Lock()
        self._next = 0

    def ticket(self) -> str:
        """Return the query of an address at which one socket may connect, once."""
        name = f"ticket-{self._workspace.number()}"
        self._tickets.add(name)
        return f"ticket={name}&app_id={APP}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        # Pings are answered by hand, since a deaf socket answers none.
        socket = Socket(web.WebSocketResponse(autoping=False, autoclose=True))
        await socket.web.prepare(request)
        with self._workspace.changed:
            self.sockets.append(socket)
            self.connections += 1
            self._workspace.changed.notify_all()
        await socket.web.send_str(json.dumps(self._hello()))
        await self.pump()
        try:
            async for message in socket.web:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(socket, message.data)
                elif message.type is WSMsgType.PING:
                    await self._pong(socket, message.data)
                elif message.type is WSMsgType.PONG:
                    self._count(socket, pongs=1)
        finally:
            with self._workspace.changed:
                self.sockets.remove(socket)
                self._workspace.changed.notify_all()
            await self._send_again(socket)
        return socket.web

    def add(self, delivery: Delivery) -> None:
        """Queue an envelope; `pump` sends it as soon as a socket is there."""
        self._waiting.append(_Envelope(delivery, delivery.attempt, delivery.reason))

    async def pump(self) -> None:
        """Send what waits, in order, over the open sockets in turn."""
        async with self._turn:
            while self._waiting:
                able = [each for each in self.sockets if not (each.leaving or each.web.closed)]
                if not able:
                    return
                socket = able[self._next % len(able)]
                self._next += 1
                envelope = self._waiting.popleft()
                envelope_id = f"envelope-{self._workspace.number()}"
                with self._workspace.changed:
                    self._sent[envelope_id] = envelope.delivery
                    envelope.delivery.envelope_ids.append(envelope_id)
                    socket.open[envelope_id] = envelope.delivery
                    self._workspace.changed.notify_all()
                text = json.dumps(envelope.delivery.envelope(envelope_id, envelope.attempt, envelope.reason))
                if not socket.deaf:
                    await socket.web.send_str(text)

    async def _send_again(self, socket: Socket) -> None:
        """Send over another socket the events that this one took with it; commands and the like are lost."""
        for delivery in socket.open.values():
            if delivery.type == "events_api" and not delivery.acked:
                delivery.attempt += 1
                delivery.reason = "timeout"
                self.add(delivery)
        await self.pump()

    async def disconnect(self, reason: str) -> None:
        """Tell every socket that it will be closed: "warning" (soon) or "refresh_requested" (now)."""
        for socket in list(self.sockets):
            socket.leaving = reason != "warning"
            debug = {"host": "applink-local"}
            await socket.web.send_str(
                json.dumps({"type": "disconnect", "reason": reason, "debug_info": debug})
            )

    async def close(self, code: int = 1_000) -> None:
        """Close every socket."""
        for socket in list(self.sockets):
            socket.leaving = True
            await socket.web.close(code=code)

    async def ping(self) -> None:
        """Send a ping over every socket that is not deaf."""
        for socket in list(self.sockets):
            if not socket.deaf:
                await socket.web.ping(b"ping from slack")

    def _hello(self) -> dict[str, object]:
        debug = {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18_060}
        shared = {"type": "hello", "num_connections": len(self.sockets), "debug_info": debug}
        return {**shared, "connection_info": {"app_id": APP}}

    def _acknowledge(self, socket: Socket, text: str) -> None:
        held = json.loads(text)
        delivery = self._sent.get(held.get("envelope_id", ""))
        if delivery is None or socket.deaf:
            return
        socket.open.pop(held["envelope_id"], None)
        with self._workspace.changed:
            delivery.acknowledge(held.get("payload"))
            self._workspace.changed.notify_all()

    async def _pong(self, socket: Socket, data: bytes) -> None:
        self._count(socket, pings=1)
        if not socket.deaf:
            await socket.web.pong(data)

    def _count(self, socket: Socket, pings: int = 0, pongs: int = 0) -> None:
        with self._workspace.changed:
            socket.pings += pings
            socket.pongs += pongs
            self._workspace.changed.notify_all()
