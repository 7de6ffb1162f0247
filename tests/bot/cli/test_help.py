"""The doors themselves: help, wrong usage, completion, and what starting costs."""

import re
import shlex

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
