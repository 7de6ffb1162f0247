"""The Web API over HTTP: every request kept with its body; refusals, broken answers and waiting on request."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING

from aiohttp import web

from tests.slack.double.methods import call
from tests.slack.double.model import Json, RefusedError, Request

if TYPE_CHECKING:
    from tests.slack.double.server import SlackDouble

BOT_TOKEN, APP_TOKEN = "xoxb-local-bot", "xapp-local-app"
OK, NOT_FOUND, GONE, TOO_MANY = 200, 404, 410, 429
_IN_A_FORM = {"blocks", "view", "prompts", "metadata"}
"""What travels as JSON inside a form."""


@dataclass
class Gate:
    """A method that waits until it is opened: before its work, or `after` it, so that only the answer is late."""

    loop: asyncio.AbstractEventLoop
    after: bool
    when: Callable[[Json], bool]
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    lost: bool = False

    async def wait(self) -> None:
        self.waiting += 1
        await self.opened.wait()

    def open(self) -> None:
        self.loop.call_soon_threadsafe(self.opened.set)

    def lose(self) -> None:
        """Throw away what waits, as of a process that was killed; let later requests pass."""
        self.lost = True
        self.open()


@dataclass
class Fault:
    """What calls of a method meet, as often as is left: a refusal, or an answer that breaks off once it has `begun`."""

    left: int
    when: Callable[[Json], bool] = lambda _: True
    error: str = ""
    status: int = OK
    headers: dict[str, str] = field(default_factory=dict)
    begun: bytes = b""
    looks_whole: bool = False


class WebApi:
    def __init__(self, slack: "SlackDouble") -> None:
        self.requests: list[Request] = []
        self.clock_skew_seconds = 0
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.gates: dict[str, list[Gate]] = defaultdict(list)
        self._slack = slack

    @property
    def shut(self) -> list[Gate]:
        """The gates that are not opened yet."""
        held = [gate for gates in list(self.gates.values()) for gate in list(gates)]
        return [gate for gate in held if not gate.opened.is_set()]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of a method, or what is written to a response URL, which counts as one."""
        kept = Request(request.match_info.get("method", "response_url"), *await _read(request))
        self.requests.append(kept)
        held = [each for each in self.gates[kept.method] if not each.opened.is_set() and each.when(kept.body)]
        gate = held[0] if held else None
        if gate and not gate.after:
            await gate.wait()
            if gate.lost:
                return web.Response(status=GONE)
        fault = next((each for each in self.faults[kept.method] if each.left and each.when(kept.body)), None)
        if fault:
            fault.left -= 1
        if fault and fault.error:
            status, result = fault.status, {"ok": False, "error": fault.error}
        else:
            status, result = self._result(kept, request.match_info.get("name", ""))
        if gate and gate.after:
            await gate.wait()
        kept.answer, kept.status = result, status
        if result["ok"] and kept.method == "chat.postMessage":
            self._slack.echo(result)
        if fault and not fault.error:
            return await _broken(request, fault)
        date = formatdate(time() + self.clock_skew_seconds, usegmt=True)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._slack.granted)), "Date": date}
        if (page := str(result.get("error", ""))).startswith("<"):
            return web.Response(text=page, content_type="text/html", status=status)
        return web.json_response(result, status=status, headers=headers | (fault.headers if fault else {}))

    def _result(self, kept: Request, response: str) -> tuple[int, Json]:
        try:
            if response:
                self._slack.workspace.respond(response, kept.body)
                return OK, {"ok": True}
            return OK, {"ok": True, **self._called(kept)}
        except RefusedError as refusal:
            status = NOT_FOUND if refusal.error == "expired_url" else OK
            return status, {"ok": False, "error": refusal.error, **refusal.more}

    def _called(self, kept: Request) -> Json:
        if kept.token not in {BOT_TOKEN, APP_TOKEN}:
            raise RefusedError("invalid_auth")
        for_app = kept.method == "apps.connections.open"
        if for_app != (kept.token == APP_TOKEN):
            raise RefusedError("not_allowed_token_type")
        if for_app:
            return {"url": self._slack.socket_url()}
        return call(self._slack.workspace, kept.method, kept.body, self._slack.granted)


async def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    """Break the connection, after the beginning of an answer or without a word."""
    if fault.looks_whole:
        return web.Response(body=fault.begun, content_type="application/json")
    response = web.StreamResponse(headers={"Content-Length": str(len(fault.begun) + 1)})
    if fault.begun:
        await response.prepare(request)
        await response.write(fault.begun)
    if request.transport:
        request.transport.close()
    return response


async def _read(request: web.Request) -> tuple[Json, str]:
    """Return what a request holds, and its token."""
    header = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if request.content_type == "application/json":
        text = await request.text()
        body = json.loads(text) if text else {}
    else:
        form = dict(await request.post())
        body = {name: json.loads(str(held)) if name in _IN_A_FORM else held for name, held in form.items()}
    return body, str(body.pop("token", "") or "") or header
