"""What people write to the bot, change and delete, and the Home tab that they open."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.journal.question_record import Channel
from bot.slack.context import AppContext
from bot.slack.delivery import DeliveryTarget, DeliveryWorker
from bot.slack.interactions import Body, action_key, message_key, publish_home
from bot.slack.manifest import Profile
from bot.slack.messages import notices
from bot.slack.messages.answers import home_view
from bot.slack.messages.text import is_to_somebody, typed
from bot.slack.questions import IncomingQuestion, accept
from bot.slack.threads import HandoverThreads

# Subtypes of messages that somebody wrote; the others tell of edits, of joining and so on.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})


def add_event_listeners(app: App, worker: DeliveryWorker, threads: HandoverThreads) -> None:
    """Add the listeners; what is asked is acknowledged once it is in the journal."""
    context = worker.context

    @app.event("app_mention")
    @app.event("message")
    def said(body: Body) -> None:
        event = body["event"]
        match event.get("subtype"):
            case "message_changed":
                _changed(threads, event)
            case "message_deleted":
                threads.delete(event["channel"], event["deleted_ts"])
            case subtype if subtype in _SPOKEN and event.get("user") and not event.get("bot_id"):
                _said(worker, threads, body)

    @app.command("/faq")
    def asked(ack: Ack, body: Body) -> None:
        text = body.get("text", "").strip()
        if not text:
            ack(**notices.notice(notices.EMPTY).respond(), response_type="ephemeral")
            return
        to = DeliveryTarget(response_url=body["response_url"])
        accept(worker, IncomingQuestion(action_key(body), Channel.SLACK_COMMAND, body["user_id"], text, to))
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
            context.background.do(lambda: offer(**given), "質問の例を出せません")


def _said(worker: DeliveryWorker, threads: HandoverThreads, body: Mapping[str, Any]) -> None:
    event, context = body["event"], worker.context
    named = f"<@{context.bot_user}" in event.get("text", "")
    if not named and event.get("thread_ts") and threads.take(event):
        return
    if event.get("channel_type") == "im":
        _ask(worker, body, Channel.SLACK_DM)
    elif named or _goes_on(context, event):
        _ask(worker, body, Channel.SLACK_THREAD)


def _goes_on(context: AppContext, event: Mapping[str, Any]) -> bool:
    """Tell whether a message without the bot's name is a question to it: in a thread that it has joined."""
    if not event.get("thread_ts") or is_to_somebody(event.get("text", "")):
        return False
    return context.journal.conversations.recall(f"{event['channel']}:{event['thread_ts']}") is not None


def _changed(threads: HandoverThreads, event: Mapping[str, Any]) -> None:
    message, before = event["message"], event.get("previous_message") or {}
    if message.get("bot_id") or message.get("text") == before.get(
        "text"
    ):  # as where Slack shows a link's page
        return
    # Of what others have answered in a thread, Slack leaves a stone where it stood.
    if message.get("subtype") == "tombstone":
        threads.delete(event["channel"], message["ts"])
    else:
        threads.change(event["channel"], message)


def _ask(worker: DeliveryWorker, body: Mapping[str, Any], place: Channel) -> None:
    event, in_channel = body["event"], place is Channel.SLACK_THREAD
    to = DeliveryTarget(event["channel"], event.get("thread_ts") or (event["ts"] if in_channel else ""))
    text = typed(event, worker.context.bot_user)
    key = message_key(to.channel, event["ts"])
    # What is asked next in the thread may come before the answer, so the bot joins it now.
    joins = to.conversation if in_channel else ""
    seen = (f"event {body['event_id']}", key)
    accept(worker, IncomingQuestion(key, place, event["user"], text, to), seen=seen, joins=joins)
