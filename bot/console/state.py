"""What the console remembers between two lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.conversation import Thread, converse
from bot.reply import Reply
from index.release import Release


@dataclass
class State:
    """One person at one console.

    Attributes:
        path: The knowledge being served: a file or a folder.
        home: Where compiled releases are kept.
        today: The clock.
        release: What answers now; only `/reload` replaces it, whole.
        thread: The conversation's memory.
        question: The last question as it was typed; `None` before the first.
        reply: The reply to it.
        answering: The release that gave the reply, which a reload does not change.
    """

    path: Path
    home: Path
    today: Callable[[], date]
    release: Release
    thread: Thread = field(default_factory=Thread)
    question: str | None = None
    reply: Reply | None = None
    answering: Release = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the release that answers now."""
        self.answering = self.release

    def ask(self, question: str) -> Reply:
        """Put a question to the release, in the conversation so far, and remember both."""
        self.question, self.answering = question, self.release
        self.reply, self.thread = converse(self.release, question, self.thread, today=self.today())
        return self.reply

    def forget(self) -> None:
        """Begin a new conversation."""
        self.thread, self.question, self.reply = Thread(), None, None
