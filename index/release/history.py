"""The publications of a knowledge path, which releases are kept, and the lock for one publication at a time."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from faq.files import write_whole
from faq.problems import FaqError, Fault, shown
from faq.wording import progress, worded
from index.evaluation.judgements import Judgement

KEPT_PUBLISHED = 10
"""1 or more: the last one is served."""

KEPT_DAYS = 30
KEPT_TRIED = 20
PATIENCE_SECONDS = 60.0
SCRAPS = "partial"
"""The folder of a home for releases that are being written or removed."""


class PublicationKind(StrEnum):
    """How a release came to be served."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


class Publication(BaseModel):
    """One change of the served release; `reason` says why the gate was overridden, `files` is the hash of the files."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    at: AwareDatetime
    kind: PublicationKind = PublicationKind.PUBLISH
    release: str
    before: str | None = None
    path: str
    files: str
    by: str
    reason: str | None = None
    entries: int
    counts: Mapping[Judgement, int] = {}

    @property
    def forced(self) -> bool:
        """Whether the gate had refused it."""
        return self.reason is not None


class History:
    """The publications of one path in a home, a line each, oldest first. The last one is served."""

    def __init__(self, home: Path, path: Path) -> None:
        self.path = path.resolve()
        key = hashlib.sha256(str(self.path).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self.pointer = home / "published" / key / "history.jsonl"
        """The file that is replaced whenever something is published."""

    def served(self) -> Publication | None:
        """Return the newest publication; `None` if there never was one. Raises `FaqError` if it cannot be read."""
        lines = _lines(self.pointer)
        newest = next(_parsed(lines[-1:]), None)
        if lines and newest is None:  # the publication before it is no longer the right one
            raise FaqError.of(Fault.of("history-broken", file=shown(self.pointer)))
        return newest

    def publications(self) -> tuple[Publication, ...]:
        """Return all publications, oldest first; lines that cannot be read are passed over."""
        return tuple(_parsed(_lines(self.pointer)))

    def record(self, publication: Publication) -> None:
        """Serve its release from now on; replaces a publication of that number. If it raises, nothing has changed."""
        self.pointer.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            line
            for line in _lines(self.pointer)
            if all(each.number != publication.number for each in _parsed([line]))
        ]
        write_whole(self.pointer, b"\n".join((*lines, publication.model_dump_json().encode(), b"")))


def _lines(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:  # else the files would be served as if never published
        reason = error.strerror or str(error)
        raise FaqError.of(Fault.of("history-unread", file=shown(file), reason=reason)) from error


def _parsed(lines: Iterable[bytes]) -> Iterator[Publication]:
    for line in lines:
        with suppress(ValidationError):
            yield Publication.model_validate_json(line)


def prune(home: Path, now: datetime) -> None:
    """Remove releases that need not be kept; never one that is served for any path.

    Kept are the last `KEPT_PUBLISHED` of a path and all of `KEPT_DAYS`; of releases that were never published, the
    last `KEPT_TRIED`, for `KEPT_DAYS` after their last use. A release disappears at once: it is renamed before it is
    removed. The caller holds the lock of the home.
    """
    histories = (tuple(_parsed(_lines(file))) for file in (home / "published").glob("*/history.jsonl"))
    wanted = set[str]()
    for past in histories:
        wanted.update(islice(dict.fromkeys(each.release for each in reversed(past)), KEPT_PUBLISHED))
        wanted.update(each.release for each in past if now - each.at <= timedelta(days=KEPT_DAYS))
    tried = 0
    for folder in sorted(children(home / "releases"), key=_changed, reverse=True):
        if folder.name not in wanted:
            tried += 1
            if tried > KEPT_TRIED or now - _changed(folder) > timedelta(days=KEPT_DAYS):
                (home / SCRAPS).mkdir(exist_ok=True)
                with suppress(OSError):
                    folder.rename(home / SCRAPS / folder.name)
    sweep(home)
    for file in children(home / "sources"):
        with suppress(OSError, ValueError):
            if not (home / "releases" / file.read_text(encoding="ascii")).exists():
                file.unlink()


def sweep(home: Path) -> None:
    """Remove what killed processes left half written or half removed, unless a process is writing now."""
    scraps = home / SCRAPS
    if any(each.is_dir() for each in children(scraps)):
        with suppress(TakenError, OSError), locked(scraps, patience_seconds=0):
            clear(scraps)


def clear(scraps: Path) -> None:
    """Remove the folders in a folder whose lock is held."""
    for each in children(scraps):
        if each.is_dir():
            shutil.rmtree(each, ignore_errors=True)


def children(folder: Path) -> list[Path]:
    """Return the paths in a folder; empty if it cannot be read."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _changed(file: Path) -> datetime:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
    except (OSError, ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


class TakenError(FaqError):
    """Another publication is still going on."""


@contextmanager
def locked(home: Path, *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of a folder, which is made if needed; a process that dies releases it.

    Raises `TakenError` when the patience ends.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 -- asyncio; whoever only asks needs neither

    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "publish.lock")
    with suppress(Timeout):
        lock.acquire(timeout=0)
    if not lock.is_locked:
        if patience_seconds:
            progress(worded("ほかの公開が終わるのを待っています"))
        try:
            lock.acquire(timeout=patience_seconds)
        except Timeout as error:
            raise TakenError.of(Fault.of("publish-busy", file=str(home / "publish.lock"))) from error
    try:
        yield
    finally:
        lock.release()
