"""Which stored releases are kept, and the removal of the others."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from index.release.history import Publication, histories
from index.release.lock import TakenError, locked

_ABANDONED = timedelta(hours=1)


@dataclass(frozen=True)
class Retention:
    """What is kept.

    Attributes:
        published: Releases last published of each path.
        days: All that were published in that time; a set that was only tried is kept so long after its last use.
        tried: Most sets that were only tried.
    """

    published: int = 10
    days: int = 30
    tried: int = 20


def prune(home: Path, *, now: datetime, retention: Retention = Retention()) -> tuple[str, ...]:
    """Remove the releases that are not to be kept, and return their names; never one that is served.

    Whoever calls it holds the lock of the home. A release goes at once: it is renamed before it is removed.
    """
    wanted = {name for history in histories(home) for name in _wanted(history, now, retention)}
    wanted |= set(_prune_sources(home / "sources", wanted, now, retention))
    removed = []
    for folder in _children(home / "releases"):
        if folder.name.startswith(".") and now - _changed(folder) > _ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)
        elif not folder.name.startswith(".") and folder.name not in wanted:
            removed.append(folder.name)
            out = folder.with_name(f".pruned-{folder.name}")
            with suppress(OSError):
                folder.rename(out)
            shutil.rmtree(out, ignore_errors=True)
    return tuple(removed)


def prune_tried(home: Path) -> None:
    """Do the same after a set was only tried, unless something is being published."""
    with suppress(TakenError), locked(home, patience_seconds=0):
        prune(home, now=datetime.now(tz=UTC))


def _wanted(history: Iterable[Publication], now: datetime, retention: Retention) -> Iterator[str]:
    newest_first = sorted(history, key=lambda each: -each.number)
    yield newest_first[0].release  # served
    names = list(dict.fromkeys(each.release for each in newest_first))
    yield from names[: retention.published]
    since = now - timedelta(days=retention.days)
    yield from (each.release for each in newest_first if each.at >= since)


def _prune_sources(sources: Path, published: set[str], now: datetime, retention: Retention) -> Iterator[str]:
    """Forget files that were not used for long, and yield the releases of the others."""
    tried: set[str] = set()
    for file in sorted(_children(sources), key=lambda file: (_changed(file), file.name), reverse=True):
        unused = now - _changed(file)
        if file.name.startswith("."):
            if unused > _ABANDONED:
                file.unlink(missing_ok=True)
            continue
        try:
            name = file.read_text(encoding="ascii")
        except (OSError, ValueError):
            continue
        if unused <= timedelta(days=retention.days) and (
            name in published | tried or len(tried) < retention.tried
        ):
            tried |= {name} - published
            yield name
        else:
            file.unlink(missing_ok=True)


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _changed(file: Path) -> datetime:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    except (OSError, ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)
