import re
import shlex

import pytest
import typer.main

from bot.cli import app
from bot.output.exit_status import ExitStatus
from tests.bot.conftest import Faq

COMMANDS = [
    "approve",
    "ask",
    "batch",
    "chat",
    "check",
    "diff",
    "doctor",
    "eval",
    "export",
    "import",
    "init",
    "journal",
    "proposals",
    "publish",
    "reject",
    "releases",
    "replay",
    "report",
    "rollback",
    "schema",
    "slack",
    "suggest",
    "tune",
]


def test_every_command_is_known_to_these_tests() -> None:
    assert sorted(typer.main.get_command(app).commands) == COMMANDS  # type: ignore[attr-defined]


OF_THE_JOURNAL = ["policy", "tail", "export", "purge", "forget"]


@pytest.mark.parametrize(
    "command", [[], *([name] for name in COMMANDS), *(["journal", name] for name in OF_THE_JOURNAL)]
)
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
    assert not command or words[1] == command[0]
    assert command[:1] != ["journal"] or words[1 : 1 + len(command)] == command


@pytest.mark.parametrize(
    "arguments", [["asc", "何"], ["ask", "何", "--tpo"], ["batch", "--top", "0"], ["init"]]
)
def test_a_wrong_command_line_is_told_on_standard_error(faq: Faq, arguments: list[str]) -> None:
    result = faq(*arguments)
    assert (result.exit_code, result.stdout) == (ExitStatus.USAGE, "")
    assert "Error:" in result.stderr
