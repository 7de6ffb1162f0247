"""Buttons under answers and in the Home tab: show an entry, rate, share, browse."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App

from bot.journal.asked import Channel
from bot.journal.feedback import Mark
from bot.slack.context import LOG, Desk
from bot.slack.delivery.rate_limit import FAILURES, UNREACHED, why
from bot.slack.delivery.response_url import GoneError, LateError, Seen, respond
from bot.slack.delivery.targets import Address
from bot.slack.messages.answers import reply_view, shared_message
from bot.slack.messages.block_kit import Message
from bot.slack.messages.feedback import REASONS, feedback_view, thanks_message
from bot.slack.messages.home import category_view, home_view
from bot.slack.messages.limits import Block
from bot.slack.messages.notices import PRESS_AGAIN, STALE, notice
from bot.slack.messages.values import Action, Field, Form, Value, numbered
from bot.slack.services.intake import Asking
from bot.slack.services.processed_events import act_key
from bot.slack.services.questions import Question, answer, nothing_message, served_entry

Body = dict[str, Any]


def listen(app: App, asking: Asking) -> None:
    """Add the listeners; each acknowledges first, and its work is done by the desk's hands."""
    _listen_to_questions(app, asking)
    _listen_to_ratings(app, asking.desk)


def _listen_to_questions(app: App, asking: Asking) -> None:
    desk = asking.desk

    @app.action(numbered(Action.ASK))
    @app.action(Action.NONE_OF_THESE.value)
    def wanted(ack: Ack, body: Body) -> None:
        question = _question(asking, body)
        if question.to == Address():  # in a view, where no message can appear
            desk.hands.do(lambda: _show_in_view(asking, body, question))
        else:
            asking.accept(question, (f"press {act_key(body)}"[:200],))
            if question.nothing_fits:
                at = desk.clock()
                desk.hands.do(lambda: _rate(desk, body, Mark.BAD, at, "どれも違う"))
        ack()

    @app.action(Action.SHARE.value)
    def shared(ack: Ack, body: Body) -> None:
        ack()
        desk.hands.do(lambda: _share(desk, body))

    @app.action(numbered(Action.CATEGORY))
    def browsed(ack: Ack, body: Body) -> None:
        ack()
        value = value_of(body)
        publish_home(desk, body["user"]["id"], category_view(desk.catalog(), value.category, value.page))

    @app.action(Action.HOME.value)
    def returned(ack: Ack, body: Body) -> None:
        ack()
        publish_home(desk, body["user"]["id"], home_view(desk.catalog()))


def _listen_to_ratings(app: App, desk: Desk) -> None:
    @app.action(Action.RATE_UP.value)
    def helped(ack: Ack, body: Body) -> None:
        ack()
        at = desk.clock()  # of two presses the later one counts, whichever hand is quicker
        desk.hands.do(lambda: _rate(desk, body, Mark.GOOD, at))
        desk.hands.do(lambda: whisper(desk, body, thanks_message()))

    @app.action(Action.RATE_DOWN.value)
    def did_not_help(ack: Ack, body: Body) -> None:
        ack()
        at = desk.clock()
        desk.hands.do(lambda: show_form(desk, body, feedback_view(value_of(body))))
        desk.hands.do(lambda: _rate(desk, body, Mark.BAD, at))

    @app.view(Form.FEEDBACK.value)
    def explained(ack: Ack, body: Body) -> None:
        comment = _comment(body)
        if not comment:
            ack()
            return
        ack(response_action="update", view=reply_view(thanks_message(), "ご意見"))
        at = desk.clock()
        desk.hands.do(lambda: _rate(desk, body, Mark.BAD, at, comment))


def value_of(body: Mapping[str, Any]) -> Value:
    """Return what a pressed button or a form that was sent carries; the empty value where it cannot be read."""
    held = body["actions"][0].get("value", "") if body.get("actions") else body["view"]["private_metadata"]
    try:
        return Value.decode(held)
    except ValueError as error:
        LOG.warning("%s", error)
        return Value()


