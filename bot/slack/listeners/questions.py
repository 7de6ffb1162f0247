"""Where questions come in: direct messages, mentions, threads that the bot has joined, `/faq`; and the Home tab."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.journal.question_record import Channel
from bot.slack.context import LOG, AppContext
from bot.slack.delivery import DeliveryTarget
from bot.slack.errors import FAILURES, classify
from bot.slack.listeners.actions import publish_home
from bot.slack.manifest import Profile
from bot.slack.messages.home import home_view
from bot.slack.messages.notices import EMPTY, notice
from bot.slack.messages.text import is_to_somebody, typed
from bot.slack.services.handover import HandoverService
from bot.slack.services.questions import (
    IncomingQuestion,
    QuestionService,
    action_key,
    event_keys,
    message_key,
)

PROMPTS_TITLE = "たとえば"

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes of messages that somebody wrote; the others tell of edits, of joining and so on."""


def add_question_listeners(app: App, questions: QuestionService, handovers: HandoverService) -> None:
    """Add the listeners; an event is acknowledged once the question is in the journal."""
    _add_messages(app, questions, handovers)
    _add_command(app, questions)
    _add_home(app, questions.context)


def _add_messages(app: App, questions: QuestionService, handovers: HandoverService) -> None:
    @app.event("app_mention")
    def mentioned(body: dict[str, Any]) -> None:
        if _is_spoken(body["event"]):
            _ask(questions, body, Channel.SLACK_THREAD)

    @app.event("message")
    def said(body: dict[str, Any]) -> None:
        event = body["event"]
        if not _is_spoken(event):
            return
        if event.get("channel_type") == "im":
            _ask(questions, body, Channel.SLACK_DM)
        elif _is_meant(handovers, event):
            _ask(questions, body, Channel.SLACK_THREAD)


def _add_command(app: App, questions: QuestionService) -> None:
    @app.command("/faq")
    def asked(ack: Ack, body: dict[str, Any]) -> None:
        text = body.get("text", "").strip()
        if not text:
            ack(**notice(EMPTY).respond(), response_type="ephemeral")
            return
        to = DeliveryTarget(response_url=body["response_url"])
        questions.accept(IncomingQuestion(action_key(body), Channel.SLACK_COMMAND, body["user_id"], text, to))
        ack()


def _add_home(app: App, context: AppContext) -> None:
    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            publish_home(context, event["user"], home_view(context.catalog()))
        elif context.profile is Profile.AGENT:
            context.background.do(lambda: _offer_prompts(context, event["channel"]))


def _is_spoken(event: Mapping[str, Any]) -> bool:
    """Tell whether a person wrote this message just now."""
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in _SPOKEN


def _is_meant(handovers: HandoverService, event: Mapping[str, Any]) -> bool:
    """Tell whether a message in a channel is a question to the bot: it is named, or has joined the thread."""
    context, text, thread_ts = handovers.context, event.get("text", ""), event.get("thread_ts")
    if f"<@{context.bot_user}" in text:
        return True
    if not thread_ts or handovers.take_reply(event) or is_to_somebody(text):
        return False
    return context.journal.conversations.recall(f"{event['channel']}:{thread_ts}") is not None


def _ask(questions: QuestionService, body: Mapping[str, Any], place: Channel) -> None:
    event, in_channel = body["event"], place is Channel.SLACK_THREAD
    to = DeliveryTarget(event["channel"], event.get("thread_ts") or (event["ts"] if in_channel else ""))
    text = typed(event.get("text", ""), questions.context.bot_user)
    question = IncomingQuestion(message_key(to.channel, event["ts"]), place, event["user"], text, to)
    # What is asked next in the thread may come before the answer, so the bot joins it now.
    questions.accept(question, seen=event_keys(body), joins=to.conversation if in_channel else "")


def _offer_prompts(context: AppContext, channel: str) -> None:
    """Offer the questions of today in an agent's direct message; what was offered there before is gone.

    An app made today has Slack's agent view, in which the direct message opens with `app_home_opened` and the prompts
    are those of the whole conversation. Only older apps, with the assistant view, hear of `assistant_thread_started`;
    no manifest written here makes one.
    """
    if not (prompts := context.catalog().prompts):
        return
    try:
        # With a `thread_ts`, Slack says that all is well, and shows nothing.
        context.client.assistant_threads_setSuggestedPrompts(
            channel_id=channel, title=PROMPTS_TITLE, prompts=prompts
        )
    except FAILURES as error:
        LOG.warning("質問の例を出せません: %s", classify(error).reason)
