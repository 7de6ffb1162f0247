"""How the same event is known again, for Slack resends, and tells of one mention twice; and what a message says."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

_NAME_FIRST = re.compile(r"\s*<@[A-Z0-9]+")
_LINK = re.compile(r"<(?:https?|mailto|tel)[^>|]*\|([^>]*)>|<((?:https?|mailto|tel):[^>]*)>")


def event_keys(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of an event: its id, and the message that it is about.

    >>> event_keys({"event_id": "Ev1", "event": {"channel": "C1", "ts": "1.2"}})
    ('event Ev1', 'message C1:1.2')
    """
    event = body["event"]
    return f"event {body['event_id']}", message_key(event["channel"], event["ts"])


def message_key(channel: str, ts: str) -> str:
    """Return the name of a message."""
    return f"message {channel}:{ts}"


def action_key(body: Mapping[str, Any]) -> str:
    """Return the name of a press on a button, a form that was sent, or a command: sent again, it is the same."""
    if body.get("type") == "view_submission":
        return f"form {body['view']['id']}"
    if actions := body.get("actions"):
        return f"press {body['user']['id']} {actions[0]['action_id']} {actions[0]['action_ts']}"
    return f"command {body['trigger_id']}"


def question_id(key: str) -> str:
    """Return the journal's id of what was asked under that name: 32 hexadecimal digits, the same every time.

    >>> question_id("message C1:1.2") == question_id("message C1:1.2")
    True
    """
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def is_to_somebody(text: str) -> bool:
    """Tell whether a message begins with somebody's name, as Slack writes names.

    >>> is_to_somebody(" <@U012AB> これは?"), is_to_somebody("これは <@U012AB> さんに")
    (True, False)
    """
    return _NAME_FIRST.match(text) is not None


def typed(text: str, bot: str) -> str:
    """Return a message as the person typed it: without the bot's name, marks undone.

    >>> typed("<@U0BOT> R&amp;Dは <https://example.jp|example.jp>?", "U0BOT")
    'R&Dは example.jp?'
    """
    text = re.sub(rf"<@{re.escape(bot)}(?:\|[^>]*)?>", " ", text)
    text = _LINK.sub(lambda found: found[1] or found[2], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
