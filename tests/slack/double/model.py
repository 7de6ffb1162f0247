"""What the local Slack is made of: people, conversations, messages, views, requests."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["public", "private", "im"]

TEAM, APP, BOT_USER, BOT = "T0TEAM", "A0APP", "U0BOT", "B0BOT"


class RefusedError(Exception):
    """A refusal in Slack's words, with what else the answer holds."""

    def __init__(self, error: str, **more: object) -> None:
        """Keep both."""
        self.error, self.more = error, more
        super().__init__(error)


@dataclass
class User:
    """A member of the workspace."""

    id: str
    name: str
    guest: bool = False
    bot: bool = False


@dataclass
class Channel:
    """A conversation; `str()` of it is its id."""

    id: str
    name: str
    kind: Kind
    members: list[str]
    archived: bool = False

    def __str__(self) -> str:
        return self.id


@dataclass
class Posted:
    """A message as it stands now.

    Attributes:
        only_for: The user who alone sees it, if it is ephemeral.
        body: The arguments it was posted with, for messages of the app.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    only_for: str | None = None
    edited: bool = False
    deleted: bool = False
    body: Json = field(default_factory=dict)
    reactions: list[tuple[str, str]] = field(default_factory=list)

    def payload(self) -> Json:
        """Return it as Slack shows messages to apps."""
        shown: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text, "team": TEAM}
        if self.user == BOT_USER:
            shown |= {"bot_id": BOT, "app_id": APP}
        if self.blocks:
            shown["blocks"] = copy.deepcopy(self.blocks)
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.body.get("metadata"):
            shown["metadata"] = copy.deepcopy(self.body["metadata"])
        return shown


@dataclass
class View:
    """A modal or Home tab that is open for a user.

    Attributes:
        content: What the app sent, with ids for its blocks.
        errors: What the app found wrong with the last try to send the form, by block id.
    """

    id: str
    user: str
    content: Json
    hash: str
    root: str
    errors: dict[str, str] = field(default_factory=dict)

    def payload(self, values: Json | None = None) -> Json:
        """Return it as Slack shows views to apps, with the state of its inputs."""
        given = {"callback_id": "", "private_metadata": "", "notify_on_close": False, "clear_on_close": False}
        ids = {"id": self.id, "team_id": TEAM, "app_id": APP, "bot_id": BOT, "hash": self.hash}
        root = {"root_view_id": self.root, "previous_view_id": None, "app_installed_team_id": TEAM}
        return {**given, **copy.deepcopy(self.content), **ids, **root, "state": {"values": values or {}}}


@dataclass
class Request:
    """One request of the app, kept whole.

    Attributes:
        method: Such as `chat.postMessage`, or `response_url`.
        body: Its arguments, blocks and views read from JSON.
        answer: What it was answered; `{}` while it waits.
        status: Of HTTP; 0 while it waits.
    """

    method: str
    body: Json
    token: str
    headers: Mapping[str, str]
    answer: Json = field(default_factory=dict)
    status: int = 0

    @property
    def ok(self) -> bool:
        """Whether it was accepted."""
        return bool(self.answer.get("ok"))


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
