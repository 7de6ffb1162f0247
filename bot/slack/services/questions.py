"""A question in Slack and what it is answered: the conversation's reply as a message, and what is remembered of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from bot.conversation.engine import converse
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import Thread
from bot.conversation.texts import UNKNOWN
from bot.journal.asked import Asked, Channel
from bot.journal.errors import JournalError
from bot.slack.context import LOG, Desk
from bot.slack.delivery.targets import Address
from bot.slack.messages.answers import entry_message, reply_message
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import STALE, notice
from bot.slack.messages.values import Value
from bot.slack.services.processed_events import question_id
from faq.model import Entry, EntryKind, Knowledge


@dataclass(frozen=True)
class Question:
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
    to: Address
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
    def read(cls, held: Mapping[str, Any]) -> "Question":
        """Read it back."""
        return cls(**{**held, "place": Channel(held["place"]), "to": Address(**held["to"])})


@dataclass(frozen=True)
class Answered:
    """The answer to a question.

    Attributes:
        record: For the journal; `None` where nothing was found out.
        thread: The new memory; `None` if it stays as it was.
    """

    message: Message
    record: Asked | None = None
    thread: Thread | None = None


def answer(desk: Desk, question: Question) -> Answered:
    """Return the answer; the same question, release, memory and day give the same."""
    if question.entry_id:
        return _entry(desk, question)
    if question.nothing_fits:
        return Answered(nothing_message(desk, question))
    release, day = desk.served.release, desk.today()
    before = _memory(desk, question)
    begun = perf_counter()
    reply, thread = converse(release, question.text, before, today=day)
    if reply.unembedded:
        LOG.warning("%s", reply.unembedded)
    record = Asked(
        question.text,
        question.place,
        question.user,
        reply.kind.value,
        reply.ids,
        reply.confidence,
        reply.release,
        (perf_counter() - begun) * 1_000,
        bool(before.topics),
        at=desk.clock(),
        id=question.id,
    )
    message = reply_message(
        reply,
        Value(question.id, question=question.text),
        desk.catalog(),
        related=related(release.knowledge, reply.entries, desk),
        shareable=bool(question.to.response_url),
    )
    return Answered(message, record, thread)


def _entry(desk: Desk, question: Question) -> Answered:
    release = desk.served.release
    entry = served_entry(desk, question.entry_id)
    if entry is None:
        return Answered(notice(STALE))
    text, release_name = entry.question, release.name
    kind = ReplyKind.REFERRAL if entry.kind is EntryKind.REFERRAL else ReplyKind.ANSWER
    record = Asked(
        text,
        question.place,
        question.user,
        kind.value,
        (entry.id,),
        1.0,
        release_name,
        0.0,
        at=desk.clock(),
        id=question.id,
    )
    value = Value(question.id, question=text)
    near = related(release.knowledge, (entry,), desk)
    message = entry_message(entry, value, related=near, shareable=bool(question.to.response_url))
    thread = Thread((entry.id,), text) if kind is ReplyKind.ANSWER else Thread()
    return Answered(message, record, thread)


def nothing_message(desk: Desk, question: Question) -> Message:
    """Return what is said when none of the choices was meant."""
    reply = Reply(ReplyKind.UNKNOWN, (), UNKNOWN, 0.0, (), (), desk.served.release.name)
    return reply_message(reply, Value(question.id, question=question.text), desk.catalog())


def served_entry(desk: Desk, entry_id: str) -> Entry | None:
    """Return an entry that is served today; `None` if there is none of that id any more."""
    entries = desk.served.release.knowledge.entries
    found = next((each for each in entries if each.id == entry_id), None)
    return found if found and found.served_on(desk.today()) else None


def related(knowledge: Knowledge, entries: tuple[Entry, ...], desk: Desk) -> list[Entry]:
    """Return what the entries name as related and is served today, each once."""
    ids = dict.fromkeys(each for entry in entries for each in entry.related)
    known = {entry.id: entry for entry in knowledge.entries if entry.served_on(desk.today())}
    return [known[each] for each in ids if each in known]


def _memory(desk: Desk, question: Question) -> Thread:
    if not question.conversation:
        return Thread()
    try:
        return desk.journal.threads.recall(question.conversation) or Thread()
    except JournalError as error:
        LOG.warning("会話の記憶を読めません: %s", error)
        return Thread()
