"""How fast Slack is written to: a busy channel one by one, and nothing for a moment where it takes nothing."""

import threading
from datetime import UTC, datetime, timedelta

from bot.journal.outbox import Delivery

PACE = timedelta(seconds=1)  # between two messages to a channel for which Slack has asked to wait
FORGOTTEN_AFTER = timedelta(minutes=1)  # a turn that nobody took: another process has sent it
REST = timedelta(seconds=2)  # until Slack is tried again
_MOST_FAILING = 3  # channels for which it fails in a row


class Pace:
    """Sends what a busy channel is to get one by one, in place of all at once when its time has come."""

    def __init__(self) -> None:
        self._free: dict[str, datetime] = {}  # when the next to a channel may go
        self._turns: dict[str, datetime] = {}  # when a delivery may
        self._lock = threading.Lock()

    def wait(self, channel: str, key: str, at: datetime) -> datetime | None:
        """Return when a delivery may go to a channel; `None` if it may now."""
        with self._lock:
            free, turn = self._free.get(channel), self._turns.pop(key, None)
            if free is None or free <= at or (turn and turn <= at):
                return None
            self._turns[key], self._free[channel] = free, free + PACE
            return free

    def slow_down(self, channel: str, key: str, at: datetime, seconds: int) -> datetime:
        """Note that Slack has asked to wait, and return when this delivery may go."""
        with self._lock:
            self._free = {each: free for each, free in self._free.items() if free > at}
            self._turns = {each: turn for each, turn in self._turns.items() if turn > at - FORGOTTEN_AFTER}
            until = at + timedelta(seconds=seconds)
            turn = max(until, self._free.get(channel, until))
            self._turns[key], self._free[channel] = turn, turn + PACE
            return turn


class CircuitBreaker:
    """Lets Slack be for a moment where it fails for one channel after the other: each try costs an answer."""

    def __init__(self) -> None:
        self._failing: set[str] = set()
        self._until = datetime.min.replace(tzinfo=UTC)

    def is_open(self, at: datetime) -> bool:
        """Whether nothing is to be sent now."""
        return at < self._until

    def note_failure(self, channel: str, at: datetime) -> None:
        self._failing = {*self._failing, channel}
        if len(self._failing) >= _MOST_FAILING:
            # One of them, if tried first, must not keep Slack from the others for ever.
            self._failing, self._until = set(), at + REST

    def note_success(self) -> None:
        self._failing = set()


def channel_of(delivery: Delivery) -> str:
    to = delivery.payload.get("to") or {}
    return str(to.get("channel") or to.get("user") or delivery.key)
