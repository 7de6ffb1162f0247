"""Questions, from wherever they are asked: kept before Slack hears of it, and answered once."""

import hashlib
from dataclasses import dataclass, replace
from time import perf_counter

from pydantic import TypeAdapter

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState, goes_on
from bot.conversation.texts import Voice, unknown_text
from bot.journal.database import JournalError
from bot.journal.journal import Memory
from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import Channel, QuestionRecord
from bot.slack.context import LOG, Admission, AppContext
from bot.slack.delivery import DeliveryTarget, DeliveryWorker, Kind, Prepared, packed
from bot.slack.messages import notices
from bot.slack.messages.answers import reply_message
from bot.slack.messages.block_kit import Value
from faq.model import Entry


@dataclass(frozen=True)
class IncomingQuestion:
    """A question as it waits for its answer; its name is its own for ever, so that a resent one has the same.

    A button asks with the question and the id of its entry, under the reply to the question `choice_of`, or says that
    nothing fits of what was offered.
    """

    name: str
    place: Channel
    user: str
    text: str
    to: DeliveryTarget
    entry_id: str = ""
    nothing_fits: bool = False
    choice_of: str = ""

    def outbox_message(self) -> OutboxMessage:
        """Return it as what is to be worked on, after what was asked before in the same place."""
        payload = _JSON.dump_python(self, mode="json")
        return OutboxMessage(self.name, f"ask {self.to.conversation or self.user}", "question", payload)


_JSON = TypeAdapter(IncomingQuestion)


def question_kind(context: AppContext) -> Kind:
    """Return how a question is worked on."""
    return Kind(lambda delivery: _prepare(context, delivery), _instead)


def accept(
    worker: DeliveryWorker, question: IncomingQuestion, *, seen: tuple[str, ...] = (), joins: str = ""
) -> None:
    """Keep a question to be answered; one `seen` before changes nothing. What raises must not be acknowledged."""
    context, at = worker.context, worker.context.clock()
    message = question.outbox_message()
    messages = [message]
    match context.flood.admit(question.user, question.name, at):
        case Admission.ASK_TO_WAIT:
            messages = [
                replace(message, kind="post", payload=packed(question.to, notices.notice(notices.TOO_MANY)))
            ]
        case Admission.IGNORE:
            messages = []
    if context.journal.accept(*messages, at=at, seen=seen, joins=joins, user=question.user):
        worker.wake()


def _prepare(context: AppContext, delivery: Delivery) -> Prepared:
    question = _JSON.validate_python(delivery.payload)
    try:
        return answer(context, question)
    except Exception:  # noqa: BLE001 -- the rim: whoever asks gets an answer or a reason
        LOG.exception("質問に答えられません")
        return Prepared(question.to, notices.notice(notices.APOLOGY))


def _instead(delivery: Delivery, _reason: str) -> OutboxMessage:
    """Answer in the direct message what a response URL takes no more; say elsewhere that there is no answer."""
    question = _JSON.validate_python(delivery.payload)
    if question.to.response_url:
        name, to = f"{question.name} late"[:200], DeliveryTarget(user=question.user)
        return replace(question, name=name, to=to).outbox_message()
    name, payload = f"{question.name} sorry"[:200], packed(question.to, notices.notice(notices.APOLOGY))
    return replace(question.outbox_message(), key=name, kind="post", payload=payload)


def answer(context: AppContext, question: IncomingQuestion) -> Prepared:
    """Return the answer; the same question, release, memory and day give the same."""
    release, hands_over = context.live.release, context.hands_over
    # The journal's id: the same every time it is answered.
    value = Value(hashlib.sha256(question.name.encode()).hexdigest()[:32], question=question.text)
    if question.nothing_fits:
        person = Voice(release.knowledge, context.today(), hands_over).person
        reply = Reply(ReplyKind.UNKNOWN, (), unknown_text(person=person), 0.0, (), (), release.name)
        return Prepared(question.to, reply_message(reply, value, context.catalog, hands_over=hands_over))
    chosen = served(context, question.entry_id)
    if question.entry_id and chosen is None:
        return Prepared(question.to, notices.notice(notices.STALE))
    before = ConversationState() if chosen else _memory(context, question)
    begun = perf_counter()
    if chosen:
        kind = ReplyKind(chosen.kind.value)
        reply = Reply(kind, (chosen,), chosen.answer, 1.0, (), (), release.name)
        state = before if kind is ReplyKind.REFERRAL else ConversationState((chosen.id,), chosen.question)
    else:
        reply, state = context.converse(
            release, question.text, before, today=context.today(), hands_over=hands_over
        )
    milliseconds = (perf_counter() - begun) * 1_000
    if reply.unembedded:
        LOG.warning("%s", reply.unembedded)
    ids = dict.fromkeys(each for entry in reply.entries for each in entry.related)
    near = [found for each in ids if (found := served(context, each))]
    message = reply_message(
        reply, value, context.catalog, hands_over=hands_over, related=near, titled=bool(chosen)
    )
    record = QuestionRecord.of(
        reply,
        question.text,
        channel=question.place,
        user=question.user,
        milliseconds=milliseconds,
        follows=goes_on(question.text, before),
        choice_of=question.choice_of,
        at=context.clock(),
        id=value.key,
    )
    conversation = question.to.conversation
    memory = Memory(conversation, state, question.user) if conversation else None
    return Prepared(question.to, message, memory, record)


def served(context: AppContext, entry_id: str) -> Entry | None:
    """Return an entry that is served today; `None` if there is none of that id any more."""
    entries = context.live.release.knowledge.entries
    found = next((each for each in entries if each.id == entry_id), None)
    return found if found and found.served_on(context.today()) else None


def _memory(context: AppContext, question: IncomingQuestion) -> ConversationState:
    try:
        return context.journal.conversations.recall(question.to.conversation) or ConversationState()
    except JournalError as error:
        LOG.warning("会話の記憶を読めません: %s", error)
        return ConversationState()
