"""What the console remembers between two lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from bot.conversation.engine import converse
from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.journal.question_record import Channel, QuestionRecord
from bot.serving.live_release import LiveRelease
from bot.serving.operator import whoever_runs_this
from index.release.building import Release


@dataclass
class State:
    """One person at one console."""

    live: LiveRelease
    today: Callable[[], date]
    record: Callable[[QuestionRecord], object] = lambda _: None
    thread: ConversationState = field(default_factory=ConversationState)
    question: str | None = None  # the last one, as it was typed
    reply: Reply | None = None  # to it
    answering: Release = field(init=False)  # what gave the reply, which a reload does not change

    def __post_init__(self) -> None:
        """Begin with the release that answers now."""
        self.answering = self.release

    @property
    def release(self) -> Release:
        """What answers now; it may be another one the next time."""
        return self.live.release

    def ask(self, question: str) -> Reply:
        """Put a question to the release, in the conversation so far, and remember both."""
        self.question, self.answering = question, self.release
        before, started = self.thread, perf_counter()
        self.reply, self.thread = converse(self.answering, question, before, today=self.today())
        took = (perf_counter() - started) * 1000
        user, follows = whoever_runs_this(), bool(before.topics)
        self.record(
            QuestionRecord.of(
                self.reply, question, channel=Channel.CONSOLE, user=user, milliseconds=took, follows=follows
            )
        )
        return self.reply

    def forget(self) -> None:
        """Begin a new conversation."""
        self.thread, self.question, self.reply = ConversationState(), None, None
