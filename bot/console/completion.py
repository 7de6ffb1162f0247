"""What the Tab key offers: commands after a slash, ids and categories after the commands that take them."""

import re
from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.console.commands import COMMANDS, even
from bot.output.rendering import KINDS
from bot.output.terminal import visible
from faq.model import Knowledge

_BLANK = re.compile(r"\s")


class ConsoleCompleter(Completer):
    """Completes over whatever knowledge is being served at that moment."""

    def __init__(self, knowledge: Callable[[], Knowledge]) -> None:
        """Keep where to ask for the knowledge: a reload replaces it."""
        self._knowledge = knowledge

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what fits before the cursor; nothing inside a question."""
        del complete_event  # Tab and typing are served alike
        before = document.text_before_cursor.lstrip()
        word = _BLANK.split(before)[-1]
        name = even(before).partition(" ")[0]
        if not name.startswith("/"):
            return
        commands = ((command.name, command.what) for command in COMMANDS.values())
        for text, meta in commands if word == before else self._arguments(name):
            if text.startswith(even(word)):
                yield Completion(text, start_position=-len(word), display_meta=visible(meta))

    def _arguments(self, name: str) -> Iterable[tuple[str, str]]:
        entries = self._knowledge().entries
        if name in {"/show", "/expect"}:
            yield from ((entry.id, entry.question) for entry in entries)
        if name == "/expect":
            yield "none", "答えるべきでない質問"
        if name == "/list":
            yield from dict.fromkeys((entry.category, "分類") for entry in entries if entry.category)
            yield from ((word, "種類") for word in KINDS.values())
