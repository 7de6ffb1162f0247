"""The Web API's methods: arguments in, answer out, or a refusal in Slack's words."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tests.slack.double import chat, screens
from tests.slack.double.model import BOT, BOT_USER, TEAM, Json, RefusedError, User
from tests.slack.double.workspace import Workspace

Method: TypeAlias = Callable[[Workspace, Json], Json]

_READ = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
_HISTORY = {"public": "channels:history", "private": "groups:history", "im": "im:history"}
_BY_KIND = {
    "conversations.info": _READ,
    "conversations.members": _READ,
    "conversations.replies": _HISTORY,
    "conversations.history": _HISTORY,
}
_SCOPES = {
    "assistant.threads.setStatus": {"chat:write", "assistant:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "assistant.threads.setTitle": {"assistant:write"},
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.join": {"channels:join"},
    "conversations.open": {"im:write"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
}


def scopes_for(workspace: Workspace, method: str, body: Mapping[str, Any]) -> set[str]:
    """Return the scopes of which one is needed; none for a method that needs none."""
    if method not in _BY_KIND:
        return _SCOPES.get(method, set())
    try:
        return {_BY_KIND[method][workspace.find_channel(body.get("channel")).kind]}
    except RefusedError:
        return set()


def auth_test(_: Workspace, __: Json) -> Json:
    """Say who the token is."""
    url = "https://example.slack.com/"
    return {"url": url, "team": "採用", "user": "faq", "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT}


def user(workspace: Workspace, body: Json) -> Json:
    """Describe a person."""
    if (found := workspace.users.get(str(body.get("user")))) is None:
        raise RefusedError("user_not_found")
    return {"user": user_payload(found)}


def user_payload(found: User) -> Json:
    """Return a person as Slack describes them."""
    profile = {"display_name": found.name, "real_name": found.name}
    shared = {
        "id": found.id,
        "team_id": TEAM,
        "name": found.name,
        "real_name": found.name,
        "tz": "Asia/Tokyo",
    }
    flags = {
        "is_bot": found.bot,
        "is_restricted": found.guest,
        "is_ultra_restricted": False,
        "deleted": False,
    }
    return {**shared, "tz_offset": 32_400, "profile": profile, **flags}


def people(workspace: Workspace, body: Json) -> Json:
    """List the people of the workspace, at most `limit` at once; the cursor tells where to go on."""
    everybody, begin = list(workspace.users.values()), int(body.get("cursor") or 0)
    end = begin + int(body.get("limit") or len(everybody))
    cursor = str(end) if end < len(everybody) else ""
    members = [user_payload(each) for each in everybody[begin:end]]
    return {"members": members, "response_metadata": {"next_cursor": cursor}}


def group_members(workspace: Workspace, body: Json) -> Json:
    """Return who is in a user group."""
    if (found := workspace.groups.get(str(body.get("usergroup")))) is None:
        raise RefusedError("no_such_subteam")
    return {"users": list(found)}


METHODS: Mapping[str, Method] = {
    "assistant.threads.setStatus": screens.set_status,
    "assistant.threads.setSuggestedPrompts": screens.set_prompts,
    "assistant.threads.setTitle": screens.set_title,
    "auth.test": auth_test,
    "chat.delete": chat.delete_message,
    "chat.getPermalink": chat.permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update_message,
    "conversations.history": chat.history,
    "conversations.info": chat.conversation,
    "conversations.join": chat.join,
    "conversations.members": chat.members,
    "conversations.open": chat.open_conversation,
    "conversations.replies": chat.replies,
    "reactions.add": chat.add_reaction,
    "reactions.remove": chat.remove_reaction,
    "usergroups.users.list": group_members,
    "users.info": user,
    "users.list": people,
    "views.open": screens.open_view,
    "views.publish": screens.publish_view,
    "views.push": screens.push_view,
    "views.update": screens.update_view,
}


def decoded(fields: Mapping[str, Any]) -> Json:
    """Return a body with the values that travel as JSON inside a form read."""
    whole = {"blocks", "view", "prompts", "metadata", "loading_messages"}
    return {name: _read(value) if name in whole else value for name, value in fields.items()}


def _read(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
