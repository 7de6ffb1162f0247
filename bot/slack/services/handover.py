"""Questions passed to HR and back: every step is in the journal, with what is to be told, before Slack hears of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.conversation.engine import converse
from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from bot.journal.handover import Handover, HandoverState
from bot.journal.outbox import Delivery, OutboxMessage
from bot.settings import SettingsError
from bot.slack.context import AppContext
from bot.slack.delivery.targets import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker, may_be_sent, packed
from bot.slack.messages.block_kit import Message
from bot.slack.messages.handover import (
    Card,
    CaseState,
    card_message,
    done_message,
    received_message,
    reply_messages,
    taken_message,
)
from bot.slack.messages.notices import notice
from bot.slack.messages.text import shown
from bot.slack.messages.values import Value

UNREACHED = (
    "申し訳ありません。ご質問を担当者に届けられませんでした。採用サイトの問い合わせ先にご連絡ください。"
)
EVERYTHING = ""
"""The category of the channel for questions of every other category."""

News = Callable[[Handover], Iterable[Message]]
"""What the candidate is told about a step."""

_SHOWN = {
    HandoverState.OPEN: CaseState.OPEN,
    HandoverState.TAKEN: CaseState.TAKEN,
    HandoverState.ANSWERED: CaseState.TAKEN,
    HandoverState.CLOSED: CaseState.DONE,
}


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
            msg = (
                f"FAQ_HR_CHANNELS の「{part}」はチャンネルのIDではありません。"
                "C0123ABCD か、カテゴリーごとなら 給与=C0123ABCD のように書いてください。"
            )
            raise SettingsError(msg)
        found[category.strip()] = channel
    return found


def card_of(handover: Handover, name: Mapping[str, str]) -> Card:
    """Return what HR sees of a hand-over; `name` has people's names by id."""
    worked = [step for step in handover.steps if step.state in {HandoverState.TAKEN, HandoverState.ANSWERED}]
    return Card(
        handover.id,
        handover.question,
        name.get(handover.user, "どなたか"),
        handover.steps[0].at.astimezone(),
        handover.said,
        handover.category,
        _SHOWN[handover.state],
        name.get(worked[-1].who, "") if worked else "",
        tuple(
            (name.get(step.who, "担当者"), step.text)
            for step in handover.steps
            if step.state is HandoverState.ANSWERED
        ),
    )


@dataclass(frozen=True)
class ActionContext:
    """Who does something, and the name by which the same click is known again."""

    user: str
    key: str


