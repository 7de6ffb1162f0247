"""A step of the program that is killed half-way: forked, so that everything is loaded, and killed before a write."""

import itertools
import os
import signal
import sys
import traceback
from collections.abc import Callable

import sqlalchemy as sa

STEPS = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.utime"})


def killed(act: Callable[[], object], step: int) -> bool:
    """Act in a child that is killed before that change of the disk, counted from 1; false if it makes fewer.

    A change is a file that is made, renamed or removed, and what a database is told.
    """
    child = os.fork()
    if not child:
        steps = itertools.count(1)

        def strike(*_: object) -> None:
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
            if writes or event in STEPS:
                strike()

        try:
            sys.addaudithook(hook)
            for told in ("before_cursor_execute", "commit"):
                sa.event.listen(sa.Engine, told, strike)
            act()
            os._exit(0)
        except BaseException:  # noqa: BLE001 -- a forked process must not go on as its parent
            traceback.print_exc()
        os._exit(1)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and status:
        sys.exit("the child ended by itself")
    return os.WIFSIGNALED(status)
