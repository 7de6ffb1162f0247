"""Questions, from wherever they are asked: kept before Slack hears of it, and answered once."""

import hashlib
from dataclasses import dataclass, replace
from time import perf_counter

from pydantic import TypeAdapter

from bot.conversation.engine import chosen
from bot.conversation.reply import SHOWN, Reply, ReplyKind
from bot.conversation.state import ConversationState, goes_on
from bot.conversation.texts import Voice, unknown_text
from bot.journal.database import JournalError
from bot.journal.journal import Memory
from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import Channel, QuestionRecord
from bot.slack.context import LOG, Admission, AppContext
from bot.slack.delivery.sending import QUESTION, DeliveryTarget, Kind, Prepared, is_direct, packed
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.messages import notices
from bot.slack.messages.answers import reply_message
from bot.slack.messages.block_kit import ButtonValue
from bot.slack.messages.text import asked, named
from faq.model import Entry
from index.analysis.questions import asks, sentences


@dataclass(frozen=True)
class IncomingQuestion:
    """A question as it waits for its answer; its name is its own for ever, so that a resent one has the same.

    A button asks with the question and the id of its entry, under the reply to the question `choice_of`, or says that
    nothing fits of what was offered. One that was `overheard` does not name the bot. One that `corrects` another is its
    text as edited, and that one's name.
    """

    name: str
    place: Channel
    user: str
    text: str
    to: DeliveryTarget
    entry_id: str = ""
    nothing_fits: bool = False
    choice_of: str = ""
    overheard: bool = False
    corrects: str = ""

    @property
    def ordering_key(self) -> str:
        """What is asked after it in the same place waits for it."""
        return f"ask {self.to.conversation or self.user}"

    @property
    def memory(self) -> str:
        """The key of what is remembered: in a thread of several people, of each by themselves."""
        place = self.to.conversation
        return place if not place or is_direct(self.to.channel) else of_person(place, self.user)

    def outbox_message(self) -> OutboxMessage:
        payload = _JSON.dump_python(self, mode="json")
        return OutboxMessage(self.name, self.ordering_key, QUESTION, payload)


_JSON = TypeAdapter(IncomingQuestion)
OTHERS = "others"  # in the place of a person: of a thread in which more people write than who asked


def of_person(conversation: str, user: str) -> str:
    return f"{conversation} {user}"


def question_kind(context: AppContext) -> Kind:
    return Kind(lambda delivery: _prepare(context, delivery), _instead)


def accept(
    worker: DeliveryWorker,
    question: IncomingQuestion,
    *,
    joins: bool = False,
    counts: bool = True,
    resent: bool = False,
) -> None:
    """Keep a question to be answered; one that was taken before changes nothing. What raises must not be acknowledged.

    What is asked next in a thread that the bot `joins` may come before the answer, so it joins it now. What cannot be
    kept is answered all the same, unless it was only overheard: then Slack sends it again. What is `resent` may have
    been answered so. Only what `counts` is held to the limit of questions in a minute.
    """
    context, at = worker.context, worker.context.clock()
    if question.name in context.taken:
        return
    message = replace(question.outbox_message(), tried=resent)
    admission = context.flood.admit(question.user, question.name, at) if counts else Admission.ANSWER
    if admission is not Admission.ANSWER:
        if admission is Admission.IGNORE or question.overheard:
            return
        message = replace(message, kind="post", payload=packed(question.to, notices.notice(notices.TOO_MANY)))
    place, user = question.to.conversation, question.user
    own, others = ((place, question.memory), of_person(place, OTHERS)) if joins else ((), "")
    try:
        claims = worker.has_room
        new = context.journal.accept(message, at=at, joins=own, others=others, user=user, claims=claims)
        if new:
            worker.wake(new)
        context.taken.add(question.name)
    except JournalError as error:
        if question.overheard:
            raise
        if context.taken.add(question.name):
            context.journal.lose(error)
            worker.send_unkept(message)


def _prepare(context: AppContext, delivery: Delivery) -> Prepared | None:
    question = _JSON.validate_python(delivery.payload)
    question = replace(question, text=named(question.text, context.name))
    if question.corrects:
        stands = context.journal.outbox.answer_to(question.corrects, question.ordering_key)
        question = replace(question, to=replace(question.to, ts=stands.partition(":")[2]))
    try:
        return answer(context, question)
    except Exception:  # noqa: BLE001 -- the rim: whoever asks gets an answer or a reason
        LOG.exception("a question cannot be answered")
        return None if question.overheard else Prepared(question.to, notices.notice(notices.APOLOGY))


def _instead(delivery: Delivery, _reason: str) -> OutboxMessage:
    """Answer in the direct message what a response URL takes no more; say elsewhere that there is no answer."""
    question = _JSON.validate_python(delivery.payload)
    if question.to.response_url:
        name, to = f"{question.name} late"[:200], DeliveryTarget(user=question.user)
        return replace(question, name=name, to=to).outbox_message()
    name, payload = f"{question.name} sorry"[:200], packed(question.to, notices.notice(notices.APOLOGY))
    return replace(question.outbox_message(), key=name, kind="post", payload=payload)


def answer(context: AppContext, question: IncomingQuestion) -> Prepared | None:
    """Return the answer; the same question, release, memory and day give the same.

    `None` is for what people say to each other: they are only helped where the FAQ has an answer to a question.
    """
    release, hands_over = context.live.release, context.hands_over
    # The journal's id: the same every time it is answered.
    voice = Voice(release.knowledge, context.today(), hands_over)
    value = ButtonValue(hashlib.sha256(question.name.encode()).hexdigest()[:32], question=question.text)
    if question.nothing_fits:
        reply = Reply(ReplyKind.UNKNOWN, (), unknown_text(person=voice.person), 0.0, (), (), release.name)
        return Prepared(question.to, reply_message(reply, value, context.catalog, hands_over=hands_over))
    pressed = served(context, question.entry_id)
    if question.entry_id and pressed is None:
        return Prepared(question.to, notices.notice(notices.STALE))
    before = ConversationState() if pressed else _memory(context, question)
    begun = perf_counter()
    if pressed:
        reply, state = chosen(release, pressed, before, voice)
    else:
        reply, state = context.converse(
            release, asked(question.text), before, today=context.today(), hands_over=hands_over
        )
    shows = reply.kind in SHOWN
    is_chosen = shows and not reply.readings
    if question.overheard and not (is_chosen or (shows and any(map(asks, sentences(question.text))))):
        return None
    milliseconds = (perf_counter() - begun) * 1_000
    if reply.unembedded:
        LOG.warning("%s", reply.unembedded)
    ids = dict.fromkeys(each for entry in reply.entries for each in entry.related)
    near = [found for each in ids if (found := served(context, each))]
    message = reply_message(
        reply,
        value,
        context.catalog,
        hands_over=hands_over,
        related=near,
        titled=is_chosen,
        feedback=context.feedback_buttons and bool(question.to.channel),
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
    memory = Memory(question.memory, state, question.user) if question.memory else None
    return Prepared(question.to, message, memory, record)


def served(context: AppContext, entry_id: str) -> Entry | None:
    entries = context.live.release.knowledge.entries
    found = next((each for each in entries if each.id == entry_id), None)
    return found if found and found.served_on(context.today()) else None


def _memory(context: AppContext, question: IncomingQuestion) -> ConversationState:
    try:
        return context.journal.conversations.recall(question.memory) or ConversationState()
    except JournalError as error:
        LOG.warning("what was said before cannot be read: %s", error)
        return ConversationState()
