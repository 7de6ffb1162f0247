"""The journal, and what was published, in one file: taken while the bot runs, and put back the same way."""

import gzip
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.journal.database import Database
from bot.journal.schema import HEAD, deliveries
from faq.problems import FaqError, Fault, shown
from index.release.history import locked

_PARTS = ("releases", "sources", "published", "proposals")
"""The folders of a home that cannot be made again; the last two are what is served and decided now."""
_ABOUT, _JOURNAL = "about.json", "journal"
_PIECE = 1 << 20
_DAMAGED = (
    tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, ValueError, LookupError, sqlite3.DatabaseError,
)  # fmt: skip


class BackupError(FaqError):
    """A backup that cannot be taken, or that is none."""


def back_up(database: Database, home: Path, file: Path, at: datetime) -> None:
    """Write all that cannot be made again into a file that nobody else may read, whole or not at all."""
    about = {"schema": HEAD, "database": database.dialect, "at": at.isoformat()}
    with _telling(file), tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        place = Path(folder)
        (place / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        _dump(database, place / _JOURNAL)
        with locked(home), tarfile.open(place / "whole", "w:gz", compresslevel=1) as archive:
            for name in (_ABOUT, _JOURNAL):
                archive.add(place / name, name)
            for name in _PARTS:
                if (home / name).exists():
                    archive.add(home / name, name)
        (place / "whole").chmod(0o600)
        with (place / "whole").open("rb") as written:
            os.fsync(written.fileno())
        (place / "whole").replace(file)


def restore(database: Database, home: Path, file: Path) -> datetime:
    """Put back what a backup holds in the place of what is there, and return when it was taken.

    Releases that were published since stay. What was still to be sent then is looked for in Slack before it is sent.
    Raises `BackupError`, with nothing changed, for a file that is no backup of such a database.
    """
    home.mkdir(parents=True, exist_ok=True)
    with _telling(file), tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
        place = Path(folder)
        with gzip.open(file) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            archive.extractall(place, filter="data")
            while stream.read(_PIECE):  # its checksum stands at its end
                pass
        about = json.loads((place / _ABOUT).read_bytes())
        if about["database"] != database.dialect or about["schema"] > HEAD:
            own = {"database": database.dialect, "schema": HEAD}
            told = {name: f"{about[name]}" for name in own}
            raise BackupError.of(Fault.of("backup-other", file=shown(file), **told))
        with locked(home):
            _load(database, place / _JOURNAL)
            _replace(place, home)
    with database.writing() as connection:
        unsent = deliveries.c.settled_at.is_(None) & (deliveries.c.attempts == 0)
        connection.execute(sa.update(deliveries).where(unsent).values(attempts=1))
    return datetime.fromisoformat(about["at"])


def _replace(place: Path, home: Path) -> None:
    for name in _PARTS:
        (home / name).mkdir(exist_ok=True)
        for each in (place / name).glob("*"):
            there = home / name / each.name
            if name == "releases" and there.exists():
                continue  # the same by its name, or damaged, and then it is told
            if there.exists():
                there.replace(
                    place / f"{name}-{each.name}"
                )  # it goes with the folder, once the other stands there
            each.replace(there)


def _dump(database: Database, file: Path) -> None:
    with database.reading():  # it is there, and of this version
        if database.dialect == "postgresql":
            _run(database, "pg_dump", "--format=custom", "--table=faq_*", f"--file={file}")
        else:
            with closing(sqlite3.connect(database.file)) as live, closing(sqlite3.connect(file)) as copy:
                live.backup(copy)


def _load(database: Database, file: Path) -> None:
    if database.dialect == "postgresql":
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run(database, "pg_restore", *options, str(file))
        database.close()
        return
    with closing(sqlite3.connect(file)) as kept:
        if kept.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError.of(Fault.of("backup-none", file=shown(file)))
        with database.reading():  # so that there is a file, which nobody else may read
            pass
        with closing(sqlite3.connect(database.file)) as live:
            kept.backup(live)
    database.close()


def _run(database: Database, program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's; the password is in no list of processes."""
    address, password = database.server
    line = [program, f"--dbname={address}", *arguments]
    try:
        subprocess.run(  # noqa: S603 -- PostgreSQL's own, with an address of the operator's
            line, env={**os.environ, "PGPASSWORD": password}, check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise BackupError.of(Fault.of("backup-no-program", program=program)) from error
    except subprocess.CalledProcessError as error:
        reason = (str(error.stderr).strip().splitlines() or [""])[-1]
        raise BackupError.of(Fault.of("backup-program-failed", program=program, reason=reason)) from error


@contextmanager
def _telling(file: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise BackupError.of(Fault.of("backup-none", file=shown(file))) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError.of(Fault.of("backup-unusable", file=shown(file), reason=reason)) from error
