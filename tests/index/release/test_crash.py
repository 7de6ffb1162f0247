import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
KILLS = 100
FEWEST = 3

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed as POSIX does it")


def rounds(folder: Path) -> Sequence[dict[str, Any]]:
    """Return what was found after each kill, and after a last publication."""
    process = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.index.release.crashing",
            folder / "home",
            folder / "faq",
            "7",
            str(KILLS),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def test_wherever_publishing_is_killed_a_whole_release_is_served(tmp_path: Path) -> None:
    """Old or new: the reply tells the number of a set that was published, and every stored release can be read.

    One test, as the kills take a quarter of a minute.
    """
    found = rounds(tmp_path)
    *killed, last = found
    assert len(killed) == KILLS
    for each in found:
        assert each["served"] == each["publication"]
        assert each["told"].startswith("第")
        assert each["told"].endswith("版です。")

    # The kills came before and after the swap, and while a release was written: else this would show nothing.
    swapped = sum(before["served"] != after["served"] for before, after in pairwise(killed))
    # How many of each there are is the machine's to say.
    assert FEWEST < swapped < KILLS - FEWEST
    assert any(each["partial"] for each in killed)

    # No publication is lost or listed twice.
    for each in found:
        assert each["numbers"] == list(range(1, len(each["numbers"]) + 1))
    assert all(len(before["numbers"]) <= len(after["numbers"]) for before, after in pairwise(found))

    # After it all, publishing works and clears up.
    assert last["told"] == "第0版です。"
    assert last["kept"] <= 3 + 3 + 1
