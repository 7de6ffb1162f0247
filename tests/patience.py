"""How long a test waits for what is to happen, before it fails."""

from collections.abc import Callable
from threading import Event
from time import monotonic

PATIENCE_SECONDS = 120
"""Enough for a machine that is slow and busy; nothing waits that long when all is well."""


def until(happened: Callable[[], bool]) -> None:
    """Wait for something of which nobody is told."""
    late = monotonic() + PATIENCE_SECONDS
    while not happened():
        assert monotonic() < late, "it did not happen"
        Event().wait(0.01)
