"""A PostgreSQL of the tests' own: made, started on loopback, and stopped again."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.patience import PATIENCE_SECONDS

_TRIES = 5
_INSTALLED = "/usr/lib/postgresql"


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, of the newest version; `None` if PostgreSQL is not installed."""
    found = [path.parent for path in Path(_INSTALLED).glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a server in a folder that is made for it; yields its address, to which a database's name is added.

    Raises:
        RuntimeError: it does not start; the message has its log.
    """
    password = secrets.token_hex()
    data, log, secret = folder / "data", folder / "log", folder / "password"
    secret.write_text(password)
    _give_away(folder)
    _run(
        folder, "initdb", "-D", data, "-U", "tests", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"
    )
    for _ in range(_TRIES):
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        # Another program may have taken the port meanwhile.
        if _run(folder, "pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options, check=False):
            break
    else:
        raise RuntimeError(log.read_text())
    with _stopped_at_the_end(data):
        yield f"postgresql://tests:{password}@127.0.0.1:{port}/"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder that another user can reach, unlike pytest's, and delete it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="faq-postgresql-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


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


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _run(folder: Path, command: str, *arguments: str | Path, check: bool = True) -> bool:
    line = [*_as_stand_in(), str(_program(command)), *map(str, arguments)]
    # A pipe would stay open as long as the server runs.
    with (folder / f"{command}.out").open("w+") as output:
        done = subprocess.run(
            line, stdout=output, stderr=output, cwd="/", check=False, timeout=PATIENCE_SECONDS
        )
        if check and done.returncode:
            output.seek(0)
            raise RuntimeError(output.read())
    return done.returncode == 0


def _program(name: str) -> Path:
    found = binaries()
    assert found is not None
    return found / name


def _as_stand_in() -> list[str]:
    """Return what makes root another user; PostgreSQL refuses to run as root."""
    return ["runuser", "-u", _stand_in(), "--"] if os.geteuid() == 0 else []


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam(_stand_in())
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)


def _stand_in() -> str:
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"
