"""Publishes in child processes, kills each before another of its steps, and tells what a reader finds after it.

Run as a program: `crashing.py HOME FOLDER`. Writes one line of JSON a step, the last one of a publication that was
not killed. The children are forked from a process that has loaded everything.
"""

import itertools
import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from unittest.mock import patch

from faq.model import Entry, EntryKind, Expectation
from index.library.topics import cohort
from index.release import history
from index.release.history import SCRAPS, History
from index.release.serving import open_serving
from index.release.store import Store
from tests.index.builders import TINY
from tests.index.release.publishers import ENCODERS, ask, publisher, write
from tests.killing import killed

KEPT = 2


def publish(folder: Path, home: Path, number: int) -> None:
    """Publish a set of one entry that tells its number."""
    entry = Entry(id="remote", question="テレワークは週に何日できますか", answer=f"第{number}版です。")
    # Without small talk of its own it would be read with the built-in one's, which takes most of the time.
    entries = (entry, *TINY.of_kind(EntryKind.SMALLTALK))
    write(folder, entries, [Expectation(q=entry.question, gold={"remote": 1})])
    publisher(folder, home, now=datetime.now(tz=UTC)).publish()


def found(folder: Path, home: Path) -> dict[str, object]:
    """Read everything as another process would."""
    store = Store(home, ENCODERS)
    for name in store.names():
        store.read(name)  # each is whole, or this raises
    serving = open_serving(folder, home=home, encoders=ENCODERS)
    return {
        "served": serving.release.name == (serving.publication and serving.publication.release),
        "told": ask(serving.release, "テレワークは週に何日できますか").text,
        "numbers": [each.number for each in History(home, folder).publications()],
        "kept": len(store.names()),
        "left": [each.name for each in (home / SCRAPS).iterdir() if each.is_dir()],
    }


def main(home: Path, folder: Path) -> None:
    """Kill a publication before each of its steps in turn."""
    few = cohort()[:20]
    patch("index.retrieval.compiling.library_cohort", lambda: few).start()
    patch.multiple(history, KEPT_PUBLISHED=KEPT, KEPT_DAYS=0).start()
    for number in range(KEPT):
        publish(folder, home, number)
    for step in itertools.count(1):
        died = killed(partial(publish, folder, home, KEPT + step), step)
        sys.stdout.write(json.dumps({"died": died, "number": KEPT + step, **found(folder, home)}) + "\n")
        if not died:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
