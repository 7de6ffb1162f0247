"""One publication at a time below a home; a process that dies lets go of the lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from faq.problems import FaqError

PATIENCE_SECONDS = 60.0


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
    """Hold the lock of a home.

    Args:
        home: Made if it is not there.
        patience_seconds: How long to wait for another publication.
        progress: Told, in Japanese, that there is something to wait for.

    Raises:
        TakenError: the other took longer.
        OSError: the home cannot be written.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 -- asyncio; whoever only asks needs neither

    home.mkdir(parents=True, exist_ok=True)
    file = home / "publish.lock"
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if patience_seconds:
            progress("ほかの公開が終わるのを待っています")
        try:
            lock.acquire(timeout=patience_seconds)
        except Timeout as error:
            raise TakenError(file) from error
    try:
        yield
    finally:
        lock.release()
