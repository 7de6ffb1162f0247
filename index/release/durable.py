"""Files that a crash leaves whole: as they were or as they shall be, never half of it."""

import os
import tempfile
from pathlib import Path


def replace(file: Path, content: bytes) -> None:
    """Put the content in the file's place; whoever reads at any time gets all of the old or all of the new.

    Raises:
        OSError: it cannot be written; the old content stands.
    """
    handle, name = tempfile.mkstemp(prefix=".partial-", dir=file.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(file.parent)


def append_line(file: Path, line: bytes) -> None:
    """Add one line at the end of a file; after a crash, at most this line is there in part, on a line of its own.

    Raises:
        OSError: it cannot be written.
    """
    with file.open("a+b") as stream:
        end = stream.seek(0, os.SEEK_END)
        if end:
            stream.seek(end - 1)
        # What a crash cut off must not swallow this line.
        joint = b"" if not end or stream.read(1) == b"\n" else b"\n"
        stream.write(joint + line + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(file.parent)


def sync_files(folder: Path) -> None:
    """Wait until all files of a folder are on the disk, and their names with them."""
    for file in folder.iterdir():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows has no handle of a folder
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
