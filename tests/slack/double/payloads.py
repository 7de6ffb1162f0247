"""Payloads as Slack sends them, field by field."""

from tests.slack.double.model import APP, BOT_USER, TEAM, Channel, Json, Posted, User, View
from tests.slack.double.workspace import Workspace

TOKEN = "verification-token"  # noqa: S105 -- of this double alone

MESSAGE_EVENTS = {
    "public": "message.channels",
    "private": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def event(workspace: Workspace, inner: Json) -> Json:
    who = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{workspace.number():06d}",
        "event_time": int(workspace.now),
        "authorizations": [who],
    }


def message_event(posted: Posted, channel: Channel) -> Json:
    """Return the event of a message; in a DM it is `message.im`."""
    kind = {"public": "channel", "private": "group"}.get(channel.kind, channel.kind)
    shared = {**posted.payload(), "channel": channel.id, "channel_type": kind, "event_ts": posted.ts}
    return {**shared, "client_msg_id": f"client-{posted.ts}"} if posted.user != BOT_USER else shared


def mention_event(posted: Posted, channel: Channel) -> Json:
    return {**posted.payload(), "type": "app_mention", "channel": channel.id, "event_ts": posted.ts}


def changed_event(before: Json, posted: Posted, channel: Channel, ts: str) -> Json:
    """Return the event of a message that somebody has edited."""
    told = message_event(posted, channel)
    place = {"channel": channel.id, "channel_type": told["channel_type"], "ts": ts, "event_ts": ts}
    kept = {name: held for name, held in told.items() if name not in place or name == "ts"}
    shared = {"type": "message", "subtype": "message_changed", "hidden": True}
    return {**shared, **place, "message": kept, "previous_message": before}


def deleted_event(posted: Posted, channel: Channel, ts: str, *, stone: bool) -> Json:
    """Return the event of a message that is gone; of one with replies a `stone` is left, which is a change."""
    if stone:
        mark = {
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
        }
        after = {"type": "message", "ts": posted.ts, "thread_ts": posted.ts, **mark}
        event = changed_event(posted.payload(), posted, channel, ts)
        return {**event, "message": after}
    told = message_event(posted, channel)
    place = {"channel": channel.id, "channel_type": told["channel_type"], "ts": ts, "event_ts": ts}
    gone = {"deleted_ts": posted.ts, "previous_message": posted.payload()}
    return {"type": "message", "subtype": "message_deleted", "hidden": True, **place, **gone}


def home_opened_event(user: str, channel: Channel, tab: str, view: View | None, ts: str) -> Json:
    """Return the event of a person who looks at the app; `tab` is "home" or "messages"."""
    shared = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab, "event_ts": ts}
    return {**shared, "view": view.payload()} if view and tab == "home" else shared


def command(  # noqa: PLR0913 -- the parts of the payload
    user: User, channel: Channel, *, name: str, text: str, trigger: str, response_url: str
) -> Json:
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def _interaction(kind: str, user: User, trigger: str) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM},
        "api_app_id": APP,
        "token": TOKEN,
        "trigger_id": trigger,
        "team": {"id": TEAM, "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _action(element: Json, block_id: str, ts: str) -> Json:
    told = {"action_id", "text", "value", "type", "style", "accessibility_label"}
    kept = {name: held for name, held in element.items() if name in told}
    return {**kept, "block_id": block_id, "action_ts": ts}


def message_action(  # noqa: PLR0913 -- the parts of the payload
    user: User,
    posted: Posted,
    channel: Channel,
    *,
    element: Json,
    block_id: str,
    trigger: str,
    response_url: str,
    ts: str,
) -> Json:
    """Return a press on a message's button; the message itself is not told if it is ephemeral."""
    ephemeral = bool(posted.only_for)
    place = {"message_ts": posted.ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
    thread = {"thread_ts": posted.thread_ts} if posted.thread_ts else {}
    message = {} if ephemeral else {"message": posted.payload()}
    return {
        **_interaction("block_actions", user, trigger),
        "container": {"type": "message", **place, **thread},
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
        **message,
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [_action(element, block_id, ts)],
    }


def shortcut(  # noqa: PLR0913 -- the parts of the payload
    user: User,
    posted: Posted,
    channel: Channel,
    *,
    name: str,
    trigger: str,
    response_url: str,
    ts: str,
) -> Json:
    """Return the choice of a shortcut in the menu of a message."""
    return {
        **_interaction("message_action", user, trigger),
        "callback_id": name,
        "message_ts": posted.ts,
        "message": posted.payload(),
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
        "response_url": response_url,
        "action_ts": ts,
    }


def view_action(  # noqa: PLR0913 -- the parts of the payload
    user: User, view: View, *, element: Json, block_id: str, trigger: str, ts: str
) -> Json:
    return {
        **_interaction("block_actions", user, trigger),
        "container": {"type": "view", "view_id": view.id},
        "view": view.payload(),
        "actions": [_action(element, block_id, ts)],
    }


def submission(user: User, view: View, values: Json, trigger: str) -> Json:
    return {
        **_interaction("view_submission", user, trigger),
        "view": view.payload(values),
        "response_urls": [],
    }
