"""The exit statuses of every command."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a shell script may rely on."""

    OK = 0  # answered, or done
    FAILURE = 1  # something is to be put right; standard error says what
    USAGE = 2  # the command line itself is wrong
    NOT_ANSWERED = 3  # choices, a referral, or unknown
    BROKEN_PIPE = 141  # whoever reads the output has stopped; what a shell shows of SIGPIPE
