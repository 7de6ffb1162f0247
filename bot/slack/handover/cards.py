"""HR's side of a question: its card, what is written below that, and what reminds HR while nobody has taken it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from bot.journal.handovers import Handover, HandoverState
from bot.journal.outbox import REMINDER, Delivery, OutboxMessage
from bot.slack.context import LOG
from bot.slack.delivery.sending import DeliveryTarget, is_direct
from bot.slack.delivery.worker import DeliveryWorker, Kind, Prepared, as_planned, packed
from bot.slack.errors import FAILURES, classify
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import notice

MOST_ADDRESSES = 1_000  # that are remembered
WORK_BEGINS, WORK_ENDS, WORKDAYS = 9, 18, 5  # hours of the day, and days from Monday on


class Cards:
    """Posts cards and keeps them up to date."""

    def __init__(self, worker: DeliveryWorker) -> None:
        """Show them when the worker claims what is planned."""
        self._context, self._kept = worker.context, worker.context.journal.handovers
        self._permalink = lru_cache(MOST_ADDRESSES)(self._context.client.chat_getPermalink)
        worker.kinds |= {
            "card": Kind(self._prepare, self._not_posted),
            "card state": Kind(self._prepare),
            "below card": Kind(self._prepare_below),
            REMINDER: Kind(self._prepare_reminder, afterwards=self._next_reminder),
        }

    def find(self, handover_id: str) -> DeliveryTarget | None:
        """Return where a card stands; `None` while it is not posted."""
        channel, _, ts = self._context.journal.outbox.receipt(f"card {handover_id}").partition(":")
        return DeliveryTarget(channel, ts=ts) if ts else None

    def place(self, handover: Handover) -> str:
        """Return the address of the message below which it was asked; empty where only the candidate sees it."""
        return "" if not handover.place or is_direct(handover.place) else self.address(handover.place)

    def address(self, message: str) -> str:
        """Return the address of a message, such as "C0123ABCD:1700000000.000100"; empty if Slack does not tell it."""
        channel, _, ts = message.partition(":")
        try:
            return str(self._permalink(channel=channel, message_ts=ts)["permalink"])
        except FAILURES as error:
            LOG.warning("the place of a message cannot be found: %s", classify(error).reason)
            return ""

    def _prepare(self, delivery: Delivery) -> Prepared | None:
        """Post the card where its payload says, or bring the one that stands there up to date."""
        handover, channel = self._kept.find(str(delivery.handover_id)), delivery.payload.get("channel")
        to = DeliveryTarget(channel) if channel else self.find(handover.id)
        if to is None:
            return None
        return Prepared(to, messages.card_message(handover, self._context.name, self.place(handover)))

    def _not_posted(self, delivery: Delivery, reason: str) -> OutboxMessage:
        """End what HR never got, so that it can be asked again, and return what the candidate is told."""
        handover, at = self._kept.find(str(delivery.handover_id)), self._context.clock()
        key = f"unreached {delivery.key}"
        self._kept.move(handover.id, HandoverState.CLOSED, who="", key=key, at=at, text=reason)
        to, key = DeliveryTarget(user=handover.user), f"news unreached {handover.id}"
        return OutboxMessage(key, f"dm {handover.user}", "post", packed(to, notice(messages.UNREACHED)))

    def _prepare_below(self, delivery: Delivery) -> Prepared | None:
        planned, card = as_planned(delivery), self.find(delivery.payload["handover"])
        return Prepared(DeliveryTarget(card.channel, thread_ts=card.ts), planned.message) if card else None

    def _prepare_reminder(self, delivery: Delivery) -> Prepared | None:
        """Remind HR in their channel of a card that nobody has taken or answered."""
        held = delivery.payload
        handover, card = self._kept.find(held["handover"]), self.find(held["handover"])
        since = held.get("since", handover.opened.key)  # which those of an older version do not have
        waits = not handover.taker and handover.state is not HandoverState.CLOSED
        if card is None or not waits or since != handover.opened.key:
            return None
        where = self.address(card.message)
        return Prepared(DeliveryTarget(card.channel), messages.reminder_message(handover, where))

    def _next_reminder(self, delivery: Delivery) -> OutboxMessage | None:
        at, hours = self._context.clock(), self._context.settings.remind_after
        return next(reminders(self._kept.find(delivery.payload["handover"]), at, hours), None)


def card_state(handover: Handover, key: str) -> OutboxMessage:
    """Return what brings a card up to date."""
    return OutboxMessage(f"state {key}"[:200], f"case {handover.id}", "card state", {})


def below_card(handover_id: str, key: str, message: Message) -> OutboxMessage:
    """Return what is to be written below a card, as soon as it stands."""
    payload = {"handover": handover_id, **packed(DeliveryTarget(), message)}
    return OutboxMessage(f"below {key}"[:200], f"case {handover_id}", "below card", payload)


def reminders(handover: Handover, at: datetime, hours: int) -> Iterator[OutboxMessage]:
    """Yield what is to remind HR next; nothing if that is to be after 0 hours."""
    if hours:
        since = handover.opened.key
        key = f"reminder {since} {at.timestamp():.0f}"[:200]
        payload = {"handover": handover.id, "since": since}
        yield OutboxMessage(key, key, REMINDER, payload, working(at, hours))


def working(at: datetime, hours: int) -> datetime:
    """Return when so many working hours have passed, which are from nine to six, Monday to Friday, where HR sits.

    >>> friday = datetime(2025, 6, 6, 16).astimezone()
    >>> f"{working(friday, 4):%A %H:%M}"
    'Monday 11:00'
    """
    left, now = timedelta(hours=hours), at.astimezone()
    while True:
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        begins = max(now, day + timedelta(hours=WORK_BEGINS))
        today = max(timedelta(), day + timedelta(hours=WORK_ENDS) - begins)
        if day.weekday() < WORKDAYS:
            if left <= today:
                return begins + left
            left -= today
        now = day + timedelta(days=1)
