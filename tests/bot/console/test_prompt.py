"""The line that a person types, over a pipe that stands in for the terminal."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.console.prompt import ConsoleCompleter, typed_lines
from bot.console.state import State

ENTER, CTRL_C, CTRL_D, UP, BACKSPACE, LEFT = "\r", "\x03", "\x04", "\x1b[A", "\x7f", "\x1b[D"

Typed = Callable[..., list[str]]


@pytest.fixture
def pipe() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


@pytest.fixture
def typed(pipe: PipeInput, state: State, tmp_path: Path) -> Typed:
    """Press keys; returns the lines that arrive until Ctrl-D."""

    def press(keys: str, home: Path = tmp_path / "mine") -> list[str]:
        pipe.send_text(keys)
        return list(
            typed_lines(lambda: state.release.knowledge, home=home, source=pipe, screen=DummyOutput())
        )

    return press


def test_lines_arrive_as_they_were_typed_until_ctrl_d(typed: Typed) -> None:
    assert typed(f"在宅は？{ENTER}/list 働き方{ENTER}{CTRL_D}") == ["在宅は？", "/list 働き方"]


def test_wide_characters_are_edited_as_one(typed: Typed) -> None:
    assert typed(f"在宅勤務{BACKSPACE}{LEFT}{BACKSPACE}{ENTER}{CTRL_D}") == ["在勤"]


def test_ctrl_c_clears_the_line_and_stays(typed: Typed) -> None:
    assert typed(f"消える{CTRL_C}残る{ENTER}{CTRL_C}{CTRL_D}") == ["残る"]


def test_the_history_outlasts_the_console_and_is_nobody_elses(typed: Typed, tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    typed(f"前の質問{ENTER}{CTRL_D}", home)
    assert typed(f"{UP}{ENTER}{CTRL_D}", home) == ["前の質問"]
    assert stat.S_IMODE((home / "history").stat().st_mode) == 0o600


def test_without_a_place_for_the_history_the_console_works_all_the_same(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert typed(f"質問{ENTER}{CTRL_D}", tmp_path / "file") == ["質問"]


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("/e", ["/expect", "/eval"]),
        ("\uff0fsh", ["/show"]),
        ("/show re", ["remote-work"]),
        ("/show\u3000re", ["remote-work"]),
        ("/expect ", ["remote-work", "clothes", "training", "salary", "hello", "none"]),
        ("/expect remote-work cl", ["clothes"]),
        ("/list 働", ["働き方"]),
        ("/list 案", ["案内"]),
        ("/why ", []),
        ("re", []),
        ("在宅 /", []),
    ],
)
def test_commands_ids_and_categories_are_completed(state: State, before: str, offered: list[str]) -> None:
    completer = ConsoleCompleter(lambda: state.release.knowledge)
    found = list(completer.get_completions(Document(before), CompleteEvent()))
    assert [completion.text for completion in found] == offered
    assert all(before.endswith(before[len(before) + each.start_position :]) for each in found)


def test_a_completion_replaces_what_was_typed_of_it(state: State) -> None:
    completer = ConsoleCompleter(lambda: state.release.knowledge)
    (found,) = completer.get_completions(Document("/show re"), CompleteEvent())
    assert "/show re"[: found.start_position] + found.text == "/show remote-work"


def test_ids_come_from_the_knowledge_that_is_served_now(state: State) -> None:
    knowledge = state.release.knowledge
    completer = ConsoleCompleter(lambda: knowledge)
    knowledge = knowledge.model_copy(update={"entries": knowledge.entries[:1]})
    found = completer.get_completions(Document("/show "), CompleteEvent())
    assert [completion.text for completion in found] == ["remote-work"]
