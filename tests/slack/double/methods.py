"""The Web API's methods: arguments in, answer out, or a refusal in Slack's words."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tests.slack.double.model import BOT, BOT_USER, TEAM, Channel, Json, Posted, RefusedError
from tests.slack.double.workspace import Workspace

Method: TypeAlias = Callable[[Workspace, Json], Json]

_MOST_PROMPTS = 4
_PREFIXES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
_READ = {kind: f"{prefix}:read" for kind, prefix in _PREFIXES.items()}
_HISTORY = {kind: f"{prefix}:history" for kind, prefix in _PREFIXES.items()}
_BY_KIND = {
    "conversations.info": _READ,
    "conversations.members": _READ,
    "conversations.replies": _HISTORY,
    "conversations.history": _HISTORY,
}
_SCOPES = {
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
}


def scope_for(workspace: Workspace, method: str, body: Mapping[str, Any]) -> str:
    """Return the scope that a call needs; empty for none."""
    if method not in _BY_KIND:
        return _SCOPES.get(method, "")
    try:
        return _BY_KIND[method][workspace.find_channel(body.get("channel")).kind]
    except RefusedError:
        return ""


def post_message(workspace: Workspace, body: Json) -> Json:
    channel = _inside(workspace, body)
    thread, metadata = body.get("thread_ts") or None, body.get("metadata")
    text = body.get("text") or ""
    posted = workspace.post(
        channel, BOT_USER, text, body.get("blocks") or [], thread_ts=thread, metadata=metadata
    )
    return {"channel": channel.id, "ts": posted.ts, "message": posted.payload()}


def update_message(workspace: Workspace, body: Json) -> Json:
    channel = workspace.find_channel(body.get("channel"))
    posted = workspace.find_message(channel.id, body.get("ts"))
    if posted.user != BOT_USER:
        raise RefusedError("cant_update_message")
    workspace.update(posted, body.get("text") or "", body.get("blocks") or [])
    return {"channel": posted.channel, "ts": posted.ts, "text": posted.text, "message": posted.payload()}


def post_ephemeral(workspace: Workspace, body: Json) -> Json:
    channel, user = _inside(workspace, body), str(body.get("user"))
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    thread, blocks = body.get("thread_ts") or None, body.get("blocks") or []
    posted = workspace.post(
        channel, BOT_USER, body.get("text") or "", blocks, thread_ts=thread, only_for=user
    )
    return {"message_ts": posted.ts}


def permalink(workspace: Workspace, body: Json) -> Json:
    channel = workspace.find_channel(body.get("channel"))
    posted = workspace.find_message(channel.id, body.get("message_ts"))
    named = f"https://example.slack.com/archives/{channel.id}/p{posted.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": named}


def open_conversation(workspace: Workspace, body: Json) -> Json:
    return {"channel": {"id": workspace.dm(str(body.get("users"))).id}}


def conversation(workspace: Workspace, body: Json) -> Json:
    channel = workspace.find_channel(body.get("channel"))
    shared = {"id": channel.id, "name": channel.name, "is_archived": channel.archived}
    return {"channel": {**shared, "is_member": BOT_USER in channel.members}}


def members(workspace: Workspace, body: Json) -> Json:
    inside, begins = workspace.find_channel(body.get("channel")).members, int(body.get("cursor") or 0)
    ends = begins + int(body.get("limit") or 100)
    following = str(ends) if ends < len(inside) else ""
    return {"members": inside[begins:ends], "response_metadata": {"next_cursor": following}}


def replies(workspace: Workspace, body: Json) -> Json:
    channel, root = _inside(workspace, body), body.get("ts")
    thread = [each for each in workspace.in_channel(channel.id) if root in {each.ts, each.thread_ts}]
    if not thread:
        raise RefusedError("thread_not_found")
    first, last = body.get("oldest") or "", body.get("latest") or "~"
    wanted = [each for each in thread if each.ts == root or first <= each.ts <= last]
    oldest = [each for each in wanted if not each.only_for][: int(body.get("limit") or 1_000)]
    return {"messages": [_listed(each, body) for each in oldest]}


def history(workspace: Workspace, body: Json) -> Json:
    """Return a conversation without its threads, the newest message first."""
    channel = _inside(workspace, body)
    first = body.get("oldest") or ""
    stand = [each for each in workspace.in_channel(channel.id) if each.ts > first]
    flat = [each for each in stand if not (each.only_for or each.thread_ts)]
    newest = flat[::-1][: int(body.get("limit") or 100)]
    return {"messages": [_listed(each, body) for each in newest]}


def auth_test(_: Workspace, __: Json) -> Json:
    return {"team": "採用", "user": "faq", "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT}


def user(workspace: Workspace, body: Json) -> Json:
    if (found := workspace.users.get(str(body.get("user")))) is None:
        raise RefusedError("user_not_found")
    profile = {"display_name": found.name, "real_name": found.name}
    return {"user": {"id": found.id, "name": found.name, "profile": profile}}


def group_members(workspace: Workspace, body: Json) -> Json:
    if (found := workspace.groups.get(str(body.get("usergroup")))) is None:
        raise RefusedError("no_such_subteam")
    return {"users": list(found)}


def open_view(workspace: Workspace, body: Json) -> Json:
    who = workspace.use_trigger(body.get("trigger_id"))
    return {"view": workspace.open_view(who, body["view"]).payload()}


def push_view(workspace: Workspace, body: Json) -> Json:
    who = workspace.use_trigger(body.get("trigger_id"))
    return {"view": workspace.open_view(who, body["view"], push=True).payload()}


def publish_view(workspace: Workspace, body: Json) -> Json:
    if (who := str(body.get("user_id"))) not in workspace.users:
        raise RefusedError("user_not_found")
    return {"view": workspace.publish(who, body["view"]).payload()}


def set_prompts(workspace: Workspace, body: Json) -> Json:
    """Offer prompts in a DM; with a `thread_ts` they silently never appear."""
    channel = workspace.find_channel(body.get("channel_id"))
    prompts = body.get("prompts") or []
    whole = all(set(each) == {"title", "message"} and all(each.values()) for each in prompts)
    if channel.kind != "im":
        raise RefusedError("channel_not_found")
    if not 1 <= len(prompts) <= _MOST_PROMPTS or not whole:
        raise RefusedError("invalid_arguments")
    if not body.get("thread_ts"):
        workspace.prompts[channel.id] = [each["title"] for each in prompts]
    return {}


METHODS: Mapping[str, Method] = {
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "auth.test": auth_test,
    "chat.getPermalink": permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update_message,
    "conversations.history": history,
    "conversations.info": conversation,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "conversations.replies": replies,
    "usergroups.users.list": group_members,
    "users.info": user,
    "views.open": open_view,
    "views.publish": publish_view,
    "views.push": push_view,
}


def decoded(fields: Mapping[str, Any]) -> Json:
    """Return a body with the values that travel as JSON inside a form read."""
    whole = {"blocks", "view", "prompts", "metadata"}
    return {
        name: json.loads(value) if name in whole and isinstance(value, str) else value
        for name, value in fields.items()
    }


def _inside(workspace: Workspace, body: Json) -> Channel:
    channel = workspace.find_channel(body.get("channel"))
    if BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    if channel.archived:
        raise RefusedError("is_archived")
    return channel


def _listed(posted: Posted, body: Json) -> Json:
    shown = posted.payload()
    if str(body.get("include_all_metadata")).lower() not in {"1", "true"}:
        shown.pop("metadata", None)
    return shown