def show_form(desk: Desk, body: Mapping[str, Any], view: Block) -> None:
    """Open a modal, on top of the one in which the button was pressed, if it was in one."""
    in_modal = (body.get("view") or {}).get("type") == "modal"
    show = desk.client.views_push if in_modal else desk.client.views_open
    try:
        show(trigger_id=body["trigger_id"], view=view)
    except FAILURES as error:  # after three seconds, Slack opens nothing any more
        LOG.warning("画面を開けません: %s", why(error))
        if body.get("response_url"):
            whisper(desk, body, notice(PRESS_AGAIN))


def whisper(desk: Desk, body: Mapping[str, Any], message: Message) -> None:
    """Tell something to the person who pressed a button, alone; on top of the view, if it was in one."""
    if url := body.get("response_url"):
        _respond(url, message, thread_ts=body.get("container", {}).get("thread_ts", ""))
    elif body.get("channel"):
        desk.client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], **message.post()
        )
    else:
        show_form(desk, body, reply_view(message, "お知らせ"))


def _respond(url: str, message: Message, *, seen: Seen = "ephemeral", thread_ts: str = "") -> None:
    try:
        respond(url, message, seen=seen, thread_ts=thread_ts)
    except (LateError, GoneError, *UNREACHED) as error:
        # Whoever pressed sees that nothing came, and may press again.
        LOG.warning("押されたボタンに答えられません: %s", why(error))


def _question(asking: Asking, body: Mapping[str, Any]) -> Question:
    value, held, user = value_of(body), body["container"], body["user"]["id"]
    nothing = body["actions"][0]["action_id"] == Action.NONE_OF_THESE
    entry_id = "" if nothing or not value.entry_ids else value.entry_ids[0]
    entry = served_entry(asking.desk, entry_id)
    text = entry.question if entry else value.question
    place, to, conversation = Channel.SLACK_HOME, Address(), ""
    if held["type"] == "message":
        channel, thread_ts = held["channel_id"], held.get("thread_ts", "")
        conversation = f"{channel}:{thread_ts}" if thread_ts else channel
        place = Channel.SLACK_THREAD if thread_ts else Channel.SLACK_DM
        to = Address(channel, thread_ts, beside=held["message_ts"])
        if held.get("is_ephemeral"):
            place, conversation = Channel.SLACK_COMMAND, ""
            to = Address(response_url=body["response_url"])
    # An id of an entry that is gone still asks for it, and is told so.
    return Question(act_key(body), place, user, text, to, conversation, entry_id, nothing)


def _show_in_view(asking: Asking, body: Mapping[str, Any], question: Question) -> None:
    if question.nothing_fits:
        show_form(asking.desk, body, reply_view(nothing_message(asking.desk, question)))
        return
    answered = answer(asking.desk, question)
    show_form(asking.desk, body, reply_view(answered.message))
    if answered.record:
        asking.desk.journal.record(answered.record)


def _rate(desk: Desk, body: Mapping[str, Any], mark: Mark, at: datetime, comment: str = "") -> None:
    desk.journal.feedback.give(value_of(body).key, body["user"]["id"], mark, at=at, comment=comment)


def _comment(body: Mapping[str, Any]) -> str:
    state = body["view"]["state"]["values"]
    chosen = state[Field.REASON][Field.REASON].get("selected_option")
    said = state[Field.COMMENT][Field.COMMENT].get("value") or ""
    return "\n".join(filter(None, [REASONS.get(chosen["value"], "") if chosen else "", said]))


def _share(desk: Desk, body: Mapping[str, Any]) -> None:
    value = value_of(body)
    entries = [found for each in value.entry_ids if (found := served_entry(desk, each))]
    if not entries:
        whisper(desk, body, notice(STALE))
        return
    message = shared_message(entries, value.question, desk.name(body["user"]["id"]))
    _respond(body["response_url"], message, seen="in_channel")


def publish_home(desk: Desk, user: str, view: Block) -> None:
    """Show somebody's Home tab, soon."""

    def act() -> None:
        try:
            desk.client.views_publish(user_id=user, view=view)
        except FAILURES as error:
            LOG.warning("ホームを表示できません: %s", why(error))

    desk.hands.do(act)
