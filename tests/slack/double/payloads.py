"""Payloads as Slack sends them, field by field."""

from typing import TYPE_CHECKING

from tests.slack.double.model import APP, BOT_USER, TEAM, Channel, Json, Posted

if TYPE_CHECKING:
    from tests.slack.double.people import Person
    from tests.slack.double.workspace import Workspace

CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
APP_FIELDS = {"token": "verification-token", "team_id": TEAM, "api_app_id": APP}


def event(workspace: "Workspace", inner: Json) -> Json:
    who = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
    ids = {"event_id": f"Ev{workspace.number():06d}", "event_time": int(workspace.now)}
    return {**APP_FIELDS, "event": inner, "type": "event_callback", **ids, "authorizations": [who]}


def message_event(posted: Posted, channel: Channel) -> Json:
    """Return the event of a message; its `channel_type` tells a DM from a channel."""
    shared = {
        **posted.payload(),
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "event_ts": posted.ts,
    }
    return {**shared, "client_msg_id": f"client-{posted.ts}"} if posted.user != BOT_USER else shared


def mention_event(posted: Posted, channel: Channel) -> Json:
    return {**posted.payload(), "type": "app_mention", "channel": channel.id, "event_ts": posted.ts}


def changed_event(before: Json, after: Json, channel: Channel, ts: str) -> Json:
    """Return the event of a message that somebody has edited."""
    return {**_later("message_changed", channel, ts), "message": after, "previous_message": before}


def deleted_event(posted: Posted, channel: Channel, ts: str, *, stone: bool) -> Json:
    """Return the event of a message that is gone; of one with replies a `stone` is left, which is a change."""
    before = posted.payload()
    if not stone:
        return {
            **_later("message_deleted", channel, ts),
            "deleted_ts": posted.ts,
            "previous_message": before,
        }
    mark = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT", "hidden": True}
    left = {"type": "message", "ts": posted.ts, "thread_ts": posted.ts, **mark}
    return changed_event(before, left, channel, ts)


def _later(subtype: str, channel: Channel, ts: str) -> Json:
    place = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind], "ts": ts, "event_ts": ts}
    return {"type": "message", "subtype": subtype, "hidden": True, **place}


def conversation(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name}


def interaction(kind: str, person: "Person", trigger: str, **more: object) -> Json:
    """Return what a person did to a message or a view; `more` says to which."""
    who = {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM}
    team = {"team": {"id": TEAM, "domain": "example"}, "enterprise": None, "is_enterprise_install": False}
    return {**APP_FIELDS, "type": kind, "user": who, "trigger_id": trigger, **team, **more}


def action(element: Json, block_id: str, ts: str) -> Json:
    told = {"action_id", "text", "value", "type", "style", "accessibility_label"}
    kept = {name: held for name, held in element.items() if name in told}
    return {**kept, "block_id": block_id, "action_ts": ts}
