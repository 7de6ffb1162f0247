"""How fast a channel gets what waits for it, once Slack has asked to wait."""

import threading
from datetime import datetime, timedelta

PACE = timedelta(seconds=1)
"""Between two messages to a channel for which Slack has asked to wait: it takes about one a second."""


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
            free = self._free.get(channel)
            if free is None or self._turns.pop(key, free + PACE) <= at:
                return None
            if free <= at:
                del self._free[channel]
                return None
            self._turns[key], self._free[channel] = free, free + PACE
            return free

    def slow_down(self, channel: str, key: str, until: datetime) -> datetime:
        """Note that Slack has asked to wait, and return when this delivery may go."""
        with self._lock:
            turn = max(until, self._free.get(channel, until))
            self._turns[key], self._free[channel] = turn, turn + PACE
            return turn
