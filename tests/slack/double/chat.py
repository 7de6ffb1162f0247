"""Methods of the Web API about messages and conversations."""

from tests.slack.double.model import BOT_USER, Channel, Json, Posted, RefusedError
from tests.slack.double.workspace import Workspace


def post_message(workspace: Workspace, body: Json) -> Json:
    """Post to a channel that the bot is in, or to a person."""
    channel = workspace.find_channel(body.get("channel"))
    _refuse_outsider(channel)
    posted = workspace.post(
        channel, BOT_USER, body.get("text") or "", _blocks(body), **_thread(body), body=body
    )
    if posted.thread_ts:  # and not after a message beside the thread, as in a direct message
        workspace.set_status(channel.id, posted.thread_ts, "")
    return {"channel": channel.id, "ts": posted.ts, "message": posted.payload()}


def post_ephemeral(workspace: Workspace, body: Json) -> Json:
    """Post for one person in a channel."""
    channel = workspace.find_channel(body.get("channel"))
    _refuse_outsider(channel)
    user = body.get("user")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel" if user in workspace.users else "user_not_found")
    text = body.get("text") or ""
    posted = workspace.post(channel, BOT_USER, text, _blocks(body), **_thread(body), only_for=user, body=body)
    return {"message_ts": posted.ts}


def update_message(workspace: Workspace, body: Json) -> Json:
    """Change one of the bot's messages."""
    posted = _own(workspace, body, "cant_update_message")
    workspace.update(posted, body.get("text") or "", _blocks(body))
    if "metadata" in body:
        posted.body = {**posted.body, "metadata": body["metadata"]}
    return {"channel": posted.channel, "ts": posted.ts, "text": posted.text, "message": posted.payload()}


def delete_message(workspace: Workspace, body: Json) -> Json:
    """Take one of the bot's messages away."""
    posted = _own(workspace, body, "cant_delete_message")
    workspace.delete(posted)
    return {"channel": posted.channel, "ts": posted.ts}


def permalink(workspace: Workspace, body: Json) -> Json:
    """Return the address of a message."""
    channel = workspace.find_channel(body.get("channel"))
    posted = workspace.find_message(channel.id, body.get("message_ts"))
    place = f"{channel.id}/p{posted.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://example.slack.com/archives/{place}"}


def open_conversation(workspace: Workspace, body: Json) -> Json:
    """Open the conversation with one person."""
    users = body.get("users")
    names = users if isinstance(users, list) else str(users or "").split(",")
    if len(names) != 1:
        raise RefusedError("users_list_not_supplied" if not names else "not_enough_users")
    return {"channel": {"id": workspace.dm(names[0]).id}}


def conversation(workspace: Workspace, body: Json) -> Json:
    """Describe a conversation."""
    channel = workspace.find_channel(body.get("channel"))
    kind = channel.kind
    shared = {
        "id": channel.id,
        "name": channel.name,
        "is_archived": channel.archived,
        "is_member": BOT_USER in channel.members,
    }
    kinds = {"is_channel": kind == "public", "is_group": kind == "private", "is_im": kind == "im"}
    return {"channel": {**shared, **kinds, "is_private": kind != "public"}}


def replies(workspace: Workspace, body: Json) -> Json:
    """Return a thread, its first message first."""
    channel = workspace.find_channel(body.get("channel"))
    _refuse_outsider(channel)
    root = body.get("ts")
    thread = [
        each
        for each in workspace.in_channel(channel.id)
        if not each.only_for and root in {each.ts, each.thread_ts}
    ]
    if not thread:
        raise RefusedError("thread_not_found")
    return {"messages": [_known(each, body) for each in thread], "has_more": False}


def history(workspace: Workspace, body: Json) -> Json:
    """Return a conversation without its threads, the newest message first."""
    channel = workspace.find_channel(body.get("channel"))
    _refuse_outsider(channel)
    flat = [each for each in workspace.in_channel(channel.id) if not (each.only_for or each.thread_ts)]
    newest = flat[::-1][: int(body.get("limit") or 100)]
    return {"messages": [_known(each, body) for each in newest], "has_more": len(newest) < len(flat)}


def _known(posted: Posted, body: Json) -> Json:
    """Return a message as it is listed: its metadata only on request."""
    shown = posted.payload()
    if str(body.get("include_all_metadata")).lower() not in {"1", "true"}:
        shown.pop("metadata", None)
    return shown


def members(workspace: Workspace, body: Json) -> Json:
    """Return who is in a conversation."""
    channel = workspace.find_channel(body.get("channel"))
    return {"members": list(channel.members), "response_metadata": {"next_cursor": ""}}


def join(workspace: Workspace, body: Json) -> Json:
    """Let the bot into a public channel."""
    channel = workspace.find_channel(body.get("channel"))
    if channel.kind != "public":
        raise RefusedError("method_not_supported_for_channel_type")
    if BOT_USER not in channel.members:
        channel.members.append(BOT_USER)
    return conversation(workspace, body)


def add_reaction(workspace: Workspace, body: Json) -> Json:
    """Put a reaction under a message."""
    posted, mark = _reaction(workspace, body)
    if mark in posted.reactions:
        raise RefusedError("already_reacted")
    posted.reactions.append(mark)
    return {}


def remove_reaction(workspace: Workspace, body: Json) -> Json:
    """Take the bot's reaction away."""
    posted, mark = _reaction(workspace, body)
    if mark not in posted.reactions:
        raise RefusedError("no_reaction")
    posted.reactions.remove(mark)
    return {}


def _blocks(body: Json) -> list[Json]:
    blocks = body.get("blocks") or []
    if not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    return blocks


def _thread(body: Json) -> Json:
    return {"thread_ts": body.get("thread_ts") or None}


def _refuse_outsider(channel: Channel) -> None:
    if BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    if channel.archived:
        raise RefusedError("is_archived")


def _own(workspace: Workspace, body: Json, refusal: str) -> Posted:
    channel = workspace.find_channel(body.get("channel"))
    posted = workspace.find_message(channel.id, body.get("ts"))
    if posted.user != BOT_USER:
        raise RefusedError(refusal)
    return posted


def _reaction(workspace: Workspace, body: Json) -> tuple[Posted, tuple[str, str]]:
    channel = workspace.find_channel(body.get("channel"))
    posted = workspace.find_message(channel.id, body.get("timestamp"))
    return posted, (str(body.get("name")), BOT_USER)
