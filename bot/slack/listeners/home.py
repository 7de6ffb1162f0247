"""The Home tab of each role: candidates see their questions with HR, HR the queue, admins what is served."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.journal.outbox import OutboxMessage
from bot.output.publish_report import publish_report
from bot.slack.delivery.sending import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.handover.cards import Cards
from bot.slack.listeners.admin import administer, administered, is_admin, wanted
from bot.slack.listeners.interactions import Body, action_key, publish_home, value_of
from bot.slack.messages import home as messages
from bot.slack.messages import notices
from bot.slack.messages.block_kit import Action, Block, Message
from bot.slack.proposals import decide, unanswered_groups, waiting
from faq.wording import Language, read_in
from index.release.publishing import Publishing, PublishingOutcome

DECISION, PRESSED = "decision on a proposal", "home command"  # kinds of what is done


class Home:
    """Shows the tab; who is in one of HR's channels sees the cards that are there, and proposals."""

    def __init__(self, worker: DeliveryWorker, cards: Cards) -> None:
        """Know where to look."""
        self._worker, self._context, self._cards = worker, worker.context, cards
        self._report = ""  # of the last publication, whoever published
        live, follow = worker.context.live, worker.context.live.follower

        def note(by: str, result: Publishing) -> None:
            follow(by, result)
            if result.outcome is not PublishingOutcome.UNCHANGED:
                self._report = "\n".join(publish_report(result))

        live.follower = note

    def show(self, user: str) -> None:
        """Show somebody's tab, soon."""
        publish_home(self._context, user, lambda: self._view(user))

    def showing(self, act: Callable[[Mapping[str, Any]], Message]) -> Callable[[Mapping[str, Any]], Message]:
        """Return the same act, after which who did it sees the tab as it is then."""

        def acted(held: Mapping[str, Any]) -> Message:
            try:
                return act(held)
            finally:
                self.show(held["user"])

        return acted

    def decide(self, held: Mapping[str, Any]) -> Message:
        """Do with a proposal what HR want; whoever is no HR any more wants nothing."""
        if not self._cards.read_by(held["user"], self._cards.channels):
            return notices.notice(notices.NOT_HR)
        return decide(self._context, held["user"], held["proposal"], approve=held["approve"])

    def _view(self, user: str) -> Block:
        context, kept = self._context, self._context.journal.handovers
        own: list[Block] = []
        if is_admin(context, user):
            own += messages.admin_blocks(administer(context, user, "status").text, self._report)
        cards = {each: card for each in kept.unfinished() if (card := self._cards.find(each.id))}
        asked = {*self._cards.channels, *(card.channel for card in cards.values())}
        if channels := self._cards.read_by(user, asked):
            readable = {each: card for each, card in cards.items() if card.channel in channels}
            queue = sorted(readable, key=messages.urgency)
            own += messages.queue_blocks(queue, lambda each: self._cards.address(readable[each].message))
        if channels & {*self._cards.channels}:  # others have old cards only
            with read_in(Language.JAPANESE):
                own += messages.proposal_blocks(waiting(context))
            own += messages.unanswered_blocks(unanswered_groups(context))
        own += messages.own_blocks(kept.of_user(user))
        return messages.home_view(context.catalog(), hands_over=context.hands_over, own=own)


def add_home_listeners(app: App, worker: DeliveryWorker, home: Home) -> None:
    """Add the listeners of its buttons: those of admins and HR, and those that lead to a card, of which Slack tells."""
    context = worker.context
    worker.acts[DECISION] = home.showing(home.decide)
    worker.acts[PRESSED] = home.showing(partial(administered, context))

    @app.action(Action.ADMIN_RELOAD.value)
    @app.action(Action.ADMIN_ROLLBACK.value)
    def pressed(ack: Ack, body: Body) -> None:
        user, text = body["user"]["id"], value_of(body).category
        key, payload = f"admin {action_key(body)}", wanted(context, user, text, DeliveryTarget(user=user))
        worker.do(OutboxMessage(key[:200], f"admin {user}", PRESSED, payload))
        ack()

    @app.action(Action.PROPOSAL_APPROVE.value)
    @app.action(Action.PROPOSAL_REJECT.value)
    def decided(ack: Ack, body: Body) -> None:
        user, key = body["user"]["id"], f"admin {action_key(body)}"
        approve = body["actions"][0]["action_id"] == Action.PROPOSAL_APPROVE
        told = asdict(DeliveryTarget(user=user))
        payload = {"user": user, "proposal": value_of(body).key, "approve": approve, "to": told}
        worker.do(OutboxMessage(key[:200], f"admin {user}", DECISION, payload))
        ack()

    @app.action(Action.CASE_OPEN.value)
    def led(ack: Ack) -> None:
        ack()
