"""A whole session in a pseudo-terminal of 80 columns, and the line that a person types, over a pipe."""

import re
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.cells import cell_len

from bot.console.prompt import ConsoleCompleter, TypedLines
from bot.console.state import ConsoleState
from bot.output.tables import wrap
from bot.output.terminal import ExitStatus
from tests.bot.conftest import Faq, edit
from tests.patience import PATIENCE_SECONDS

Open = Callable[..., "pexpect.spawn[str]"]

PROMPT = "質問>"
COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3[0-8]|9[0-7])[;m]")


@pytest.fixture
def terminal(environment: dict[str, str], folder: Path, tmp_path: Path) -> Iterator[Open]:
    """Run a command on the folder in a terminal, and wait for a text; it is ended with the test."""
    opened: list[pexpect.spawn[str]] = []
    settings = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "FAQ_HOME": str(tmp_path / "home")}

    def run(*arguments: str, awaited: str = PROMPT) -> "pexpect.spawn[str]":
        child = pexpect.spawn(
            sys.executable,
            ["-m", "bot", *arguments, "--faq", str(folder)],
            env={**environment, **settings},
            encoding="utf-8",
            dimensions=(40, 80),
            timeout=PATIENCE_SECONDS,
            cwd=tmp_path,
        )
        opened.append(child)
        child.expect_exact(awaited)
        return child

    yield run
    for child in opened:
        child.close(force=True)


def test_who_waits_for_an_answer_is_told_what_takes_so_long(terminal: Open) -> None:
    child = terminal("ask", "私服でもよいですか", awaited="索引を作っています")
    child.expect_exact("服装は自由で")
    child.expect(pexpect.EOF)


def say(child: "pexpect.spawn[str]", line: str, expected: str) -> str:
    """Type a line, wait for that text and the next prompt, and return what was written up to there."""
    child.send(f"{line}\r")
    child.expect_exact(expected)
    before = child.before or ""
    child.expect_exact(PROMPT)
    return f"{before}{expected}{child.before}"


def test_a_person_asks_looks_why_and_leaves(terminal: Open) -> None:
    child = terminal()
    assert "/help" in child.before
    say(child, "在宅勤務はどのくらいできますか", "平均すると週に1日から2日ほどです。")
    assert COLOUR.search(say(child, "私服でもよいですか", "を過ぎています。"))
    say(child, "/why", "合計")
    say(child, "[bold]研修[/研修]はありますか", "[bold]基礎[/bold]から学ぶ[/研修]があります。␛[31m赤␛[0m")
    child.send("消える行\x03")
    child.send("/show cl\t")
    child.expect_exact("othes")  # completed
    say(child, "", "服装は自由で")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0


def test_a_faq_that_cannot_be_served_ends_the_console_and_says_why(terminal: Open, folder: Path) -> None:
    """The prompt was there before the files were read."""
    edit(folder, "question: ", "qestion: ")
    child = terminal()
    child.expect_exact("間違い")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == ExitStatus.FAILURE


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_a_hangup_signal_and_a_saved_file_publish_and_tell_it_above_the_prompt(
    faq: Faq, terminal: Open, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    assert faq("publish", folder).exit_code == ExitStatus.OK
    edit(folder, "服装は自由で", "服装は何でもよく")
    child = terminal("chat", "--watch")
    child.expect_exact("未公開の変更があります。/reload で公開します。")
    child.expect_exact(PROMPT)
    child.kill(signal.SIGHUP)
    child.expect_exact("公開しました(")
    child.expect_exact(PROMPT)
    say(child, "私服でもよいですか", "服装は何でもよく")
    edit(folder, "服装は自由で", "服装はとても自由で")
    child.expect_exact("公開しました(")
    child.expect_exact(PROMPT)
    say(child, "私服でもよいですか", "服装はとても自由で")


def test_closing_the_terminal_publishes_nothing_and_ends_the_console(
    terminal: Open, folder: Path, tmp_path: Path
) -> None:
    """It sends the same signal as a request to publish, with the files perhaps half edited."""
    child = terminal()
    edit(folder, "服装は自由で", "服装は何でもよく")
    child.ptyproc.fileobj.close()  # pexpect's own closing sends further signals after a tenth of a second
    ended = threading.Thread(target=child.ptyproc.wait, daemon=True)
    ended.start()
    ended.join(PATIENCE_SECONDS)
    assert not ended.is_alive()
    assert not (tmp_path / "home" / "published").exists()


def test_the_history_outlasts_the_console_and_is_nobody_elses(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"

    def typed(keys: str) -> list[str]:
        with create_pipe_input() as pipe:
            pipe.send_text(keys)
            return list(TypedLines(lambda: None, home=home, source=pipe, screen=DummyOutput()))

    assert typed("消える\x03前の質問\r\x03\x04") == ["前の質問"]
    assert typed("\x1b[A\r\x04") == ["前の質問"]
    assert stat.S_IMODE((home / "history").stat().st_mode) == 0o600
    (home / "history").unlink()
    (home / "history").mkdir()
    with pytest.raises(
        IsADirectoryError
    ):  # of which the command line tells: at the prompt it would be a traceback
        typed("\x04")


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("/e", ["/expect", "/eval"]),
        ("/show re", ["remote-work"]),
        ("/show\u3000re", ["remote-work"]),
        ("/expect ", ["remote-work", "clothes", "training", "salary", "none"]),
        ("/expect remote-work cl", ["clothes"]),
        ("/list 研", ["研修"]),
        ("re", []),
        ("在宅 /", []),
    ],
)
def test_commands_ids_and_categories_are_completed(
    state: ConsoleState, before: str, offered: list[str]
) -> None:
    completer = ConsoleCompleter(lambda: state.release.knowledge)
    found = list(completer.get_completions(Document(before), CompleteEvent()))
    assert [completion.text for completion in found] == offered


TEXT = st.text(st.sampled_from("あ漢カ字。、」)「(ーっabc 12%-"), max_size=60)


@given(TEXT, st.integers(4, 40))
def test_no_piece_is_too_wide_and_no_character_is_lost(line: str, width: int) -> None:
    pieces = wrap(line, width)
    assert all(cell_len(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == line.replace(" ", "")
