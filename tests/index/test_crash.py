import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
KILLS = 200

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed as POSIX does it")


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Sequence[dict[str, Any]]:
    """Return what was found after each of 200 kills, and after a last publication."""
    folder = tmp_path_factory.mktemp("crash")
    process = subprocess.run(
        [sys.executable, "-m", "tests.index.crashing", folder / "home", folder / "faq", "7", str(KILLS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def test_wherever_publishing_is_killed_a_whole_release_is_served(rounds: Sequence[dict[str, Any]]) -> None:
    """Old or new: the reply tells the number of a set that was published, and every stored release can be read."""
    assert len(rounds) == KILLS + 1
    for found in rounds:
        assert found["served"] == found["publication"]
        assert found["told"].startswith("第")
        assert found["told"].endswith("版です。")


def test_the_kills_come_before_and_after_the_swap(rounds: Sequence[dict[str, Any]]) -> None:
    """Else the test above would show nothing."""
    swapped = sum(before["served"] != after["served"] for before, after in pairwise(rounds[:-1]))
    assert KILLS * 0.2 < swapped < KILLS * 0.8
    assert any(found["partial"] for found in rounds)


def test_no_publication_is_lost_or_listed_twice(rounds: Sequence[dict[str, Any]]) -> None:
    for found in rounds:
        assert found["numbers"] == list(range(1, len(found["numbers"]) + 1))
    assert all(len(before["numbers"]) <= len(after["numbers"]) for before, after in pairwise(rounds))


def test_after_it_all_publishing_works_and_clears_up(rounds: Sequence[dict[str, Any]]) -> None:
    last = rounds[-1]
    assert last["told"] == "第0版です。"
    assert last["kept"] <= 3 + 3 + 1
