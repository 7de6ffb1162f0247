"""How fast a channel for which Slack has asked to wait is written to."""

import threading
from datetime import datetime, timedelta

from bot.journal.outbox import Delivery

PACE = timedelta(seconds=1)
"""Between two messages to a channel for which Slack has asked to wait: it takes about one a second."""

FORGOTTEN_AFTER = timedelta(minutes=1)  # a turn that nobody took: another process has sent it


class Pace:
    """Sends what a busy channel is to get one by one, in place of all at once when its time has come."""

    def __init__(self) -> None:
        """Know of no busy channel."""
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


def channel_of(delivery: Delivery) -> str:
    """Return the channel to which a delivery goes, as far as its payload says so, else itself."""
    to = delivery.payload.get("to") or {}
    return str(to.get("channel") or to.get("user") or delivery.key)
