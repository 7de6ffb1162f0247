"""What most commands begin with: the settings, the day, the knowledge ready to be asked."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.embeddings.encoders import open_encoders
from bot.embeddings.endpoint import patiently
from bot.output.terminal import visible
from bot.privacy.masking import speakers
from bot.settings import Settings, read_settings
from faq.reading import builtin
from index.decision.policy import Point
from index.release.building import Release
from index.release.serving import open_serving

if TYPE_CHECKING:
    from bot.journal.journal import Journal


def knowledge_path(flag: Path | None, settings: Settings) -> Path:
    """Return which knowledge to serve: the flag's, else the setting's, else the built-in one."""
    return flag or settings.path or builtin()


def open_knowledge(flag: Path | None, point: Point | None = None) -> Release:
    """Return the release that is served of that knowledge; what differs from the files is told.

    Without a point it is at that of the settings.

    Raises:
        FaqError: the settings or the knowledge cannot be used; the message has every problem.
    """
    settings = read_settings()
    path, encoders = knowledge_path(flag, settings), open_encoders(settings, warn)
    with patiently():
        serving = open_serving(path, home=settings.home, encoders=encoders, progress=tell)
    if serving.unpublished:
        typer.echo(UNPUBLISHED, err=True)
    if serving.problem:
        warn(f"{serving.problem} {BY_WORDS}")
    return serving.release.at(point or settings.point)


BY_WORDS = "語だけで探して答えます。"
UNPUBLISHED = "未公開の変更があります。公開中の内容で答えます(`faq publish` で公開)。"


def tell(progress: str) -> None:
    """Tell a person at a terminal what takes so long."""
    if sys.stderr.isatty():  # a person who waits; a log is not one
        typer.echo(progress, err=True)


def open_journal(release: Release) -> "Journal":
    """Return the journal; what goes wrong with it is told on standard error, and no reply waits for it.

    Raises:
        SettingsError: the settings cannot be read.
    """
    from bot.journal.journal import Journal  # noqa: PLC0415 -- SQLAlchemy

    return Journal(read_settings(), keep=speakers(release.knowledge), complain=warn)


def warn(message: str) -> None:
    """Tell something on standard error, on one line."""
    typer.echo(visible(" ".join(message.split())), err=True)


def today() -> date:
    """Return the day where this machine stands."""
    return datetime.now(tz=UTC).astimezone().date()
