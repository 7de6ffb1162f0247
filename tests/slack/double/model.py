"""What the local Slack is made of: people, conversations, messages, views, requests, and what goes to the app."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["public", "private", "im", "mpim"]
EnvelopeType: TypeAlias = Literal["events_api", "slash_commands", "interactive"]

TEAM, APP, BOT_USER, BOT = "T0TEAM", "A0APP", "U0BOT", "B0BOT"


class RefusedError(Exception):
    """A refusal in Slack's words, with what else the answer holds."""

    def __init__(self, error: str, **more: object) -> None:
        self.error, self.more = error, more
        super().__init__(error)


@dataclass
class User:
    id: str
    name: str
    guest: bool = False


@dataclass
class Channel:
    id: str
    name: str
    kind: Kind
    members: list[str]
    archived: bool = False


@dataclass
class Posted:
    """A message as it stands now; an ephemeral one is `only_for` one user."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    only_for: str | None = None
    metadata: Json | None = None
    edited: str = ""
    files: Sequence[Json] = ()

    def payload(self) -> Json:
        shown: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text, "team": TEAM}
        if self.user == BOT_USER:
            shown |= {"bot_id": BOT, "app_id": APP}
        if self.blocks:
            shown["blocks"] = copy.deepcopy(self.blocks)
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.edited:
            shown["edited"] = {"user": self.user, "ts": self.edited}
        if self.files:
            shown["files"] = list(self.files)
        if self.metadata:
            shown["metadata"] = copy.deepcopy(self.metadata)
        return shown


@dataclass
class View:
    """A modal or Home tab that is open for a user, with what was wrong when it was sent, by block id."""

    id: str
    user: str
    content: Json
    root: str
    errors: dict[str, str] = field(default_factory=dict)

    def payload(self, values: Json | None = None) -> Json:
        given = {"callback_id": "", "private_metadata": "", "notify_on_close": False, "clear_on_close": False}
        ids = {"id": self.id, "team_id": TEAM, "app_id": APP, "bot_id": BOT, "hash": "1.hash"}
        root = {"root_view_id": self.root, "previous_view_id": None, "app_installed_team_id": TEAM}
        return {**given, **copy.deepcopy(self.content), **ids, **root, "state": {"values": values or {}}}


@dataclass
class Request:
    """One request of the app, kept whole; without an answer and with status 0 while it waits."""

    method: str
    body: Json
    token: str
    answer: Json = field(default_factory=dict)
    status: int = 0
    at: float = field(default_factory=perf_counter)


@dataclass(frozen=True)
class Scene:
    """Something that happened on somebody's screen; `only_for` is empty when all of a channel see it."""

    what: str
    channel: str
    only_for: str
    user: str
    text: str
    blocks: Sequence[Json]
    thread_ts: str = ""


@dataclass
class Delivery:
    """One event, command or interaction on its way to the app; each of the `acks` is what it was acknowledged with."""

    type: EnvelopeType
    payload: Json
    on_ack: Callable[[Any], None] = lambda _: None
    acks: list[Any] = field(default_factory=list)
    status: int = 0
    sent_at: float = field(default_factory=perf_counter)
    resent: int = 0

    @property
    def acked(self) -> bool:
        return bool(self.acks)

    def acknowledge(self, payload: Any) -> None:  # noqa: ANN401 -- whatever the app answers
        """Keep an acknowledgement, and act on the first."""
        self.acks.append(payload)
        if len(self.acks) == 1:
            self.on_ack(payload or {})

    def envelope(self, envelope_id: str) -> Json:
        """Return it as it goes over a socket."""
        takes = self.type != "events_api"
        shared = {"envelope_id": envelope_id, "payload": self.payload, "type": self.type}
        again = {"retry_attempt": self.resent, "retry_reason": "timeout"} if self.resent else {}
        return {**shared, **again, "accepts_response_payload": takes}
