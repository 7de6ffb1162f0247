"""Signals that a process acts upon: to publish, to end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HANGUP = [signal.SIGHUP] if hasattr(signal, "SIGHUP") else []


@contextmanager
def on_signals(act: Callable[[], None], *numbers: signal.Signals) -> Iterator[None]:
    """Act on these signals until the end of the block; in another thread than the main one, change nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, lambda *_: act()) for each in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
