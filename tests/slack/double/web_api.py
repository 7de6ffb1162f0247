"""The Web API over HTTP: who may call what, every request kept with its body, faults on request."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time

from aiohttp import web

from tests.slack.double.methods import METHODS, decoded, scope_for
from tests.slack.double.model import Json, RefusedError, Request
from tests.slack.double.workspace import Workspace

BOT_TOKEN, APP_TOKEN = "xoxb-local-bot", "xapp-local-app"
OK = 200
NOT_FOUND = 404
GONE, TOO_MANY = 410, 429


@dataclass
class Gate:
    """A method that waits until it is opened: before its work, or `after` it, so that only the answer is late."""

    loop: asyncio.AbstractEventLoop
    after: bool
    when: Callable[[Json], bool]
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    lost: bool = False

    def open(self) -> None:
        self.loop.call_soon_threadsafe(self.opened.set)

    def lose(self) -> None:
        """Throw away what waits, as of a process that was killed; let later requests pass."""
        self.lost = True
        self.open()


@dataclass
class Fault:
    """What calls of a method are refused with, as often as is left."""

    error: str
    status: int
    headers: dict[str, str]
    left: int
    when: Callable[[Json], bool]


class WebApi:
    def __init__(
        self,
        workspace: Workspace,
        granted: Callable[[], set[str]],
        socket_url: Callable[[], str],
        after: Callable[[Request], None],
    ) -> None:
        self.granted = granted
        self.requests: list[Request] = []
        self.clock_skew_seconds = 0
        self.after = after
        self._workspace = workspace
        self._socket_url = socket_url
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.breaks: dict[str, deque[tuple[bytes, bool]]] = defaultdict(deque)
        self.gates: dict[str, list[Gate]] = defaultdict(list)

    def open_all(self) -> None:
        for gate in (each for gates in self.gates.values() for each in gates):
            gate.opened.set()

    async def call(self, request: web.Request) -> web.StreamResponse:
        return await self._kept(request, request.match_info["method"], self._answer)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        async def answer(kept: Request) -> Json:
            self._workspace.respond(request.match_info["name"], kept.body)
            return {}

        return await self._kept(request, "response_url", answer)

    async def _kept(
        self, request: web.Request, method: str, answer: Callable[[Request], Awaitable[Json]]
    ) -> web.StreamResponse:
        kept = Request(method, *await _read(request))
        with self._workspace.changed:
            self.requests.append(kept)
            self._workspace.changed.notify_all()
        shut = (each for each in self.gates[method] if not each.opened.is_set())
        gate = next((each for each in shut if each.when(kept.body)), None)
        if gate and not gate.after:
            await self._wait(gate)
            if gate.lost:
                return web.Response(status=GONE)
        status, result, headers = OK, {}, {}
        faults = (each for each in self.faults[method] if each.left and each.when(kept.body))
        if fault := next(faults, None):
            fault.left -= 1
            status, result, headers = fault.status, {"ok": False, "error": fault.error}, fault.headers
        else:
            try:
                with self._workspace.changed:
                    result = {"ok": True, **await answer(kept)}
            except RefusedError as refusal:
                result = {"ok": False, "error": refusal.error, **refusal.more}
                status = NOT_FOUND if refusal.error == "expired_url" else OK
        if gate and gate.after:
            await self._wait(gate)
        with self._workspace.changed:
            kept.answer, kept.status = result, status
            self._workspace.changed.notify_all()
        if result.get("ok"):
            self.after(kept)
        if breaks := self.breaks[method]:
            return await _broken(request, *breaks.popleft())
        date = formatdate(time() + self.clock_skew_seconds, usegmt=True)
        shown = {"X-OAuth-Scopes": ",".join(sorted(self.granted())), "Date": date}
        if (page := str(result.get("error", ""))).startswith("<"):
            return web.Response(text=page, content_type="text/html", status=status)
        return web.json_response(result, status=status, headers={**shown, **headers})

    async def _wait(self, gate: Gate) -> None:
        with self._workspace.changed:
            gate.waiting += 1
            self._workspace.changed.notify_all()
        await gate.opened.wait()

    async def _answer(self, kept: Request) -> Json:
        if kept.token not in {BOT_TOKEN, APP_TOKEN}:
            raise RefusedError("invalid_auth")
        for_app = kept.method == "apps.connections.open"
        if for_app != (kept.token == APP_TOKEN):
            raise RefusedError("not_allowed_token_type")
        if for_app:
            return {"url": self._socket_url()}
        if kept.method not in METHODS:
            raise RefusedError("unknown_method", req_method=kept.method)
        needed = scope_for(self._workspace, kept.method, kept.body)
        if needed and needed not in self.granted():
            raise RefusedError("missing_scope", needed=needed)
        return METHODS[kept.method](self._workspace, kept.body)


async def _broken(request: web.Request, begun: bytes, whole: bool) -> web.StreamResponse:  # noqa: FBT001
    """Break the connection, after the beginning of an answer or without a word."""
    if whole:
        return web.Response(body=begun, content_type="application/json")
    response = web.StreamResponse(headers={"Content-Length": str(len(begun) + 1)})
    if begun:
        await response.prepare(request)
        await response.write(begun)
    if request.transport:
        request.transport.close()
    return response


async def _read(request: web.Request) -> tuple[Json, str]:
    header = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if request.content_type == "application/json":
        text = await request.text()
        fields = json.loads(text) if text else {}
    else:
        fields = dict(await request.post())
    token = str(fields.pop("token", "") or "") or header
    return decoded(fields), token
