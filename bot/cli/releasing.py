"""What the commands about releases begin with: who publishes, and which release is meant."""

from datetime import UTC, date, datetime
from pathlib import Path

from bot.auditing import auditor
from bot.cli.opening import tell, today, warn
from bot.console.progress import progress_bar
from bot.embedding.opening import open_embedding
from bot.gating import asker
from bot.journal.journal import Journal
from bot.person import whoever_runs_this
from bot.settings import Settings
from index.points import Point
from index.release.building import Release
from index.release.published import Publishing
from index.release.publishing import Publisher
from index.release.store import Store
from index.release.unreadable import OtherEngineError, ReleaseError


def publisher(path: Path, settings: Settings, *, embeddings: bool = True) -> Publisher:
    """Return what publishes that knowledge, on this day, for whoever runs this process.

    With the embeddings of the server that is set, if one is and they are wanted.
    """
    day = today()
    embedding = open_embedding(settings, progress_bar) if embeddings else None
    return Publisher(
        path,
        settings.home,
        asker(day, settings.point, embedding),
        datetime.now(tz=UTC),
        day,
        whoever_runs_this(),
        progress=tell,
        embedder=embedding.embedder if embedding else None,
    )


def audit(settings: Settings, by: str, result: Publishing) -> None:
    """Note a publication in the journal's record of what admins did."""
    with Journal(settings, complain=warn) as journal:
        auditor(journal, warn)(by, result)


def stored(prefix: str, home: Path, *, rebuild: bool = False) -> Release:
    """Return the one stored release whose name begins so.

    Args:
        prefix: Two digits of the name or more, with the operating point as replies name it, if any: `44@cautious`.
        home: Where releases are kept.
        rebuild: What another version of the program built is built anew of the same knowledge.

    Raises:
        ReleaseError: there is none, there are several, or it cannot be read.
    """
    store = Store(home)
    prefix, _, point = prefix.partition("@")
    if point and point not in list(Point):
        raise ReleaseError(
            prefix, f"動作点 {point} はありません。{'・'.join(Point)} のどれかを指定してください。"
        )
    wanted = Point(point or Point.BALANCED)
    name = store.full_name(prefix)
    try:
        return store.read(name).at(wanted)
    except OtherEngineError:
        if not rebuild:
            raise
        return store.rebuilt(name, tell).at(wanted)


def day_of(given: datetime | None) -> date:
    """Return the day of a `--on` option; today without it."""
    return given.date() if given else today()
