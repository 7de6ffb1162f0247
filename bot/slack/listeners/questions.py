"""Where questions come in: direct messages, mentions, threads that the bot has joined, `/faq`, the Home tab."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.conversation.state import ConversationState
from bot.journal.question_record import Channel
from bot.slack.context import AppContext
from bot.slack.delivery.targets import DeliveryTarget
from bot.slack.listeners.actions import publish_home
from bot.slack.messages.home import home_view
from bot.slack.messages.notices import EMPTY, notice
from bot.slack.messages.prompts import offer
from bot.slack.profile import Profile
from bot.slack.services.intake import QuestionService
from bot.slack.services.processed_events import act_key, event_keys, is_to_somebody, message_key, typed
from bot.slack.services.questions import IncomingQuestion

HrReply = Callable[[Mapping[str, Any]], bool]
"""Takes a message in a thread for HR's reply if it is one, and tells whether it was."""

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes of messages that somebody wrote; the others tell of edits, of joining and so on."""


def add_question_listeners(app: App, questions: QuestionService, hr_reply: HrReply) -> None:
    """Add the listeners; an event is acknowledged once the question is in the journal."""
    _listen_to_messages(app, questions, hr_reply)
    _listen_to_commands(app, questions)


def _listen_to_messages(app: App, questions: QuestionService, hr_reply: HrReply) -> None:
    context = questions.context

    @app.event("app_mention")
    def mentioned(body: dict[str, Any]) -> None:
        if spoken(body["event"]):
            _ask_in_channel(questions, body)

    @app.event("message")
    def said(body: dict[str, Any]) -> None:
        event = body["event"]
        if not spoken(event):
            return
        if event.get("channel_type") == "im":
            _ask_in_dm(questions, body)
        elif _is_meant(context, event, hr_reply):
            _ask_in_channel(questions, body)


def _listen_to_commands(app: App, questions: QuestionService) -> None:
    context = questions.context

    @app.command("/faq")
    def asked(ack: Ack, body: dict[str, Any]) -> None:
        text = body.get("text", "").strip()
        if not text:
            ack(**notice(EMPTY).respond(), response_type="ephemeral")
            return
        to = DeliveryTarget(response_url=body["response_url"], command=True)
        questions.accept(IncomingQuestion(act_key(body), Channel.SLACK_COMMAND, body["user_id"], text, to))
        ack()

    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            publish_home(context, event["user"], home_view(context.catalog()))
        elif context.profile is Profile.AGENT:
            context.hands.do(lambda: offer(context.client, event["channel"], context.catalog()))


def spoken(event: Mapping[str, Any]) -> bool:
    """Tell whether a person wrote this message just now."""
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in _SPOKEN


def _is_meant(context: AppContext, event: Mapping[str, Any], hr_reply: HrReply) -> bool:
    if f"<@{context.bot_user}" in event.get("text", ""):
        return True
    return bool(event.get("thread_ts")) and not hr_reply(event) and _joined(context, event)


def _joined(context: AppContext, event: Mapping[str, Any]) -> bool:
    if is_to_somebody(event.get("text", "")):
        return False
    return context.journal.conversations.recall(f"{event['channel']}:{event['thread_ts']}") is not None


def _ask_in_dm(questions: QuestionService, body: Mapping[str, Any]) -> None:
    event = body["event"]
    channel, thread_ts = event["channel"], event.get("thread_ts", "")
    conversation = f"{channel}:{thread_ts}" if thread_ts else channel
    _ask(
        questions,
        body,
        Channel.SLACK_DM,
        DeliveryTarget(channel, thread_ts, beside=event["ts"]),
        conversation,
    )


def _ask_in_channel(questions: QuestionService, body: Mapping[str, Any]) -> None:
    event, threads = body["event"], questions.context.journal.conversations
    with questions.turn(message_key(event["channel"], event["ts"])) as known:
        if known:
            return
        to = DeliveryTarget(event["channel"], event.get("thread_ts") or event["ts"])
        conversation = f"{to.channel}:{to.thread_ts}"
        # What is asked next in the thread may come before the answer.
        if threads.recall(conversation) is None:
            threads.remember(
                conversation, ConversationState(), at=questions.context.clock(), user=event["user"]
            )
        _ask(questions, body, Channel.SLACK_THREAD, to, conversation)


def _ask(
    questions: QuestionService, body: Mapping[str, Any], place: Channel, to: DeliveryTarget, conversation: str
) -> None:
    event = body["event"]
    text = typed(event.get("text", ""), questions.context.bot_user)
    name = message_key(event["channel"], event["ts"])
    question = IncomingQuestion(name, place, event["user"], text, to, conversation)
    questions.accept(question, event_keys(body))
