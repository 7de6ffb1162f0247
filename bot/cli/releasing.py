"""What the commands about releases begin with: who publishes, and which release is meant."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.cli.opening import tell, today, warn
from bot.embeddings.encoders import open_encoders
from bot.embeddings.endpoint import patiently
from bot.journal.journal import Journal
from bot.serving.audit_log import auditor
from bot.serving.gate_adapter import asker
from bot.serving.operator import whoever_runs_this
from bot.settings import Settings
from index.decision.policy import Point
from index.release.building import Release
from index.release.published import Publishing
from index.release.publishing import Publisher
from index.release.store import Store
from index.release.unreadable import OtherEngineError, ReleaseError
from index.retrieval.encoder import SentenceEncoder


def publisher(path: Path, settings: Settings) -> Publisher:
    """Return what publishes that knowledge, on this day, for whoever runs this process."""
    day = today()
    return Publisher(
        path,
        settings.home,
        asker(day, settings.point),
        datetime.now(tz=UTC),
        day,
        whoever_runs_this(),
        progress=tell,
        encoders=open_encoders(settings, warn),
    )


def audit(settings: Settings, by: str, result: Publishing) -> None:
    """Note a publication in the journal's record of what admins did."""
    with Journal(settings, complain=warn) as journal:
        auditor(journal, warn)(by, result)


def stored(prefix: str, home: Path, encoders: Sequence[SentenceEncoder], *, rebuild: bool = False) -> Release:
    """Return the one stored release whose name begins so.

    Args:
        prefix: Two digits of the name or more, with the operating point as replies name it, if any: `44@cautious`.
        home: Where releases are kept.
        encoders: Those that are set.
        rebuild: What another version of the program built is built anew of the same knowledge.

    Raises:
        ReleaseError: there is none, there are several, or it cannot be read.
    """
    store = Store(home, encoders)
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
        with patiently():
            return store.rebuilt(name, tell).at(wanted)


def day_of(given: datetime | None) -> date:
    """Return the day of a `--on` option; today without it."""
    return given.date() if given else today()
