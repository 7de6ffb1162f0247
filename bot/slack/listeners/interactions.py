"""What a person did, as Slack tells of it, and what is shown to that person alone: forms, notices, the Home tab."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.journal.database import JournalError
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.sending import respond
from bot.slack.errors import FAILURES, classify
from bot.slack.messages import notices
from bot.slack.messages.block_kit import Block, ButtonValue, Field, Message, modal
from bot.slack.messages.text import by_hand, named
from faq.problems import FaqError

Body = dict[str, Any]


def action_key(body: Mapping[str, Any]) -> str:
    """Return the name of a press on a button, a form that was sent, or a command: sent again, it is the same."""
    if body.get("type") == "view_submission":
        return f"form {body['view']['id']}"
    if actions := body.get("actions"):
        return f"press {body['user']['id']} {actions[0]['action_id']} {actions[0]['action_ts']}"
    return f"command {body['trigger_id']}"


def kind_of(body: Mapping[str, Any]) -> str:
    """Return what Slack tells of, for the log, such as "event message" or "block_actions handover"."""
    told = body.get("event") or next(iter(body.get("actions") or ()), None) or body.get("view") or body
    names = (told.get(name) for name in ("action_id", "callback_id", "command", "type"))
    return f"{body.get('type', 'command')} {next(filter(None, names), '')}"


def value_of(body: Mapping[str, Any]) -> ButtonValue:
    """Return what a pressed button or a form that was sent carries; raises `FaqError` if it is of another version."""
    held = body["actions"][0].get("value", "") if body.get("actions") else body["view"]["private_metadata"]
    try:
        return ButtonValue.decode(held)
    except ValueError as error:
        raise FaqError(notices.STALE) from error


def field_of(body: Mapping[str, Any], field: Field) -> str:
    held = body["view"]["state"]["values"][field.value][field.value]
    chosen = held.get("selected_option") or {}
    return by_hand(str(held.get("value") or chosen.get("value") or "").strip())


def refusal(error: Exception) -> str:
    """Return what somebody is told who could not do what they did; where a database is, is for who runs it."""
    return notices.UNKEPT if isinstance(error, JournalError) else str(error)


def show_form(context: AppContext, body: Mapping[str, Any], view: Block) -> None:
    """Open a modal, on top of the one in which the button was pressed, if it was in one."""
    in_modal = (body.get("view") or {}).get("type") == "modal"
    show = context.client.views_push if in_modal else context.client.views_open
    try:
        show(trigger_id=body["trigger_id"], view=named(view, context.name))
    except FAILURES as error:  # after three seconds, Slack opens nothing any more
        LOG.warning("a form cannot be opened: %s", classify(error).reason)
        if body.get("response_url"):
            send_ephemeral(context, body, notices.notice(notices.PRESS_AGAIN))


def open_form(context: AppContext, body: Body, view: Callable[[], Block]) -> None:
    """Open a form, soon; where there is nothing to open it about, that is told alone."""

    def show() -> None:
        try:
            show_form(context, body, view())
        except FaqError as error:
            send_ephemeral(context, body, notices.notice(refusal(error)))

    context.background.do(show, quick=True)


def send_ephemeral(context: AppContext, body: Mapping[str, Any], message: Message) -> None:
    """Tell something to the person who pressed a button, alone; on top of the view, if it was in one."""
    if url := body.get("response_url"):
        respond(url, message, thread_ts=body.get("container", {}).get("thread_ts", ""))
    else:
        show_form(context, body, modal("お知らせ", message.blocks))


def publish_home(context: AppContext, user: str, view: Callable[[], Block]) -> None:
    publish = context.client.views_publish
    context.background.do(lambda: publish(user_id=user, view=named(view(), context.name)))
