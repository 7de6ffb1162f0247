"""The person at this machine, by the name that its system knows."""

import getpass


def whoever_runs_this() -> str:
    """Return the name of the user of this process, as far as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"
