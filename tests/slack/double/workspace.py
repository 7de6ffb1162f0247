"""The state of the local Slack and what it refuses; its clock stands until it is put forward."""

import copy
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.slack.block_kit_validator import message_excess, view_excess
from tests.slack.double.model import BOT_USER, Channel, Json, Kind, Posted, RefusedError, Scene, User, View

EPOCH = 1_760_000_000
MOST_VIEWS = 3
TRIGGER_SECONDS = 3
RESPONSE_SECONDS, RESPONSE_USES = 1_800, 5


@dataclass
class Ticket:
    """What an act of a person allows the app to do for a short time: open one view, or answer a few times."""

    user: str
    channel: str
    made: float
    message: str = ""
    uses: int = 0


class Workspace:
    """All state, changed under one condition that tells of every change."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.users: dict[str, User] = {BOT_USER: User(BOT_USER, "採用FAQ")}
        self.channels: dict[str, Channel] = {}
        self.messages: defaultdict[str, list[Posted]] = defaultdict(list)  # of each channel
        self.views: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.groups: dict[str, list[str]] = {}
        self.prompts: dict[str, list[str]] = {}
        self.scenes: list[Scene] = []
        self.tickets: dict[str, Ticket] = {}
        self.now = float(EPOCH)
        self.excess: Callable[[str, Sequence[Json]], str] = message_excess
        self._numbers = 0

    def number(self) -> int:
        with self.changed:
            self._numbers += 1
            return self._numbers

    def ts(self) -> str:
        return f"{int(self.now)}.{self.number():06d}"

    def add_user(self, name: str, *, guest: bool = False) -> User:
        user = User(f"U{self.number():04d}USER", name, guest=guest)
        with self.changed:
            self.users[user.id] = user
        return user

    def add_channel(self, name: str, kind: Kind, members: Iterable[str]) -> Channel:
        prefix = {"public": "C", "private": "G", "im": "D", "mpim": "G"}[kind]
        made = Channel(f"{prefix}{self.number():04d}CHAN", name, kind, list(members))
        with self.changed:
            self.channels[made.id] = made
        return made

    def dm(self, user: str) -> Channel:
        """Return the conversation of the bot and a person, made if there is none."""
        if user not in self.users or user == BOT_USER:
            raise RefusedError("user_not_found")
        with self.changed:
            for channel in self.channels.values():
                if channel.kind == "im" and user in channel.members:
                    return channel
            return self.add_channel(f"dm-{self.users[user].name}", "im", [BOT_USER, user])

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
        with self.changed:
            shown = self.with_ids(blocks)
            posted = Posted(channel.id, self.ts(), user, text, shown, thread_ts, only_for, metadata=metadata)
            self.messages[channel.id].append(posted)
            self._scene("message", posted)
            return posted

    def update(self, posted: Posted, text: str, blocks: Sequence[Json]) -> None:
        if refused := self.excess(text, blocks):
            raise RefusedError(refused)
        with self.changed:
            posted.text, posted.blocks = text, self.with_ids(blocks)
            self._scene("update", posted)

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

    def ticket(self, prefix: str, user: str, channel: str = "", message: str = "") -> str:
        """Return the name of a trigger, for one view within 3 seconds, or of a response URL, of a message maybe."""
        name = f"{prefix}{self.number():04d}"
        self.tickets[name] = Ticket(user, channel, self.now, message)
        return name

    def use_trigger(self, name: object) -> str:
        """Return whose trigger it is; it is spent then."""
        ticket = self.tickets.get(str(name))
        if ticket is None or ticket.uses or self.now - ticket.made > TRIGGER_SECONDS:
            raise RefusedError("expired_trigger_id")
        ticket.uses += 1
        return ticket.user

    def respond(self, name: str, body: Json) -> None:
        """Post what the app wrote to a response URL, which lasts half an hour and five messages."""
        ticket = self.tickets.get(name)
        if ticket is None or self.now - ticket.made > RESPONSE_SECONDS or ticket.uses >= RESPONSE_USES:
            raise RefusedError("expired_url")
        ticket.uses += 1
        if body.get("delete_original"):
            with self.changed:
                held = self.messages[ticket.channel]
                held[:] = [each for each in held if each.ts != ticket.message]
                self.changed.notify_all()
            return
        only_for = None if body.get("response_type") == "in_channel" else ticket.user
        channel, text, thread_ts = (
            self.channels[ticket.channel],
            body.get("text") or "",
            body.get("thread_ts"),
        )
        blocks = body.get("blocks") or []
        self.post(channel, BOT_USER, text, blocks, thread_ts=thread_ts or None, only_for=only_for)

    def open_view(self, user: str, content: Json, *, push: bool = False) -> View:
        """Open a modal: the first, or one on top of those that are open."""
        self._refuse_view(content, "modal")
        stack = self.views.setdefault(user, [])
        if (push and not stack) or len(stack) >= MOST_VIEWS:
            raise RefusedError("push_limit_reached")
        with self.changed:
            view = self._view(user, content, stack[0].id if push else "")
            stack[:] = [*stack, view] if push else [view]
            self._show_view("view", view)
            return view

    def change_view(self, view: View, content: Json) -> None:
        self._refuse_view(content, "modal")
        with self.changed:
            view.content, view.errors = {**content, "blocks": self.with_ids(content["blocks"])}, {}
            self._show_view("view changed", view)

    def publish(self, user: str, content: Json) -> View:
        self._refuse_view(content, "home")
        with self.changed:
            self.homes[user] = self._view(user, content, "")
            self._show_view("home", self.homes[user])
            return self.homes[user]

    def close_view(self, view: View) -> None:
        with self.changed:
            self.views[view.user].remove(view)
            self.changed.notify_all()

    def _view(self, user: str, content: Json, root: str) -> View:
        view_id = f"V{self.number():04d}"
        kept = {**copy.deepcopy(content), "blocks": self.with_ids(content["blocks"])}
        return View(view_id, user, kept, root or view_id)

    def _show_view(self, what: str, view: View) -> None:
        title = view.content.get("title", {}).get("text", "")
        self.scenes.append(Scene(what, "", view.user, BOT_USER, title, copy.deepcopy(view.content["blocks"])))
        self.changed.notify_all()

    def _scene(self, what: str, posted: Posted) -> None:
        seen = (posted.channel, posted.only_for or "", posted.user, posted.text, copy.deepcopy(posted.blocks))
        self.scenes.append(Scene(what, *seen, posted.thread_ts or ""))
        self.changed.notify_all()

    @staticmethod
    def _refuse_view(content: Json, kind: str) -> None:
        refused = view_excess(content) or ("" if content.get("type") == kind else "invalid_arguments")
        if refused:
            raise RefusedError(refused)
