"""The candidate's side of a question that HR has: HR's answers, what becomes of it, and what did not arrive."""

from bot.journal.handover import Handover, HandoverState, Step, unreached
from bot.journal.outbox import Delivery, OutboxMessage
from bot.slack.delivery.kinds import Kind, Prepared, as_planned, packed
from bot.slack.delivery.sending import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.handover.cards import Cards, below_card, card_state
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import notice
from bot.slack.messages.text import person


class CandidateNews:
    """Tells candidates, and HR what has arrived and what has not."""

    def __init__(self, worker: DeliveryWorker, cards: Cards) -> None:
        """Tell when the worker claims what is planned."""
        self._context, self._cards = worker.context, cards
        self._kept = worker.context.journal.handovers
        worker.kinds |= {
            "news": Kind(as_planned, self._news_unreached),
            "step": Kind(self._prepare_step, self._news_unreached),
            "answer": Kind(self._prepare_answer, self._answer_unreached, self._answer_sent),
        }

    def _prepare_step(self, delivery: Delivery) -> Prepared:
        handover, step = self._of_step(delivery)
        message = messages.step_message(handover, step)
        return Prepared(DeliveryTarget(user=handover.user), message)

    def _prepare_answer(self, delivery: Delivery) -> Prepared | None:
        """Post an answer, or change the message that it stands in; what was taken back before is never posted."""
        handover, step = self._of_step(delivery)
        to = DeliveryTarget(user=handover.user)
        if delivery.payload["change"]:
            channel, _, ts = self._context.journal.outbox.receipt(f"answer {step.key}"[:200]).partition(":")
            if not ts:
                return None
            to = DeliveryTarget(channel, ts=ts)
        elif not step.text:
            return None
        return Prepared(to, messages.answer_message(handover, step, corrected=bool(to.ts)))

    def _answer_sent(self, delivery: Delivery) -> OutboxMessage:
        handover, step = self._of_step(delivery)
        message = messages.sent_message(step, corrected=bool(delivery.payload["change"]))
        return below_card(handover.id, f"sent {delivery.key}", message)

    def _answer_unreached(self, delivery: Delivery, reason: str) -> OutboxMessage:
        """Note that an answer did not arrive, and return what HR is told below the card."""
        handover, step = self._of_step(delivery)
        change, at = delivery.payload["change"], self._context.clock()
        key = f"unreached {delivery.key}" if change else unreached(step.key)
        state = HandoverState.UNREACHED

        def tell(now: Handover) -> list[OutboxMessage]:
            return [card_state(now, key)]

        self._kept.move(handover.id, state, who="", key=key, at=at, text=reason, tell=tell)
        what = "の取り消し" if not step.text else "の訂正" if change else ""
        return self._told_unreached(handover, delivery, f"{person(step.who)}さんの回答{what}", reason)

    def _news_unreached(self, delivery: Delivery, reason: str) -> OutboxMessage | None:
        handover = self._kept.find(str(delivery.handover_id))
        closed = handover.state is HandoverState.CLOSED  # then nobody waits for anything
        return None if closed else self._told_unreached(handover, delivery, "お知らせ", reason)

    def _told_unreached(
        self, handover: Handover, delivery: Delivery, what: str, reason: str
    ) -> OutboxMessage:
        text = messages.unreached_text(what, reason, self._cards.place(handover))
        return below_card(handover.id, f"unreached {delivery.key}", notice(text))

    def _of_step(self, delivery: Delivery) -> tuple[Handover, Step]:
        handover = self._kept.find(str(delivery.handover_id))
        return handover, next(step for step in handover.steps if step.key == delivery.payload["step"])


def news(handover: Handover, key: str, message: Message, to: DeliveryTarget | None = None) -> OutboxMessage:
    """Return what the candidate is told, in the direct message unless elsewhere."""
    payload = packed(to or DeliveryTarget(user=handover.user), message)
    return OutboxMessage(f"news {key}"[:200], f"dm {handover.user}", "news", payload)


def answer(handover: Handover, step_key: str, change: str = "") -> OutboxMessage:
    """Return an answer to send, or a change of one that was sent."""
    key = f"change {change} {step_key}" if change else f"answer {step_key}"
    payload = {"step": step_key, "change": change}
    return OutboxMessage(key[:200], f"dm {handover.user}", "answer", payload)
