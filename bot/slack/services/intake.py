"""Questions are accepted durably, once, and answered, whatever becomes of their place."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from uuid import uuid4

from bot.journal.outbox import Delivery, Telling
from bot.slack.context import LOG, Desk
from bot.slack.delivery.rate_limit import FAILURES, why
from bot.slack.delivery.response_url import GoneError, LateError
from bot.slack.delivery.targets import Address
from bot.slack.delivery.worker import Courier, may_be_told, packed
from bot.slack.messages.notices import APOLOGY, TOO_MANY, notice
from bot.slack.services.flood import Admission
from bot.slack.services.questions import Answered, Question, answer

MOST_ACCEPTED = 2_000
"""Questions that a process remembers to have accepted; older ones are in the journal."""

TURNS = 64
"""Messages that can be accepted at the same time, at most."""


class Asking:
    """Accepts questions, and answers them."""

    def __init__(self, desk: Desk, courier: Courier) -> None:
        """Answer what the courier brings of kind "question"."""
        self.desk, self.courier = desk, courier
        self._name = uuid4().hex
        self._accepted: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()
        self._turns = tuple(Lock() for _ in range(TURNS))
        courier.handlers["question"] = self._deliver
        courier.lost["question"] = self._apologize

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

    def accept(self, question: Question, seen: tuple[str, ...] = ()) -> None:
        """Keep a question, so that it will be answered; one that was seen before changes nothing.

        Raises:
            JournalError: it cannot be kept; Slack must not be told that it was.
        """
        desk, name, at = self.desk, question.name, self.desk.clock()
        lane = f"ask {question.conversation or question.user}"
        question = replace(question, accepted_by=self._name)
        admission = desk.flood.admit(question.user, name, at)
        told = {
            Admission.ANSWER: [Telling(name, lane, "question", question.payload())],
            Admission.ASK_TO_WAIT: [Telling(name, lane, "post", packed(question.to, notice(TOO_MANY)))],
            Admission.IGNORE: [],
        }[admission]
        # Before it is planned: once it is, another hand may answer it before this one goes on.
        wanted = admission is Admission.ANSWER and not self.knows(name)
        announced = wanted and self.courier.announce(name, question.to)
        new = False
        try:
            new = desk.journal.outbox.plan(*told, at=at, seen=seen)
        finally:
            if announced and not new:
                self.courier.signs.cancel(name)
        self._remember(name)
        if new:
            self.courier.nudge()

    def _remember(self, name: str) -> None:
        with self._lock:
            self._accepted[name] = None
            if len(self._accepted) > MOST_ACCEPTED:
                self._accepted.popitem(last=False)

    def _deliver(self, delivery: Delivery) -> str:
        desk, question = self.desk, Question.read(delivery.payload)
        try:
            answered = answer(desk, question)
        except Exception:  # noqa: BLE001 -- the rim: whoever asks gets an answer or a reason
            LOG.exception("質問に答えられません")
            answered = Answered(notice(APOLOGY))
        # What this process did not accept itself may have its sign in Slack already. That it expects to show one says
        # nothing: it does so whenever Slack sends the question again.
        look = may_be_told(delivery) or question.accepted_by != self._name
        receipt = self.courier.send(question.name, question.to, answered.message, look=look)
        if question.conversation and answered.thread is not None:
            desk.journal.threads.remember(
                question.conversation, answered.thread, at=desk.clock(), user=question.user
            )
        if answered.record:
            desk.journal.record(answered.record)
        return receipt

    def _apologize(self, delivery: Delivery) -> None:
        """Answer in the direct message what a response URL takes no more; say elsewhere that there is no answer."""
        question = Question.read(delivery.payload)
        if question.to.response_url:
            late = replace(question, name=f"{question.name} late"[:200], to=Address(user=question.user))
            telling = Telling(late.name, f"ask {late.user}", "question", late.payload())
            self.desk.journal.outbox.plan(telling, at=self.desk.clock())
            return
        try:
            self.courier.send(question.name, question.to, notice(APOLOGY))
        except (LateError, GoneError, *FAILURES) as error:
            LOG.error("%s にお詫びも送れません: %s", question.name, why(error))
