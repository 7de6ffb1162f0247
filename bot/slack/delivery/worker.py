"""How messages reach Slack: claimed from the journal's outbox, sent once, in order, across deaths of the process."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from bot.journal.database import JournalError
from bot.journal.handovers import UnknownHandoverError
from bot.journal.outbox import Delivery, OutboxMessage
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.claims import Claims
from bot.slack.delivery.pace import CircuitBreaker, Pace, channel_of
from bot.slack.delivery.sending import ACT, KINDS, QUESTION, DeliveryTarget, Prepared, packed, send
from bot.slack.errors import FAILURES, Failure, classify
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import APOLOGY, notice
from bot.slack.messages.text import named

MOST_ATTEMPTS = 1_500  # while Slack fails: about a day, at a minute each; being asked to wait is no failure
LONGEST_PAUSE_SECONDS = 60
STOPPING_SECONDS = 5.0  # that what is due is still sent for; the rest is for the next process
_BUSY, _REFUSED_BLOCKS = "ratelimited", "invalid_blocks"

_Held = TypeVar("_Held", Delivery, OutboxMessage)


class DeliveryWorker:
    """Takes deliveries from the outbox, and sends each as its kind says."""

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.kinds = dict(KINDS)
        # What is done once, as the payload says: what comes of it is told to its `user`.
        self.act: Callable[[Mapping[str, Any]], Message] = lambda _: notice(APOLOGY)
        self._claims = Claims(context.journal.outbox)
        self._pace, self._breaker = Pace(), CircuitBreaker()
        self._unsent: deque[OutboxMessage] = deque()  # that the journal does not have
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
                try:
                    self._claims.renew(self.context.clock())
                except JournalError as error:
                    LOG.error("%s", error)
                self.wake()

        self._ticker = threading.Thread(target=tick, name="slack-outbox", daemon=True)
        self._ticker.start()

    def stop(self) -> None:
        """Send what is in hand, and stop in good time; what is left by then is for the next process."""
        self._deadline = monotonic() + STOPPING_SECONDS
        self.context.background.wait()  # meanwhile, what is in hand stays so
        self._closed.set()
        if self._ticker:
            self._ticker.join()
        self.context.background.stop()
        with suppress(JournalError):
            at = self.context.clock()
            for each in self._claims.not_begun(at):
                self._put_off(each, at, "")
            for message in self._unsent:
                self.context.journal.outbox.plan(replace(message, tried=True), at=at)

    @property
    def has_room(self) -> bool:
        """Whether what is planned may be claimed with it."""
        return self._claims.has_room

    def wake(self, planned: Iterable[Delivery] = ()) -> None:
        """Send what is due, soon; of what was just `planned`, all is known, else the journal is looked into."""
        self._claims.add(planned)
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
        self.context.background.do(partial(self._send_unkept, message))

    def _send_unkept(self, message: OutboxMessage) -> None:
        if self._breaker.is_open(at := self.context.clock()):
            self._unsent.append(message)
            return
        message = self._acted(message)
        held = (message.key, message.ordering_key, message.kind, message.payload)
        with self.context.in_turn():
            prepared = self.kinds[message.kind].prepare(Delivery(*held, None, attempts=0, until=at))
        if prepared:
            try:
                self._send(message.key, prepared, look=True)  # another process may have sent it
            except FAILURES as error:
                if classify(error).passing:
                    self._unsent.append(message)
                raise
            if prepared.record:
                self.context.health.answered(prepared.record, kept=False)

    def _keep(self, message: OutboxMessage) -> None:
        """Keep after all what could not be kept, or else try to send it."""
        try:
            self.plan(replace(message, tried=True))
        except JournalError:
            self._send_unkept(message)

    def _drain(self) -> None:
        """Send everything that is due."""
        self._woken.release()
        arrivals = self.context.arrivals
        for _ in range(len(self._unsent)):
            with suppress(IndexError):  # another thread has it
                self.context.background.do(partial(self._keep, self._unsent.popleft()))
        arrivals.let_pass()
        try:
            while self._deliver_next():
                arrivals.let_pass()
        except JournalError as error:
            LOG.error("%s", error)  # and tried again

    def _deliver_next(self) -> bool:
        """Send what comes next; tell whether anything did."""
        with ExitStack() as turn:
            turn.enter_context(self.context.in_turn())  # it is chosen once it can be begun
            delivery = self._next()
            if delivery is None:
                return False
            try:
                at = self.context.clock()
                if until := self._pace.wait(channel_of(delivery), delivery.key, at):
                    self._put_off(delivery, until, _BUSY)
                    return True
                if delivery.kind != QUESTION:
                    turn.close()
                self._deliver(self._acted(delivery), turn)
            finally:
                self._claims.drop(delivery)
        return True

    def _next(self) -> Delivery | None:
        at = self.context.clock()
        rests = monotonic() >= self._deadline or self._breaker.is_open(at)
        return None if rests else self._claims.next(at)

    def _acted(self, delivery: _Held) -> _Held:
        """Do what somebody wants, and return what to tell of it, which is kept first: it is not to be done again.

        What is nothing to be done stays as it is.
        """
        held = delivery.payload
        if delivery.kind != ACT:
            return delivery
        try:
            message = self.act(held)
        except Exception:  # noqa: BLE001 -- the rim: who wants something done hears of it
            LOG.exception("an %s cannot be done", ACT)
            message = notice(APOLOGY)
        told = {"to": held["to"], "message": asdict(message), "user": held["user"]}
        try:
            self.context.journal.outbox.amend(delivery.key, "post", told)
        except JournalError as error:
            LOG.error("%s", error)
        return replace(delivery, kind="post", payload=told)

    def _deliver(self, delivery: Delivery, turn: ExitStack) -> None:
        context, kind = self.context, self.kinds.get(delivery.kind)
        if kind is None:
            LOG.error("%s of another version (%s) is not sent", delivery.key, delivery.kind)
            context.journal.outbox.give_up(delivery.key, at=context.clock(), why="another version")
            self._claims.look_again()
            return
        feedback = context.feedback_buttons
        try:
            prepared = kind.prepare(delivery)
            turn.close()
            if prepared and not self._claims.holds(delivery, context.clock()):
                return  # as where the process stood still meanwhile: whoever claims it now has it
            # From the second attempt on, Slack may have heard of it, from a process that died maybe.
            look = delivery.attempts > 1
            receipt = self._send(delivery.key, prepared, look=look) if prepared else ""
        except JournalError:
            raise
        except UnknownHandoverError as error:  # who asked was forgotten in the meantime
            context.journal.outbox.give_up(delivery.key, at=context.clock(), why=str(error))
            self._claims.look_again()
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
                self._claims.look_again()
            if record:
                context.health.answered(record)

    def _send(self, key: str, prepared: Prepared, *, look: bool) -> str:
        message, to = prepared.message, prepared.to
        text, blocks = named((message.text, message.blocks), self.context.name)
        try:
            receipt = send(self.context.client, key, to, Message(text, tuple(blocks)), look=look)
        except FAILURES as error:
            if (failure := classify(error)).passing and not failure.retry_after:
                self._breaker.note_failure(to.channel or to.user, self.context.clock())
            raise
        self._breaker.note_success()
        return receipt

    def _failed(self, delivery: Delivery, failure: Failure, *, feedback: bool = False) -> None:
        """Send it later, or give it up; it may have had Slack's own buttons for `feedback`."""
        outbox, at = self.context.journal.outbox, self.context.clock()
        if not self._claims.holds(delivery, at):
            return  # whoever claims it now has it
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
        self._claims.look_again()

    def _put_off(self, delivery: Delivery, until: datetime, why: str) -> None:
        """Send later what Slack certainly has not sent, which is no attempt."""
        attempts = delivery.attempts - 1
        self.context.journal.outbox.later(delivery.key, not_before=until, why=why, attempts=attempts)
