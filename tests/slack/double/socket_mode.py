"""Socket Mode's server side: hello, envelopes, acknowledgements, and the ways a socket dies."""

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.slack.double.model import APP, Delivery, Json
from tests.slack.double.workspace import Workspace

MOST_RESENT = 3  # times that Slack sends an event again
_DEBUG = {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18_060}


@dataclass(eq=False)
class Socket:
    """One open connection of the app: `deaf` if it hears and says nothing, `leaving` if it was told to go."""

    web: web.WebSocketResponse
    deaf: bool = False
    leaving: bool = False
    sending: "asyncio.Task[None] | None" = None
    open: dict[str, Delivery] = field(default_factory=dict)

    async def say(self, what: Json) -> None:
        with suppress(ConnectionError):  # it has just been closed, and what it took is sent again
            await self.web.send_str(json.dumps(what))


class SocketMode:
    """All sockets of the app; its coroutines run in the loop of the double, `add` is called from anywhere."""

    def __init__(self, workspace: Workspace) -> None:
        self.sockets: list[Socket] = []
        self.connections = 0
        self._workspace = workspace
        self._waiting: deque[Delivery] = deque()
        self._turn = asyncio.Lock()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        # Pings are answered by hand, since a deaf socket answers none.
        socket = Socket(web.WebSocketResponse(autoping=False, autoclose=True))
        await socket.web.prepare(request)
        self.sockets.append(socket)
        self.connections += 1
        try:
            hello = {"type": "hello", "num_connections": len(self.sockets), "debug_info": _DEBUG}
            await socket.say({**hello, "connection_info": {"app_id": APP}})
            socket.sending = asyncio.create_task(self.pump())  # pings are answered meanwhile
            async for message in socket.web:
                if message.type is WSMsgType.TEXT and not socket.deaf:
                    held = json.loads(message.data)
                    if delivery := socket.open.pop(held.get("envelope_id", ""), None):
                        delivery.acknowledge(held.get("payload"))
                elif message.type is WSMsgType.PING and not socket.deaf:
                    await socket.web.pong(message.data)
        finally:
            self.sockets.remove(socket)
            await self._send_again(socket)
        return socket.web

    def add(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)

    async def pump(self) -> None:
        """Send what waits, to one socket after the other."""
        async with self._turn:
            while self._waiting:
                able = [each for each in self.sockets if not (each.leaving or each.web.closed)]
                if not able:
                    return
                number, delivery = self._workspace.number(), self._waiting.popleft()
                socket, envelope_id = able[number % len(able)], f"envelope-{number}"
                socket.open[envelope_id] = delivery
                takes = delivery.type != "events_api"
                again = (
                    {"retry_attempt": delivery.resent, "retry_reason": "timeout"} if delivery.resent else {}
                )
                envelope = {"envelope_id": envelope_id, "type": delivery.type, "payload": delivery.payload}
                if not socket.deaf:
                    await socket.say({**envelope, **again, "accepts_response_payload": takes})

    async def _send_again(self, socket: Socket) -> None:
        """Send over another socket the events that this one took with it, thrice at most; commands are lost."""
        for delivery in socket.open.values():
            if delivery.type == "events_api" and not delivery.acked and delivery.resent < MOST_RESENT:
                delivery.resent += 1
                self.add(delivery)
        await self.pump()

    async def disconnect(self) -> None:
        for socket in list(self.sockets):
            socket.leaving = True
            await socket.say({"type": "disconnect", "reason": "refresh_requested", "debug_info": _DEBUG})

    async def close(self) -> None:
        for socket in list(self.sockets):
            socket.leaving = True
            await socket.web.close()
