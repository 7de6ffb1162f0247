"""Questions passed to HR and back: every step is in the journal, with what is to be told, before Slack hears of it."""

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from bot.journal.handovers import Handover, HandoverError, HandoverState, Step, Tell, unreached
from bot.journal.outbox import REMINDER, Delivery, OutboxMessage
from bot.settings import SettingsError
from bot.slack.context import LOG
from bot.slack.delivery import (
    DeliveryTarget,
    DeliveryWorker,
    Kind,
    Prepared,
    as_planned,
    is_direct,
    packed,
)
from bot.slack.errors import FAILURES, classify
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Message, Value
from bot.slack.messages.notices import notice
from bot.slack.messages.text import shown
from bot.slack.reminders import reminders
from faq.model import folded
from faq.problems import Fault

MOST_ADDRESSES = 1_000  # that are remembered
EVERYTHING = ""  # the category of the channel for questions of every other category


def hr_channels(setting: str) -> dict[str, str]:
    """Return HR's channels by category.

    >>> hr_channels("C01, 給与=C02")
    {'': 'C01', '給与': 'C02'}

    Raises:
        SettingsError: a part is no channel.
    """
    found = {}
    for part in filter(None, (each.strip() for each in setting.split(","))):
        category, _, channel = part.rpartition("=")
        channel = channel.strip()
        if not (channel.isascii() and channel.isalnum() and channel[0] in "CG"):
            raise SettingsError.of(Fault.of("slack-no-channel", part=part))
        found[category.strip()] = channel
    return found


