"""Publishes in child processes, kills them at random moments, and tells what a reader finds after each.

Run as a program: `crashing.py HOME FOLDER SEED ROUNDS`. Writes one line of JSON a round. The children are forked from
a process that has loaded everything and published nothing, so that a round takes as long as what it tests.
"""

import itertools
import json
import os
import random
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from index.release.history import History
from index.release.pruning import Retention
from index.release.serving import open_serving
from index.release.store import Store
from index.retrieval.cohort import Cohort, shipped_cohort
from tests.index.builders import FakeEncoder
from tests.index.release.publishers import ask, numbered, publisher, write

FEW = Retention(published=3, days=0, tried=3)
ENCODERS = [FakeEncoder()]
QUESTION = "テレワークは週に何日できますか"


def publish(folder: Path, home: Path, number: int) -> None:
    knowledge = numbered(number)
    write(folder, knowledge.entries, knowledge.expectations)
    publisher(folder, home, datetime.now(tz=UTC), retention=FEW, encoders=ENCODERS).publish()


def killed(folder: Path, home: Path, first: int, seconds: float) -> None:
    """Let a child publish one set after the other, and kill it after that time."""
    child = os.fork()
    if not child:
        try:
            for number in itertools.count(first):
                publish(folder, home, number)
        except BaseException:  # noqa: BLE001 -- a forked process must not go on as its parent
            traceback.print_exc()
        os._exit(1)
    died = signal.sigtimedwait([signal.SIGCHLD], seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    signal.sigtimedwait([signal.SIGCHLD], 0)  # of this child
    if died or not os.WIFSIGNALED(status):
        sys.exit("the child ended by itself")


def found(folder: Path, home: Path) -> dict[str, object]:
    """Read everything as another process would."""
    store = Store(home, ENCODERS)
    names = store.names()
    for name in names:
        store.read(name)  # each is whole, or this raises
    serving = open_serving(folder, home=home, encoders=ENCODERS)
    publications = History(home, folder).publications()
    return {
        "served": serving.release.name,
        "publication": serving.publication.release if serving.publication else None,
        "told": ask(serving.release, QUESTION).text,
        "numbers": [each.number for each in publications],
        "kept": len(names),
        "partial": sum(each.name.startswith(".") for each in (home / "releases").iterdir()),
    }


def tell(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main(home: Path, folder: Path, seed: int, rounds: int) -> None:
    """Kill as often as that, at moments spread evenly over twice the time that publishing takes."""
    # The norms take most of the time that publishing takes, and no file is written for them.
    few = Cohort(shipped_cohort().questions[:20], shipped_cohort().topics[:20])
    patch("index.retrieval.compiling.shipped_cohort", lambda: few).start()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    publish(folder, home, 0)
    started = time.perf_counter()
    for number in range(1, 6):
        publish(folder, home, number)
    usual = (time.perf_counter() - started) / 5
    moments = random.Random(seed)  # noqa: S311 -- the same moments every time
    for each in range(1, rounds + 1):
        moment = moments.uniform(0, 2 * usual)
        killed(folder, home, each * 1000, moment)
        tell({"moment": moment / usual, **found(folder, home)})
    publish(folder, home, 0)
    tell({"moment": None, **found(folder, home)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
