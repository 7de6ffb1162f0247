"""Questions passed to HR and back: every step is in the journal, with what is to be told, before Slack hears of it."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from bot.journal.handover import Handover, HandoverState, Step, unreached
from bot.journal.handovers import HandoverError
from bot.journal.outbox import Delivery, OutboxMessage
from bot.slack.delivery.sending import DeliveryTarget, Kind, Prepared, as_planned, packed
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.handover.cards import Cards, below_card, card_state, reminders
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import ButtonValue, Message
from bot.slack.messages.notices import notice
from bot.slack.messages.text import person
from faq.model import folded

Tell = Callable[[Handover], Iterable[OutboxMessage]]


class HandoverService:
    """Passes questions to HR, and what HR does back to who asked; a `key` is by what the same click is known again."""

    def __init__(self, worker: DeliveryWorker) -> None:
        self.context, self._worker = worker.context, worker
        self._kept = worker.context.journal.handovers
        self.cards = Cards(worker)
        worker.kinds |= {
            "news": Kind(as_planned, self._news_unreached),
            "answer": Kind(self._prepare_answer, self._answer_unreached, self._answer_sent),
        }

    def open(self, user: str, key: str, question: str, value: ButtonValue) -> None:
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
        at = self.context.clock()

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            asked = {"asked": value.encode()}
            yield OutboxMessage(f"card {handover.id}", f"case {handover.id}", "card", asked)
            yield _news(handover, key, messages.news_message(messages.RECEIVED, question))
            yield from reminders(handover, at, self.context.settings.remind_after)

        release = self.context.live.release.name
        self._kept.open(
            key, user=user, question=question, place=value.message, release=release, at=at, tell=tell
        )
        self._worker.wake()

    def move(self, handover_id: str, state: HandoverState, user: str, key: str) -> None:
        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield _news(handover, key, messages.step_message(handover, handover.steps[-1]))
            if state is HandoverState.OPEN:
                yield from reminders(handover, self.context.clock(), self.context.settings.remind_after)

        self._step(handover_id, state, user, key, tell)

    def answer(self, handover_id: str, user: str, key: str, text: str, seen: int | None = None) -> None:
        """Send HR's answer to the candidate, unless there are more answers than were `seen`."""
        state = HandoverState.ANSWERED
        self._step(handover_id, state, user, key, lambda handover: [_answer(handover, key)], text, seen)

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
            yield below_card(
                handover.id, f"reply {key}", messages.candidate_reply_message(handover, text, head)
            )
            yield _news(handover, key, told, to)

        self._step(handover_id, HandoverState.REPLIED, user, key, tell, text)

    def rewrite(self, step_key: str, text: str, change: str) -> None:
        """Take over what was changed in words that were sent, to HR or to the candidate; empty text takes them back."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            key = f"{step_key} {change}"
            yield card_state(handover, key)
            step = next(step for step in handover.steps if step.key == step_key)
            if step.state is HandoverState.ANSWERED:
                yield _answer(handover, step_key, change)
            else:
                head = "候補者が返信を書き直しました。" if text else "候補者が返信を取り消しました。"
                yield below_card(
                    handover.id, f"reply {key}", messages.candidate_reply_message(handover, text, head)
                )

        self._kept.rewrite(step_key, text, at=self.context.clock(), tell=tell)
        self._worker.wake()

    def tell_hr(self, handover_id: str, key: str, message: Message) -> None:
        self._worker.plan(below_card(handover_id, key, message))

    def _step(  # noqa: PLR0913, PLR0917 -- the parts of a step
        self,
        handover_id: str,
        state: HandoverState,
        who: str,
        key: str,
        tell: Tell = lambda _: (),
        text: str = "",
        seen: int | None = None,
    ) -> None:
        def planned(handover: Handover) -> Iterable[OutboxMessage]:
            return card_state(handover, key), *tell(handover)

        at = self.context.clock()
        self._kept.move(handover_id, state, who=who, key=key, at=at, text=text, answers=seen, tell=planned)
        self._worker.wake()

    def _prepare_answer(self, delivery: Delivery) -> Prepared | None:
        """Post an answer, or change the message that it stands in; what was taken back before is never posted."""
        handover, step = self._of_step(delivery)
        to = DeliveryTarget(user=handover.user)
        if delivery.payload["change"]:
            channel, _, ts = self.context.journal.outbox.receipt(f"answer {step.key}"[:200]).partition(":")
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
        change = delivery.payload["change"]
        key = f"unreached {delivery.key}" if change else unreached(step.key)
        self._step(handover.id, HandoverState.UNREACHED, "", key, text=reason)
        what = "の取り消し" if not step.text else "の訂正" if change else ""
        return self._told_unreached(delivery, f"{person(step.who)}さんの回答{what}", reason)

    def _news_unreached(self, delivery: Delivery, reason: str) -> OutboxMessage | None:
        closed = self._kept.find(str(delivery.handover_id)).state is HandoverState.CLOSED  # then nobody waits
        return None if closed else self._told_unreached(delivery, "お知らせ", reason)

    def _told_unreached(self, delivery: Delivery, what: str, reason: str) -> OutboxMessage:
        handover = self._kept.find(str(delivery.handover_id))
        text = messages.unreached_text(what, reason, self.cards.place(handover))
        return below_card(handover.id, f"unreached {delivery.key}", notice(text))

    def _of_step(self, delivery: Delivery) -> tuple[Handover, Step]:
        handover = self._kept.find(str(delivery.handover_id))
        return handover, next(step for step in handover.steps if step.key == delivery.payload["step"])


def _news(handover: Handover, key: str, message: Message, to: DeliveryTarget | None = None) -> OutboxMessage:
    """Return what the candidate is told, in the direct message unless elsewhere."""
    payload = packed(to or DeliveryTarget(user=handover.user), message)
    return OutboxMessage(f"news {key}"[:200], f"dm {handover.user}", "news", payload)


def _answer(handover: Handover, step_key: str, change: str = "") -> OutboxMessage:
    key = f"change {change} {step_key}" if change else f"answer {step_key}"
    payload = {"step": step_key, "change": change}
    return OutboxMessage(key[:200], f"dm {handover.user}", "answer", payload)
