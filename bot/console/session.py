"""A session: at a terminal the prompt comes at once, while the rest is still loading."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rich.console import Console

from bot.output.tables import NOTE, Prose
from bot.output.terminal import ExitStatus, rich_console
from bot.serving.signals import HANGUP, on_signals
from bot.settings import Settings
from faq.model import Knowledge
from faq.wording import worded

if TYPE_CHECKING:
    from bot.console.state import ConsoleState

Tell = Callable[[str], None]
Opened: TypeAlias = "Callable[[Tell], AbstractContextManager[ConsoleState]]"


def run(path: Path, settings: Settings, *, today: Callable[[], date], watch: bool = False) -> None:
    """Run the console on the knowledge at `path`, until the person quits or the pipe ends."""
    console = rich_console()
    person = sys.stdin.isatty() and console.is_terminal
    background = console if person else rich_console(sys.stderr)  # in a pipe, apart from the replies

    def announce(text: str) -> None:
        background.print(Prose(text, NOTE), "", sep="\n", crop=False)

    def opened(progress: Tell) -> "AbstractContextManager[ConsoleState]":
        from bot.console.state import open_state  # noqa: PLC0415 -- the search, which loads behind the prompt

        return open_state(path, settings, today=today, watch=watch, announce=announce, progress=progress)

    if person:
        _Terminal(console, settings.home, opened).run()
        return
    with opened(lambda _: None) as state:
        from bot.console.commands import run_lines  # noqa: PLC0415 -- with the prompt, it loads behind it

        piped = (raw.decode(errors="replace") for raw in sys.stdin.buffer)
        run_lines(state, (line.removeprefix("\ufeff").rstrip("\r\n") for line in piped), console)


class _Terminal:
    """A session at a terminal: everything but the prompt is loaded in a thread."""

    def __init__(self, console: Console, home: Path, opened: Opened) -> None:
        from bot.console.prompt import TypedLines  # noqa: PLC0415 -- prompt_toolkit; a pipe needs none

        self._console, self._opened = console, opened
        self._loaded: Future[ConsoleState] = Future()
        self._lines = TypedLines(self._knowledge, home=home)
        self._waiting = console.status(worded("準備しています"))

    def run(self) -> None:
        told = "採用FAQ: 質問を入力してください。/help で使い方、Ctrl-D で終了します。"
        self._console.print(Prose(worded(told), style="bold"), "", sep="\n", crop=False)
        with ExitStack() as stack, on_signals(self._hang_up, *HANGUP):
            threading.Thread(target=self._load, args=(stack,), daemon=True).start()
            typed = iter(self._lines)
            first = next(typed, None)
            if first is None and not self._loaded.done():
                sys.stdout.flush()
                os._exit(ExitStatus.OK)  # what is half built is not needed
            if not self._loaded.done():
                with self._waiting:
                    self._loaded.exception()
            state = self._loaded.result()
            from bot.console.commands import run_lines  # noqa: PLC0415 -- as above

            run_lines(state, chain([] if first is None else [first], typed), self._console)

    def _load(self, stack: ExitStack) -> None:
        try:
            found = stack.enter_context(self._opened(self._waiting.update))
            from bot.console.views import banner  # noqa: PLC0415 -- as above

            self._console.print(banner(found), "", sep="\n", crop=False)
        except BaseException as error:  # noqa: BLE001 -- raised where it is waited for
            self._loaded.set_exception(error)
            self._lines.end()
        else:
            self._loaded.set_result(found)

    def _knowledge(self) -> Knowledge | None:
        return self._loaded.result().release.knowledge if self._loaded.done() else None

    def _hang_up(self) -> None:
        if self._loaded.done() and not self._loaded.exception():
            self._loaded.result().hang_up()
