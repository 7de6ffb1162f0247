"""The local Slack as a whole: started on a free port of loopback, stopped without a trace."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.slack.manifest import EVENTS, Profile, scopes
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import payloads
from tests.slack.double.model import BOT_USER, Channel, Delivery, EnvelopeType, Json, Kind, Request
from tests.slack.double.people import MESSAGE_EVENTS, Person
from tests.slack.double.routes import Route
from tests.slack.double.socket_mode import Socket, SocketMode
from tests.slack.double.web_api import APP_TOKEN, BOT_TOKEN, TOO_MANY, Fault, Gate, WebApi
from tests.slack.double.workspace import Workspace

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

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.route: Route | None = None
        self.deliveries: list[Delivery] = []
        self.api = WebApi(self)
        self.requests: list[Request] = self.api.requests
        self._sockets = SocketMode(self.workspace)
        self.sockets: list[Socket] = self._sockets.sockets
        self.installs(Profile.CLASSIC)
        self.url = ""
        self._shut = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slack-double", daemon=True)
        app = web.Application(client_max_size=4 << 20)
        app.router.add_post("/api/{method}", self.api.handle)
        app.router.add_post("/response/{name}", self.api.handle)
        app.router.add_get("/link/", self._sockets.connect)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self.open_all()
        self._run(self._sockets.close())
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    def _run(self, coroutine: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_SECONDS)

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def connections(self) -> int:
        return self._sockets.connections

    @property
    def holds_something(self) -> bool:
        return bool(self.api.shut)

    def installs(self, profile: Profile) -> None:
        self.granted = set(scopes(profile))

    def person(self, name: str) -> Person:
        return Person(self, name)

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
        """Wait until something is true, and return it."""
        late = monotonic() + PATIENCE_SECONDS
        while not (result := happened()):
            if monotonic() > late:
                latest = [f"{each.method} {each.body} -> {each.answer}" for each in self.requests[-8:]]
                raise AssertionError("\n".join(["it did not happen; the latest requests:", *latest]))
            threading.Event().wait(0.01)
        return result

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
        self.api.faults[method].append(Fault(times, when, error, status or 200, headers))

    def break_off(self, method: str, *, begun: bytes = b"", whole: bool = False, times: int = 1) -> None:
        """Do what the next `times` calls of a method ask for, and break the connection when the answer has `begun`.

        If that is to look `whole`, nothing but its text tells that more was to come.
        """
        self.api.faults[method].append(Fault(times, begun=begun, looks_whole=whole))

    def hold(
        self, method: str, *, after: bool = False, when: Callable[[Json], bool] = lambda _: True
    ) -> Gate:
        """Let calls of a method wait until the gate is opened: before their work is done, or after."""
        gate = Gate(self._loop, after, when)
        self.api.gates[method].append(gate)
        return gate

    def open_all(self) -> None:
        for gate in self.api.shut:
            gate.open()

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
        if name not in EVENTS or not {_EVENT_SCOPES.get(name)} <= {None, *self.granted}:
            return None
        return self.deliver("events_api", payloads.event(self.workspace, inner))

    def echo(self, answer: Json) -> None:
        """Tell the app of its own message, as Slack does; only over sockets, where the app is another thread."""
        if not self.route:
            channel = self.workspace.channels[answer["channel"]]
            posted = self.workspace.find_message(channel.id, answer["ts"])
            self.event(MESSAGE_EVENTS[channel.kind], payloads.message_event(posted, channel))

    def disconnect(self) -> None:
        self._run(self._sockets.disconnect())

    def close_sockets(self) -> None:
        self._run(self._sockets.close())

    def go_deaf(self) -> None:
        """Leave the open sockets open, but neither hear nor say anything on them any more."""
        for socket in self.sockets:
            socket.deaf = True

    def shut_out(self, times: int = 1) -> None:
        """Name an address where nobody listens to the next `times` sockets, as behind a firewall."""
        self._shut = times

    def socket_url(self) -> str:
        self._shut -= 1
        return "ws://127.0.0.1:1/" if self._shut >= 0 else f"{self.url.replace('http', 'ws')}/link/"

    def _send(self, delivery: Delivery) -> None:
        if self.route:
            self.route(delivery)
            return
        self._sockets.add(delivery)
        asyncio.run_coroutine_threadsafe(self._sockets.pump(), self._loop)
