"""People at their screens: what they see, write, press and send."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.slack.manifest import SHORTCUTS
from tests.slack.double import payloads
from tests.slack.double.model import BOT_USER, Channel, Delivery, Json, Posted, Scene, User, View
from tests.slack.double.rendering import lines, view_lines

if TYPE_CHECKING:
    from tests.slack.double.server import SlackDouble

_MARKS = {"update": "(変わる) ", "view": "(開く) ", "view changed": "(変わる) ", "home": "(ホーム) "}


@dataclass(frozen=True)
class Said:
    """A message that a person wrote, and the events that told the app: none, one, or two for a mention."""

    posted: Posted
    deliveries: tuple[Delivery, ...]

    @property
    def ts(self) -> str:
        return self.posted.ts


class Person:
    def __init__(self, slack: "SlackDouble", user: User) -> None:
        self._slack, self._workspace = slack, slack.workspace
        self.user, self.id = user, user.id

    @property
    def dm(self) -> Channel:
        return self._workspace.dm(self.id)

    def sees(self, channel: Channel | None = None) -> list[Posted]:
        """Return the messages of a conversation, the DM unless said otherwise, that this person sees now."""
        place = channel or self.dm
        inside = self.id in place.members
        found = self._workspace.in_channel(place.id) if inside else []
        return [each for each in found if each.only_for in {None, self.id}]

    def channel_of(self, posted: Posted) -> Channel:
        return self._workspace.channels[posted.channel]

    def modals(self) -> list[View]:
        return list(self._workspace.views.get(self.id, []))

    def prompts(self) -> list[str]:
        """Return the titles of the questions offered at the top of the DM; pressing one says its message."""
        return list(self._workspace.prompts.get(self.dm.id, ()))

    def screen(self) -> str:
        """Return the modal on top as plain lines, else the Home tab, else nothing."""
        view = next(reversed(self.modals()), self._workspace.homes.get(self.id))
        return "\n".join(view_lines(view)) if view else ""

    def conversation(self, channel: Channel | None = None) -> str:
        """Return a conversation as it stands for this person: threads below their first message."""
        messages = self.sees(channel)
        known = {each.ts for each in messages}
        shown: list[str] = []
        for each in messages:
            if each.thread_ts not in known:
                replies = [reply for reply in messages if reply.thread_ts == each.ts]
                shown += [
                    *self._lines(each),
                    *(f"  {line}" for reply in replies for line in self._lines(reply)),
                ]
        return "\n".join(shown)

    def history(self) -> str:
        """Return all that appeared before this person, in order of time, what was replaced since included."""
        return "\n".join(line for scene in list(self._workspace.scenes) for line in self._scene(scene))

    def _scene(self, scene: Scene) -> Iterator[str]:
        channel = self._workspace.channels.get(scene.channel)
        if (scene.only_for and scene.only_for != self.id) or (channel and self.id not in channel.members):
            return
        place = "" if not channel or channel.kind == "im" else f"#{channel.name} "
        alone = "(自分だけに表示) " if channel and scene.only_for else ""
        thread = "↳ " if scene.thread_ts else ""
        who = f"{self._workspace.users[scene.user].name}: " if channel else scene.text
        yield f"{place}{thread}{alone}{_MARKS.get(scene.what, '')}{who}".rstrip()
        yield from (f"    {self._named(line)}" for line in lines(scene.text, scene.blocks))

    def _lines(self, posted: Posted) -> list[str]:
        alone = "(自分だけに表示) " if posted.only_for else ""
        name = self._workspace.users[posted.user].name
        return [
            f"{alone}{name}:",
            *(f"  {self._named(line)}" for line in lines(posted.text, posted.blocks)),
        ]

    def _named(self, line: str) -> str:
        for user in self._workspace.users.values():
            line = line.replace(f"<@{user.id}>", f"@{user.name}")
        return line

    def says(  # noqa: PLR0913 -- what a message may have
        self,
        text: str,
        *,
        channel: Channel | None = None,
        thread: str | None = None,
        mention: bool = False,
        marks: bool = False,
        blocks: Sequence[Json] = (),
        files: Sequence[Json] = (),
    ) -> Said:
        """Write a message: in the DM, or in a channel; `thread` is the timestamp of the message above it.

        With `marks`, the text is as Slack sends it, with names and links between `<` and `>`.
        """
        place = channel or self.dm
        typed = text if marks else _escaped(text)
        whole = f"<@{BOT_USER}> {typed}" if mention else typed
        posted = self._workspace.post(place, self.id, whole, blocks, thread_ts=thread)
        posted.files = files
        return Said(posted, tuple(self._told(posted, place, mention=mention)))

    def edits(self, said: Said, text: str, *, mention: bool = False) -> tuple[Delivery, ...]:
        """Write a message anew; one that names the bot only now comes as a mention, too."""
        posted, place = said.posted, self._workspace.channels[said.posted.channel]
        before, named = posted.payload(), BOT_USER in posted.text
        posted.edited = self._workspace.ts()
        self._workspace.update(posted, f"<@{BOT_USER}> {_escaped(text)}" if mention else _escaped(text), ())
        inner = payloads.changed_event(before, posted, place, self._workspace.ts())
        told = [(payloads.MESSAGE_EVENTS[place.kind], inner)]
        if mention and not named:
            told.append(("app_mention", payloads.mention_event(posted, place)))
        return tuple(filter(None, (self._slack.event(*each) for each in told)))

    def deletes(self, said: Said) -> Delivery | None:
        posted, place = said.posted, self._workspace.channels[said.posted.channel]
        stone = any(each.thread_ts == posted.ts for each in self._workspace.in_channel(place.id))
        self._workspace.messages[place.id].remove(posted)
        inner = payloads.deleted_event(posted, place, self._workspace.ts(), stone=stone)
        return self._slack.event(payloads.MESSAGE_EVENTS[place.kind], inner)

    def runs(self, command: str, text: str = "", *, channel: Channel | None = None) -> Delivery:
        """Run a slash command, in the DM with the bot unless said otherwise."""
        place = channel or self.dm
        trigger = self._workspace.ticket("T", self.id)
        way = self._slack.response_url(self._workspace.ticket("R", self.id, place.id))

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
        """Press a button by the beginning of its label: the modal's, else the latest message's, else the Home tab's.

        With `message`, only that one is looked at, which may be an older one; with `home`, only the Home tab.
        """
        for place in self._places(message, home=home):
            content = place.content["blocks"] if isinstance(place, View) else place.blocks
            if found := _button(content, label):
                return self._press(place, *found)
        msg = f"{self.user.name} sees no button {label!r}:\n{self.screen()}\n{self.history()}"
        raise AssertionError(msg)

    def chooses(self, label: str, message: Posted) -> Delivery:
        """Choose one of the app's shortcuts in the menu of a message, by its name."""
        (name,) = [each for each, known, _ in SHORTCUTS if known == label]
        channel = self.channel_of(message)
        way = self._slack.response_url(self._workspace.ticket("R", self.id, channel.id, message.ts))
        shared = {"trigger": self._workspace.ticket("T", self.id), "ts": self._workspace.ts()}
        told = payloads.shortcut(self.user, message, channel, name=name, response_url=way, **shared)
        return self._slack.deliver("interactive", told)

    def submits(self, values: Mapping[str, str | None] | None = None) -> Delivery:
        """Send the form on top with these values by `block_id`; what is not given keeps what was filled in."""
        view = self._top()
        state = dict(_state(view, values or {}))
        trigger = self._workspace.ticket("T", self.id)

        def answered(ack: Json) -> None:
            match ack.get("response_action"):
                case "errors":
                    view.errors = dict(ack["errors"])
                case "update":
                    self._workspace.change_view(view, ack["view"])
                case "clear":
                    self._workspace.views[self.id].clear()
                case _:
                    self._workspace.close_view(view)

        return self._slack.deliver(
            "interactive", payloads.submission(self.user, view, state, trigger), answered
        )

    def closes(self) -> None:
        self._workspace.close_view(self._top())

    def opens_home(self, tab: str = "home") -> Delivery | None:
        view = self._workspace.homes.get(self.id)
        if self._slack.is_closed_to(self.user):
            return None
        inner = payloads.home_opened_event(self.id, self.dm, tab, view, self._workspace.ts())
        return self._slack.event("app_home_opened", inner)

    def joins(self, channel: Channel) -> None:
        channel.members.append(self.id)

    def _told(self, posted: Posted, place: Channel, *, mention: bool) -> Iterator[Delivery]:
        if BOT_USER not in place.members or self._slack.is_closed_to(self.user):
            return
        name = payloads.MESSAGE_EVENTS[place.kind]
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
        trigger = self._workspace.ticket("T", self.id)
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
            way = self._slack.response_url(self._workspace.ticket("R", self.id, channel.id, place.ts))
            payload = payloads.message_action(self.user, place, channel, response_url=way, **shared)
        return self._slack.deliver("interactive", payload)

    def _top(self) -> View:
        if not (modals := self.modals()):
            msg = f"no modal is open for {self.user.name}:\n{self.history()}"
            raise AssertionError(msg)
        return modals[-1]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _button(blocks: list[Json], label: str) -> tuple[Json, str] | None:
    buttons = [
        (element, block["block_id"])
        for block in blocks
        for held in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        for element in _pressable(held)
    ]
    whole = [each for each in buttons if each[0]["text"]["text"] == label]
    begun = [each for each in buttons if each[0]["text"]["text"].startswith(label)]
    return next(iter([*whole, *begun]), None)


def _pressable(element: Json) -> list[Json]:
    """Return a button, or the two of Slack's own for feedback, each as the app is told of it."""
    if element.get("type") == "feedback_buttons":
        whole = {"type": element["type"], "action_id": element["action_id"]}
        return [{**element[name], **whole} for name in ("positive_button", "negative_button")]
    return [element] if element.get("type") == "button" else []


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
