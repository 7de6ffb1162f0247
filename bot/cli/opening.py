"""What most commands begin with: the settings, the day, the knowledge ready to be asked."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from bot.settings import Settings, read_settings
from faq.reading import builtin
from index.release import Release
from index.store import open_release


def knowledge_path(flag: Path | None, settings: Settings) -> Path:
    """Return which knowledge to serve: the flag's, else the setting's, else the built-in one."""
    return flag or settings.path or builtin()


def open_knowledge(flag: Path | None) -> Release:
    """Return the release of that knowledge, built or from the cache.

    Raises:
        FaqError: the settings or the knowledge cannot be used; the message has every problem.
    """
    settings = read_settings()
    return open_release(knowledge_path(flag, settings), home=settings.home, progress=_tell)


def _tell(progress: str) -> None:
    if sys.stderr.isatty():  # a person who waits; a log is not one
        typer.echo(progress, err=True)


def today() -> date:
    """Return the day where this machine stands."""
    return datetime.now(tz=UTC).astimezone().date()
