"""Kinds of deliveries: what each sends, what is kept of it, and what is sent where Slack refuses it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from bot.journal.journal import Memory
from bot.journal.outbox import Delivery, OutboxMessage
from bot.journal.question_record import QuestionRecord
from bot.slack.delivery.sending import DeliveryTarget
from bot.slack.messages.block_kit import Message

QUESTION = "question"
"""The kind of which there are many: they wait for what an admin or HR wants, which is seldom."""


@dataclass(frozen=True)
class Prepared:
    """What a delivery sends, and what is to be kept once it was sent."""

    to: DeliveryTarget
    message: Message
    memory: Memory | None = None
    record: QuestionRecord | None = None


@dataclass(frozen=True)
class Kind:
    """How a kind of delivery is worked on: what to send, if anything, and what is to follow.

    `instead` is given why it was refused.
    """

    prepare: Callable[[Delivery], Prepared | None]
    instead: Callable[[Delivery, str], OutboxMessage | None] = lambda _delivery, _reason: None
    afterwards: Callable[[Delivery], OutboxMessage | None] = lambda _: None


def packed(to: DeliveryTarget, message: Message) -> dict[str, Any]:
    """Return the payload of a delivery of kind "post"."""
    return {"to": asdict(to), "message": asdict(message)}


_POST = TypeAdapter(Prepared)


def late(delivery: Delivery, _reason: str) -> OutboxMessage | None:
    """Tell in the direct message what a response URL takes no more."""
    held = delivery.payload
    if not held["to"].get("response_url") or not held.get("user"):
        return None
    to = asdict(DeliveryTarget(user=held["user"]))
    return OutboxMessage(f"{delivery.key} late"[:200], f"admin {held['user']}", "post", {**held, "to": to})


def as_planned(delivery: Delivery) -> Prepared:
    """Return what was planned to be sent just so."""
    return _POST.validate_python(delivery.payload)
