"""Lines that a person types at a terminal, with history and completion."""

from collections.abc import Callable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.patch_stdout import patch_stdout

from bot.console.completion import ConsoleCompleter
from faq.model import Knowledge

PROMPT = "質問> "


def typed_lines(
    knowledge: Callable[[], Knowledge],
    *,
    home: Path,
    no_color: bool = False,
    source: Input | None = None,
    screen: Output | None = None,
) -> Iterator[str]:
    """Yield what a person types, with history and completion, until Ctrl-D.

    Args:
        knowledge: What is being served now, for the completion.
        home: Where the history is kept; where that is not possible, it lasts as long as the console.
        no_color: Draw in black and white.
        source: Another input than the terminal.
        screen: Another output than the terminal.
    """
    session: PromptSession[str] = PromptSession(
        history=_history(home),
        completer=ConsoleCompleter(knowledge),
        complete_while_typing=False,
        key_bindings=_keys(),
        color_depth=ColorDepth.MONOCHROME if no_color else None,
        input=source,
        output=screen,
    )
    while True:
        try:
            with patch_stdout(raw=True):  # what is printed meanwhile stands above the prompt
                line = session.prompt(PROMPT)
        except EOFError:
            return
        yield line


def _history(home: Path) -> History:
    file = home / "history"
    try:
        home.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # questions are nobody else's business
        with file.open("ab"):
            return FileHistory(str(file))
    except OSError:
        return InMemoryHistory()


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def _clear(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    return keys
