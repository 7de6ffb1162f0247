"""What is sent, where to in Slack, and how it gets there."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.journal.journal import Memory
from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import QuestionRecord
from bot.slack.errors import RETRIES
from bot.slack.messages.block_kit import Message

QUESTION = "question"  # the kind of which there are many: they wait for what an admin or HR wants
ACT = "admin command"  # the kind of what an admin or HR wants done

SENT = "faq_told"  # the type of the metadata that carries a message's key


def is_direct(channel: str) -> bool:
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
        return f"{self.channel}:{self.thread_ts}" if self.thread_ts else self.channel

    @property
    def message(self) -> str:
        """The message that stands there, such as "C0123ABCD:1700000000.000100"."""
        return f"{self.channel}:{self.ts}"


@dataclass(frozen=True)
class Prepared:
    """What a delivery sends, and what is to be kept once it was sent."""

    to: DeliveryTarget
    message: Message
    memory: Memory | None = None
    record: QuestionRecord | None = None


@dataclass(frozen=True)
class Kind:
    """How a delivery is worked on: what to send, if anything, what instead if that is refused, and what follows."""

    prepare: Callable[[Delivery], Prepared | None]
    instead: Callable[[Delivery, str], OutboxMessage | None] = lambda _delivery, _reason: None
    afterwards: Callable[[Delivery], OutboxMessage | None] = lambda _: None


def packed(to: DeliveryTarget, message: Message) -> dict[str, Any]:
    return {"to": asdict(to), "message": asdict(message)}


def _late(delivery: Delivery, _reason: str) -> OutboxMessage | None:
    """Tell in the direct message what a response URL takes no more."""
    held = delivery.payload
    if not held["to"].get("response_url") or not held.get("user"):
        return None
    to = asdict(DeliveryTarget(user=held["user"]))
    return OutboxMessage(f"{delivery.key} late"[:200], f"admin {held['user']}", "post", {**held, "to": to})


def as_planned(delivery: Delivery) -> Prepared:
    return _JSON.validate_python(delivery.payload)


_JSON = TypeAdapter(Prepared)
KINDS = {"post": Kind(as_planned, _late)}


_MESSAGE = re.compile(r"message \w+:([\d.]+)")


def message_key(channel: str, ts: str) -> str:
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
    how: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": 200}
    if message := _MESSAGE.match(key):
        how["oldest"] = message[1]  # what answers it came later; of a thread, Slack gives the oldest first
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
    client = WebhookClient(url, timeout=15, retry_handlers=[*RETRIES])
    answer = client.send_dict({**message.respond(), **how})  # `send` knows nothing of threads
    body = answer.body.strip()
    if answer.status_code != HTTPStatus.OK or '"ok":false' in body.replace(" ", ""):
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
