"""How messages reach Slack: claimed from the journal's outbox, sent once, in order, across deaths of the process."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from bot.journal.database import JournalError
from bot.journal.handovers import UnknownHandoverError
from bot.journal.outbox import LEASE, Delivery, OutboxMessage
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.sending import (
    ACT,
    KINDS,
    QUESTION,
    DeliveryTarget,
    Pace,
    Prepared,
    channel_of,
    packed,
    send,
)
from bot.slack.errors import FAILURES, Failure, classify
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import APOLOGY, notice
from bot.slack.messages.text import named

MOST_ATTEMPTS = 1_500  # while Slack fails: about a day, at a minute each; being asked to wait is no failure
LONGEST_PAUSE_SECONDS = 60
STOPPING_SECONDS = 5.0  # that what is due is still sent for; the rest is for the next process
MOST_CLAIMED = 1_000  # questions that wait in a process; the rest wait in the journal
MOST_AT_ONCE = 16  # of what waits in the journal: each look into it keeps everybody else from writing
MOST_ACTS = 4  # publications, which wait for each other: other threads answer candidates meanwhile
_ALL = frozenset({"", QUESTION})  # kinds that are left out when the journal is looked into
_ACT_PAUSE = timedelta(seconds=1)  # until it is looked for again whether another one has ended
_BUSY, _REFUSED_BLOCKS = "ratelimited", "invalid_blocks"


class DeliveryWorker:
    """Takes deliveries from the outbox, and sends each as its kind says."""

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.kinds = dict(KINDS)
        # What is done once, as the payload says: what comes of it is told to its `user`.
        self.act: Callable[[Mapping[str, Any]], Message] = lambda _: notice(APOLOGY)
        self._acting = threading.BoundedSemaphore(MOST_ACTS)
        self._claimed: deque[Delivery] = deque()  # and not begun
        self._in_hand: dict[str, datetime] = {}  # until when each that was claimed is this worker's own
        self._may_be_due = {*_ALL}  # something that nobody has claimed, besides that kind
        self._pace = Pace()
        self._unsent: deque[Delivery] = deque()  # that the journal does not have
        self._to_repair: set[str] = set()  # what has been told of the app's set-up
        self._woken = threading.Lock()
        self._closed = threading.Event()
        self._deadline = float("inf")
        self._ticker: threading.Thread | None = None

    def start(self, every_seconds: float = 1.0) -> None:
        """Resume what a process before left, and look from time to time for what is due again."""

        def tick() -> None:
            self.wake()
            while not self._closed.wait(every_seconds):
                self._renew()
                self.wake()

        self._ticker = threading.Thread(target=tick, name="slack-outbox", daemon=True)
        self._ticker.start()

    def stop(self) -> None:
        """Send what is in hand, and stop in good time; what Slack wants later is for the next process."""
        self._deadline = monotonic() + STOPPING_SECONDS
        self.context.background.wait()  # meanwhile, what is in hand stays so
        self._closed.set()
        if self._ticker:
            self._ticker.join()
        self.context.background.stop()
        with suppress(JournalError):
            at = self.context.clock()
            for each in self._claimed:
                if self._in_hand[each.key] > at:
                    self._put_off(each, at, "")

    @property
    def has_room(self) -> bool:
        """Whether what is planned may be claimed with it."""
        return len(self._claimed) < MOST_CLAIMED

    def wake(self, planned: Iterable[Delivery] = ()) -> None:
        """Send what is due, soon; of what was just `planned`, all is known, else the journal is looked into."""
        claimed = [each for each in planned if each.attempts]
        self._in_hand.update((each.key, each.until) for each in claimed)
        self._claimed.extend(claimed)
        if not claimed:
            self._may_be_due |= _ALL
        # A drain that has not begun yet will find all that is planned by now.
        if monotonic() < self._deadline and self._woken.acquire(blocking=False):
            self.context.background.do(self._drain)

    def post(self, key: str, ordering_key: str, to: DeliveryTarget, message: Message) -> None:
        self.plan(OutboxMessage(key[:200], ordering_key, "post", packed(to, message)))

    def plan(self, message: OutboxMessage) -> None:
        """Keep what is to be sent, and send it soon."""
        self.context.journal.outbox.plan(message, at=self.context.clock())
        self.wake()

    def do(self, message: OutboxMessage) -> None:
        """Keep what is to be done and told, and see to it soon; while the journal is away, it is not kept."""
        try:
            self.plan(message)
        except JournalError as error:
            LOG.error("%s", error)
            self.send_unkept(message)

    def send_unkept(self, message: OutboxMessage) -> None:
        """Send what the journal could not keep, as soon as Slack takes it."""
        held = (message.key, message.ordering_key, message.kind, message.payload)
        unkept = Delivery(*held, None, attempts=0, until=self.context.clock())
        self.context.background.do(partial(self._send_unkept, unkept))

    def _send_unkept(self, delivery: Delivery) -> None:
        if (acted := self._acted(delivery)) is None:
            self._unsent.append(delivery)
        elif prepared := self.kinds[acted.kind].prepare(acted):
            try:
                self._send(acted.key, prepared, look=True)  # another process may have sent it
            except FAILURES as error:
                if classify(error).passing:
                    self._unsent.append(acted)
                raise
            if prepared.record:
                self.context.health.answered(prepared.record, kept=False)

    def _drain(self) -> None:
        """Send everything that is due."""
        self._woken.release()
        for _ in range(len(self._unsent)):
            with suppress(IndexError):  # another thread has it
                again = partial(self._send_unkept, self._unsent.popleft())
                self.context.background.do(again)
        arrivals = self.context.arrivals
        arrivals.let_pass()
        try:
            while monotonic() < self._deadline and (delivery := self._next()):
                try:
                    at = self.context.clock()
                    if turn := self._pace.wait(channel_of(delivery), delivery.key, at):
                        self._put_off(delivery, turn, _BUSY)
                    elif acted := self._acted(delivery):
                        self._deliver(acted)
                    else:
                        self._put_off(delivery, at + _ACT_PAUSE, _BUSY)
                finally:
                    self._in_hand.pop(delivery.key, None)
                arrivals.let_pass()
        except JournalError as error:
            LOG.error("%s", error)  # and tried again

    def _next(self) -> Delivery | None:
        """Return what is to be sent next: what is no question, as HR's answers, then what was claimed when it came."""
        at = self.context.clock()
        with suppress(JournalError):  # what was claimed is answered all the same
            if found := self._claim(at, besides=QUESTION):
                return found
        with suppress(IndexError):
            while delivery := self._claimed.popleft():
                if self._in_hand[delivery.key] > at:
                    return delivery
                del self._in_hand[delivery.key]  # whoever claims it now has it
        return self._claim(at)

    def _claim(self, at: datetime, *, besides: str = "") -> Delivery | None:
        """Claim what the journal has, if something may be due; those of one kind may be left out."""
        while besides in self._may_be_due:
            # Before it is looked for: what comes meanwhile is looked for again.
            self._may_be_due.discard(besides)
            most = 1 if besides else MOST_AT_ONCE  # what goes before questions must not wait behind them
            if found := self.context.journal.outbox.claim(at=at, besides=besides, most=most):
                self._may_be_due.add(besides)
                new = [each for each in found if each.key not in self._in_hand]
                self._in_hand.update((each.key, each.until) for each in found)
                self._claimed.extend(new[1:])
                if new:
                    return new[0]
        return None

    def _renew(self) -> None:
        """Keep what takes longer than a lease, as a publication, or what waits behind it: it is in good hands."""
        at = self.context.clock()
        ending = [key for key, until in self._in_hand.copy().items() if at < until < at + LEASE / 2]
        try:
            if ending:
                until = self.context.journal.outbox.renew(ending, at=at)
                self._in_hand.update((key, until) for key in ending if key in self._in_hand)
        except JournalError as error:
            LOG.error("%s", error)

    def _acted(self, delivery: Delivery) -> Delivery | None:
        """Do what somebody wants, and return what to tell of it, which is kept first: it is not to be done again.

        What is nothing to be done stays as it is. `None` is for what must wait for what others want.
        """
        held = delivery.payload
        if delivery.kind != ACT:
            return delivery
        if not self._acting.acquire(blocking=False):
            return None
        try:
            message = self.act(held)
        except Exception:  # noqa: BLE001 -- the rim: who wants something done hears of it
            LOG.exception("an %s cannot be done", ACT)
            message = notice(APOLOGY)
        finally:
            self._acting.release()
        told = {"to": held["to"], "message": asdict(message), "user": held["user"]}
        try:
            self.context.journal.outbox.amend(delivery.key, "post", told)
        except JournalError as error:
            LOG.error("%s", error)
        return replace(delivery, kind="post", payload=told)

    def _deliver(self, delivery: Delivery) -> None:
        context, kind = self.context, self.kinds.get(delivery.kind)
        if kind is None:
            LOG.error("%s of another version (%s) is not sent", delivery.key, delivery.kind)
            context.journal.outbox.give_up(delivery.key, at=context.clock(), why="another version")
            self._may_be_due.add("")
            return
        feedback = context.feedback_buttons
        try:
            prepared = kind.prepare(delivery)
            if prepared and self._in_hand[delivery.key] <= context.clock():
                return  # as where the process stood still meanwhile: whoever claims it now has it
            # From the second attempt on, Slack may have heard of it, from a process that died maybe.
            look = delivery.attempts > 1
            receipt = self._send(delivery.key, prepared, look=look) if prepared else ""
        except JournalError:
            raise
        except UnknownHandoverError as error:  # who asked was forgotten in the meantime
            context.journal.outbox.give_up(delivery.key, at=context.clock(), why=str(error))
            self._may_be_due.add("")
        except FAILURES as error:
            self._failed(delivery, classify(error), feedback=feedback)
        except Exception as error:  # noqa: BLE001 -- the rim: one that cannot be sent must not keep the others
            LOG.exception("%s cannot be sent", delivery.key)
            self._failed(delivery, Failure(repr(error), passing=False))
        else:
            self._to_repair.clear()
            memory, record = (prepared.memory, prepared.record) if prepared else (None, None)
            at, then = context.clock(), kind.afterwards(delivery) if prepared else None
            kept = partial(context.journal.finish, handover_id=delivery.handover_id, memory=memory)
            if kept(delivery.key, at=at, receipt=receipt, record=record, then=then):
                self._may_be_due.add("")
            if record:
                context.health.answered(record)

    def _send(self, key: str, prepared: Prepared, *, look: bool) -> str:
        message = prepared.message
        text, blocks = named((message.text, message.blocks), self.context.name)
        return send(self.context.client, key, prepared.to, Message(text, tuple(blocks)), look=look)

    def _failed(self, delivery: Delivery, failure: Failure, *, feedback: bool = False) -> None:
        """Send it later, or give it up; it may have had Slack's own buttons for `feedback`."""
        outbox, at = self.context.journal.outbox, self.context.clock()
        if failure.retry_after:
            turn = self._pace.slow_down(channel_of(delivery), delivery.key, at, failure.retry_after)
            self._put_off(delivery, turn, failure.reason)
        elif failure.to_repair:
            self._put_off(delivery, at + timedelta(seconds=LONGEST_PAUSE_SECONDS), failure.reason)
            if failure.reason not in self._to_repair:
                self._to_repair.add(failure.reason)
                told = "%s waits until this is put right (%s); `faq slack doctor` says what to do"
                LOG.error(told, delivery.key, failure.reason)
        elif failure.reason == _REFUSED_BLOCKS and feedback:
            self.context.feedback_buttons = False
            self._put_off(delivery, at, failure.reason)
        elif failure.passing and delivery.attempts < MOST_ATTEMPTS:
            seconds = min(LONGEST_PAUSE_SECONDS, 2 * delivery.attempts)
            if delivery.attempts == 1:  # of what fails for a day, one line is enough
                told = "%s cannot be sent (%s); trying again in %.0f seconds"
                LOG.warning(told, delivery.key, failure.reason, seconds)
            outbox.later(delivery.key, not_before=at + timedelta(seconds=seconds), why=failure.reason)
        else:
            LOG.error("%s cannot be sent: %s", delivery.key, failure.reason)
            instead = self.kinds[delivery.kind].instead(delivery, failure.reason)
            case = delivery.handover_id
            outbox.give_up(delivery.key, at=at, why=failure.reason, instead=instead, handover_id=case)
        self._may_be_due.add("")

    def _put_off(self, delivery: Delivery, until: datetime, why: str) -> None:
        """Send later what Slack certainly has not sent, which is no attempt."""
        attempts = delivery.attempts - 1
        self.context.journal.outbox.later(delivery.key, not_before=until, why=why, attempts=attempts)
