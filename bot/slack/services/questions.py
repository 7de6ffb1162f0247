"""Questions in Slack: taken in durably, once, and answered with what the conversation says."""

from dataclasses import dataclass, replace
from time import perf_counter

from pydantic import TypeAdapter

from bot.conversation.engine import converse
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import UNKNOWN
from bot.journal.database import JournalError
from bot.journal.journal import Memory
from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import Channel, QuestionRecord
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.targets import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker, Kind, Prepared, packed
from bot.slack.flood import Admission
from bot.slack.messages.answers import entry_message, reply_message
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import APOLOGY, STALE, TOO_MANY, notice
from bot.slack.messages.values import Value
from bot.slack.services.event_keys import question_id
from faq.model import Entry, EntryKind


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
    """

    name: str
    place: Channel
    user: str
    text: str
    to: DeliveryTarget
    conversation: str = ""
    entry_id: str = ""
    nothing_fits: bool = False

    def outbox_message(self) -> OutboxMessage:
        """Return it as what is to be worked on, after what was asked before in the same place."""
        payload = _JSON.dump_python(self, mode="json")
        return OutboxMessage(self.name, f"ask {self.conversation or self.user}", "question", payload)


_JSON = TypeAdapter(IncomingQuestion)


class QuestionService:
    """Takes in questions, and answers them."""

    def __init__(self, context: AppContext, worker: DeliveryWorker) -> None:
        """Answer what the worker claims of kind "question"."""
        self.context, self._worker = context, worker
        worker.kinds["question"] = Kind(self._prepare, self._instead)

    def accept(self, question: IncomingQuestion, *, seen: tuple[str, ...] = (), joins: str = "") -> None:
        """Keep a question, so that it will be answered; one that was seen before changes nothing.

        Args:
            question: What is asked.
            seen: Names of the event.
            joins: The conversation in which the bot takes part from now on.

        Raises:
            JournalError: it cannot be kept; Slack must not be told that it was.
        """
        context, at = self.context, self.context.clock()
        message = question.outbox_message()
        messages = [message]
        match context.flood.admit(question.user, question.name, at):
            case Admission.ASK_TO_WAIT:
                messages = [replace(message, kind="post", payload=packed(question.to, notice(TOO_MANY)))]
            case Admission.IGNORE:
                messages = []
        if context.journal.accept(*messages, at=at, seen=seen, joins=joins, user=question.user):
            self._worker.wake()

    def _prepare(self, delivery: Delivery) -> Prepared:
        question = _JSON.validate_python(delivery.payload)
        try:
            return answer(self.context, question)
        except Exception:  # noqa: BLE001 -- the rim: whoever asks gets an answer or a reason
            LOG.exception("質問に答えられません")
            return Prepared(question.to, notice(APOLOGY))

    def _instead(self, delivery: Delivery) -> OutboxMessage:
        """Answer in the direct message what a response URL takes no more; say elsewhere that there is no answer."""
        question = _JSON.validate_python(delivery.payload)
        if question.to.response_url:
            name, to = f"{question.name} late"[:200], DeliveryTarget(user=question.user)
            return replace(question, name=name, to=to, conversation="").outbox_message()
        message = question.outbox_message()
        name = f"{question.name} sorry"[:200]
        return replace(message, key=name, kind="post", payload=packed(question.to, notice(APOLOGY)))


def answer(context: AppContext, question: IncomingQuestion) -> Prepared:
    """Return the answer; the same question, release, memory and day give the same."""
    value = Value(question_id(question.name), question=question.text)
    release = context.live.release
    if question.nothing_fits:
        reply = Reply(ReplyKind.UNKNOWN, (), UNKNOWN, 0.0, (), (), release.name)
        return Prepared(question.to, reply_message(reply, value, context.catalog))
    if question.entry_id:
        return _entry(context, question, value)
    before = _memory(context, question)
    begun = perf_counter()
    reply, state = converse(release, question.text, before, today=context.today())
    seconds = perf_counter() - begun
    if reply.unembedded:
        LOG.warning("%s", reply.unembedded)
    shareable = bool(question.to.response_url)
    near = related(context, reply.entries)
    message = reply_message(reply, value, context.catalog, related=near, shareable=shareable)
    return _kept(context, question, reply, message, state, seconds=seconds, follows=bool(before.topics))


def _entry(context: AppContext, question: IncomingQuestion, value: Value) -> Prepared:
    entry = served_entry(context, question.entry_id)
    if entry is None:
        return Prepared(question.to, notice(STALE))
    kind = ReplyKind.REFERRAL if entry.kind is EntryKind.REFERRAL else ReplyKind.ANSWER
    reply = Reply(kind, (entry,), entry.answer, 1.0, (), (), context.live.release.name)
    near, shareable = related(context, (entry,)), bool(question.to.response_url)
    message = entry_message(entry, replace(value, question=entry.question), related=near, shareable=shareable)
    is_answer = kind is ReplyKind.ANSWER
    state = ConversationState((entry.id,), entry.question) if is_answer else ConversationState()
    return _kept(context, replace(question, text=entry.question), reply, message, state)


def _kept(  # noqa: PLR0913 -- what is kept of an answer
    context: AppContext,
    question: IncomingQuestion,
    reply: Reply,
    message: Message,
    state: ConversationState,
    *,
    seconds: float = 0.0,
    follows: bool = False,
) -> Prepared:
    record = QuestionRecord.of(
        reply,
        question.text,
        channel=question.place,
        user=question.user,
        milliseconds=seconds * 1_000,
        follows=follows,
    )
    record = replace(record, at=context.clock(), id=question_id(question.name))
    memory = Memory(question.conversation, state, question.user) if question.conversation else None
    return Prepared(question.to, message, memory, record)


def served_entry(context: AppContext, entry_id: str) -> Entry | None:
    """Return an entry that is served today; `None` if there is none of that id any more."""
    entries = context.live.release.knowledge.entries
    found = next((each for each in entries if each.id == entry_id), None)
    return found if found and found.served_on(context.today()) else None


def related(context: AppContext, entries: tuple[Entry, ...]) -> list[Entry]:
    """Return what the entries name as related and is served today, each once."""
    ids = dict.fromkeys(each for entry in entries for each in entry.related)
    return [found for each in ids if (found := served_entry(context, each))]


def _memory(context: AppContext, question: IncomingQuestion) -> ConversationState:
    if not question.conversation:
        return ConversationState()
    try:
        return context.journal.conversations.recall(question.conversation) or ConversationState()
    except JournalError as error:
        LOG.warning("会話の記憶を読めません: %s", error)
        return ConversationState()
