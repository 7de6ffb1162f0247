"""What the local Slack is made of: conversations, messages, views, requests, and what goes to the app."""

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
        if self.edited:
            shown["edited"] = {"user": self.user, "ts": self.edited}
        more = {"blocks": self.blocks, "thread_ts": self.thread_ts, "files": self.files}
        shown |= {name: held for name, held in more.items() if held}
        if self.metadata:
            shown["metadata"] = self.metadata
        return copy.deepcopy(shown)


@dataclass
class View:
    """A modal or Home tab that is open for a user, with what was wrong when it was sent, by block id."""

    id: str
    user: str
    content: Json
    errors: dict[str, str] = field(default_factory=dict)

    def payload(self, values: Json | None = None) -> Json:
        given = {"callback_id": "", "private_metadata": "", **copy.deepcopy(self.content)}
        ids = {"id": self.id, "team_id": TEAM, "app_id": APP, "bot_id": BOT, "hash": "1.hash"}
        return {**given, **ids, "state": {"values": values or {}}}


@dataclass
class Request:
    """One request of the app, kept whole; without an answer and with status 0 while it waits."""

    method: str
    body: Json
    token: str
    answer: Json = field(default_factory=dict)
    status: int = 0
    at: float = field(default_factory=perf_counter)


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
