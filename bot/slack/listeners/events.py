"""What people write to the bot, change and delete, and the Home tab that they open."""

import html
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltRequest

from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import Channel
from bot.settings import Threads
from bot.slack.context import AppContext
from bot.slack.delivery.sending import DeliveryTarget, Kind, Prepared, is_direct, message_key, standing
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.handover.threads import HandoverThreads
from bot.slack.listeners.home import Home
from bot.slack.listeners.interactions import Body, action_key
from bot.slack.manifest import ASK_SHORTCUT, Profile
from bot.slack.messages import notices
from bot.slack.messages.answers import without_buttons
from bot.slack.messages.block_kit import Message
from bot.slack.messages.home import welcome_message
from bot.slack.messages.text import by_hand, is_to_somebody, typed
from bot.slack.questions import OTHERS, IncomingQuestion, accept, of_person

# Subtypes of messages that somebody wrote; the others tell of edits, of joining and so on.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
_SLACKBOT = "USLACKBOT"


def _after_deletion(context: AppContext, delivery: Delivery) -> Prepared | None:
    held = delivery.payload
    channel, _, ts = context.journal.outbox.answer_to(held["name"], delivery.ordering_key).partition(":")
    message = standing(context.client, channel, held["thread_ts"], ts)
    if message is None:
        return None
    blocks = tuple(without_buttons(message.get("blocks", [])))
    return Prepared(DeliveryTarget(channel, ts=ts), Message(html.unescape(message["text"]), blocks))


def add_event_listeners(app: App, worker: DeliveryWorker, threads: HandoverThreads, home: Home) -> None:
    """Add the listeners; what is asked is acknowledged once it is in the journal."""
    context = worker.context
    worker.kinds["deleted question"] = Kind(partial(_after_deletion, context))
    _add_questions_of_one(app, worker)

    @app.event("app_mention")
    @app.event("message")
    def said(body: Body, request: BoltRequest) -> None:
        event, resent = body["event"], "x-slack-retry-num" in request.headers
        match event.get("subtype"):
            case "message_changed":
                _changed(worker, threads, body, resent=resent)
            case "message_deleted":
                _deleted(worker, threads, event["channel"], event.get("previous_message") or {})
            case None if _is_told_as_mention(context, event):
                pass
            case subtype if subtype in _SPOKEN and _by_person(event):
                _said(worker, threads, body, resent=resent)

    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            home.show(event["user"])
        elif context.profile is Profile.CLASSIC:
            context.background.do(lambda: _welcome(worker, event["channel"]))
        elif prompts := context.catalog().prompts:
            # An app made today opens its direct message with this event; only older ones, with the assistant view,
            # hear of `assistant_thread_started`. With a `thread_ts`, Slack says that all is well, and shows nothing.
            offer = context.client.assistant_threads_setSuggestedPrompts
            given = {"channel_id": event["channel"], "title": "たとえば", "prompts": prompts}
            context.background.do(lambda: offer(**given))


def _add_questions_of_one(app: App, worker: DeliveryWorker) -> None:
    context = worker.context

    @app.command("/faq")
    def asked(ack: Ack, body: Body) -> None:
        text = by_hand(body.get("text", "").strip())
        if not text:
            ack(**notices.notice(notices.EMPTY).respond(), response_type="ephemeral")
            return
        to = DeliveryTarget(response_url=body["response_url"])
        accept(worker, IncomingQuestion(action_key(body), Channel.SLACK_COMMAND, body["user_id"], text, to))
        ack()

    @app.shortcut(ASK_SHORTCUT)
    def asked_about(ack: Ack, body: Body) -> None:
        text, user = typed(body["message"], context.bot_user), body["user"]["id"]
        to, name = DeliveryTarget(response_url=body["response_url"]), f"shortcut {user} {body['action_ts']}"
        accept(worker, IncomingQuestion(name, Channel.SLACK_COMMAND, user, text, to))
        ack()


def _welcome(worker: DeliveryWorker, channel: str) -> None:
    """Greet whoever opens the direct message for the first time, in which nothing was said yet."""
    context = worker.context
    if not context.client.conversations_history(channel=channel, limit=1)["messages"]:
        message = welcome_message(context.catalog(), hands_over=context.hands_over)
        worker.post(f"welcome {channel}", f"ask {channel}", DeliveryTarget(channel), message)


def _by_person(message: Mapping[str, Any]) -> bool:
    """Tell whether a person wrote it; Slackbot, which reminds people, is none and has no `bot_id`."""
    return message.get("user", _SLACKBOT) != _SLACKBOT and not message.get("bot_id")


