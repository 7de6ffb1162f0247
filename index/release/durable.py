"""Files that a crash leaves whole, as they were or as they shall be, and one publication at a time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from faq.files import write_whole
from faq.problems import FaqError

PATIENCE_SECONDS = 60.0


def replace(file: Path, content: bytes) -> None:
    """Put the content in the file's place; whoever reads at any time gets all of the old or all of the new."""
    write_whole(file, content)
    sync_folder(file.parent)


def sync_folder(folder: Path, *, with_files: bool = False) -> None:
    """Wait until the names in a folder, and if wanted what its files hold, are on the disk."""
    for file in folder.iterdir() if with_files else ():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows has no handle of a folder
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class TakenError(FaqError):
    """Something else is being published, and goes on; in Japanese, for admins."""

    def __init__(self, file: Path) -> None:
        """Name the file that is locked."""
        super().__init__(
            "ほかの公開が終わらないため、公開しませんでした。公開中の内容は変わっていません。\n"
            f"  しばらくしてからやり直してください。(ロック: {file})"
        )


@contextmanager
def locked(
    home: Path,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Hold the lock of a folder, which is made if it is not there; a process that dies lets go of it.

    `progress` is told, in Japanese, that another publication is waited for. Raises `TakenError` if that takes longer.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 -- asyncio; whoever only asks needs neither

    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "publish.lock")
    with suppress(Timeout):
        lock.acquire(timeout=0)
    if not lock.is_locked:
        progress("ほかの公開が終わるのを待っています")
        try:
            lock.acquire(timeout=patience_seconds)
        except Timeout as error:
            raise TakenError(home / "publish.lock") from error
    try:
        yield
    finally:
        lock.release()
