"""Approves a proposal in child processes, kills each before another change of the disk, and tells what is left.

Run as a program: `killed_approvals.py HOME FOLDER`, where p1 is a proposal to the published FOLDER. Writes one line of
JSON a kill, the last one of an approval that was not killed.
"""

import itertools
import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from bot.proposals.approving import Approving
from bot.proposals.folder import Proposals, end_killed
from index.library.topics import cohort
from index.release.history import History
from index.release.store import files_hash
from tests.killing import killed


def main(home: Path, folder: Path) -> None:
    """Kill an approval before each of its steps in turn; each begins with the same home and folder."""
    few = cohort()[:20]
    patch("index.retrieval.compiling.library_cohort", lambda: few).start()
    now = datetime.now(tz=UTC)
    approving = Approving(home, "花", now.date(), now)
    looked = approving.look("p1")
    saved = [shutil.copytree(each, each.with_name(f"{each.name} before")) for each in (home, folder)]
    for step in itertools.count(1):
        for before, place in zip(saved, (home, folder), strict=True):
            shutil.rmtree(place)
            shutil.copytree(before, place)
        old = files_hash(folder)
        died = killed(lambda: approving.approve(*looked), step)
        told = list(end_killed(home))
        served = History(home, folder).served()
        assert served
        sys.stdout.write(
            json.dumps(
                {
                    "died": died,
                    "told": told,
                    "state": Proposals(home).find("p1").state,
                    "same": files_hash(folder) == old,
                    "published": served.files == files_hash(folder),
                    "left": [each.name for each in (home / "proposals").glob(".approving*")],
                }
            )
            + "\n"
        )
        if not died:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