class Handovers:
    """Passes questions to HR, and what HR does back to who asked; a `key` is by what the same click is known again."""

    def __init__(self, worker: DeliveryWorker) -> None:
        """Show cards, and tell candidates and HR, when the worker claims what is planned here."""
        self.context, self._worker = worker.context, worker
        self._kept = worker.context.journal.handovers
        self._channels = hr_channels(worker.context.settings.hr_channels)
        self.channels = tuple(dict.fromkeys(self._channels.values()))
        self._permalink = lru_cache(MOST_ADDRESSES)(self.context.client.chat_getPermalink)
        worker.kinds |= {
            "card": Kind(self._prepare_card, self._no_card),
            "card state": Kind(self._prepare_card),
            "below card": Kind(self._prepare_below),
            "news": Kind(as_planned, self._news_unreached),
            "step": Kind(self._prepare_step, self._news_unreached),
            REMINDER: Kind(self._prepare_reminder, afterwards=self._next_reminder),
            "answer": Kind(self._prepare_answer, self._answer_unreached, self._answer_sent),
        }

    def open(self, user: str, key: str, question: str, value: Value) -> None:
        """Pass a question to HR; one that HR has of the same person is added to its card."""
        if self._kept.of_step(f"open {key}"):
            return
        known = [each for each in self._kept.of_user(user) if folded(each.question) == folded(question)]
        if known:
            again = messages.news_message(messages.KNOWN, question)
            head = "候補者が、同じ質問をもう一度送りました。"
            with suppress(HandoverError):  # closed in the meantime: then HR has it no more
                self.reply(known[-1].id, user, key, question, DeliveryTarget(user=user), again, head)
                return
        said, category = self._would_say(question, value)
        channels = self._channels
        channel = channels.get(category) or channels.get(EVERYTHING) or next(iter(channels.values()))
        at = self.context.clock()

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield OutboxMessage(f"card {handover.id}", f"case {handover.id}", "card", {"channel": channel})
            yield _news(handover, key, messages.news_message(messages.RECEIVED, question))
            yield from reminders(handover, at, self.context.settings.remind_after)

        told = {"question": question, "said": said, "category": category, "place": value.message}
        self._kept.open(key, user=user, at=at, release=self.context.live.release.name, tell=tell, **told)
        self._worker.wake()

    def move(self, handover_id: str, state: HandoverState, user: str, key: str) -> None:
        """Make a step that is no answer; the candidate is told of it."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield _card_state(handover, key)
            yield OutboxMessage(f"news {key}"[:200], f"dm {handover.user}", "step", {"step": key})
            if state is HandoverState.OPEN:
                yield from reminders(handover, self.context.clock(), self.context.settings.remind_after)

        self._step(handover_id, state, user, key, "", tell)

    def answer(self, handover_id: str, user: str, key: str, text: str) -> None:
        """Send HR's answer to the candidate."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield _card_state(handover, key)
            yield _answer(handover, key)

        self._step(handover_id, HandoverState.ANSWERED, user, key, text, tell)

    def reply(  # noqa: PLR0913, PLR0917 -- what is said, and who hears what of it
        self,
        handover_id: str,
        user: str,
        key: str,
        text: str,
        to: DeliveryTarget,
        told: Message,
        head: str = "候補者から返信がありました。",
    ) -> None:
        """Show HR what the candidate has written, who is `told` so."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield _card_state(handover, key)
            yield below_card(handover.id, f"reply {key}", messages.reply_message(handover, text, head))
            yield _news(handover, key, told, to)

        self._step(handover_id, HandoverState.REPLIED, user, key, text, tell)

    def rewrite(self, step_key: str, text: str, change: str) -> None:
        """Take over what was changed in words that were sent, to HR or to the candidate; empty text takes them back."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            key = f"{step_key} {change}"
            yield _card_state(handover, key)
            step = next(step for step in handover.steps if step.key == step_key)
            if step.state is HandoverState.ANSWERED:
                yield _answer(handover, step_key, change)
            else:
                head = "候補者が返信を書き直しました。" if text else "候補者が返信を取り消しました。"
                yield below_card(handover.id, f"reply {key}", messages.reply_message(handover, text, head))

        self._kept.rewrite(step_key, text, at=self.context.clock(), tell=tell)
        self._worker.wake()

    def tell_hr(self, handover_id: str, key: str, message: Message) -> None:
        """Write below the card."""
        planned = below_card(handover_id, key, message)
        self.context.journal.outbox.plan(planned, at=self.context.clock())
        self._worker.wake()

    def _step(  # noqa: PLR0913, PLR0917 -- the parts of a step
        self, handover_id: str, state: HandoverState, user: str, key: str, text: str, tell: Tell
    ) -> None:
        at = self.context.clock()
        self._kept.move(handover_id, state, who=user, key=key, at=at, text=text, tell=tell)
        self._worker.wake()

    def _would_say(self, question: str, value: Value) -> tuple[str, str]:
        """Return what the bot said or would say, and the category of the entry nearest to the question."""
        release = self.context.live.release
        known = {entry.id: entry for entry in release.knowledge.entries}
        reply, _ = self.context.converse(release, question, ConversationState(), today=self.context.today())
        found = reply.entries if reply.kind in {ReplyKind.ANSWER, ReplyKind.REFERRAL} else ()
        # A question that follows on another may find nothing alone; one that was rewritten is another.
        same = question.strip() == shown(value.question).strip()
        said = [known[each] for each in value.entry_ids if each in known] if same else []
        entries = said or found
        near = entries[0] if entries else known.get(reply.ranking[0][0]) if reply.ranking else None
        return "\n\n".join(entry.answer for entry in entries), (near.category or "") if near else ""

    def _prepare_card(self, delivery: Delivery) -> Prepared | None:
        """Post the card where its payload says, or bring the one that stands there up to date."""
        handover, channel = self._kept.find(str(delivery.handover_id)), delivery.payload.get("channel")
        to = DeliveryTarget(channel) if channel else self.card(handover.id)
        if to is None:
            return None
        return Prepared(to, messages.card_message(handover, self.context.name, self._place(handover)))

    def card(self, handover_id: str) -> DeliveryTarget | None:
        """Return where the card stands; `None` while it is not posted."""
        channel, _, ts = self.context.journal.outbox.receipt(f"card {handover_id}").partition(":")
        return DeliveryTarget(channel, ts=ts) if ts else None

    def _place(self, handover: Handover) -> str:
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

    def _prepare_reminder(self, delivery: Delivery) -> Prepared | None:
        """Remind HR in their channel of a card that nobody has taken or answered."""
        held = delivery.payload
        handover, card = self._kept.find(held["handover"]), self.card(held["handover"])
        since = held.get("since", handover.opened.key)  # which those of an older version do not have
        waits = not handover.taker and handover.state is not HandoverState.CLOSED
        if card is None or not waits or since != handover.opened.key:
            return None
        where = self.address(card.message)
        return Prepared(DeliveryTarget(card.channel), messages.reminder_message(handover, where))

    def _next_reminder(self, delivery: Delivery) -> OutboxMessage | None:
        at, hours = self.context.clock(), self.context.settings.remind_after
        return next(reminders(self._kept.find(delivery.payload["handover"]), at, hours), None)

    def _no_card(self, delivery: Delivery, reason: str) -> OutboxMessage:
        """End what HR never got, so that it can be asked again, and return what the candidate is told."""
        handover = self._kept.find(str(delivery.handover_id))
        self._step(handover.id, HandoverState.CLOSED, "", f"unreached {delivery.key}", reason, lambda _: ())
        to, key = DeliveryTarget(user=handover.user), f"news unreached {handover.id}"
        return OutboxMessage(key, f"dm {handover.user}", "post", packed(to, notice(messages.UNREACHED)))

    def _prepare_below(self, delivery: Delivery) -> Prepared | None:
        planned, card = as_planned(delivery), self.card(delivery.payload["handover"])
        return Prepared(DeliveryTarget(card.channel, thread_ts=card.ts), planned.message) if card else None

    def _prepare_step(self, delivery: Delivery) -> Prepared:
        handover, step = self._of_step(delivery)
        message = messages.step_message(handover, step, self.context.name)
        return Prepared(DeliveryTarget(user=handover.user), message)

    def _prepare_answer(self, delivery: Delivery) -> Prepared | None:
        """Post an answer, or change the message that it stands in."""
        handover, step = self._of_step(delivery)
        name, to = self.context.name, DeliveryTarget(user=handover.user)
        if delivery.payload["change"]:
            channel, _, ts = self.context.journal.outbox.receipt(f"answer {step.key}"[:200]).partition(":")
            if not ts:
                return None
            to = DeliveryTarget(channel, ts=ts)
        return Prepared(to, messages.answer_message(handover, step, name, corrected=bool(to.ts)))

    def _answer_sent(self, delivery: Delivery) -> OutboxMessage:
        handover, step = self._of_step(delivery)
        message = messages.sent_message(step, self.context.name, corrected=bool(delivery.payload["change"]))
        return below_card(handover.id, f"sent {delivery.key}", message)

    def _answer_unreached(self, delivery: Delivery, reason: str) -> OutboxMessage:
        """Note that an answer did not arrive, and return what HR is told below the card."""
        handover, step = self._of_step(delivery)
        change = delivery.payload["change"]
        key = f"unreached {delivery.key}" if change else unreached(step.key)
        state = HandoverState.UNREACHED
        self._step(handover.id, state, "", key, reason, lambda now: [_card_state(now, key)])
        what = "の取り消し" if not step.text else "の訂正" if change else ""
        return self._told_unreached(
            handover, delivery, f"{self.context.name(step.who)}さんの回答{what}", reason
        )

    def _news_unreached(self, delivery: Delivery, reason: str) -> OutboxMessage | None:
        handover = self._kept.find(str(delivery.handover_id))
        closed = handover.state is HandoverState.CLOSED  # then nobody waits for anything
        return None if closed else self._told_unreached(handover, delivery, "お知らせ", reason)

    def _told_unreached(
        self, handover: Handover, delivery: Delivery, what: str, reason: str
    ) -> OutboxMessage:
        text = messages.unreached_text(what, reason, self._place(handover))
        return below_card(handover.id, f"unreached {delivery.key}", notice(text))

    def _of_step(self, delivery: Delivery) -> tuple[Handover, Step]:
        handover = self._kept.find(str(delivery.handover_id))
        return handover, next(step for step in handover.steps if step.key == delivery.payload["step"])


def below_card(handover_id: str, key: str, message: Message) -> OutboxMessage:
    """Return what is to be written below a card, as soon as it stands."""
    payload = {"handover": handover_id, **packed(DeliveryTarget(), message)}
    return OutboxMessage(f"below {key}"[:200], f"case {handover_id}", "below card", payload)


def _card_state(handover: Handover, key: str) -> OutboxMessage:
    return OutboxMessage(f"state {key}"[:200], f"case {handover.id}", "card state", {})


def _news(handover: Handover, key: str, message: Message, to: DeliveryTarget | None = None) -> OutboxMessage:
    payload = packed(to or DeliveryTarget(user=handover.user), message)
    return OutboxMessage(f"news {key}"[:200], f"dm {handover.user}", "news", payload)


def _answer(handover: Handover, step_key: str, change: str = "") -> OutboxMessage:
    """Return an answer to send, or a change of one that was sent."""
    key = f"change {change} {step_key}" if change else f"answer {step_key}"
    payload = {"step": step_key, "change": change}
    return OutboxMessage(key[:200], f"dm {handover.user}", "answer", payload)
