"""HR's side of a question: its card, what is written below that, and what reminds HR while nobody has taken it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from bot.conversation.reply import SHOWN
from bot.conversation.state import ConversationState
from bot.journal.handover import Handover, HandoverState
from bot.journal.outbox import REMINDER, Delivery, OutboxMessage
from bot.settings import SettingsError
from bot.slack.context import LOG
from bot.slack.delivery.sending import DeliveryTarget, Kind, Prepared, as_planned, is_direct, packed
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.errors import FAILURES, classify
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import ButtonValue, Message
from bot.slack.messages.notices import notice
from bot.slack.messages.text import shown
from faq.problems import Fault

EVERYTHING = ""  # the category of the channel for questions of every other category
WORK_BEGINS, WORK_ENDS, WORKDAYS = 9, 18, 5  # hours of the day, and days from Monday on


def hr_channels(setting: str) -> dict[str, str]:
    """Return HR's channels by category; raises `SettingsError` if a part is no channel."""
    found = {}
    for part in filter(None, (each.strip() for each in setting.split(","))):
        category, _, channel = part.rpartition("=")
        channel = channel.strip()
        if not (channel.isascii() and channel.isalnum() and channel[0] in "CG"):
            raise SettingsError.of(Fault.of("slack-no-channel", part=part))
        found[category.strip()] = channel
    return found


class Cards:
    """Posts cards and keeps them up to date."""

    def __init__(self, worker: DeliveryWorker) -> None:
        self._context, self._kept = worker.context, worker.context.journal.handovers
        self._channels = hr_channels(worker.context.settings.hr_channels)
        self.channels = tuple(dict.fromkeys(self._channels.values()))
        self._permalink = lru_cache(1_000)(self._context.client.chat_getPermalink)
        worker.kinds |= {
            "card": Kind(self._prepare_new, self._not_posted),
            "card state": Kind(self._prepare),
            "below card": Kind(self._prepare_below),
            REMINDER: Kind(self._prepare_reminder, afterwards=self._next_reminder),
        }

    def find(self, handover_id: str) -> DeliveryTarget | None:
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

    def read_by(self, user: str, channels: Iterable[str]) -> set[str]:
        """Return the channels that somebody is in: who is in none of them is no HR."""
        own = set()
        for channel in channels:
            try:
                found = self._context.client.conversations_members(channel=channel, limit=1_000)
                if any(user in page["members"] for page in found):
                    own.add(channel)
            except FAILURES as error:
                LOG.warning("who is in %s cannot be found: %s", channel, classify(error).reason)
        return own

    def _prepare_new(self, delivery: Delivery) -> Prepared:
        handover = self._kept.find(str(delivery.handover_id))
        if "asked" in delivery.payload:  # which those of an older version do not have
            said, category = self._would_say(handover.question, ButtonValue.decode(delivery.payload["asked"]))
            handover = self._kept.describe(handover.id, said, category)
        own = self._channels.get(handover.category) or self._channels.get(EVERYTHING)
        return self._shown(handover, DeliveryTarget(own or self.channels[0]))

    def _prepare(self, delivery: Delivery) -> Prepared | None:
        to = self.find(str(delivery.handover_id))
        return self._shown(self._kept.find(str(delivery.handover_id)), to) if to else None

    def _shown(self, handover: Handover, to: DeliveryTarget) -> Prepared:
        return Prepared(to, messages.card_message(handover, self.place(handover)))

    def _would_say(self, question: str, value: ButtonValue) -> tuple[str, str]:
        """Return what the bot said or would say, and the category of the entry nearest to the question."""
        release = self._context.live.release
        known = {entry.id: entry for entry in release.knowledge.entries}
        try:
            reply, _ = self._context.converse(
                release, question, ConversationState(), today=self._context.today()
            )
        except Exception:  # noqa: BLE001 -- the rim: HR get the question all the same
            LOG.exception("what the bot would say cannot be found")
            return "", ""
        found = reply.entries if reply.kind in SHOWN else ()
        # A question that follows on another may find nothing alone; one that was rewritten is another.
        same = question.strip() == shown(value.question).strip()
        said = [known[each] for each in value.entry_ids if each in known] if same else []
        entries = said or found
        near = entries[0] if entries else known.get(reply.ranking[0][0]) if reply.ranking else None
        return "\n\n".join(entry.answer for entry in entries), (near.category or "") if near else ""

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
        held = delivery.payload
        handover, card = self._kept.find(held["handover"]), self.find(held["handover"])
        waits = not handover.taker and handover.state is not HandoverState.CLOSED
        if card is None or not waits or held["since"] != handover.opened.key:
            return None
        where = self.address(card.message)
        return Prepared(DeliveryTarget(card.channel), messages.reminder_message(handover, where))

    def _next_reminder(self, delivery: Delivery) -> OutboxMessage | None:
        at, hours = self._context.clock(), self._context.settings.remind_after
        return next(reminders(self._kept.find(delivery.payload["handover"]), at, hours), None)


def card_state(handover: Handover, key: str) -> OutboxMessage:
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
