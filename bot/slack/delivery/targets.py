"""Where a message goes, and how it gets there."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import retry_handlers
from bot.slack.messages.block_kit import Message

SENT = "faq_told"
"""The type of the metadata that carries a message's key."""

LOOK_BACK = 200
"""Messages among which one that may have been sent is looked for."""

Seen: TypeAlias = Literal["ephemeral", "in_channel"]

_TIMEOUT_SECONDS = 15
_OK = 200


@dataclass(frozen=True)
class DeliveryTarget:
    """A conversation, a person's direct message, or a response URL, by which one person alone sees the message.

    Attributes:
        ts: The message whose place it takes.
    """

    channel: str = ""
    thread_ts: str = ""
    user: str = ""
    response_url: str = ""
    ts: str = ""


def send(client: WebClient, key: str, to: DeliveryTarget, message: Message, *, look: bool = False) -> str:
    """Send a message, and return its receipt, such as "C0123ABCD:1700000000.000100"; empty where it has none.

    Args:
        client: The bot's.
        key: Names the message for ever; its metadata carries it.
        to: Where.
        message: What.
        look: Whether it may have been sent before, so that Slack is asked first.

    Raises:
        SlackApiError: it was not sent.
        OSError, HTTPException: nobody knows whether it was sent.
    """
    if to.response_url:
        respond(to.response_url, message)
        return ""
    channel = to.channel or str(client.conversations_open(users=[to.user])["channel"]["id"])
    if to.ts:
        client.chat_update(channel=channel, ts=to.ts, **message.update())
        return ""
    if look and (found := _find(client, key, channel, to.thread_ts)):
        return f"{channel}:{found}"
    posted = client.chat_postMessage(
        channel=channel,
        thread_ts=to.thread_ts or None,
        metadata={"event_type": SENT, "event_payload": {"key": key}},
        **message.post(),
    )
    return f"{posted['channel']}:{posted['ts']}"


def _find(client: WebClient, key: str, channel: str, thread_ts: str) -> str:
    """Return the `ts` of the message with that key; empty where there is none."""
    how: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": LOOK_BACK}
    answer = (
        client.conversations_replies(ts=thread_ts, **how)
        if thread_ts
        else client.conversations_history(**how)
    )
    for each in answer["messages"]:
        metadata = each.get("metadata") or {}
        if metadata.get("event_type") == SENT and metadata.get("event_payload", {}).get("key") == key:
            return str(each["ts"])
    return ""


def respond(url: str, message: Message, *, seen: Seen = "ephemeral", thread_ts: str = "") -> None:
    """Write to a response URL; five messages within 30 minutes may go there.

    Raises:
        SlackApiError: Slack wants it later, or takes it no more.
        OSError, HTTPException: Slack was not reached, or broke off.
    """
    how = {
        "response_type": seen,
        "replace_original": False,
        **({"thread_ts": thread_ts} if thread_ts else {}),
    }
    client = WebhookClient(url, timeout=_TIMEOUT_SECONDS, retry_handlers=retry_handlers())
    answer = client.send_dict({**message.respond(), **how})  # `send` knows nothing of threads
    body = answer.body.strip()
    if answer.status_code != _OK or '"ok":false' in body.replace(" ", ""):
        code = body if body.isidentifier() else f"http_{answer.status_code}"
        raise SlackApiError(  # type: ignore[no-untyped-call]
            body[:80],
            SlackResponse(
                client=client,
                http_verb="POST",
                api_url=url,
                req_args={},
                data={"ok": False, "error": code},
                headers=answer.headers,
                status_code=answer.status_code,
            ),
        )
