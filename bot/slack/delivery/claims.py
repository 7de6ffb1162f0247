"""Which deliveries of the outbox are this process's own for a while, and which of them comes next."""

import itertools
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from bot.journal.database import JournalError
from bot.journal.outbox import LEASE, Delivery, Outbox
from bot.slack.delivery.sending import QUESTION

MOST_CLAIMED = 1_000  # questions that wait in a process; the rest wait in the journal
MOST_AT_ONCE = 16  # of what waits in the journal: each look into it keeps everybody else from writing
OLDEST_EVERY = 4  # of so many, one is the oldest, of the journal and of this process in turn
_ALL = frozenset({"", QUESTION})  # kinds that are left out when the journal is looked into


class Claims:
    """What was claimed and not begun, and until when each is this process's own; for many threads."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._claimed: deque[Delivery] = deque()  # and not begun
        self._in_hand: dict[str, datetime] = {}  # until when each that was claimed is this process's own
        self._may_be_due = {*_ALL}  # something that nobody has claimed, besides that kind
        self._given = itertools.count(1)

    @property
    def has_room(self) -> bool:
        """Whether what is planned may be claimed with it."""
        return len(self._claimed) < MOST_CLAIMED

    def add(self, planned: Iterable[Delivery]) -> None:
        """Take what was claimed when it was planned; where nothing was, the journal is to be looked into."""
        claimed = [each for each in planned if each.attempts]
        self._in_hand.update((each.key, each.until) for each in claimed)
        self._claimed.extend(claimed)
        if not claimed:
            self._may_be_due |= _ALL

    def look_again(self) -> None:
        """Note that something may be due that nobody has claimed."""
        self._may_be_due.add("")

    def holds(self, delivery: Delivery, at: datetime) -> bool:
        """Whether it is still this process's own, as it is not where that stood still meanwhile."""
        return self._in_hand[delivery.key] > at

    def drop(self, delivery: Delivery) -> None:
        self._in_hand.pop(delivery.key, None)

    def not_begun(self, at: datetime) -> list[Delivery]:
        return [each for each in self._claimed if self.holds(each, at)]

    def next(self, at: datetime) -> Delivery | None:
        """Return what is to be sent next: what is no question, as HR's answers, then the question that came last.

        Who asks now need not wait for all that an outage has left: of a few, one is the oldest.
        """
        oldest, turn = divmod(next(self._given), OLDEST_EVERY)
        with suppress(JournalError):  # what was claimed is answered all the same
            if found := self._claim(at, besides=QUESTION):
                return found
            if not turn and oldest % 2 and (found := self._claim(at, most=1)):
                return found
        with suppress(IndexError):
            while delivery := self._claimed.pop() if turn else self._claimed.popleft():
                if self.holds(delivery, at):
                    return delivery
                self.drop(delivery)  # whoever claims it now has it
        return self._claim(at)

    def _claim(self, at: datetime, *, besides: str = "", most: int = MOST_AT_ONCE) -> Delivery | None:
        """Claim what the journal has, if something may be due; those of one kind may be left out."""
        if besides:
            most = 1  # what goes before questions must not wait behind them
        while besides in self._may_be_due:
            # Before it is looked for: what comes meanwhile is looked for again.
            self._may_be_due.discard(besides)
            if found := self._outbox.claim(at=at, besides=besides, most=most):
                self._may_be_due.add(besides)
                new = [each for each in found if each.key not in self._in_hand]
                self._in_hand.update((each.key, each.until) for each in found)
                self._claimed.extendleft(reversed(new[1:]))
                if new:
                    return new[0]
        return None

    def renew(self, at: datetime) -> None:
        """Keep what takes longer than a lease, as a publication, or what waits behind it: it is in good hands."""
        held = self._in_hand.copy().items()
        if ending := {key: until for key, until in held if at < until < at + LEASE / 2}:
            renewed = self._outbox.renew(ending, at=at).items()
            self._in_hand.update((key, until) for key, until in renewed if key in self._in_hand)
