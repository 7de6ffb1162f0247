"""People at their screens: what they see, write, press and send."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.slack.manifest import SHORTCUTS
from tests.slack.double import payloads
from tests.slack.double.model import BOT_USER, Channel, Delivery, Json, Posted, View
from tests.slack.double.rendering import view_lines
from tests.slack.double.workspace import ALONE

if TYPE_CHECKING:
    from tests.slack.double.server import SlackDouble

MESSAGE_EVENTS = {
    "public": "message.channels",
    "private": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


@dataclass(frozen=True)
class Said:
    """A message that a person wrote, and the events that told the app: none, one, or two for a mention."""

    posted: Posted
    deliveries: tuple[Delivery, ...]

    @property
    def ts(self) -> str:
        return self.posted.ts


class Person:
    def __init__(self, slack: "SlackDouble", name: str) -> None:
        self._slack, self._workspace, self.name = slack, slack.workspace, name
        self.id = f"U{self._workspace.number():04d}USER"
        self._workspace.users[self.id] = name
        self.dm = self._workspace.add_channel(f"dm-{name}", "im", [BOT_USER, self.id])
        self._workspace.dms[self.id] = self.dm

    def sees(self, channel: Channel | None = None) -> list[Posted]:
        """Return the messages of a conversation, the DM unless said otherwise, that this person sees now."""
        place = channel or self.dm
        found = self._workspace.in_channel(place.id) if self.id in place.members else []
        return [each for each in found if each.only_for in {None, self.id}]

    def channel_of(self, posted: Posted) -> Channel:
        return self._workspace.channels[posted.channel]

    def modals(self) -> list[View]:
        return list(self._workspace.views[self.id])

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
                shown += self._lines(each)
                shown += [f"  {line}" for reply in replies for line in self._lines(reply)]
        return "\n".join(shown)

    def _lines(self, posted: Posted) -> list[str]:
        head = f"{ALONE if posted.only_for else ''}{self._workspace.users[posted.user]}:"
        return [head, *(f"  {line}" for line in self._workspace.lines(posted.text, posted.blocks))]

    def history(self) -> str:
        """Return all that appeared before this person, in order of time, what was replaced since included."""
        return "\n".join(self.scenes())

    def scenes(self) -> list[str]:
        channels = {each.id for each in list(self._workspace.channels.values()) if self.id in each.members}
        return [
            each.text
            for each in list(self._workspace.scenes)
            if each.only_for in {"", self.id} and each.channel in {"", *channels}
        ]

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
        whole = _typed(text, mention=mention) if not marks else text
        posted = self._workspace.post(place, self.id, whole, blocks, thread_ts=thread)
        posted.files = files
        if BOT_USER not in place.members:
            return Said(posted, ())
        told = [(MESSAGE_EVENTS[place.kind], payloads.message_event(posted, place))]
        if mention and place.kind != "im":
            told.insert(0, ("app_mention", payloads.mention_event(posted, place)))
        return Said(posted, self._tells(told))

    def edits(self, said: Said, text: str, *, mention: bool = False) -> tuple[Delivery, ...]:
        """Write a message anew; one that names the bot only now comes as a mention, too."""
        posted, place = said.posted, self.channel_of(said.posted)
        before, named = posted.payload(), BOT_USER in posted.text
        posted.edited = self._workspace.ts()
        self._workspace.update(posted, _typed(text, mention=mention), ())
        inner = payloads.changed_event(before, posted.payload(), place, self._workspace.ts())
        told = [(MESSAGE_EVENTS[place.kind], inner)]
        if mention and not named:
            told.append(("app_mention", payloads.mention_event(posted, place)))
        return self._tells(told)

    def deletes(self, said: Said) -> None:
        posted, place = said.posted, self.channel_of(said.posted)
        stone = any(each.thread_ts == posted.ts for each in self._workspace.in_channel(place.id))
        self._workspace.messages[place.id].remove(posted)
        inner = payloads.deleted_event(posted, place, self._workspace.ts(), stone=stone)
        self._slack.event(MESSAGE_EVENTS[place.kind], inner)

    def _tells(self, told: Sequence[tuple[str, Json]]) -> tuple[Delivery, ...]:
        return tuple(filter(None, (self._slack.event(*each) for each in told)))

    def runs(self, command: str, text: str = "", *, channel: Channel | None = None) -> Delivery:
        """Run a slash command, in the DM with the bot unless said otherwise."""
        place = channel or self.dm
        named = payloads.conversation(place)
        fields = {
            **payloads.APP_FIELDS,
            "channel_id": named["id"],
            "channel_name": named["name"],
            "user_id": self.id,
            "user_name": self.name,
            "command": command,
            "text": text,
            "is_enterprise_install": "false",
            "response_url": self._response_url(place),
            "trigger_id": self._trigger(),
        }

        def answered(ack: Json) -> None:
            if ack.get("text") or ack.get("blocks"):
                self._workspace.answer(place, self.id, ack)

        return self._slack.deliver("slash_commands", fields, answered)

    def presses(self, label: str, *, message: Posted | None = None, home: bool = False) -> Delivery:
        """Press a button by the beginning of its label: the modal's, else the latest message's, else the Home tab's.

        With `message`, only that one is looked at, which may be an older one; with `home`, only the Home tab.
        """
        for place in self._places(message, home=home):
            content = place.content["blocks"] if isinstance(place, View) else place.blocks
            if found := _button(content, label):
                return self._press(place, *found)
        msg = f"{self.name} sees no button {label!r}:\n{self.screen()}\n{self.history()}"
        raise AssertionError(msg)

    def chooses(self, label: str, message: Posted) -> Delivery:
        """Choose one of the app's shortcuts in the menu of a message, by its name."""
        (name,) = [each for each, known, _ in SHORTCUTS if known == label]
        channel = self.channel_of(message)
        return self._interacts(
            "message_action",
            callback_id=name,
            message_ts=message.ts,
            message=message.payload(),
            channel=payloads.conversation(channel),
            response_url=self._response_url(channel, message),
            action_ts=self._workspace.ts(),
        )

    def submits(self, values: Mapping[str, str | None] | None = None) -> Delivery:
        """Send the form on top with these values by `block_id`; what is not given keeps what was filled in."""
        if not (modals := self.modals()):
            msg = f"no modal is open for {self.name}:\n{self.history()}"
            raise AssertionError(msg)
        view, stack = modals[-1], self._workspace.views[self.id]

        def answered(ack: Json) -> None:
            match ack.get("response_action"):
                case "errors":
                    view.errors = dict(ack["errors"])
                case "update":
                    self._workspace.change_view(view, ack["view"])
                case "clear":
                    stack.clear()
                case _:
                    stack.remove(view)

        sent = view.payload(dict(_state(view, values or {})))
        return self._interacts("view_submission", answered, view=sent, response_urls=[])

    def closes(self) -> None:
        self._workspace.views[self.id].pop()

    def opens_home(self, tab: str = "home") -> None:
        view = self._workspace.homes.get(self.id)
        shown = {"view": view.payload()} if view and tab == "home" else {}
        place = {"channel": self.dm.id, "tab": tab, "event_ts": self._workspace.ts()}
        inner = {"type": "app_home_opened", "user": self.id, **place, **shown}
        self._slack.event("app_home_opened", inner)

    def joins(self, channel: Channel) -> None:
        channel.members.append(self.id)

    def _places(self, message: Posted | None, *, home: bool) -> Iterator[Posted | View]:
        if message:
            yield message
        elif not home and (modals := self.modals()):
            yield modals[-1]
        else:
            channels = [] if home else list(self._workspace.channels.values())
            seen = [each for channel in channels for each in self.sees(channel)]
            yield from sorted(seen, key=lambda each: each.ts, reverse=True)
            if self.id in self._workspace.homes:
                yield self._workspace.homes[self.id]

    def _press(self, place: Posted | View, element: Json, block_id: str) -> Delivery:
        """Press a button; the message that it stands in is not told if it is ephemeral."""
        pushed = [payloads.action(element, block_id, self._workspace.ts())]
        if isinstance(place, View):
            held: Json = {"type": "view", "view_id": place.id}
            return self._interacts("block_actions", container=held, view=place.payload(), actions=pushed)
        channel, alone = self.channel_of(place), bool(place.only_for)
        held = {"message_ts": place.ts, "channel_id": channel.id, "is_ephemeral": alone}
        return self._interacts(
            "block_actions",
            container={
                "type": "message",
                **held,
                **({"thread_ts": place.thread_ts} if place.thread_ts else {}),
            },
            channel=payloads.conversation(channel),
            **({} if alone else {"message": place.payload()}),
            state={"values": {}},
            response_url=self._response_url(channel, place),
            actions=pushed,
        )

    def _interacts(self, kind: str, *answered: Any, **more: object) -> Delivery:  # noqa: ANN401 -- what hears the answer
        payload = payloads.interaction(kind, self, self._trigger(), **more)
        return self._slack.deliver("interactive", payload, *answered)

    def _trigger(self) -> str:
        return self._workspace.ticket("T", self.id)

    def _response_url(self, channel: Channel, message: Posted | None = None) -> str:
        name = self._workspace.ticket("R", self.id, channel.id, message.ts if message else "")
        return f"{self._slack.url}/response/{name}"


def _typed(text: str, *, mention: bool) -> str:
    """Return what somebody typed as Slack sends it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<@{BOT_USER}> {escaped}" if mention else escaped


def _button(blocks: list[Json], label: str) -> tuple[Json, str] | None:
    buttons = [
        (element, block["block_id"])
        for block in blocks
        for held in block.get("elements", [])
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
    blocks = [block for block in view.content["blocks"] if block["type"] == "input"]
    if unknown := set(values) - {block["block_id"] for block in blocks}:
        msg = f"the form has no {sorted(unknown)}"
        raise AssertionError(msg)
    for block in blocks:
        element = block["element"]
        value = values.get(block["block_id"], element.get("initial_value"))
        held: Json = {"type": element["type"]}
        if element["type"] == "plain_text_input":
            held["value"] = value
        else:
            held["selected_option"] = next(
                (each for each in element["options"] if each["value"] == value), None
            )
        yield block["block_id"], {element["action_id"]: held}
