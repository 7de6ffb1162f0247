"""What people press and send: choices, ratings, the way to HR and back, and buttons of a version before."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.webhook import WebhookClient

from bot.journal.handover import HandoverState
from bot.journal.question_record import Channel
from bot.journal.questions import Rating
from bot.slack.context import Admission, AppContext
from bot.slack.delivery.sending import DeliveryTarget, is_direct
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.errors import RETRIES
from bot.slack.handover.handovers import HandoverService
from bot.slack.handover.threads import HandoverThreads
from bot.slack.listeners.home import Home
from bot.slack.listeners.interactions import (
    Body,
    action_key,
    field_of,
    open_form,
    publish_home,
    send_ephemeral,
    show_form,
    value_of,
)
from bot.slack.messages import handover as messages
from bot.slack.messages import notices
from bot.slack.messages.answers import BAD, pressed, rated
from bot.slack.messages.block_kit import Action, Block, Field, modal
from bot.slack.messages.home import category_view
from bot.slack.messages.notices import BLANK, NO_HR, TOO_MANY
from bot.slack.questions import IncomingQuestion, accept, answer, served
from faq.problems import FaqError


def add_button_listeners(app: App, worker: DeliveryWorker, home: Home) -> None:
    """Add the listeners; what is asked is acknowledged once it is in the journal."""
    context = worker.context

    @app.action(re.compile(rf"{Action.ASK}\.\d+"))
    @app.action(Action.NONE_OF_THESE.value)
    def wanted(ack: Ack, body: Body) -> None:
        question = _question(context, body)
        if question.to == DeliveryTarget():  # in a view, where no message can appear
            context.background.do(lambda: _show_in_view(context, body, question), quick=True)
        else:
            accept(worker, question, counts=False)
            if question.nothing_fits:
                _rate(context, body, Rating.BAD, "どれも違う")
            pushed = body["actions"][0]
            _redraw(context, body, lambda now: pressed(now, pushed["action_id"], pushed["text"]["text"]))
        ack()

    @app.action(re.compile(rf"{Action.CATEGORY}\.\d+"))
    @app.action(Action.HOME.value)
    def browsed(ack: Ack, body: Body) -> None:
        ack()
        value = value_of(body)
        if value.category:
            show = partial(category_view, context.catalog(), value.category)
            publish_home(context, body["user"]["id"], show)
        else:
            home.show(body["user"]["id"])

    _add_ratings(app, context)


def _add_ratings(app: App, context: AppContext) -> None:
    @app.action(Action.RATE_UP.value)
    @app.action(Action.RATE_DOWN.value)
    @app.action(Action.FEEDBACK.value)
    def rate(ack: Ack, body: Body) -> None:
        ack()
        pushed, value = body["actions"][0], value_of(body)
        bad = pushed["action_id"] == Action.RATE_DOWN or value.category == BAD
        known = pushed.get("style") == "primary"  # by which it shows that it was given before

        def show() -> None:
            if bad:
                show_form(context, body, notices.feedback_view(value))
            elif not known:
                send_ephemeral(context, body, notices.thanks_message("👍"))
            # Slack shows its own by itself; what is ours stands out where one person alone sees the message.
            own = pushed["action_id"] != Action.FEEDBACK
            if own and is_direct(body["container"].get("channel_id", "")):
                _redraw(context, body, lambda now: rated(now, pushed["action_id"]))

        context.background.do(show, quick=bad)
        _rate(context, body, Rating.BAD if bad else Rating.GOOD)

    @app.view(Action.FEEDBACK.value)
    def explained(ack: Ack, body: Body) -> None:
        told = notices.REASONS.get(field_of(body, Field.REASON), ""), field_of(body, Field.COMMENT)
        if any(told):
            ack(response_action="update", view=modal("ご意見", notices.thanks_message("👎").blocks))
            _rate(context, body, Rating.BAD, "\n".join(filter(None, told)))
        else:
            ack()


def _question(context: AppContext, body: Mapping[str, Any]) -> IncomingQuestion:
    value, held, user = value_of(body), body["container"], body["user"]["id"]
    nothing = body["actions"][0]["action_id"] == Action.NONE_OF_THESE
    entry_id = "" if nothing or not value.entry_ids else value.entry_ids[0]
    entry = served(context, entry_id)
    text = entry.question if entry else value.question
    place, to, name = Channel.SLACK_HOME, DeliveryTarget(), action_key(body)
    if held["type"] == "message":  # where the answer stays, so that it is given once
        choice = entry_id or body["actions"][0]["action_id"]
        name = f"press {user} {held['channel_id']}:{held['message_ts']} {choice}"
    if held.get("is_ephemeral"):
        place, to = Channel.SLACK_COMMAND, DeliveryTarget(response_url=body["response_url"])
    elif held["type"] == "message":
        to = DeliveryTarget(held["channel_id"], held.get("thread_ts", ""))
        place = Channel.SLACK_THREAD if to.thread_ts else Channel.SLACK_DM
    # An id of an entry that is gone still asks for it, and is told so.
    return IncomingQuestion(name, place, user, text, to, entry_id, nothing, value.key)


def _show_in_view(context: AppContext, body: Mapping[str, Any], question: IncomingQuestion) -> None:
    answered = answer(context, question)
    if answered is None:
        return
    show_form(context, body, modal("回答", answered.message.blocks))
    if answered.record:
        context.journal.record(answered.record)
        context.health.answered(answered.record)


def _rate(context: AppContext, body: Mapping[str, Any], rating: Rating, comment: str = "") -> None:
    """Note a rating, soon; of two presses the later one counts, whichever thread is quicker."""
    at, key, user = context.clock(), value_of(body).key, body["user"]["id"]
    context.background.do(lambda: context.journal.questions.rate(key, user, rating, at=at, comment=comment))


def _redraw(
    context: AppContext, body: Mapping[str, Any], change: Callable[[Sequence[Block]], list[Block]]
) -> None:
    """Change the blocks of the message in which a button was pressed, soon; what one person alone sees stays."""
    if message := body.get("message"):
        place = {"channel": body["container"]["channel_id"], "ts": message["ts"]}
        shown = {"text": message["text"], "blocks": change(message["blocks"]), "parse": "none"}
        context.background.do(lambda: context.client.chat_update(**place, **shown))


def add_unknown_listeners(app: App) -> None:
    """Add the listeners, last, for buttons and forms of another version: each says so."""

    @app.action(re.compile(""))
    @app.view(re.compile(""))
    def unknown() -> None:
        raise FaqError(notices.STALE)


_STEPS = {
    Action.CASE_TAKE: HandoverState.TAKEN,
    Action.CASE_CLOSE: HandoverState.CLOSED,
    Action.CASE_REOPEN: HandoverState.OPEN,
}


def add_card_listeners(app: App, handovers: HandoverService, threads: HandoverThreads) -> None:
    """Add the listeners: forms and buttons, each acknowledged once it is in the journal; what is raised, they show."""
    context = handovers.context
    _add_hr_forms(app, handovers)

    @app.action(Action.CASE_PASS.value)
    def passed(ack: Ack, body: Body) -> None:
        threads.send(value_of(body), body["user"]["id"], body["container"].get("thread_ts", ""))
        ack()
        offer = WebhookClient(body["response_url"], retry_handlers=[*RETRIES])
        context.background.do(lambda: offer.send_dict({"delete_original": True}))

    @app.action(Action.HANDOVER.value)
    def wanted(ack: Ack, body: Body) -> None:
        if not handovers.cards.channels:  # the button of a message from a time with channels
            raise FaqError(NO_HR)
        held = body["container"]
        shared = held["type"] == "message" and not held.get("is_ephemeral")
        message = f"{held['channel_id']}:{held['message_ts']}" if shared else ""
        value = replace(value_of(body), message=message)
        ack()
        open_form(context, body, lambda: messages.handover_view(value))

    @app.view(Action.HANDOVER.value)
    def sent(ack: Ack, body: Body) -> None:
        question, user, key = field_of(body, Field.QUESTION), body["user"]["id"], action_key(body)
        if not question:
            raise FaqError(BLANK)
        if context.flood.admit(user, key, context.clock()) is not Admission.ANSWER:
            raise FaqError(TOO_MANY)
        handovers.open(user, key, question, value_of(body))
        ack(response_action="clear")

    @app.action(Action.CASE_TAKE.value)
    @app.action(Action.CASE_CLOSE.value)
    @app.action(Action.CASE_REOPEN.value)
    def stepped(ack: Ack, body: Body) -> None:
        state = _STEPS[Action(body["actions"][0]["action_id"])]
        case, user, key = value_of(body).key, body["user"]["id"], action_key(body)
        handovers.move(case, state, user, key)
        ack()

    @app.action(Action.CASE_REPLY.value)
    def writing(ack: Ack, body: Body) -> None:
        ack()
        case = value_of(body).key
        open_form(context, body, lambda: messages.case_reply_view(context.journal.handovers.find(case)))


def _add_hr_forms(app: App, handovers: HandoverService) -> None:

    @app.action(Action.CASE_RETRACT.value)
    def retracted(ack: Ack, body: Body) -> None:
        handovers.rewrite(value_of(body).key, "", "back")
        ack()

    @app.view(Action.CASE_REPLY.value)
    def answered(ack: Ack, body: Body) -> None:
        text, user, key = field_of(body, Field.ANSWER), body["user"]["id"], action_key(body)
        if not text:
            raise FaqError(BLANK)
        handovers.answer(value_of(body).key, user, key, text, value_of(body).answers)
        ack()