def _said(worker: DeliveryWorker, threads: HandoverThreads, body: Mapping[str, Any], *, resent: bool) -> None:
    event, context = body["event"], worker.context
    named = _names(context, event)
    if not named and event.get("thread_ts") and threads.take(event):
        return
    if named or is_direct(event["channel"]):
        _ask(worker, event, resent=resent)
    elif event.get("thread_ts") and _may_go_on(context, event):
        _ask(worker, event, overheard=True, resent=resent)


def _is_told_as_mention(context: AppContext, event: Mapping[str, Any]) -> bool:
    """Tell whether Slack tells of a plain message as a mention, too: where the journal is away, both were answered."""
    in_channel = event.get("channel_type") in {"channel", "group"}
    return event["type"] == "message" and in_channel and _names(context, event)


def _names(context: AppContext, message: Mapping[str, Any]) -> bool:
    return f"<@{context.bot_user}" in message.get("text", "")


def _may_go_on(context: AppContext, event: Mapping[str, Any]) -> bool:
    """Tell whether what does not name the bot may be a question to it: of who asked it before, and nobody else wrote.

    That somebody else did is noted.
    """
    place = f"{event['channel']}:{event['thread_ts']}"
    own, others = of_person(place, event["user"]), of_person(place, OTHERS)
    known = context.journal.conversations.known(place, own, others)
    if place in known and own not in known:
        context.journal.accept(at=context.clock(), joins=(others,), user=event["user"])
    goes_on = known == {place, own} and context.settings.threads is Threads.JOINED
    return goes_on and not is_to_somebody(event.get("text", ""))


def _changed(
    worker: DeliveryWorker, threads: HandoverThreads, body: Mapping[str, Any], *, resent: bool
) -> None:
    """Answer a question anew that was corrected, in the place of the answer, and tell HR if they have it."""
    event, context = body["event"], worker.context
    before, channel = event.get("previous_message") or {}, event["channel"]
    message = {"edited": {"ts": event["ts"]}, **event.get("message", {}), "channel": channel}
    # Of what has replies, Slack leaves a stone where it stood.
    if message.get("subtype") == "tombstone":
        _deleted(worker, threads, channel, before)
        return
    same = message.get("text") == before.get("text")  # as where Slack has put a link's page below it
    if same or not _by_person(message) or threads.change(channel, message):
        return
    question = _incoming(context, message)
    stands = context.journal.outbox.answer_to(question.corrects, question.ordering_key)
    if stands or is_direct(channel) or _names(context, message):
        _ask(worker, message, resent=resent)
    for handover in context.journal.handovers.of_user(message["user"]) if stands else ():
        if handover.place == stands:
            threads.tell_rewritten(handover, question.name, question.text)


def _deleted(
    worker: DeliveryWorker, threads: HandoverThreads, channel: str, message: Mapping[str, Any]
) -> None:
    """Take the buttons away under the answer to a question that was deleted."""
    if not _by_person(message) or threads.delete(channel, message["ts"]):
        return
    question = _incoming(worker.context, {**message, "channel": channel})
    name = message_key(channel, message["ts"])
    if worker.context.journal.outbox.answer_to(name, question.ordering_key):
        payload = {"name": name, "thread_ts": question.to.thread_ts}
        planned = OutboxMessage(f"deleted {name}", question.ordering_key, "deleted question", payload)
        worker.plan(planned)


def _incoming(
    context: AppContext, message: Mapping[str, Any], *, overheard: bool = False
) -> IncomingQuestion:
    """Return a message as a question; both events of an edit that names the bot have one name."""
    channel, direct = message["channel"], is_direct(message["channel"])
    to = DeliveryTarget(channel, message.get("thread_ts") or ("" if direct else message["ts"]))
    text = typed(message, context.bot_user)
    key, edited = message_key(channel, message["ts"]), (message.get("edited") or {}).get("ts")
    place = Channel.SLACK_DM if direct else Channel.SLACK_THREAD
    question = IncomingQuestion(key, place, message["user"], text, to, overheard=overheard)
    return replace(question, name=f"{key} {edited}", corrects=key) if edited else question


def _ask(
    worker: DeliveryWorker, message: Mapping[str, Any], *, overheard: bool = False, resent: bool = False
) -> None:
    question = _incoming(worker.context, message, overheard=overheard)
    accept(worker, question, joins=question.place is Channel.SLACK_THREAD, resent=resent)
