"""Buttons under answers and in the Home tab: show an entry, rate, share, browse."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.journal.question_record import Channel
from bot.journal.questions import Rating
from bot.slack.context import LOG, AppContext
from bot.slack.delivery import DeliveryTarget, respond
from bot.slack.errors import FAILURES, classify
from bot.slack.messages.answers import shared_message
from bot.slack.messages.block_kit import Block, Message, modal
from bot.slack.messages.home import category_view, home_view
from bot.slack.messages.notices import PRESS_AGAIN, REASONS, STALE, feedback_view, notice, thanks_message
from bot.slack.messages.values import Action, Field, Form, Value, numbered
from bot.slack.services.questions import IncomingQuestion, QuestionService, action_key, answer, served_entry

Body = dict[str, Any]


def add_action_listeners(app: App, questions: QuestionService) -> None:
    """Add the listeners; each acknowledges first, and its work is done in the background."""
    _add_question_buttons(app, questions)
    _add_home_buttons(app, questions.context)
    _add_rating_buttons(app, questions.context)


def _add_question_buttons(app: App, questions: QuestionService) -> None:
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


def _add_home_buttons(app: App, context: AppContext) -> None:
    @app.action(numbered(Action.CATEGORY))
    def browsed(ack: Ack, body: Body) -> None:
        ack()
        value = value_of(body)
        view = category_view(context.catalog(), value.category, value.page)
        publish_home(context, body["user"]["id"], view)

    @app.action(Action.HOME.value)
    def returned(ack: Ack, body: Body) -> None:
        ack()
        publish_home(context, body["user"]["id"], home_view(context.catalog()))


def _add_rating_buttons(app: App, context: AppContext) -> None:
    @app.action(Action.RATE_UP.value)
    def helped(ack: Ack, body: Body) -> None:
        ack()
        _rate(context, body, Rating.GOOD)
        context.background.do(lambda: send_ephemeral(context, body, thanks_message()))

    @app.action(Action.RATE_DOWN.value)
    def did_not_help(ack: Ack, body: Body) -> None:
        ack()
        context.background.do(lambda: show_form(context, body, feedback_view(value_of(body))))
        _rate(context, body, Rating.BAD)

    @app.view(Form.FEEDBACK.value)
    def explained(ack: Ack, body: Body) -> None:
        state = body["view"]["state"]["values"]
        chosen = state[Field.REASON][Field.REASON].get("selected_option")
        said = state[Field.COMMENT][Field.COMMENT].get("value") or ""
        comment = "\n".join(filter(None, [REASONS.get(chosen["value"], "") if chosen else "", said]))
        if not comment:
            ack()
            return
        ack(response_action="update", view=modal("ご意見", thanks_message().blocks))
        _rate(context, body, Rating.BAD, comment)


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
            send_ephemeral(context, body, notice(PRESS_AGAIN))


def send_ephemeral(context: AppContext, body: Mapping[str, Any], message: Message) -> None:
    """Tell something to the person who pressed a button, alone; on top of the view, if it was in one."""
    if url := body.get("response_url"):
        _respond(url, message, thread_ts=body.get("container", {}).get("thread_ts", ""))
    elif body.get("channel"):
        channel, user = body["channel"]["id"], body["user"]["id"]
        context.client.chat_postEphemeral(channel=channel, user=user, **message.post())
    else:
        show_form(context, body, modal("お知らせ", message.blocks))


def publish_home(context: AppContext, user: str, view: Block) -> None:
    """Show somebody's Home tab, soon."""

    def act() -> None:
        try:
            context.client.views_publish(user_id=user, view=view)
        except FAILURES as error:
            LOG.warning("ホームを表示できません: %s", classify(error).reason)

    context.background.do(act)


def _respond(url: str, message: Message, *, in_channel: bool = False, thread_ts: str = "") -> None:
    try:
        respond(url, message, in_channel=in_channel, thread_ts=thread_ts)
    except FAILURES as error:  # whoever pressed sees that nothing came, and may press again
        LOG.warning("押されたボタンに答えられません: %s", classify(error).reason)


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
    return IncomingQuestion(action_key(body), place, user, text, to, entry_id, nothing)


def _show_in_view(context: AppContext, body: Mapping[str, Any], question: IncomingQuestion) -> None:
    answered = answer(context, question)
    show_form(context, body, modal("回答", answered.message.blocks))
    if answered.record:
        context.journal.record(answered.record)


def _rate(context: AppContext, body: Mapping[str, Any], rating: Rating, comment: str = "") -> None:
    """Note a rating, soon; of two presses the later one counts, whichever thread is quicker."""
    at, key, user = context.clock(), value_of(body).key, body["user"]["id"]
    context.background.do(lambda: context.journal.questions.rate(key, user, rating, at=at, comment=comment))


def _share(context: AppContext, body: Mapping[str, Any]) -> None:
    value = value_of(body)
    entries = [found for each in value.entry_ids if (found := served_entry(context, each))]
    if not entries:
        send_ephemeral(context, body, notice(STALE))
        return
    message = shared_message(entries, value.question, context.name(body["user"]["id"]))
    _respond(body["response_url"], message, in_channel=True)
