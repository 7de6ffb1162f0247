"""How far back a command looks: days, weeks or hours before now, or a day."""

import re
from datetime import datetime, timedelta

import typer

_AGO = re.compile(r"([1-9][0-9]{0,3})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def since(text: str, now: datetime) -> datetime:
    """Return the moment that a text means.

    >>> from datetime import UTC
    >>> since("7d", datetime(2025, 6, 8, 12, tzinfo=UTC)).isoformat()
    '2025-06-01T12:00:00+00:00'

    Raises:
        typer.BadParameter: it means none.
    """
    if found := _AGO.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").astimezone()
    except ValueError as error:
        msg = f"{text!r} is no time; write 7d, 2w, 24h or 2025-06-01"
        raise typer.BadParameter(msg, param_hint="--since") from error
