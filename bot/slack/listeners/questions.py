"""Where candidates come in: messages, mentions, threads that the bot has joined, `/faq`, the Home tab, buttons."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.journal.question_record import Channel
from bot.journal.questions import Rating
from bot.slack.context import LOG, AppContext
from bot.slack.delivery import DeliveryTarget, respond
from bot.slack.errors import FAILURES, classify
from bot.slack.manifest import Profile
from bot.slack.messages import notices
from bot.slack.messages.answers import category_view, home_view, shared_message
from bot.slack.messages.block_kit import Action, Block, Field, Form, Message, Value, modal, numbered
from bot.slack.messages.text import is_to_somebody, typed
from bot.slack.services.handover import HandoverService
from bot.slack.services.questions import (
    IncomingQuestion,
    QuestionService,
    action_key,
    answer,
    message_key,
    served_entry,
)

Body = dict[str, Any]

PROMPTS_TITLE = "たとえば"

# Subtypes of messages that somebody wrote; the others tell of edits, of joining and so on.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})


def add_question_listeners(app: App, questions: QuestionService, handovers: HandoverService) -> None:
    """Add the listeners; what is asked is acknowledged once it is in the journal."""
    _add_buttons(app, questions)
    context = questions.context

    @app.event("app_mention")
    @app.event("message")
    def said(body: Body) -> None:
        event = body["event"]
        if not event.get("user") or event.get("bot_id") or event.get("subtype") not in _SPOKEN:
            return
        if event.get("channel_type") == "im":
            _ask(questions, body, Channel.SLACK_DM)
        elif _is_meant(handovers, event):
            _ask(questions, body, Channel.SLACK_THREAD)

    @app.command("/faq")
    def asked(ack: Ack, body: Body) -> None:
        text = body.get("text", "").strip()
        if not text:
            ack(**notices.notice(notices.EMPTY).respond(), response_type="ephemeral")
            return
        to = DeliveryTarget(response_url=body["response_url"])
        questions.accept(IncomingQuestion(action_key(body), Channel.SLACK_COMMAND, body["user_id"], text, to))
        ack()

    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            publish_home(context, event["user"], home_view(context.catalog()))
        elif context.profile is Profile.AGENT and (prompts := context.catalog().prompts):
            # An app made today opens its direct message with this event; only older ones, with the assistant view,
            # hear of `assistant_thread_started`. With a `thread_ts`, Slack says that all is well, and shows nothing.
            offer = context.client.assistant_threads_setSuggestedPrompts
            given = {"channel_id": event["channel"], "title": PROMPTS_TITLE, "prompts": prompts}
            context.background.do(lambda: offer(**given), "質問の例を出せません")


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
    key = message_key(to.channel, event["ts"])
    question = IncomingQuestion(key, place, event["user"], text, to)
    # What is asked next in the thread may come before the answer, so the bot joins it now.
    seen = (f"event {body['event_id']}", key)
    questions.accept(question, seen=seen, joins=to.conversation if in_channel else "")


def _add_buttons(app: App, questions: QuestionService) -> None:
    context = questions.context

    @app.action(numbered(Action.ASK))
    @app.action(Action.NONE_OF_THESE.value)
    def wanted(ack: Ack, body: Body) -> None:
        question = _question(context, body)
        if question.to == DeliveryTarget():  # in a view, where no message can appear
            context.background.do(lambda: _show_in_view(context, body, question))
        else:
            questions.accept(question)
            if question.nothing_fits:
                _rate(context, body, Rating.BAD, "どれも違う")
        ack()

    @app.action(Action.SHARE.value)
    def shared(ack: Ack, body: Body) -> None:
        ack()
        context.background.do(lambda: _share(context, body))

    @app.action(numbered(Action.CATEGORY))
    @app.action(Action.HOME.value)
    def browsed(ack: Ack, body: Body) -> None:
        ack()
        value, known = value_of(body), context.catalog()
        view = category_view(known, value.category, value.page) if value.category else home_view(known)
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
        if comment := _comment(body["view"]["state"]["values"]):
            ack(response_action="update", view=modal("ご意見", notices.thanks_message().blocks))
            _rate(context, body, Rating.BAD, comment)
        else:
            ack()


def _show_in_view(context: AppContext, body: Mapping[str, Any], question: IncomingQuestion) -> None:
    answered = answer(context, question)
    show_form(context, body, modal("回答", answered.message.blocks))
    if answered.record:
        context.journal.record(answered.record)


def _comment(state: Mapping[str, Any]) -> str:
    chosen = state[Field.REASON][Field.REASON].get("selected_option")
    said = state[Field.COMMENT][Field.COMMENT].get("value")
    return "\n".join(filter(None, [notices.REASONS.get(chosen["value"], "") if chosen else "", said]))


def value_of(body: Mapping[str, Any]) -> Value:
    """Return what a pressed button or a form that was sent carries; the empty value where it cannot be read."""
    held = body["actions"][0].get("value", "") if body.get("actions") else body["view"]["private_metadata"]
    try:
        return Value.decode(held)
    except ValueError as error:
        LOG.warning("%s", error)
        return Value()


def show_form(context: AppContext, body: Mapping[str, Any], view: Block) -> None:
    """Open a modal, on top of the one in which the button was pressed, if it was in one."""
    in_modal = (body.get("view") or {}).get("type") == "modal"
    show = context.client.views_push if in_modal else context.client.views_open
    try:
        show(trigger_id=body["trigger_id"], view=view)
    except FAILURES as error:  # after three seconds, Slack opens nothing any more
        LOG.warning("画面を開けません: %s", classify(error).reason)
        if body.get("response_url"):
            send_ephemeral(context, body, notices.notice(notices.PRESS_AGAIN))


def send_ephemeral(context: AppContext, body: Mapping[str, Any], message: Message) -> None:
    """Tell something to the person who pressed a button, alone; on top of the view, if it was in one."""
    if url := body.get("response_url"):
        respond(url, message, thread_ts=body.get("container", {}).get("thread_ts", ""))
    else:
        show_form(context, body, modal("お知らせ", message.blocks))


def publish_home(context: AppContext, user: str, view: Block) -> None:
    """Show somebody's Home tab, soon."""
    publish = context.client.views_publish
    context.background.do(lambda: publish(user_id=user, view=view), "ホームを表示できません")


