"""Methods of the Web API about modals, the Home tab and the agent's own surface."""

from tests.slack.double.model import Json, RefusedError
from tests.slack.double.workspace import Workspace

_MOST_PROMPTS = 4
_MOST_LOADING_MESSAGES = 10


def open_view(workspace: Workspace, body: Json) -> Json:
    """Open a modal."""
    view = _view(body)
    return {
        "view": workspace.open_view(workspace.tickets.use_trigger(body.get("trigger_id")), view).payload()
    }


def push_view(workspace: Workspace, body: Json) -> Json:
    """Open a modal on top of another."""
    view = _view(body)
    who = workspace.tickets.use_trigger(body.get("trigger_id"))
    return {"view": workspace.open_view(who, view, push=True).payload()}


def update_view(workspace: Workspace, body: Json) -> Json:
    """Change an open modal."""
    found = workspace.find_view(body.get("view_id"))
    if (given := body.get("hash")) and given != found.hash:
        raise RefusedError("hash_conflict")
    return {"view": workspace.change_view(found, _view(body)).payload()}


def publish_view(workspace: Workspace, body: Json) -> Json:
    """Show a Home tab."""
    if (who := str(body.get("user_id"))) not in workspace.users:
        raise RefusedError("user_not_found")
    given, before = body.get("hash"), workspace.homes.get(who)
    if given and before and given != before.hash:
        raise RefusedError("hash_conflict")
    return {"view": workspace.publish(who, _view(body)).payload()}


def set_status(workspace: Workspace, body: Json) -> Json:
    """Show, or with empty text take away, a status beside a message, whether it has a thread or not."""
    channel = workspace.find_channel(body.get("channel_id"))
    root = str(body.get("thread_ts"))
    try:
        workspace.find_message(channel.id, root)
    except RefusedError as error:
        raise RefusedError("invalid_thread_ts") from error
    if "status" not in body or len(body.get("loading_messages") or ()) > _MOST_LOADING_MESSAGES:
        raise RefusedError("invalid_arguments")
    workspace.set_status(channel.id, root, str(body["status"]))
    return {}


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
        with workspace.changed:
            workspace.prompts[channel.id] = [each["title"] for each in prompts]
            workspace.changed.notify_all()
    return {}


def set_title(workspace: Workspace, body: Json) -> Json:
    """Name a thread."""
    workspace.find_channel(body.get("channel_id"))
    return {}


def _view(body: Json) -> Json:
    view = body.get("view")
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments")
    return view
