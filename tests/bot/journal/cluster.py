"""A PostgreSQL of the tests' own: made, started on a socket in its folder, and stopped again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.patience import PATIENCE_SECONDS, until

_INSTALLED = "/usr/lib/postgresql"


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, of the newest version; `None` if PostgreSQL is not installed."""
    found = [path.parent for path in Path(_INSTALLED).glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def cluster() -> Iterator[str]:
    """Run a server in a folder of its own, which another user can reach, unlike pytest's; yields its address.

    Raises `RuntimeError` with what was said if it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="faq-postgresql-"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            user = pwd.getpwnam(_stand_in())
            os.chown(folder, user.pw_uid, user.pw_gid)
        _run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        _run("pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", options)
        with _stopped_at_the_end(data):
            yield f"postgresql://tests@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder)


def until_listened(address: str) -> None:
    """Wait until a process listens for what others tell through that server."""
    listening = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND state = 'idle'"
    with psycopg.connect(address, autocommit=True) as server:
        until(lambda: bool(server.execute(listening).fetchall()))


@contextmanager
def _stopped_at_the_end(data: Path) -> Iterator[None]:
    """Stop the server of that folder, by the pid that it left there, also if this process is killed before.

    A shell waits for the end of its input, which comes when this process is gone, however it went.
    """
    stop = 'read -r _; exec "$0" stop -w -m fast -D "$1"'
    line = [*_as_stand_in(), "sh", "-c", stop, str(_program("pg_ctl")), str(data)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, cwd="/", start_new_session=True
    ):
        yield


def _run(command: str, *arguments: str | Path) -> None:
    line = [*_as_stand_in(), str(_program(command)), *map(str, arguments)]
    # A pipe would stay open as long as the server runs.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            line, stdout=output, stderr=output, cwd="/", check=False, timeout=PATIENCE_SECONDS
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(output.read())


def _program(name: str) -> Path:
    found = binaries()
    assert found is not None
    return found / name


def _as_stand_in() -> list[str]:
    """Return what makes root another user; PostgreSQL refuses to run as root."""
    return ["runuser", "-u", _stand_in(), "--"] if os.geteuid() == 0 else []


def _stand_in() -> str:
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"
