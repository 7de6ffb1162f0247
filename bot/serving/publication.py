"""A publication or a step back, carried out in this process, or in one of its own beside what answers."""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TypeVar

from bot.conversation.engine import asker
from bot.embeddings import open_encoders
from bot.settings import Settings
from faq.problems import Fault
from faq.wording import Language, language
from index.release.publishing import Publisher, Publishing, PublishingError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Order:
    """What somebody wants served: the files, against the gate where there is a `reason`, or what was served before."""

    path: Path
    day: date
    by: str
    reason: str | None = None
    tried: str | None = None  # the release that answers where nothing was published yet
    back: bool = False  # to what was published before: to the release whose name begins with `name`, if given
    name: str | None = None


CarryOut = Callable[[Order, Settings], Publishing]  # raises as `Publisher.publish` and `.rollback` do


def carry_out(order: Order, settings: Settings) -> Publishing:
    now, ask = datetime.now(tz=UTC), asker(order.day, settings.point)
    encoders = open_encoders(settings)
    publisher = Publisher(order.path, settings.home, ask, now, order.day, order.by, encoders=encoders)
    if order.back:
        return publisher.rollback(order.name)
    return publisher.publish(reason=order.reason, tried=order.tried)


def in_a_process(order: Order, settings: Settings) -> Publishing:
    return beside(carry_out, order, settings)


def beside(act: Callable[..., Result], *given: object) -> Result:
    """Do something in a process of low priority and the same language; nothing of it stays in memory."""
    try:
        with ProcessPoolExecutor(1, get_context("spawn"), initializer=_yield, initargs=(language(),)) as pool:
            return pool.submit(act, *given).result()
    except (BrokenProcessPool, OSError) as error:  # or it cannot begin: no memory, no room for its semaphores
        raise PublishingError.of(Fault.of("publish-died")) from error


def _yield(reads: Language) -> None:
    os.nice(10)  # answers go first
    os.environ["FAQ_LANG"] = reads
    # Ctrl-C in the console reaches both; what was begun is finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def end() -> None:
        """End when who waits for the result was killed: whatever is half done, nobody serves."""
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=end, daemon=True).start()
