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
    """Run a server in a folder of its own, which another user can reach, unlike pytest's; yields its address."""
    folder = Path(tempfile.mkdtemp(prefix="faq-postgresql-"))
    data, programs, as_user = folder / "data", binaries(), list[str]()
    assert programs
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if "postgres" in {each.pw_name for each in pwd.getpwall()} else "nobody"
        shutil.chown(folder, user)
        as_user = ["runuser", "-u", user, "--"]

    def run(program: str, *arguments: str | Path) -> None:
        line = [*as_user, str(programs / program), *map(str, arguments)]
        with (folder / "output").open("w") as output:  # a pipe would stay open as long as the server runs
            subprocess.run(line, stdout=output, stderr=output, cwd="/", check=True, timeout=PATIENCE_SECONDS)

    try:
        run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", options)
        # A shell waits for the end of its input, which comes when this process is gone, also if it is killed.
        stop = 'read -r _; exec "$0" stop -w -m fast -D "$1"'
        line = [*as_user, "sh", "-c", stop, str(programs / "pg_ctl"), str(data)]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, cwd="/", start_new_session=True
        ):
            yield f"postgresql://tests@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder)


def until_listened(address: str) -> None:
    """Wait until a process listens for what others tell through that server."""
    listening = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND state = 'idle'"
    with psycopg.connect(address, autocommit=True) as server:
        until(lambda: bool(server.execute(listening).fetchall()))