class HandoverService:
    """Passes questions to HR, and what HR does back to who asked."""

    def __init__(self, context: AppContext, worker: DeliveryWorker) -> None:
        """Show cards when the worker brings them.

        Raises:
            SettingsError: HR's channels cannot be read.
        """
        self.context, self.worker = context, worker
        self.channels = hr_channels(context.settings.hr_channels)
        worker.handlers["card"] = self._post_card
        worker.handlers["card state"] = self._update_card
        worker.lost["card"] = self._apologize

    def open(self, click: ActionContext, question: str, value: Value, channel: str) -> Handover:
        """Pass a question to HR.

        Raises:
            JournalError: it cannot be kept; nobody must be told that it was.
        """
        said, category = self._would_say(question, value)
        place = (
            self.channels.get(category) or self.channels.get(EVERYTHING) or next(iter(self.channels.values()))
        )

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield OutboxMessage(f"card {handover.id}", f"case {handover.id}", "card", {"channel": place})
            yield self._to_candidate(handover, click.key, received_message(question))

        handover = self.context.journal.handovers.open(
            click.key,
            user=click.user,
            question=question,
            channel=channel,
            at=self.context.clock(),
            said=said,
            category=category,
            question_id=value.key or None,
            tell=tell,
        )
        self.worker.wake()
        return handover

    def take(self, handover_id: str, click: ActionContext) -> None:
        """Note that somebody of HR works on it.

        Raises:
            HandoverError: somebody else was first.
        """
        name = self.context.name(click.user)
        self._move(handover_id, HandoverState.TAKEN, click, lambda each: [taken_message(each.question, name)])

    def reply(self, handover_id: str, click: ActionContext, text: str) -> None:
        """Send the candidate what HR wrote.

        Raises:
            HandoverError: it is closed.
        """
        name = self.context.name(click.user)
        self._move(
            handover_id,
            HandoverState.ANSWERED,
            click,
            lambda each: reply_messages(each.question, text, name),
            text,
        )

    def close(self, handover_id: str, click: ActionContext) -> None:
        """Note that nothing is left to do.

        Raises:
            HandoverError: it was closed before.
        """
        self._move(handover_id, HandoverState.CLOSED, click, lambda each: [done_message(each.question)])

    def card(self, handover_id: str) -> Card:
        """Return what HR sees of it now."""
        handover = self.context.journal.handovers.find(handover_id)
        people = {handover.user, *(step.who for step in handover.steps)} - {""}
        return card_of(handover, {each: self.context.name(each) for each in people})

    def tell_hr(self, handover_id: str, key: str, message: Message) -> None:
        """Write below the card."""
        place, _, ts = self.context.journal.outbox.receipt(f"card {handover_id}").partition(":")
        if ts:
            outbox_message = OutboxMessage(
                key, f"case {handover_id}", "post", packed(DeliveryTarget(place, ts), message)
            )
            self.context.journal.outbox.plan(outbox_message, at=self.context.clock())
            self.worker.wake()

    def _move(
        self, handover_id: str, state: HandoverState, click: ActionContext, news: News, text: str = ""
    ) -> None:
        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield OutboxMessage(f"state {click.key}"[:200], f"case {handover.id}", "card state", {})
            for number, message in enumerate(news(handover)):
                yield self._to_candidate(handover, f"{click.key} {number}", message)

        self.context.journal.handovers.move(
            handover_id, state, who=click.user, key=click.key, at=self.context.clock(), text=text, tell=tell
        )
        self.worker.wake()

    def _to_candidate(self, handover: Handover, key: str, message: Message) -> OutboxMessage:
        to = DeliveryTarget(user=handover.user)
        return OutboxMessage(f"news {key}"[:200], f"dm {handover.user}", "post", packed(to, message))

    def _would_say(self, question: str, value: Value) -> tuple[str, str]:
        """Return what the bot said or would say, and the category of the entry nearest to the question."""
        release = self.context.live.release
        known = {entry.id: entry for entry in release.knowledge.entries}
        reply, _ = converse(release, question, ConversationState(), today=self.context.today())
        found = reply.entries if reply.kind in {ReplyKind.ANSWER, ReplyKind.REFERRAL} else ()
        # A question that leans on the one before it may find nothing alone; one that was rewritten is another.
        same = question.strip() == shown(value.question).strip()
        said = [known[each] for each in value.entry_ids if each in known] if same else []
        entries = said or found
        near = entries[0] if entries else known.get(reply.ranking[0][0]) if reply.ranking else None
        return "\n\n".join(entry.answer for entry in entries), (near.category or "") if near else ""

    def _post_card(self, delivery: Delivery) -> str:
        message = card_message(self.card(str(delivery.handover_id)))
        to = DeliveryTarget(str(delivery.payload["channel"]))
        return self.worker.send(delivery.key, to, message, look=may_be_sent(delivery))

    def _update_card(self, delivery: Delivery) -> str:
        place, _, ts = self.context.journal.outbox.receipt(f"card {delivery.handover_id}").partition(":")
        if ts:
            message = card_message(self.card(str(delivery.handover_id)))
            self.context.client.chat_update(channel=place, ts=ts, **message.update())
        return ""

    def _apologize(self, delivery: Delivery) -> None:
        handover = self.context.journal.handovers.find(str(delivery.handover_id))
        outbox_message = self._to_candidate(handover, f"unreached {handover.id}", notice(UNREACHED))
        self.context.journal.outbox.plan(outbox_message, at=self.context.clock())
