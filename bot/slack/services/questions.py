"""Questions in Slack: taken in durably, once, and answered with what the conversation says."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from pydantic import TypeAdapter

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import unknown_text
from bot.conversation.voice import Voice
from bot.journal.database import JournalError
from bot.journal.journal import Memory
from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import Channel, QuestionRecord
from bot.slack.context import LOG, Admission, AppContext
from bot.slack.delivery import DeliveryTarget, DeliveryWorker, Kind, Prepared, packed
from bot.slack.messages.answers import reply_message
from bot.slack.messages.block_kit import Value
from bot.slack.messages.notices import APOLOGY, STALE, TOO_MANY, notice
from faq.model import Entry, EntryKind


def message_key(channel: str, ts: str) -> str:
    """Return the name of a message."""
    return f"message {channel}:{ts}"


def action_key(body: Mapping[str, Any]) -> str:
    """Return the name of a press on a button, a form that was sent, or a command: sent again, it is the same."""
    if body.get("type") == "view_submission":
        return f"form {body['view']['id']}"
    if actions := body.get("actions"):
        return f"press {body['user']['id']} {actions[0]['action_id']} {actions[0]['action_ts']}"
    return f"command {body['trigger_id']}"


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


class QuestionService:
    """Takes in questions, and answers them."""

    def __init__(self, context: AppContext, worker: DeliveryWorker) -> None:
        """Answer what the worker claims of kind "question"."""
        self.context, self._worker = context, worker
        worker.kinds["question"] = Kind(self._prepare, self._instead)

    def accept(self, question: IncomingQuestion, *, seen: tuple[str, ...] = (), joins: str = "") -> None:
        """Keep a question to be answered; one `seen` before changes nothing. What raises must not be acknowledged."""
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
            return replace(question, name=name, to=to).outbox_message()
        message = question.outbox_message()
        name = f"{question.name} sorry"[:200]
        return replace(message, key=name, kind="post", payload=packed(question.to, notice(APOLOGY)))


def answer(context: AppContext, question: IncomingQuestion) -> Prepared:
    """Return the answer; the same question, release, memory and day give the same."""
    release = context.live.release
    # The journal's id: the same every time it is answered.
    value = Value(hashlib.sha256(question.name.encode()).hexdigest()[:32], question=question.text)
    hands_over = bool(context.settings.hr_channels)
    if question.nothing_fits:
        person = Voice(release.knowledge, context.today(), hands_over).person
        reply = Reply(ReplyKind.UNKNOWN, (), unknown_text(person=person), 0.0, (), (), release.name)
        return Prepared(question.to, reply_message(reply, value, context.catalog))
    chosen = served_entry(context, question.entry_id)
    if question.entry_id and chosen is None:
        return Prepared(question.to, notice(STALE))
    before = ConversationState() if chosen else _memory(context, question)
    begun = perf_counter()
    if chosen:
        is_referral = chosen.kind is EntryKind.REFERRAL
        kind = ReplyKind.REFERRAL if is_referral else ReplyKind.ANSWER
        reply = Reply(kind, (chosen,), chosen.answer, 1.0, (), (), release.name)
        state = before if is_referral else ConversationState((chosen.id,), chosen.question)
    else:
        reply, state = context.converse(
            release, question.text, before, today=context.today(), hands_over=hands_over
        )
    milliseconds = (perf_counter() - begun) * 1_000
    if reply.unembedded:
        LOG.warning("%s", reply.unembedded)
    ids = dict.fromkeys(each for entry in reply.entries for each in entry.related)
    near = [found for each in ids if (found := served_entry(context, each))]
    shareable = bool(question.to.response_url)
    message = reply_message(
        reply, value, context.catalog, related=near, shareable=shareable, titled=bool(chosen)
    )
    record = QuestionRecord.of(
        reply,
        question.text,
        channel=question.place,
        user=question.user,
        milliseconds=milliseconds,
        follows=bool(before.topics),
        choice_of=question.choice_of,
        at=context.clock(),
        id=value.key,
    )
    conversation = question.to.conversation
    memory = Memory(conversation, state, question.user) if conversation else None
    return Prepared(question.to, message, memory, record)


def served_entry(context: AppContext, entry_id: str) -> Entry | None:
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
