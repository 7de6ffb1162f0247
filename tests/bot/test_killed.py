"""Commands that are killed half-way, wherever that is."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bot.conftest import ROOT
from tests.bot.killed_commands import COMMANDS, FINISHED, HOME, UNDONE

TOLD = {"import": [UNDONE], "approve": [UNDONE, FINISHED]}
"""What the next command says of one that was killed."""


def test_wherever_a_command_is_killed_all_is_as_before_or_after_and_it_can_be_run_again(
    tmp_path: Path,
) -> None:
    """Nothing is half, nothing is left, what is served is whole, and of an approval it is said what became of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bot.killed_commands"],
        cwd=tmp_path,
        env={**os.environ, "FAQ_ENCODER": "none", "FAQ_HOME": str(HOME), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["command"] for each in found] == list(COMMANDS)
    for each in found:
        assert (each["changes"], each["halves"], each["stuck"]) == (True, [], []), each
        assert each["moments"] > 2, each
        assert each["told"] == TOLD.get(each["command"], []), each
