"""The Home tab of each role: candidates see their questions with HR, HR the queue, admins what is served."""

from slack_bolt import Ack, App

from bot.slack.context import LOG
from bot.slack.delivery.sending import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.errors import FAILURES, classify
from bot.slack.handover.handovers import Handovers
from bot.slack.listeners.admin import administer, is_admin
from bot.slack.listeners.interactions import Body, action_key, publish_home, value_of
from bot.slack.messages import home as messages
from bot.slack.messages.block_kit import Action, Block

MOST_MEMBERS = 1_000  # of a channel of HR


class Home:
    """Shows the tab; who is in one of HR's channels sees the cards that are there."""

    def __init__(self, worker: DeliveryWorker, handovers: Handovers) -> None:
        """Know where to look."""
        self.worker, self._context, self._handovers = worker, worker.context, handovers

    def show(self, user: str) -> None:
        """Show somebody's tab, soon."""
        publish_home(self._context, user, lambda: self._view(user))

    def administer(self, user: str, key: str, what: str) -> None:
        """Do what an admin pressed, tell them in the direct message, and show the tab as it is then."""
        told = administer(self._context, user, what)
        self.worker.post(f"admin {key}", f"admin {user}", DeliveryTarget(user=user), told)
        self.show(user)

    def _view(self, user: str) -> Block:
        context, kept = self._context, self._context.journal.handovers
        own: list[Block] = []
        if is_admin(context, user):
            own += messages.admin_blocks(administer(context, user, "status").text)
        cards = {each: card for each in kept.unfinished() if (card := self._handovers.cards.find(each.id))}
        asked = {*self._handovers.channels, *(card.channel for card in cards.values())}
        if channels := self._of_member(user, asked):
            readable = {each: card for each, card in cards.items() if card.channel in channels}
            queue = sorted(readable, key=messages.urgency)
            own += messages.queue_blocks(
                queue, lambda each: self._handovers.cards.address(readable[each].message)
            )
        own += messages.own_blocks(kept.of_user(user), context.name)
        return messages.home_view(context.catalog(), hands_over=context.hands_over, own=own)

    def _of_member(self, user: str, channels: set[str]) -> set[str]:
        """Return the channels that somebody is in: of the others they are to see no card."""
        own = set()
        for channel in channels:
            try:
                found = self._context.client.conversations_members(channel=channel, limit=MOST_MEMBERS)
                if user in found["members"]:
                    own.add(channel)
            except FAILURES as error:
                LOG.warning("who is in %s cannot be found: %s", channel, classify(error).reason)
        return own


def add_home_listeners(app: App, home: Home) -> None:
    """Add the listeners of its buttons: those of admins, and those that lead to a card, which Slack tells of too."""
    context = home.worker.context

    @app.action(Action.ADMIN_RELOAD.value)
    @app.action(Action.ADMIN_ROLLBACK.value)
    def pressed(ack: Ack, body: Body) -> None:
        ack()
        user, what = body["user"]["id"], value_of(body).category
        context.background.do(lambda: home.administer(user, action_key(body), what))

    @app.action(Action.CASE_OPEN.value)
    def led(ack: Ack) -> None:
        ack()
