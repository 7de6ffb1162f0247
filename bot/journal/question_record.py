"""One question as it goes into the journal; nothing here needs a database."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from bot.conversation.reply import Reply


class Channel(StrEnum):
    """The kinds of places where questions are asked."""

    CONSOLE = "console"
    SLACK_DM = "slack-dm"
    SLACK_THREAD = "slack-thread"
    SLACK_COMMAND = "slack-command"
    SLACK_HOME = "slack-home"


def now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(tz=UTC)


def new_id() -> str:
    """Return 32 hexadecimal digits that nobody had before."""
    return uuid4().hex


@dataclass(frozen=True)
class QuestionRecord:
    """A question and how it was answered, before masking; `user` is empty for nobody, `follows` after a topic.

    A press on a button asks for its entry; `choice_of` is then the id of the question under whose reply it stood.
    """

    text: str
    channel: Channel
    user: str
    reply: str
    entries: Sequence[str]
    confidence: float
    release: str
    milliseconds: float
    follows: bool = False
    choice_of: str = ""
    at: datetime = field(default_factory=now)
    id: str = field(default_factory=new_id)

    @classmethod
    def of(cls, reply: "Reply", text: str, **rest: Any) -> "QuestionRecord":  # noqa: ANN401 -- the other fields
        """Return the question of a reply that was just given."""
        kind, ids = reply.kind.value, reply.ids
        return cls(text, reply=kind, entries=ids, confidence=reply.confidence, release=reply.release, **rest)


def whoever_runs_this() -> str:
    """Return the name of the user of this process, as far as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"
