"""The local Slack as a whole: started on a free port of loopback, stopped without a trace."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.slack.manifest import EVENTS, Profile, scopes
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import payloads
from tests.slack.double.model import BOT_USER, Channel, Delivery, EnvelopeType, Json, Kind, Request, User
from tests.slack.double.people import Person
from tests.slack.double.routes import Route
from tests.slack.double.socket_mode import Socket, SocketMode
from tests.slack.double.web_api import APP_TOKEN, BOT_TOKEN, TOO_MANY, Fault, Gate, WebApi
from tests.slack.double.workspace import Workspace

_LOOK_SECONDS = 0.05
"""How often to look for what changes elsewhere than in Slack, such as in the journal."""

_EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}
_Result = TypeVar("_Result")


class SlackDouble:
    """A workspace with one app in it; a context manager.

    Scopes `granted` may be changed at will; without a `route`, the app is reached by sockets.
    """

    bot_token = BOT_TOKEN
    app_token = APP_TOKEN
    signing_secret = "local-signing-secret"  # noqa: S105 -- of this double alone
    bot_user = BOT_USER

    def __init__(self, profile: Profile = Profile.CLASSIC) -> None:
        self.workspace = Workspace()
        self.route: Route | None = None
        self.deliveries: list[Delivery] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slack-double", daemon=True)
        self.api = WebApi(self.workspace, lambda: self.granted, self._socket_url, self._echo)
        self._sockets = SocketMode(self.workspace)
        self.requests: list[Request] = self.api.requests
        self.sockets: list[Socket] = self._sockets.sockets
        self.installs(profile)
        self._address = ""
        self._shut = 0
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def api_url(self) -> str:
        return f"http://{self._address}/api/"

    @property
    def connections(self) -> int:
        return self._sockets.connections

    @property
    def holds_something(self) -> bool:
        return any(not gate.opened.is_set() for gates in self.api.gates.values() for gate in gates)

    def installs(self, profile: Profile) -> None:
        self._profile = profile
        self.granted = set(scopes(profile))

    def person(self, name: str, *, guest: bool = False) -> Person:
        return Person(self, self.workspace.add_user(name, guest=guest))

    def channel(self, name: str, *members: Person, kind: Kind = "public", bot: bool = True) -> Channel:
        """Make a channel with these people, and the bot unless `bot` is false."""
        inside = [*([BOT_USER] if bot else []), *(person.id for person in members)]
        return self.workspace.add_channel(name, kind, inside)

    def group(self, *members: Person) -> str:
        name = f"S{self.workspace.number():04d}GROUP"
        self.workspace.groups[name] = [person.id for person in members]
        return name

    def calls(self, method: str) -> list[Request]:
        return [each for each in list(self.requests) if each.method == method and each.answer.get("ok")]

    def until(self, happened: Callable[[], _Result]) -> _Result:
        """Wait until something is true, looking whenever anything changes in Slack and often besides, and return it."""
        ends = monotonic() + PATIENCE_SECONDS
        with self.workspace.changed:
            while monotonic() < ends:
                if result := self.workspace.changed.wait_for(happened, _LOOK_SECONDS):
                    return result
        latest = [f"{each.method} {each.body} -> {each.answer}" for each in self.requests[-8:]]
        raise AssertionError("\n".join(["it did not happen; the latest requests:", *latest]))

    def refuse(  # noqa: PLR0913 -- what a refusal may depend on
        self,
        method: str,
        error: str = "ratelimited",
        *,
        retry_after: int | None = None,
        times: int = 1,
        status: int = 0,
        when: Callable[[Json], bool] = lambda _: True,
    ) -> None:
        """Refuse the next `times` calls of a method `when` the body is such; "ratelimited" is a 429 with Retry-After.

        An error that begins with `<` comes as a page, as from a proxy or a portal that stands between.
        """
        if error == "ratelimited":
            retry_after, status = 1 if retry_after is None else retry_after, status or TOO_MANY
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.api.faults[method].append(Fault(error, status or 200, headers, times, when))

    def break_off(self, method: str, *, begun: bytes = b"", whole: bool = False, times: int = 1) -> None:
        """Do what the next `times` calls of a method ask for, and break the connection when the answer has `begun`.

        If that is to look `whole`, nothing but its text tells that more was to come.
        """
        self.api.breaks[method].extend([(begun, whole)] * times)

    def hold(
        self, method: str, *, after: bool = False, when: Callable[[Json], bool] = lambda _: True
    ) -> Gate:
        """Let calls of a method wait until the gate is opened: before their work is done, or after."""
        gate = Gate(self._loop, after, when)
        self.api.gates[method].append(gate)
        return gate

    def is_closed_to(self, user: User) -> bool:
        """Tell whether somebody cannot use the app: a guest, if it has Slack's Agents feature."""
        return user.guest and self._profile is Profile.AGENT

    def deliver(
        self, kind: EnvelopeType, payload: Json, on_ack: Callable[[Any], None] = lambda _: None
    ) -> Delivery:
        """Send something to the app on its route; by socket it waits for one to be open."""
        delivery = Delivery(kind, payload, on_ack)
        self.deliveries.append(delivery)
        self._send(delivery)
        return delivery

    def resend(self, delivery: Delivery) -> None:
        """Send it once more, as Slack does with what was not acknowledged in time."""
        delivery.resent += 1
        self._send(delivery)

    def event(self, name: str, inner: Json) -> Delivery | None:
        """Send an event, if the app has subscribed to it and has its scope."""
        scope = _EVENT_SCOPES.get(name)
        if name not in EVENTS or (scope and scope not in self.granted):
            return None
        return self.deliver("events_api", payloads.event(self.workspace, inner))

    def disconnect(self) -> None:
        self._run(self._sockets.disconnect())

    def shut_out(self, times: int = 1) -> None:
        """Name an address where nobody listens to the next `times` sockets, as behind a firewall."""
        self._shut = times

    def _socket_url(self) -> str:
        if self._shut:
            self._shut -= 1
            return "ws://127.0.0.1:1/"
        return f"ws://{self._address}/link/"

    def close_sockets(self) -> None:
        self._run(self._sockets.close())

    def go_deaf(self) -> None:
        """Leave the open sockets open, but neither hear nor say anything on them any more."""
        for socket in self.sockets:
            socket.deaf = True

    def _send(self, delivery: Delivery) -> None:
        if self.route:
            self.route(delivery)
            return
        self._sockets.add(delivery)
        asyncio.run_coroutine_threadsafe(self._sockets.pump(), self._loop)

    def _echo(self, request: Request) -> None:
        """Tell the app of its own message, as Slack does; only over sockets, where the app is another thread."""
        if request.method != "chat.postMessage" or self.route:
            return
        channel = self.workspace.channels[request.answer["channel"]]
        posted = self.workspace.find_message(channel.id, request.answer["ts"])
        self.event(payloads.MESSAGE_EVENTS[channel.kind], payloads.message_event(posted, channel))

    def response_url(self, name: str) -> str:
        return f"http://{self._address}/response/{name}"

    def _run(self, coroutine: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_SECONDS)

    async def _start(self) -> None:
        app = web.Application(client_max_size=4 << 20)
        app.router.add_post("/api/{method}", self.api.call)
        app.router.add_post("/response/{name}", self.api.respond)
        app.router.add_get("/link/", self._sockets.connect)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._address = f"{host}:{port}"

    async def _stop(self) -> None:
        self.api.open_all()
        await self._sockets.close()
        if self._runner:
            await self._runner.cleanup()
