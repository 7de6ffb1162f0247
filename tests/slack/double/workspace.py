"""The state of the local Slack and what it refuses; its clock stands until it is put forward."""

import copy
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.slack.block_kit_validator import message_excess, view_excess
from tests.slack.double.model import BOT_USER, Channel, Json, Kind, Posted, RefusedError, View
from tests.slack.double.rendering import lines

EPOCH = 1_760_000_000
MOST_VIEWS = 3
TRIGGER_SECONDS = 3
RESPONSE_SECONDS, RESPONSE_USES = 1_800, 5
ALONE, CHANGED = "(自分だけに表示) ", "(変わる) "


@dataclass
class Ticket:
    """What an act of a person allows the app to do for a short time: open one view, or answer a few times."""

    user: str
    channel: str
    made: float
    message: str = ""
    uses: int = 0


@dataclass(frozen=True)
class Scene:
    """What appeared on a screen, as it reads; `only_for` is empty when all of a channel see it."""

    text: str
    channel: str
    only_for: str


class Workspace:
    """All state, which any thread may change: each change is one step of a list or a mapping."""

    def __init__(self) -> None:
        self.users = {BOT_USER: "採用FAQ"}
        self.channels: dict[str, Channel] = {}
        self.dms: dict[str, Channel] = {}  # of the bot with each person
        self.messages: defaultdict[str, list[Posted]] = defaultdict(list)  # of each channel
        self.views: defaultdict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self.groups: dict[str, list[str]] = {}
        self.prompts: dict[str, list[str]] = {}
        self.scenes: list[Scene] = []
        self.tickets: dict[str, Ticket] = {}
        self.now = float(EPOCH)
        self.excess: Callable[[str, Sequence[Json]], str] = message_excess
        self._numbers = itertools.count(1)

    def number(self) -> int:
        return next(self._numbers)

    def ts(self) -> str:
        return f"{int(self.now)}.{self.number():06d}"

    def add_channel(self, name: str, kind: Kind, members: Iterable[str]) -> Channel:
        prefix = {"public": "C", "private": "G", "im": "D", "mpim": "G"}[kind]
        made = Channel(f"{prefix}{self.number():04d}CHAN", name, kind, list(members))
        self.channels[made.id] = made
        return made

    def find_channel(self, name: object) -> Channel:
        channel = self.channels.get(str(name))
        if channel and (channel.kind == "public" or BOT_USER in channel.members):
            return channel
        raise RefusedError("channel_not_found")

    def post(  # noqa: PLR0913 -- the parts of a message
        self,
        channel: Channel,
        user: str,
        text: str,
        blocks: Sequence[Json] = (),
        *,
        thread_ts: str | None = None,
        only_for: str | None = None,
        metadata: Json | None = None,
    ) -> Posted:
        if refused := self.excess(text, blocks):
            raise RefusedError(refused)
        if thread_ts and not any(each.ts == thread_ts for each in self.in_channel(channel.id)):
            raise RefusedError("thread_not_found")
        held = self.with_ids(blocks)
        posted = Posted(channel.id, self.ts(), user, text, held, thread_ts, only_for, metadata=metadata)
        self._show(posted)
        self.messages[channel.id].append(posted)
        return posted

    def update(self, posted: Posted, text: str, blocks: Sequence[Json]) -> None:
        if refused := self.excess(text, blocks):
            raise RefusedError(refused)
        posted.text, posted.blocks = text, self.with_ids(blocks)
        self._show(posted, CHANGED)

    def in_channel(self, channel: str) -> list[Posted]:
        return list(self.messages.get(channel, ()))

    def find_message(self, channel: str, ts: object) -> Posted:
        for each in self.in_channel(channel):
            if each.ts == ts and not each.only_for:
                return each
        raise RefusedError("message_not_found")

    def with_ids(self, blocks: Sequence[Json]) -> list[Json]:
        """Return a copy of the blocks with an id for each, as Slack gives them."""
        return [
            {**copy.deepcopy(block), "block_id": block.get("block_id") or f"b{self.number()}"}
            for block in blocks
        ]

    def lines(self, text: str, blocks: Sequence[Json]) -> list[str]:
        """Return a message as it reads, with the names of people."""
        shown = "\n".join(lines(text, blocks))
        for user, name in list(self.users.items()):
            shown = shown.replace(f"<@{user}>", f"@{name}")
        return shown.split("\n")

    def ticket(self, prefix: str, user: str, channel: str = "", message: str = "") -> str:
        """Return the name of a trigger, for one view within 3 seconds, or of a response URL, of a message maybe."""
        name = f"{prefix}{self.number():04d}"
        self.tickets[name] = Ticket(user, channel, self.now, message)
        return name

    def _use(self, name: object, seconds: float, uses: int, refusal: str) -> Ticket:
        ticket = self.tickets.get(str(name))
        if ticket is None or ticket.uses >= uses or self.now - ticket.made > seconds:
            raise RefusedError(refusal)
        ticket.uses += 1
        return ticket

    def respond(self, name: str, body: Json) -> None:
        """Post what the app wrote to a response URL, which lasts half an hour and five messages."""
        ticket = self._use(name, RESPONSE_SECONDS, RESPONSE_USES, "expired_url")
        if body.get("delete_original"):
            held = self.messages[ticket.channel]
            held[:] = [each for each in held if each.ts != ticket.message]
            return
        self.answer(self.channels[ticket.channel], ticket.user, body)

    def answer(self, channel: Channel, user: str, body: Json) -> None:
        """Post what the app answers to a command or a press: for that person alone, unless it says otherwise."""
        only_for = None if body.get("response_type") == "in_channel" else user
        text, blocks, thread = body.get("text") or "", body.get("blocks") or [], body.get("thread_ts") or None
        self.post(channel, BOT_USER, text, blocks, thread_ts=thread, only_for=only_for)

    def open_view(self, trigger: object, content: Json, *, push: bool = False) -> View:
        """Open a modal for whose trigger it is: the first, or one on top of those that are open."""
        user = self._use(trigger, TRIGGER_SECONDS, 1, "expired_trigger_id").user
        stack = self.views[user]
        if (push and not stack) or len(stack) >= MOST_VIEWS:
            raise RefusedError("push_limit_reached")
        view = self._view(user, content, "modal")
        self._show_view("(開く) ", view)
        stack[:] = [*stack, view] if push else [view]
        return view

    def change_view(self, view: View, content: Json) -> None:
        view.content, view.errors = self._view(view.user, content, "modal").content, {}
        self._show_view(CHANGED, view)

    def publish(self, user: str, content: Json) -> View:
        view = self.homes[user] = self._view(user, content, "home")
        self._show_view("(ホーム) ", view)
        return view

    def _view(self, user: str, content: Json, kind: str) -> View:
        if refused := view_excess(content) or ("" if content.get("type") == kind else "invalid_arguments"):
            raise RefusedError(refused)
        kept = {**copy.deepcopy(content), "blocks": self.with_ids(content["blocks"])}
        return View(f"V{self.number():04d}", user, kept)

    def _show_view(self, mark: str, view: View) -> None:
        title = view.content.get("title", {}).get("text", "")
        self._scene(f"{mark}{title}".rstrip(), title, view.content["blocks"], only_for=view.user)

    def _show(self, posted: Posted, mark: str = "") -> None:
        channel = self.channels[posted.channel]
        place = "" if channel.kind == "im" else f"#{channel.name} "
        how = f"{'↳ ' if posted.thread_ts else ''}{ALONE if posted.only_for else ''}{mark}"
        head = f"{place}{how}{self.users[posted.user]}:"
        self._scene(head, posted.text, posted.blocks, channel.id, posted.only_for or "")

    def _scene(
        self, head: str, text: str, blocks: Sequence[Json], channel: str = "", only_for: str = ""
    ) -> None:
        shown = [head, *(f"    {line}" for line in self.lines(text, blocks))]
        self.scenes.append(Scene("\n".join(shown), channel, only_for))
