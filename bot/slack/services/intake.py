"""Questions are accepted durably, once, and answered, whatever becomes of their place."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from uuid import uuid4

from bot.journal.outbox import Delivery, OutboxMessage
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.rate_limit import FAILURES, why
from bot.slack.delivery.response_url import GoneError, LateError
from bot.slack.delivery.targets import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker, may_be_sent, packed
from bot.slack.messages.notices import APOLOGY, TOO_MANY, notice
from bot.slack.services.flood import Admission
from bot.slack.services.questions import Answered, IncomingQuestion, answer

MOST_ACCEPTED = 2_000
"""Questions that a process remembers to have accepted; older ones are in the journal."""

TURNS = 64
"""Messages that can be accepted at the same time, at most."""


class QuestionService:
    """Accepts questions, and answers them."""

    def __init__(self, context: AppContext, worker: DeliveryWorker) -> None:
        """Answer what the worker brings of kind "question"."""
        self.context, self.worker = context, worker
        self._name = uuid4().hex
        self._accepted: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()
        self._turns = tuple(Lock() for _ in range(TURNS))
        worker.handlers["question"] = self._deliver
        worker.lost["question"] = self._apologize

    def knows(self, name: str) -> bool:
        """Tell whether this process keeps a question already; one it does not know of may be kept all the same."""
        with self._lock:
            return name in self._accepted

    @contextmanager
    def turn(self, name: str) -> Iterator[bool]:
        """Let one event of a message through at a time, for most mentions come twice, and both at once.

        Yields what `knows` says.
        """
        with self._turns[hash(name) % TURNS]:
            yield self.knows(name)

    def accept(self, question: IncomingQuestion, seen: tuple[str, ...] = ()) -> None:
        """Keep a question, so that it will be answered; one that was seen before changes nothing.

        Raises:
            JournalError: it cannot be kept; Slack must not be told that it was.
        """
        context, name, at = self.context, question.name, self.context.clock()
        ordering_key = f"ask {question.conversation or question.user}"
        question = replace(question, accepted_by=self._name)
        admission = context.flood.admit(question.user, name, at)
        told = {
            Admission.ANSWER: [OutboxMessage(name, ordering_key, "question", question.payload())],
            Admission.ASK_TO_WAIT: [
                OutboxMessage(name, ordering_key, "post", packed(question.to, notice(TOO_MANY)))
            ],
            Admission.IGNORE: [],
        }[admission]
        # Before it is planned: once it is, another hand may answer it before this one goes on.
        wanted = admission is Admission.ANSWER and not self.knows(name)
        announced = wanted and self.worker.announce(name, question.to)
        new = False
        try:
            new = context.journal.outbox.plan(*told, at=at, seen=seen)
        finally:
            if announced and not new:
                self.worker.signs.cancel(name)
        self._remember(name)
        if new:
            self.worker.wake()

    def _remember(self, name: str) -> None:
        with self._lock:
            self._accepted[name] = None
            if len(self._accepted) > MOST_ACCEPTED:
                self._accepted.popitem(last=False)

    def _deliver(self, delivery: Delivery) -> str:
        context, question = self.context, IncomingQuestion.read(delivery.payload)
        try:
            answered = answer(context, question)
        except Exception:  # noqa: BLE001 -- the rim: whoever asks gets an answer or a reason
            LOG.exception("質問に答えられません")
            answered = Answered(notice(APOLOGY))
        # What this process did not accept itself may have its sign in Slack already. That it expects to show one says
        # nothing: it does so whenever Slack sends the question again.
        look = may_be_sent(delivery) or question.accepted_by != self._name
        receipt = self.worker.send(question.name, question.to, answered.message, look=look)
        if question.conversation and answered.thread is not None:
            context.journal.conversations.remember(
                question.conversation, answered.thread, at=context.clock(), user=question.user
            )
        if answered.record:
            context.journal.record(answered.record)
        return receipt

    def _apologize(self, delivery: Delivery) -> None:
        """Answer in the direct message what a response URL takes no more; say elsewhere that there is no answer."""
        question = IncomingQuestion.read(delivery.payload)
        if question.to.response_url:
            late = replace(
                question, name=f"{question.name} late"[:200], to=DeliveryTarget(user=question.user)
            )
            outbox_message = OutboxMessage(late.name, f"ask {late.user}", "question", late.payload())
            self.context.journal.outbox.plan(outbox_message, at=self.context.clock())
            return
        try:
            self.worker.send(question.name, question.to, notice(APOLOGY))
        except (LateError, GoneError, *FAILURES) as error:
            LOG.error("%s にお詫びも送れません: %s", question.name, why(error))
