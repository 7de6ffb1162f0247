"""The lines typed at a terminal, with history and completion."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout

from bot.output.terminal import visible
from faq.model import EntryKind, Knowledge
from faq.wording import worded

PROMPT = "質問> "


class TypedLines:
    """The typed lines, until Ctrl-D or `end`; any thread may call its methods."""

    def __init__(
        self,
        knowledge: Callable[[], Knowledge | None],
        *,
        home: Path,
        source: Input | None = None,
        screen: Output | None = None,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        history = home / "history"
        history.touch(mode=0o600)  # questions are nobody else's business
        with history.open("ab"):  # raises before anything is typed
            pass
        self._session: PromptSession[str] = PromptSession(
            history=FileHistory(str(history)),
            completer=ConsoleCompleter(knowledge),
            complete_while_typing=False,
            input=source,
            output=screen,
        )
        self._ended = False

    def __iter__(self) -> Iterator[str]:
        while True:
            try:
                with patch_stdout(raw=True):  # other output goes above the prompt
                    line = self._session.prompt(worded(PROMPT), pre_run=self._leave)
            except KeyboardInterrupt:  # Ctrl-C gives a new line
                continue
            except EOFError:
                return
            yield line

    def end(self) -> None:
        """End as on Ctrl-D, also with a half-typed line."""
        self._ended = True
        if loop := self._session.app.loop:
            loop.call_soon_threadsafe(self._leave)

    def _leave(self) -> None:
        if self._ended and self._session.app.is_running:
            self._session.app.exit(exception=EOFError())


class ConsoleCompleter(Completer):
    """What the Tab key offers: commands after a slash, then ids or categories."""

    def __init__(self, knowledge: Callable[[], Knowledge | None]) -> None:
        self._knowledge = knowledge  # called each time: a reload replaces it, and at first there is none

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield the completions at the cursor; none inside a question."""
        from bot.console.commands import COMMANDS, narrow  # noqa: PLC0415 -- the search, which loads behind the prompt

        name, blank, _ = narrow(document.text_before_cursor.lstrip()).partition(" ")
        if name.startswith("/"):
            commands = ((command.name, worded(command.what)) for command in COMMANDS.values())
            words = {text: visible(meta) for text, meta in (self._arguments(name) if blank else commands)}
            offered = WordCompleter(list(words), meta_dict=words, WORD=True)
            yield from offered.get_completions(document, complete_event)

    def _arguments(self, name: str) -> Iterable[tuple[str, str]]:
        knowledge = self._knowledge()
        entries = knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL) if knowledge else ()
        if name in {"/show", "/expect"}:
            yield from ((entry.id, entry.question) for entry in entries)
        if name == "/expect":
            yield "none", worded("答えるべきでない質問")
        if name == "/list":
            yield from dict.fromkeys((entry.category, worded("分類")) for entry in entries if entry.category)
