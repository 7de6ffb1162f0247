"""A question in Slack and what it is answered: the conversation's reply as a message, and what is remembered of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from bot.conversation.engine import converse
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import UNKNOWN
from bot.journal.errors import JournalError
from bot.journal.question_record import Channel, QuestionRecord
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.targets import DeliveryTarget
from bot.slack.messages.answers import entry_message, reply_message
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import STALE, notice
from bot.slack.messages.values import Value
from bot.slack.services.processed_events import question_id
from faq.model import Entry, EntryKind, Knowledge


@dataclass(frozen=True)
class IncomingQuestion:
    """A question as it waits for its answer.

    Attributes:
        name: Names it for ever: a resent one has the same.
        place: The kind of place, for the journal.
        user: Who asks.
        text: What they typed, or the question of the button that they pressed.
        to: Where the answer goes.
        conversation: The key of its memory; empty where nothing is remembered.
        entry_id: The entry that a button wants; empty for a question that was typed.
        nothing_fits: Whether it was offered choices, and none of them is meant.
        accepted_by: Names the process that accepted it.
    """

    name: str
    place: Channel
    user: str
    text: str
    to: DeliveryTarget
    conversation: str = ""
    entry_id: str = ""
    nothing_fits: bool = False
    accepted_by: str = ""

    @property
    def id(self) -> str:
        """The journal's id of it."""
        return question_id(self.name)

    def payload(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**asdict(self), "place": self.place.value, "to": self.to.payload()}

    @classmethod
    def read(cls, held: Mapping[str, Any]) -> "IncomingQuestion":
        """Read it back."""
        return cls(**{**held, "place": Channel(held["place"]), "to": DeliveryTarget(**held["to"])})


@dataclass(frozen=True)
class Answered:
    """The answer to a question.

    Attributes:
        record: For the journal; `None` where nothing was found out.
        thread: The new memory; `None` if it stays as it was.
    """

    message: Message
    record: QuestionRecord | None = None
    thread: ConversationState | None = None


def answer(context: AppContext, question: IncomingQuestion) -> Answered:
    """Return the answer; the same question, release, memory and day give the same."""
    if question.entry_id:
        return _entry(context, question)
    if question.nothing_fits:
        return Answered(nothing_message(context, question))
    release, day = context.live.release, context.today()
    before = _memory(context, question)
    begun = perf_counter()
    reply, thread = converse(release, question.text, before, today=day)
    if reply.unembedded:
        LOG.warning("%s", reply.unembedded)
    record = QuestionRecord(
        question.text,
        question.place,
        question.user,
        reply.kind.value,
        reply.ids,
        reply.confidence,
        reply.release,
        (perf_counter() - begun) * 1_000,
        bool(before.topics),
        at=context.clock(),
        id=question.id,
    )
    message = reply_message(
        reply,
        Value(question.id, question=question.text),
        context.catalog(),
        related=related(release.knowledge, reply.entries, context),
        shareable=bool(question.to.response_url),
    )
    return Answered(message, record, thread)


def _entry(context: AppContext, question: IncomingQuestion) -> Answered:
    release = context.live.release
    entry = served_entry(context, question.entry_id)
    if entry is None:
        return Answered(notice(STALE))
    text, release_name = entry.question, release.name
    kind = ReplyKind.REFERRAL if entry.kind is EntryKind.REFERRAL else ReplyKind.ANSWER
    record = QuestionRecord(
        text,
        question.place,
        question.user,
        kind.value,
        (entry.id,),
        1.0,
        release_name,
        0.0,
        at=context.clock(),
        id=question.id,
    )
    value = Value(question.id, question=text)
    near = related(release.knowledge, (entry,), context)
    message = entry_message(entry, value, related=near, shareable=bool(question.to.response_url))
    thread = ConversationState((entry.id,), text) if kind is ReplyKind.ANSWER else ConversationState()
    return Answered(message, record, thread)


def nothing_message(context: AppContext, question: IncomingQuestion) -> Message:
    """Return what is said when none of the choices was meant."""
    reply = Reply(ReplyKind.UNKNOWN, (), UNKNOWN, 0.0, (), (), context.live.release.name)
    return reply_message(reply, Value(question.id, question=question.text), context.catalog())


def served_entry(context: AppContext, entry_id: str) -> Entry | None:
    """Return an entry that is served today; `None` if there is none of that id any more."""
    entries = context.live.release.knowledge.entries
    found = next((each for each in entries if each.id == entry_id), None)
    return found if found and found.served_on(context.today()) else None


def related(knowledge: Knowledge, entries: tuple[Entry, ...], context: AppContext) -> list[Entry]:
    """Return what the entries name as related and is served today, each once."""
    ids = dict.fromkeys(each for entry in entries for each in entry.related)
    known = {entry.id: entry for entry in knowledge.entries if entry.served_on(context.today())}
    return [known[each] for each in ids if each in known]


def _memory(context: AppContext, question: IncomingQuestion) -> ConversationState:
    if not question.conversation:
        return ConversationState()
    try:
        return context.journal.conversations.recall(question.conversation) or ConversationState()
    except JournalError as error:
        LOG.warning("会話の記憶を読めません: %s", error)
        return ConversationState()
