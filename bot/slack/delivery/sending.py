"""Where messages go in Slack, and how they get there: posted once, changed in their place, or shown to one person."""

from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import RETRIES
from bot.slack.messages.block_kit import Message

SENT = "faq_told"  # the type of the metadata that carries a message's key
LOOK_BACK = 200  # messages among which one that may have been sent is looked for
_TIMEOUT_SECONDS = 15
_OK = 200


def is_direct(channel: str) -> bool:
    """Tell whether a channel is the direct message of the bot and one person."""
    return channel.startswith("D")


@dataclass(frozen=True)
class DeliveryTarget:
    """A conversation, a direct message, or a response URL for one person alone; with `ts`, the message to replace."""

    channel: str = ""
    thread_ts: str = ""
    user: str = ""
    response_url: str = ""
    ts: str = ""

    @property
    def conversation(self) -> str:
        """The key of what is remembered there; empty where nothing is."""
        return f"{self.channel}:{self.thread_ts}" if self.thread_ts else self.channel

    @property
    def message(self) -> str:
        """The message that stands there, such as "C0123ABCD:1700000000.000100"."""
        return f"{self.channel}:{self.ts}"


def message_key(channel: str, ts: str) -> str:
    """Return the name of a message."""
    return f"message {channel}:{ts}"


def send(client: WebClient, key: str, to: DeliveryTarget, message: Message, *, look: bool = False) -> str:
    """Send a message, and return its receipt, such as "C0123ABCD:1700000000.000100"; empty where it has none.

    With `look`, it may have been sent before: Slack is asked for its key. Raises one of `FAILURES`.
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


def standing(client: WebClient, channel: str, thread_ts: str, ts: str) -> dict[str, Any] | None:
    """Return a message as it stands in Slack now; `None` if it is gone. Raises one of `FAILURES`."""
    only: dict[str, Any] = {"oldest": ts, "latest": ts, "inclusive": True}
    found = client.conversations_replies(channel=channel, ts=thread_ts or ts, **only)["messages"]
    return next((each for each in found if each["ts"] == ts), None)


def respond(url: str, message: Message, *, thread_ts: str = "") -> None:
    """Write to one person alone; five messages within 30 minutes may go to a URL. Raises one of `FAILURES`."""
    how: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False}
    if thread_ts:
        how["thread_ts"] = thread_ts
    client = WebhookClient(url, timeout=_TIMEOUT_SECONDS, retry_handlers=[*RETRIES])
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