def _question(context: AppContext, body: Mapping[str, Any]) -> IncomingQuestion:
    value, held, user = value_of(body), body["container"], body["user"]["id"]
    nothing = body["actions"][0]["action_id"] == Action.NONE_OF_THESE
    entry_id = "" if nothing or not value.entry_ids else value.entry_ids[0]
    entry = served_entry(context, entry_id)
    text = entry.question if entry else value.question
    place, to = Channel.SLACK_HOME, DeliveryTarget()
    if held.get("is_ephemeral"):
        place, to = Channel.SLACK_COMMAND, DeliveryTarget(response_url=body["response_url"])
    elif held["type"] == "message":
        to = DeliveryTarget(held["channel_id"], held.get("thread_ts", ""))
        place = Channel.SLACK_THREAD if to.thread_ts else Channel.SLACK_DM
    # An id of an entry that is gone still asks for it, and is told so.
    return IncomingQuestion(action_key(body), place, user, text, to, entry_id, nothing, value.key)


def _rate(context: AppContext, body: Mapping[str, Any], rating: Rating, comment: str = "") -> None:
    """Note a rating, soon; of two presses the later one counts, whichever thread is quicker."""
    at, key, user = context.clock(), value_of(body).key, body["user"]["id"]
    context.background.do(lambda: context.journal.questions.rate(key, user, rating, at=at, comment=comment))


def _share(context: AppContext, body: Mapping[str, Any]) -> None:
    value = value_of(body)
    entries = [found for each in value.entry_ids if (found := served_entry(context, each))]
    if not entries:
        send_ephemeral(context, body, notices.notice(notices.STALE))
        return
    message = shared_message(entries, value.question, context.name(body["user"]["id"]))
    respond(body["response_url"], message, in_channel=True)
