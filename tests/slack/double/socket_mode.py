"""Socket Mode's server side: hello, envelopes, acknowledgements, and the ways a socket dies."""

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.slack.double.model import APP, Delivery
from tests.slack.double.workspace import Workspace

MOST_RESENT = 3  # times that Slack sends an event again


@dataclass(eq=False)
class Socket:
    """One open connection of the app: `deaf` if it hears and says nothing, `leaving` if it was told to go."""

    web: web.WebSocketResponse
    deaf: bool = False
    leaving: bool = False
    sending: "asyncio.Task[None] | None" = None
    open: dict[str, Delivery] = field(default_factory=dict)


class SocketMode:
    """All sockets of the app; its coroutines run in the loop of the double, `send` comes from anywhere."""

    def __init__(self, workspace: Workspace) -> None:
        self.sockets: list[Socket] = []
        self.connections = 0
        self._workspace = workspace
        self._waiting: deque[Delivery] = deque()
        self._sent: dict[str, Delivery] = {}
        self._turn = asyncio.Lock()
        self._next = 0

    async def connect(self, request: web.Request) -> web.StreamResponse:
        # Pings are answered by hand, since a deaf socket answers none.
        socket = Socket(web.WebSocketResponse(autoping=False, autoclose=True))
        await socket.web.prepare(request)
        with self._workspace.changed:
            self.sockets.append(socket)
            self.connections += 1
            self._workspace.changed.notify_all()
        try:
            await socket.web.send_str(json.dumps(self._hello()))
            socket.sending = asyncio.create_task(self.pump())  # pings are answered meanwhile
            async for message in socket.web:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(socket, message.data)
                elif message.type is WSMsgType.PING and not socket.deaf:
                    await socket.web.pong(message.data)
        finally:
            with self._workspace.changed:
                self.sockets.remove(socket)
                self._workspace.changed.notify_all()
            await self._send_again(socket)
        return socket.web

    def add(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)

    async def pump(self) -> None:
        async with self._turn:
            while self._waiting:
                able = [each for each in self.sockets if not (each.leaving or each.web.closed)]
                if not able:
                    return
                socket = able[self._next % len(able)]
                self._next += 1
                delivery, envelope_id = self._waiting.popleft(), f"envelope-{self._workspace.number()}"
                self._sent[envelope_id] = socket.open[envelope_id] = delivery
                if not socket.deaf:
                    with suppress(ConnectionError):  # it has just been closed, and what it took is sent again
                        await socket.web.send_str(json.dumps(delivery.envelope(envelope_id)))

    async def _send_again(self, socket: Socket) -> None:
        """Send over another socket the events that this one took with it, thrice at most; commands are lost."""
        for envelope_id, delivery in socket.open.items():
            self._sent.pop(envelope_id, None)
            if delivery.type == "events_api" and not delivery.acked and delivery.resent < MOST_RESENT:
                delivery.resent += 1
                self.add(delivery)
        await self.pump()

    async def disconnect(self) -> None:
        told = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "applink-local"}}
        for socket in list(self.sockets):
            socket.leaving = True
            with suppress(ConnectionError):
                await socket.web.send_str(json.dumps(told))

    async def close(self) -> None:
        for socket in list(self.sockets):
            socket.leaving = True
            await socket.web.close()

    def _hello(self) -> dict[str, object]:
        debug = {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18_060}
        shared = {"type": "hello", "num_connections": len(self.sockets), "debug_info": debug}
        return {**shared, "connection_info": {"app_id": APP}}

    def _acknowledge(self, socket: Socket, text: str) -> None:
        held = json.loads(text)
        if socket.deaf or (delivery := self._sent.pop(held.get("envelope_id", ""), None)) is None:
            return
        socket.open.pop(held["envelope_id"], None)
        with self._workspace.changed:
            delivery.acknowledge(held.get("payload"))
            self._workspace.changed.notify_all()
