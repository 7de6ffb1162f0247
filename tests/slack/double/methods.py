"""The Web API's methods: arguments in, answer out, or a refusal in Slack's words."""

from collections.abc import Callable
from typing import TypeAlias

from tests.slack.double.model import BOT, BOT_USER, TEAM, Channel, Json, Posted, RefusedError
from tests.slack.double.workspace import Workspace

Method: TypeAlias = Callable[[Workspace, Json], Json]

MOST_PROMPTS = 4
_PREFIXES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
_METHODS: dict[str, tuple[str, Method]] = {}


def call(workspace: Workspace, name: str, body: Json, granted: set[str]) -> Json:
    """Do what a method is asked for; what the app was not granted the scope for is refused."""
    if name not in _METHODS:
        raise RefusedError("unknown_method", req_method=name)
    scope, act = _METHODS[name]
    if "{}" in scope:
        scope = scope.format(_PREFIXES[workspace.find_channel(body.get("channel")).kind])
    if scope and scope not in granted:
        raise RefusedError("missing_scope", needed=scope)
    return act(workspace, body)


def _method(name: str, scope: str = "") -> Callable[[Method], Method]:
    """Add a method; `{}` in its scope stands for the kind of the channel that it is about."""

    def add(act: Method) -> Method:
        _METHODS[name] = scope, act
        return act

    return add


@_method("chat.postMessage", "chat:write")
def post_message(workspace: Workspace, body: Json) -> Json:
    channel, thread = _inside(workspace, body), body.get("thread_ts") or None
    text, blocks = body.get("text") or "", body.get("blocks") or []
    posted = workspace.post(channel, BOT_USER, text, blocks, thread_ts=thread, metadata=body.get("metadata"))
    return {"channel": channel.id, "ts": posted.ts, "message": posted.payload()}


@_method("chat.update", "chat:write")
def update_message(workspace: Workspace, body: Json) -> Json:
    channel = workspace.find_channel(body.get("channel"))
    posted = workspace.find_message(channel.id, body.get("ts"))
    if posted.user != BOT_USER:
        raise RefusedError("cant_update_message")
    workspace.update(posted, body.get("text") or "", body.get("blocks") or [])
    return {"channel": posted.channel, "ts": posted.ts, "text": posted.text, "message": posted.payload()}


@_method("chat.postEphemeral", "chat:write")
def post_ephemeral(workspace: Workspace, body: Json) -> Json:
    channel, user = _inside(workspace, body), str(body.get("user"))
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    workspace.answer(channel, user, body)
    return {"message_ts": workspace.ts()}


@_method("chat.getPermalink")
def permalink(workspace: Workspace, body: Json) -> Json:
    channel = workspace.find_channel(body.get("channel"))
    posted = workspace.find_message(channel.id, body.get("message_ts"))
    named = f"https://example.slack.com/archives/{channel.id}/p{posted.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": named}


@_method("conversations.open", "im:write")
def open_conversation(workspace: Workspace, body: Json) -> Json:
    if (channel := workspace.dms.get(str(body.get("users")))) is None:
        raise RefusedError("user_not_found")
    return {"channel": {"id": channel.id}}


@_method("conversations.info", "{}:read")
def conversation(workspace: Workspace, body: Json) -> Json:
    channel = workspace.find_channel(body.get("channel"))
    shared = {"id": channel.id, "name": channel.name, "is_archived": channel.archived}
    return {"channel": {**shared, "is_member": BOT_USER in channel.members}}


@_method("conversations.members", "{}:read")
def members(workspace: Workspace, body: Json) -> Json:
    inside, begins = workspace.find_channel(body.get("channel")).members, int(body.get("cursor") or 0)
    ends = begins + int(body.get("limit") or 100)
    following = str(ends) if ends < len(inside) else ""
    return {"members": inside[begins:ends], "response_metadata": {"next_cursor": following}}


@_method("conversations.replies", "{}:history")
def replies(workspace: Workspace, body: Json) -> Json:
    """Return a thread, the oldest message first; its first message is always in it."""
    channel, root = _inside(workspace, body), body.get("ts")
    thread = [each for each in workspace.in_channel(channel.id) if root in {each.ts, each.thread_ts}]
    if not thread:
        raise RefusedError("thread_not_found")
    first, last = body.get("oldest") or "", body.get("latest") or "~"
    wanted = [each for each in thread if each.ts == root or first <= each.ts <= last]
    oldest = [each for each in wanted if not each.only_for][: int(body.get("limit") or 1_000)]
    return {"messages": [_listed(each, body) for each in oldest]}


@_method("conversations.history", "{}:history")
def history(workspace: Workspace, body: Json) -> Json:
    """Return a conversation without its threads, the newest message first."""
    channel, first = _inside(workspace, body), body.get("oldest") or ""
    stand = [each for each in workspace.in_channel(channel.id) if each.ts > first]
    flat = [each for each in stand if not (each.only_for or each.thread_ts)]
    newest = flat[::-1][: int(body.get("limit") or 100)]
    return {"messages": [_listed(each, body) for each in newest]}


@_method("auth.test")
def auth_test(_: Workspace, __: Json) -> Json:
    return {"team": "採用", "user": "faq", "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT}


@_method("users.info", "users:read")
def user(workspace: Workspace, body: Json) -> Json:
    known = str(body.get("user"))
    if (name := workspace.users.get(known)) is None:
        raise RefusedError("user_not_found")
    return {"user": {"id": known, "name": name, "profile": {"display_name": name, "real_name": name}}}


@_method("usergroups.users.list", "usergroups:read")
def group_members(workspace: Workspace, body: Json) -> Json:
    if (found := workspace.groups.get(str(body.get("usergroup")))) is None:
        raise RefusedError("no_such_subteam")
    return {"users": list(found)}


@_method("views.open")
def open_view(workspace: Workspace, body: Json) -> Json:
    return {"view": workspace.open_view(body.get("trigger_id"), body["view"]).payload()}


@_method("views.push")
def push_view(workspace: Workspace, body: Json) -> Json:
    return {"view": workspace.open_view(body.get("trigger_id"), body["view"], push=True).payload()}


@_method("views.publish")
def publish_view(workspace: Workspace, body: Json) -> Json:
    if (who := str(body.get("user_id"))) not in workspace.users:
        raise RefusedError("user_not_found")
    return {"view": workspace.publish(who, body["view"]).payload()}


@_method("assistant.threads.setSuggestedPrompts", "assistant:write")
def set_prompts(workspace: Workspace, body: Json) -> Json:
    """Offer prompts in a DM; with a `thread_ts` they silently never appear."""
    channel, prompts = workspace.find_channel(body.get("channel_id")), body.get("prompts") or []
    whole = all(set(each) == {"title", "message"} and all(each.values()) for each in prompts)
    if channel.kind != "im":
        raise RefusedError("channel_not_found")
    if not 1 <= len(prompts) <= MOST_PROMPTS or not whole:
        raise RefusedError("invalid_arguments")
    if not body.get("thread_ts"):
        workspace.prompts[channel.id] = [each["title"] for each in prompts]
    return {}


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
