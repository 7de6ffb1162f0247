"""Tells what the journal's outbox holds: once, in order, across deaths of the process."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.journal.errors import JournalError
from bot.journal.outbox import Delivery
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.placeholders import Signs
from bot.slack.delivery.rate_limit import UNREACHED, is_passing, is_too_many, retry_after, why
from bot.slack.delivery.response_url import GoneError, LateError
from bot.slack.delivery.targets import BesideStatus, ByResponse, DeliveryTarget, InConversation, Way
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import searching_message
from bot.slack.profile import Profile

MOST_ATTEMPTS = 1_500
"""Of one delivery while Slack fails: about a day, at a minute each. Being asked to wait is no failure."""

LONGEST_PAUSE_SECONDS = 60
STOPPING_SECONDS = 20.0
"""How long what is due is still told after the bot was told to stop; the rest is for the next process."""

Handler = Callable[[Delivery], str]
"""Tells something and returns the receipt."""


class DeliveryWorker:
    """Takes deliveries from the outbox and hands them to the handler of their kind."""

    def __init__(self, context: AppContext) -> None:
        """Know how to post; other kinds are added to `handlers`, and what to do when one fails to `lost`."""
        self.context = context
        self.signs = Signs(context.sign_after_seconds, lambda key: bool(self._told_of((key,))))
        self.handlers: dict[str, Handler] = {"post": self._post}
        self.lost: dict[str, Callable[[Delivery], None]] = {}
        self._in_hand: set[str] = set()
        self._woken = threading.Lock()
        self._closed = threading.Event()
        self._deadline = float("inf")
        self._ticker: threading.Thread | None = None

    def start(self, every_seconds: float = 1.0) -> None:
        """Resume what a process before left, and look from time to time for what is due again."""

        def tick() -> None:
            self.wake()
            while not self._closed.wait(every_seconds):
                self.wake()
                self.tidy()

        self._ticker = threading.Thread(target=tick, name="slack-outbox", daemon=True)
        self._ticker.start()

    def stop(self) -> None:
        """Tell what is in hand, and stop in good time; what Slack wants later is for the next process."""
        self._deadline = monotonic() + STOPPING_SECONDS
        self._closed.set()
        if self._ticker:
            self._ticker.join()
        self.context.hands.stop()
        self.signs.close()

    def wake(self) -> None:
        """Tell what is due, soon."""
        # A drain that has not begun yet will find all that is planned by now.
        if self._woken.acquire(blocking=False):
            self.context.hands.do(self._begin)

    def _begin(self) -> None:
        self._woken.release()
        self.drain()

    def drain(self) -> None:
        """Tell everything that is due."""
        outbox = self.context.journal.outbox
        try:
            while monotonic() < self._deadline and (
                claimed := outbox.claim(at=self.context.clock(), limit=1)
            ):
                self._take_in_hand(claimed[0])
        except JournalError as error:
            LOG.error("%s", error)  # and tried again

    def tidy(self) -> None:
        """Take away the signs of what another process has told: it may have looked for them too early."""
        for key in self._told_of(self.signs.due()):
            self.signs.cancel(key)

    def _told_of(self, keys: Sequence[str]) -> frozenset[str]:
        try:
            return self.context.journal.outbox.told(keys)
        except JournalError as error:
            LOG.error("%s", error)
            return frozenset()

    def send(self, key: str, to: DeliveryTarget, message: Message, *, look: bool = False) -> str:
        """Post a message, in the place of its sign if that was shown; return the receipt.

        Args:
            key: Names the message for ever; its metadata carries it.
            to: Where.
            message: What.
            look: Whether it may have been posted before, so that Slack is asked first.
        """
        way = self._way(key, to)
        receipt = way.answer(message, self.signs.take(key), look=look)
        self.signs.forget(key)
        return receipt

    def announce(self, key: str, to: DeliveryTarget, waiting: Message | None = None) -> bool:
        """Show a sign if nothing is sent under that key in time; tell whether this is new.

        There is none after a button that only one person sees: its response URL would replace the buttons.

        Args:
            key: As in `send`.
            to: As in `send`; a person's DM must have its channel named.
            waiting: The sign for one person alone, unless it is that of a question.
        """
        if to.response_url and not to.command:
            return False
        return self.signs.expect(key, self._way(key, to, waiting))

    def _way(self, key: str, to: DeliveryTarget, waiting: Message | None = None) -> Way:
        client = self.context.client
        if to.response_url:
            return ByResponse(to.response_url, to.command, waiting or searching_message())
        channel = to.channel or str(client.conversations_open(users=[to.user])["channel"]["id"])
        beside = to.thread_ts or to.beside
        if beside and self.context.profile is Profile.AGENT:
            return BesideStatus(client, key, channel, to.thread_ts, beside)
        return InConversation(client, key, channel, to.thread_ts)

    def _post(self, delivery: Delivery) -> str:
        to, held = DeliveryTarget(**delivery.payload["to"]), delivery.payload["message"]
        message = Message(held["text"], tuple(held["blocks"]))
        return self.send(delivery.key, to, message, look=may_be_sent(delivery))

    def _take_in_hand(self, delivery: Delivery) -> None:
        # Slack may take longer than the lease; then it is given out again, which is a new lease and no second message.
        if delivery.key in self._in_hand:
            return
        self._in_hand.add(delivery.key)
        try:
            self._deliver(delivery)
        finally:
            self._in_hand.discard(delivery.key)

    def _deliver(self, delivery: Delivery) -> None:
        context = self.context
        try:
            receipt = self.handlers[delivery.kind](delivery)
        except SlackApiError as error:
            if is_too_many(error):
                self._wait(delivery, why(error), retry_after(error.response.headers))
            else:
                self._failed(delivery, why(error), passing=is_passing(error))
        except LateError as error:
            if error.too_many:
                self._wait(delivery, str(error), error.seconds)
            else:
                self._failed(delivery, str(error), passing=True)
        except UNREACHED as error:
            self._failed(delivery, why(error), passing=True)
        except GoneError as error:
            self._failed(delivery, str(error), passing=False)
        except JournalError:
            raise
        except Exception as error:  # noqa: BLE001 -- the rim: one that cannot be told must not keep the others
            LOG.exception("%s を送れません", delivery.key)
            self._failed(delivery, repr(error), passing=False)
        else:
            context.journal.outbox.done(delivery.key, at=context.clock(), receipt=receipt)

    def _wait(self, delivery: Delivery, reason: str, seconds: float) -> None:
        if delivery.attempts == 1:  # of what fails for a day, one line is enough
            LOG.warning("%s を送れません(%s)。%.0f秒後にもう一度試します。", delivery.key, reason, seconds)
        due = self.context.clock() + timedelta(seconds=seconds)
        self.context.journal.outbox.later(delivery.key, not_before=due, why=reason)

    def _failed(self, delivery: Delivery, reason: str, *, passing: bool) -> None:
        if passing and delivery.attempts < MOST_ATTEMPTS:
            self._wait(delivery, reason, min(LONGEST_PAUSE_SECONDS, 2 * delivery.attempts))
            return
        LOG.error("%s を送れません: %s", delivery.key, reason)
        self.context.journal.outbox.give_up(delivery.key, at=self.context.clock(), why=reason)
        if act := self.lost.get(delivery.kind):
            act(delivery)
        self.signs.cancel(delivery.key)


def may_be_sent(delivery: Delivery) -> bool:
    """Tell whether a delivery was tried before, by a process that died maybe, so that Slack may have heard of it."""
    return delivery.attempts > 1


def packed(to: DeliveryTarget, message: Message) -> dict[str, Any]:
    """Return the payload of a delivery of kind "post"."""
    return {"to": to.payload(), "message": {"text": message.text, "blocks": list(message.blocks)}}
