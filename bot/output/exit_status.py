"""The exit statuses of every command."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a shell script may rely on."""

    OK = 0
    """Answered, or done."""
    FAILURE = 1
    """Something is to be put right; standard error says what."""
    USAGE = 2
    """The command line itself is wrong."""
    NOT_ANSWERED = 3
    """The question has no single answer here: choices, a referral, or unknown."""
    BROKEN_PIPE = 141
    """Whoever reads the output has stopped; what a shell shows of a program that SIGPIPE ends."""
