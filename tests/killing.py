"""What a step of the program leaves behind that is killed, wherever that is."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

CHANGES = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.utime"})


def moments(act: Callable[[], object], place: Path, kept: Path) -> list[Path]:
    """Act, and return copies of a place as it was before each change there: what is left if all ends at that moment.

    A change is a file that is made, renamed or removed, and what a database is told.
    """
    found: list[Path] = []
    looking = True

    def look(*_: object) -> None:
        nonlocal looking
        if looking:
            looking = False  # a copy is no change
            found.append(shutil.copytree(place, kept / str(len(found))))
            looking = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        makes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
        if makes or event in CHANGES:
            look()

    sys.addaudithook(hook)
    for told in ("before_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, told, look)
    act()
    looking = False
    return found
