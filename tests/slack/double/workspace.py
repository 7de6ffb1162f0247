"""The state of the local Slack and what it refuses; its clock stands until it is put forward."""

import copy
import threading
from collections.abc import Iterable, Sequence

from tests.slack.block_kit_validator import message_excess, view_excess
from tests.slack.double.model import BOT_USER, Channel, Json, Kind, Posted, RefusedError, Scene, User, View
from tests.slack.double.tickets import Tickets

EPOCH = 1_760_000_000
MOST_VIEWS = 3


class Workspace:
    """All state, changed under one condition that tells of every change; its clock stands until it is advanced."""

    def __init__(self) -> None:
        """Begin with the bot alone."""
        self.changed = threading.Condition(threading.RLock())
        self.users: dict[str, User] = {BOT_USER: User(BOT_USER, "採用FAQ", bot=True)}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Posted] = []
        self.views: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.groups: dict[str, list[str]] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.prompts: dict[str, list[str]] = {}
        self.commands_replace = False
        self.scenes: list[Scene] = []
        self.now = float(EPOCH)
        self._numbers = 0
        self.tickets = Tickets(lambda: self.now)

    def number(self) -> int:
        """Return a number never returned before."""
        with self.changed:
            self._numbers += 1
            return self._numbers

    def ts(self) -> str:
        """Return a new timestamp, above all before."""
        return f"{int(self.now)}.{self.number():06d}"

    def add_user(self, name: str, *, guest: bool = False) -> User:
        """Let a person join the workspace."""
        user = User(f"U{self.number():04d}USER", name, guest=guest)
        with self.changed:
            self.users[user.id] = user
        return user

    def add_channel(self, name: str, kind: Kind, members: Iterable[str]) -> Channel:
        """Make a channel."""
        prefix = {"public": "C", "private": "G", "im": "D"}[kind]
        made = Channel(f"{prefix}{self.number():04d}CHAN", name, kind, list(members))
        with self.changed:
            self.channels[made.id] = made
        return made

    def dm(self, user: str) -> Channel:
        """Return the conversation of the bot and a person, made if there is none.

        Raises:
            RefusedError: there is no such person.
        """
        if user not in self.users or user == BOT_USER:
            raise RefusedError("user_not_found")
        with self.changed:
            for channel in self.channels.values():
                if channel.kind == "im" and user in channel.members:
                    return channel
            return self.add_channel(f"dm-{self.users[user].name}", "im", [BOT_USER, user])

    def find_channel(self, name: object) -> Channel:
        """Return a conversation that the bot may know of, by id, `#name` or the id of a person."""
        for channel in self.channels.values():
            known = channel.kind == "public" or BOT_USER in channel.members
            if known and (channel.id == name or (channel.kind != "im" and f"#{channel.name}" == name)):
                return channel
        if isinstance(name, str) and name.startswith(("U", "W")) and name in self.users:
            return self.dm(name)
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
        body: Json | None = None,
    ) -> Posted:
        """Put a message in a conversation, if its blocks are none that Slack refuses."""
        self._refuse_message(text, blocks)
        if thread_ts and not any(each.ts == thread_ts for each in self.in_channel(channel.id)):
            raise RefusedError("thread_not_found")
        with self.changed:
            posted = Posted(channel.id, self.ts(), user, text, [], thread_ts, only_for, body=body or {})
            posted.blocks = self.with_ids(blocks)
            self.messages.append(posted)
            self._scene("message", posted)
            return posted

    def update(self, posted: Posted, text: str, blocks: Sequence[Json]) -> None:
        """Change a message."""
        self._refuse_message(text, blocks)
        with self.changed:
            posted.text, posted.blocks, posted.edited = text, self.with_ids(blocks), True
            self._scene("update", posted)

    def delete(self, posted: Posted) -> None:
        """Take a message away."""
        with self.changed:
            posted.deleted = True
            self._scene("delete", posted)

    def in_channel(self, channel: str) -> list[Posted]:
        """Return what stands in a conversation now, in order of time."""
        return [each for each in self.messages if each.channel == channel and not each.deleted]

    def find_message(self, channel: str, ts: object) -> Posted:
        """Return a message that everyone in the channel sees.

        Raises:
            RefusedError: there is none.
        """
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

    def respond(self, name: str, body: Json) -> None:
        """Do what the app wrote to a response URL."""
        ticket = self.tickets.use_response(name)
        text, blocks = body.get("text") or "", body.get("blocks") or []
        if body.get("delete_original"):
            if ticket.message:
                self.delete(ticket.message)
        elif body.get("replace_original") and ticket.message:
            self.update(ticket.message, text, blocks)
        else:
            only_for = None if body.get("response_type") == "in_channel" else ticket.user
            thread_ts = body.get("thread_ts") or None
            channel = self.channels[ticket.channel]
            posted = self.post(
                channel, BOT_USER, text, blocks, thread_ts=thread_ts, only_for=only_for, body=body
            )
            if self.commands_replace and not ticket.message:
                ticket.message = posted

    def set_status(self, channel: str, ts: str, status: str) -> None:
        """Show a status beside a message, or with empty text take it away."""
        with self.changed:
            before = self.statuses.pop((channel, ts), "")
            if status:
                self.statuses[channel, ts] = status
            if status != before:
                self.scenes.append(Scene("status", channel, "", BOT_USER, status or "-", ()))
            self.changed.notify_all()

    def open_view(self, user: str, content: Json, *, push: bool = False) -> View:
        """Open a modal: the first, or one on top of those that are open."""
        self._refuse_view(content, "modal")
        stack = self.views.setdefault(user, [])
        if push and not stack:
            raise RefusedError("not_found")
        if len(stack) >= MOST_VIEWS:
            raise RefusedError("push_limit_reached")
        with self.changed:
            view = self._view(user, content, stack[0].id if push else "")
            stack[:] = [*stack, view] if push else [view]
            self._show_view("view", view)
            return view

    def change_view(self, view: View, content: Json) -> View:
        """Put other content into a modal."""
        self._refuse_view(content, "modal")
        with self.changed:
            view.content = {**content, "blocks": self.with_ids(content["blocks"])}
            view.hash, view.errors = f"{self.number()}.hash", {}
            self._show_view("view changed", view)
            return view

    def publish(self, user: str, content: Json) -> View:
        """Show a Home tab."""
        self._refuse_view(content, "home")
        with self.changed:
            self.homes[user] = self._view(user, content, "")
            self._show_view("home", self.homes[user])
            return self.homes[user]

    def find_view(self, view_id: object) -> View:
        """Return an open modal.

        Raises:
            RefusedError: it is not open.
        """
        for stack in self.views.values():
            for view in stack:
                if view.id == view_id:
                    return view
        raise RefusedError("not_found")

    def close_view(self, view: View) -> None:
        """Take a modal from the screen."""
        with self.changed:
            self.views[view.user].remove(view)
            self.changed.notify_all()

    def _view(self, user: str, content: Json, root: str) -> View:
        view_id = f"V{self.number():04d}"
        kept = {**copy.deepcopy(content), "blocks": self.with_ids(content["blocks"])}
        return View(view_id, user, kept, f"{self.number()}.hash", root or view_id)

    def _show_view(self, what: str, view: View) -> None:
        title = view.content.get("title", {}).get("text", "")
        self.scenes.append(Scene(what, "", view.user, BOT_USER, title, copy.deepcopy(view.content["blocks"])))
        self.changed.notify_all()

    def _scene(self, what: str, posted: Posted) -> None:
        seen = (posted.channel, posted.only_for or "", posted.user, posted.text, copy.deepcopy(posted.blocks))
        self.scenes.append(Scene(what, *seen, posted.thread_ts or ""))
        self.changed.notify_all()

    @staticmethod
    def _refuse_message(text: str, blocks: Sequence[Json]) -> None:
        if excess := message_excess(text, blocks):
            messages = [f"[ERROR] {each}" for each in excess]
            raise RefusedError(excess[0].error, errors=messages, response_metadata={"messages": messages})

    @staticmethod
    def _refuse_view(content: Json, kind: str) -> None:
        excess = [(each.error, str(each)) for each in view_excess(content)]
        if content.get("type") != kind:
            excess.append(("invalid_arguments", f"view.type: not {kind}"))
        if excess:
            messages = [f"[ERROR] {what}" for _, what in excess]
            raise RefusedError(excess[0][0], response_metadata={"messages": messages})
