"""A whole session in a pseudo-terminal of 80 columns."""

import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from tests.bot.conftest import KNOWLEDGE
from tests.patience import PATIENCE_SECONDS

Open = Callable[..., "pexpect.spawn[str]"]

PROMPT = "質問>"
COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3[0-8]|9[0-7])[;m]")


@pytest.fixture
def console(environment: dict[str, str], folder: Path, tmp_path: Path) -> Iterator[Open]:
    """Open a console on the folder; it is closed with the test."""
    opened: list[pexpect.spawn[str]] = []

    def open_console(*arguments: str, **more: str) -> "pexpect.spawn[str]":
        terminal = {
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "FAQ_HOME": str(tmp_path / "home"),
            **more,
        }
        child = pexpect.spawn(
            sys.executable,
            ["-m", "bot.cli", *arguments, "--faq", str(folder)],
            env={**environment, **terminal},
            encoding="utf-8",
            dimensions=(40, 80),
            timeout=PATIENCE_SECONDS,
            cwd=tmp_path,
        )
        opened.append(child)
        child.expect_exact(PROMPT)
        return child

    yield open_console
    for child in opened:
        child.close(force=True)


def say(child: "pexpect.spawn[str]", line: str, expected: str) -> str:
    """Type a line, wait for that text and the next prompt, and return what was written up to there."""
    child.send(f"{line}\r")
    child.expect_exact(expected)
    before = child.before or ""
    child.expect_exact(PROMPT)
    return f"{before}{expected}{child.before}"


def edit(folder: Path, old: str, new: str) -> None:
    """Replace a text of the knowledge as editors do: beside the file, then in its place."""
    assert old in KNOWLEDGE
    partial = folder / ".partial"
    partial.write_text(KNOWLEDGE.replace(old, new), encoding="utf-8")
    partial.replace(folder / "faq.yaml")


def test_a_person_asks_looks_why_and_leaves(console: Open) -> None:
    child = console()
    assert "/help" in child.before
    say(child, "在宅勤務はどのくらいできますか", "平均すると週に1日から2日ほどです。")
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


def test_colours_are_shown_and_left_out_on_request(console: Open) -> None:
    wanted = "見直し期限(2020年1月31日)を過ぎています。"
    assert COLOUR.search(say(console("chat"), "私服でもよいですか", wanted))
    assert not COLOUR.search(say(console("chat", "--no-color"), "私服でもよいですか", wanted))
    assert not COLOUR.search(say(console("chat", NO_COLOR="1"), "私服でもよいですか", wanted))


def test_a_hangup_signal_publishes_and_tells_it_above_the_prompt(console: Open, folder: Path) -> None:
    child = console()
    say(child, "私服でもよいですか", "服装は自由で")
    edit(folder, "服装は自由で", "服装は何でもよく")
    child.kill(signal.SIGHUP)
    child.expect_exact("公開しました(")
    child.expect_exact(PROMPT)
    say(child, "私服でもよいですか", "服装は何でもよく")


def test_watching_publishes_what_is_saved(console: Open, folder: Path) -> None:
    child = console("chat", "--watch")
    edit(folder, "服装は自由で", "服装は何でもよく")
    child.expect_exact("公開しました(")
    child.expect_exact(PROMPT)
    say(child, "私服でもよいですか", "服装は何でもよく")
    edit(folder, "id: training", "id: clothes")
    child.expect_exact("公開しませんでした。前の内容(")
    child.expect_exact(PROMPT)
    say(child, "私服でもよいですか", "服装は何でもよく")


def test_closing_the_terminal_publishes_nothing_and_ends_the_console(
    console: Open, folder: Path, tmp_path: Path
) -> None:
    """It sends the same signal as a request to publish, with the files perhaps half edited."""
    child = console()
    edit(folder, "服装は自由で", "服装は何でもよく")
    child.ptyproc.fileobj.close()  # pexpect's own closing sends further signals after a tenth of a second
    ended = threading.Thread(target=child.ptyproc.wait, daemon=True)
    ended.start()
    ended.join(PATIENCE_SECONDS)
    assert not ended.is_alive()
    assert not (tmp_path / "home" / "published").exists()


def test_a_console_whose_files_differ_says_so(console: Open, folder: Path) -> None:
    child = console()
    edit(folder, "服装は自由で", "服装は何でもよく")
    say(child, "/reload", "公開しました(")
    edit(folder, "服装は自由で", "服装はまったく自由で")
    assert "未公開の変更があります。/reload で公開します。" in (console().before or "")
