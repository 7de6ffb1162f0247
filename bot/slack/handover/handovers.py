"""Questions passed to HR and back: every step is in the journal, with what is to be told, before Slack hears of it."""

from collections.abc import Iterable
from contextlib import suppress

from bot.journal.handover import Handover, HandoverState
from bot.journal.handovers import HandoverError
from bot.journal.outbox import OutboxMessage
from bot.slack.delivery.sending import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.handover.candidate import CandidateNews, answer, news
from bot.slack.handover.cards import Cards, below_card, card_state, reminders
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Message, Value
from faq.model import folded


class Handovers:
    """Passes questions to HR, and what HR does back to who asked; a `key` is by what the same click is known again."""

    def __init__(self, worker: DeliveryWorker) -> None:
        """Show cards, and tell candidates and HR, when the worker claims what is planned here."""
        self.context, self._worker = worker.context, worker
        self._kept = worker.context.journal.handovers
        self.cards = Cards(worker)
        CandidateNews(worker, self.cards)

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
        at = self.context.clock()

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            payload = {"asked": value.encode()}
            yield OutboxMessage(f"card {handover.id}", f"case {handover.id}", "card", payload)
            yield news(handover, key, messages.news_message(messages.RECEIVED, question))
            yield from reminders(handover, at, self.context.settings.remind_after)

        told = {"question": question, "place": value.message, "release": self.context.live.release.name}
        self._kept.open(key, user=user, at=at, tell=tell, **told)
        self._worker.wake()

    def move(self, handover_id: str, state: HandoverState, user: str, key: str) -> None:
        """Make a step that is no answer; the candidate is told of it."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield card_state(handover, key)
            yield OutboxMessage(f"news {key}"[:200], f"dm {handover.user}", "step", {"step": key})
            if state is HandoverState.OPEN:
                yield from reminders(handover, self.context.clock(), self.context.settings.remind_after)

        self._kept.move(handover_id, state, who=user, key=key, at=self.context.clock(), tell=tell)
        self._worker.wake()

    def answer(self, handover_id: str, user: str, key: str, text: str, seen: int | None = None) -> None:
        """Send HR's answer to the candidate, unless there are more answers than were `seen`."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield card_state(handover, key)
            yield answer(handover, key)

        state, at = HandoverState.ANSWERED, self.context.clock()
        self._kept.move(handover_id, state, who=user, key=key, at=at, text=text, answers=seen, tell=tell)
        self._worker.wake()

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
            yield card_state(handover, key)
            yield below_card(handover.id, f"reply {key}", messages.reply_message(handover, text, head))
            yield news(handover, key, told, to)

        state, at = HandoverState.REPLIED, self.context.clock()
        self._kept.move(handover_id, state, who=user, key=key, at=at, text=text, tell=tell)
        self._worker.wake()

    def rewrite(self, step_key: str, text: str, change: str) -> None:
        """Take over what was changed in words that were sent, to HR or to the candidate; empty text takes them back."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            key = f"{step_key} {change}"
            yield card_state(handover, key)
            step = next(step for step in handover.steps if step.key == step_key)
            if step.state is HandoverState.ANSWERED:
                yield answer(handover, step_key, change)
            else:
                head = "候補者が返信を書き直しました。" if text else "候補者が返信を取り消しました。"
                yield below_card(handover.id, f"reply {key}", messages.reply_message(handover, text, head))

        self._kept.rewrite(step_key, text, at=self.context.clock(), tell=tell)
        self._worker.wake()

    def tell_hr(self, handover_id: str, key: str, message: Message) -> None:
        """Write below the card."""
        planned = below_card(handover_id, key, message)
        self._worker.plan(planned)
