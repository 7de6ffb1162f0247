"""People at their screens: what they write, press, send and see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.slack.double import payloads
from tests.slack.double.delivery import Delivery
from tests.slack.double.eyes import Eyes
from tests.slack.double.model import BOT_USER, Channel, Json, Posted, User, View

if TYPE_CHECKING:
    from tests.slack.double.server import SlackDouble


@dataclass(frozen=True)
class Said:
    """A message that a person wrote, and the events that told the app: none, one, or two for a mention."""

    posted: Posted
    deliveries: tuple[Delivery, ...]

    @property
    def ts(self) -> str:
        """The message's timestamp."""
        return self.posted.ts


class Person(Eyes):
    """One person in front of Slack."""

    def __init__(self, slack: "SlackDouble", user: User) -> None:
        """Sit down; `SlackDouble.person` does so."""
        super().__init__(slack.workspace, user)
        self._slack = slack

    def says(
        self, text: str, *, channel: Channel | None = None, thread: str | None = None, mention: bool = False
    ) -> Said:
        """Write a message: in the DM, or in a channel; `thread` is the timestamp of the message above it."""
        place = channel or self.dm
        typed = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        whole = f"<@{BOT_USER}> {typed}" if mention else typed
        posted = self._workspace.post(place, self.id, whole, thread_ts=thread)
        return Said(posted, tuple(self._told(posted, place, mention=mention)))

    def edits(self, said: Said, text: str) -> Delivery | None:
        """Change a message of one's own."""
        place = self._workspace.channels[said.posted.channel]
        before = said.posted.payload()
        self._workspace.update(said.posted, text, [])
        inner = payloads.changed_event(said.posted, place, before, self._workspace.ts())
        return self._slack.event(self._slack.message_event_name(place), inner)

    def runs(self, command: str, text: str = "", *, channel: Channel | None = None) -> Delivery:
        """Run a slash command, in the DM with the bot unless said otherwise."""
        place = channel or self.dm
        trigger = self._workspace.tickets.trigger(self.id)
        way = self._slack.response_url(self._workspace.tickets.response(self.id, place.id))

        def answered(ack: Json) -> None:
            if ack.get("text") or ack.get("blocks"):
                only_for = None if ack.get("response_type") == "in_channel" else self.id
                self._workspace.post(
                    place, BOT_USER, ack.get("text", ""), ack.get("blocks", []), only_for=only_for
                )

        fields = payloads.command(
            self.user, place, name=command, text=text, trigger=trigger, response_url=way
        )
        return self._slack.deliver("slash_commands", fields, answered)

    def presses(self, label: str, *, message: Posted | None = None, home: bool = False) -> Delivery:
        """Press a button by its label: the modal's on top, else the latest message's, else the Home tab's.

        Args:
            label: All of it, or else the beginning.
            message: The one to look in; an older one may still be on the screen.
            home: Whether to look in the Home tab alone.

        Raises:
            AssertionError: no such button can be seen.
        """
        for place in self._places(message, home=home):
            content = place.content["blocks"] if isinstance(place, View) else place.blocks
            if found := _button(content, label):
                return self._press(place, *found)
        msg = f"{self.user.name} sees no button {label!r}:\n{self.screen()}\n{self.history()}"
        raise AssertionError(msg)

    def submits(self, values: Mapping[str, str | None] | None = None) -> Delivery:
        """Send the form on top with these values by `block_id`; what is not given keeps what was filled in."""
        view = self._top()
        state = dict(_state(view, values or {}))
        trigger = self._workspace.tickets.trigger(self.id)

        def answered(ack: Json) -> None:
            match ack.get("response_action"):
                case "errors":
                    view.errors = dict(ack["errors"])
                case "update":
                    self._workspace.change_view(view, ack["view"])
                case "push":
                    self._workspace.open_view(self.id, ack["view"], push=True)
                case "clear":
                    self._workspace.views[self.id].clear()
                case _:
                    self._workspace.close_view(view)

        return self._slack.deliver(
            "interactive", payloads.submission(self.user, view, state, trigger), answered
        )

    def closes(self) -> Delivery | None:
        """Close the modal on top without sending it; the app hears of it if it has asked to."""
        view = self._top()
        self._workspace.close_view(view)
        if not view.content.get("notify_on_close"):
            return None
        return self._slack.deliver("interactive", payloads.closing(self.user, view))

    def opens_home(self, tab: str = "home") -> Delivery | None:
        """Look at the app: its Home tab, or its "messages"."""
        view = self._workspace.homes.get(self.id)
        if self._slack.is_closed_to(self.user):
            return None
        inner = payloads.home_opened_event(self.id, self.dm, tab, view, self._workspace.ts())
        return self._slack.event("app_home_opened", inner)

    def joins(self, channel: Channel) -> None:
        """Become a member of a channel."""
        channel.members.append(self.id)

    def _told(self, posted: Posted, place: Channel, *, mention: bool) -> Iterator[Delivery]:
        if BOT_USER not in place.members or self._slack.is_closed_to(self.user):
            return
        name = self._slack.message_event_name(place)
        events = (
            [("app_mention", payloads.mention_event(posted, place))] if mention and place.kind != "im" else []
        )
        for event, inner in [*events, (name, payloads.message_event(posted, place))]:
            if delivery := self._slack.event(event, inner):
                yield delivery

    def _places(self, message: Posted | None, *, home: bool) -> Iterator[Posted | View]:
        if message:
            yield message
            return
        if not home:
            if modals := self.modals():
                yield modals[-1]
                return
            channels = list(self._workspace.channels.values())
            seen = [each for channel in channels for each in self.sees(channel)]
            yield from sorted(seen, key=lambda each: each.ts, reverse=True)
        if self.id in self._workspace.homes:
            yield self._workspace.homes[self.id]

    def _press(self, place: Posted | View, element: Json, block_id: str) -> Delivery:
        trigger = self._workspace.tickets.trigger(self.id)
        shared: Json = {
            "element": element,
            "block_id": block_id,
            "trigger": trigger,
            "ts": self._workspace.ts(),
        }
        if isinstance(place, View):
            payload = payloads.view_action(self.user, place, **shared)
        else:
            channel = self._workspace.channels[place.channel]
            way = self._slack.response_url(self._workspace.tickets.response(self.id, channel.id, place))
            payload = payloads.message_action(self.user, place, channel, response_url=way, **shared)
        return self._slack.deliver("interactive", payload)

    def _top(self) -> View:
        if not (modals := self.modals()):
            msg = f"no modal is open for {self.user.name}:\n{self.history()}"
            raise AssertionError(msg)
        return modals[-1]


def _button(blocks: list[Json], label: str) -> tuple[Json, str] | None:
    buttons = [
        (element, block["block_id"])
        for block in blocks
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        if element.get("type") == "button"
    ]
    whole = [each for each in buttons if each[0]["text"]["text"] == label]
    begun = [each for each in buttons if each[0]["text"]["text"].startswith(label)]
    return next(iter([*whole, *begun]), None)


def _state(view: View, values: Mapping[str, str | None]) -> Iterator[tuple[str, Any]]:
    inputs = {
        block["block_id"]: block["element"] for block in view.content["blocks"] if block["type"] == "input"
    }
    if unknown := set(values) - set(inputs):
        msg = f"the form has no {sorted(unknown)}, only {sorted(inputs)}"
        raise AssertionError(msg)
    for block_id, element in inputs.items():
        value = values.get(block_id, element.get("initial_value"))
        if element["type"] == "plain_text_input":
            held: Json = {"type": "plain_text_input", "value": value}
        else:
            chosen = next((each for each in element["options"] if each["value"] == value), None)
            held = {"type": element["type"], "selected_option": chosen}
        yield block_id, {element["action_id"]: held}
