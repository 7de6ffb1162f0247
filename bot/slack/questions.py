"""Questions: from messages, `/faq`, the Home tab and buttons, kept before Slack hears of it, and answered once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from pydantic import TypeAdapter
from slack_bolt import Ack, App

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState, goes_on
from bot.conversation.texts import Voice, unknown_text
from bot.journal.database import JournalError
from bot.journal.journal import Memory
from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import Channel, QuestionRecord
from bot.journal.questions import Rating
from bot.slack.context import LOG, Admission, AppContext
from bot.slack.delivery import DeliveryTarget, DeliveryWorker, Kind, Prepared, packed
from bot.slack.handover import Handovers
from bot.slack.interactions import (
    Body,
    action_key,
    field_of,
    message_key,
    publish_home,
    send_ephemeral,
    show_form,
    value_of,
)
from bot.slack.manifest import Profile
from bot.slack.messages import notices
from bot.slack.messages.answers import category_view, home_view, reply_message
from bot.slack.messages.block_kit import Action, Field, Form, Value, modal, numbered
from bot.slack.messages.text import is_to_somebody, typed
from faq.model import Entry

# Subtypes of messages that somebody wrote; the others tell of edits, of joining and so on.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})


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


def add_question_listeners(app: App, worker: DeliveryWorker, handovers: Handovers) -> None:
    """Add the listeners; what is asked is acknowledged once it is in the journal."""
    context = worker.context
    worker.kinds["question"] = Kind(lambda delivery: _prepare(context, delivery), _instead)
    _add_buttons(app, worker)

    @app.event("app_mention")
    @app.event("message")
    def said(body: Body) -> None:
        event = body["event"]
        if not event.get("user") or event.get("bot_id") or event.get("subtype") not in _SPOKEN:
            return
        if event.get("channel_type") == "im":
            _ask(worker, body, Channel.SLACK_DM)
        elif _is_meant(handovers, event):
            _ask(worker, body, Channel.SLACK_THREAD)

    @app.command("/faq")
    def asked(ack: Ack, body: Body) -> None:
        text = body.get("text", "").strip()
        if not text:
            ack(**notices.notice(notices.EMPTY).respond(), response_type="ephemeral")
            return
        to = DeliveryTarget(response_url=body["response_url"])
        _accept(worker, IncomingQuestion(action_key(body), Channel.SLACK_COMMAND, body["user_id"], text, to))
        ack()

    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            publish_home(context, event["user"], home_view(context.catalog(), hands_over=context.hands_over))
        elif context.profile is Profile.AGENT and (prompts := context.catalog().prompts):
            # An app made today opens its direct message with this event; only older ones, with the assistant view,
            # hear of `assistant_thread_started`. With a `thread_ts`, Slack says that all is well, and shows nothing.
            offer = context.client.assistant_threads_setSuggestedPrompts
            given = {"channel_id": event["channel"], "title": "たとえば", "prompts": prompts}
            context.background.do(lambda: offer(**given), "examples cannot be shown")


def _is_meant(handovers: Handovers, event: Mapping[str, Any]) -> bool:
    """Tell whether a message in a channel is a question to the bot: it is named, or has joined the thread."""
    context, text, thread_ts = handovers.context, event.get("text", ""), event.get("thread_ts")
    if f"<@{context.bot_user}" in text:
        return True
    if not thread_ts or handovers.take_reply(event) or is_to_somebody(text):
        return False
    return context.journal.conversations.recall(f"{event['channel']}:{thread_ts}") is not None


def _ask(worker: DeliveryWorker, body: Mapping[str, Any], place: Channel) -> None:
    event, in_channel = body["event"], place is Channel.SLACK_THREAD
    to = DeliveryTarget(event["channel"], event.get("thread_ts") or (event["ts"] if in_channel else ""))
    text = typed(event.get("text", ""), worker.context.bot_user)
    key = message_key(to.channel, event["ts"])
    # What is asked next in the thread may come before the answer, so the bot joins it now.
    joins = to.conversation if in_channel else ""
    seen = (f"event {body['event_id']}", key)
    _accept(worker, IncomingQuestion(key, place, event["user"], text, to), seen=seen, joins=joins)


def _add_buttons(app: App, worker: DeliveryWorker) -> None:
    context = worker.context

    @app.action(numbered(Action.ASK))
    @app.action(Action.NONE_OF_THESE.value)
    def wanted(ack: Ack, body: Body) -> None:
        question = _question(context, body)
        if question.to == DeliveryTarget():  # in a view, where no message can appear
            context.background.do(lambda: _show_in_view(context, body, question))
        else:
            _accept(worker, question)
            if question.nothing_fits:
                _rate(context, body, Rating.BAD, "どれも違う")
        ack()

    @app.action(numbered(Action.CATEGORY))
    @app.action(Action.HOME.value)
    def browsed(ack: Ack, body: Body) -> None:
        ack()
        value, known = value_of(body), context.catalog()
        home = home_view(known, hands_over=context.hands_over)
        view = category_view(known, value.category, value.page) if value.category else home
        publish_home(context, body["user"]["id"], view)

    @app.action(Action.RATE_UP.value)
    def helped(ack: Ack, body: Body) -> None:
        ack()
        _rate(context, body, Rating.GOOD)
        context.background.do(lambda: send_ephemeral(context, body, notices.thanks_message()))

    @app.action(Action.RATE_DOWN.value)
    def did_not_help(ack: Ack, body: Body) -> None:
        ack()
        context.background.do(lambda: show_form(context, body, notices.feedback_view(value_of(body))))
        _rate(context, body, Rating.BAD)

    @app.view(Form.FEEDBACK.value)
    def explained(ack: Ack, body: Body) -> None:
        told = notices.REASONS.get(field_of(body, Field.REASON), ""), field_of(body, Field.COMMENT)
        if any(told):
            ack(response_action="update", view=modal("ご意見", notices.thanks_message().blocks))
            _rate(context, body, Rating.BAD, "\n".join(filter(None, told)))
        else:
            ack()


def _question(context: AppContext, body: Mapping[str, Any]) -> IncomingQuestion:
    value, held, user = value_of(body), body["container"], body["user"]["id"]
    nothing = body["actions"][0]["action_id"] == Action.NONE_OF_THESE
    entry_id = "" if nothing or not value.entry_ids else value.entry_ids[0]
    entry = _served(context, entry_id)
    text = entry.question if entry else value.question
    place, to = Channel.SLACK_HOME, DeliveryTarget()
    if held.get("is_ephemeral"):
        place, to = Channel.SLACK_COMMAND, DeliveryTarget(response_url=body["response_url"])
    elif held["type"] == "message":
        to = DeliveryTarget(held["channel_id"], held.get("thread_ts", ""))
        place = Channel.SLACK_THREAD if to.thread_ts else Channel.SLACK_DM
    # An id of an entry that is gone still asks for it, and is told so.
    return IncomingQuestion(action_key(body), place, user, text, to, entry_id, nothing, value.key)


def _show_in_view(context: AppContext, body: Mapping[str, Any], question: IncomingQuestion) -> None:
    answered = _answer(context, question)
    show_form(context, body, modal("回答", answered.message.blocks))
    if answered.record:
        context.journal.record(answered.record)


def _rate(context: AppContext, body: Mapping[str, Any], rating: Rating, comment: str = "") -> None:
    """Note a rating, soon; of two presses the later one counts, whichever thread is quicker."""
    at, key, user = context.clock(), value_of(body).key, body["user"]["id"]
    context.background.do(lambda: context.journal.questions.rate(key, user, rating, at=at, comment=comment))


def _accept(
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
        return _answer(context, question)
    except Exception:  # noqa: BLE001 -- the rim: whoever asks gets an answer or a reason
        LOG.exception("a question cannot be answered")
        return Prepared(question.to, notices.notice(notices.APOLOGY))


def _instead(delivery: Delivery) -> OutboxMessage:
    """Answer in the direct message what a response URL takes no more; say elsewhere that there is no answer."""
    question = _JSON.validate_python(delivery.payload)
    if question.to.response_url:
        name, to = f"{question.name} late"[:200], DeliveryTarget(user=question.user)
        return replace(question, name=name, to=to).outbox_message()
    name, payload = f"{question.name} sorry"[:200], packed(question.to, notices.notice(notices.APOLOGY))
    return replace(question.outbox_message(), key=name, kind="post", payload=payload)


def _answer(context: AppContext, question: IncomingQuestion) -> Prepared:
    """Return the answer; the same question, release, memory and day give the same."""
    release, hands_over = context.live.release, context.hands_over
    # The journal's id: the same every time it is answered.
    value = Value(hashlib.sha256(question.name.encode()).hexdigest()[:32], question=question.text)
    if question.nothing_fits:
        person = Voice(release.knowledge, context.today(), hands_over).person
        reply = Reply(ReplyKind.UNKNOWN, (), unknown_text(person=person), 0.0, (), (), release.name)
        return Prepared(question.to, reply_message(reply, value, context.catalog, hands_over=hands_over))
    chosen = _served(context, question.entry_id)
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
    near = [found for each in ids if (found := _served(context, each))]
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


def _served(context: AppContext, entry_id: str) -> Entry | None:
    """Return an entry that is served today; `None` if there is none of that id any more."""
    entries = context.live.release.knowledge.entries
    found = next((each for each in entries if each.id == entry_id), None)
    return found if found and found.served_on(context.today()) else None


def _memory(context: AppContext, question: IncomingQuestion) -> ConversationState:
    try:
        return context.journal.conversations.recall(question.to.conversation) or ConversationState()
    except JournalError as error:
        LOG.warning("what was said before cannot be read: %s", error)
        return ConversationState()
