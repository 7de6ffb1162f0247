"""The FAQ is published anew under a bot that goes on answering: whole, through the gate, or not at all."""

import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.output.exit_status import ExitStatus
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Person, SlackDouble
from tests.slack.processes import is_sign, no_signs, process

ASKED = "職場の服装はどんな感じですか"
BEFORE, AFTER, LATER = "ジャケットの人が多くいます", "スーツの人もいます", "制服はありません"
HELD = "  - {q: 職場の服装はどんな感じですか, gold: [clothes], answer_has: [服装は自由]}\n"


@dataclass
class Running:
    """The bot's process, what it tells whoever runs it, and the file that it serves."""

    slack: SlackDouble
    process: "subprocess.Popen[str]"
    file: Path
    anna: Person
    told: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Read what it tells, line by line, until it ends."""
        assert self.process.stderr
        for line in self.process.stderr:
            with self.slack.workspace.changed:
                self.told.append(line)
                self.slack.workspace.changed.notify_all()

    def tells(self, pattern: str) -> str:
        """Wait for a line, and return it."""
        self.slack.until(lambda: [line for line in self.told if re.search(pattern, line)])
        return next(line for line in self.told if re.search(pattern, line))

    def rewrite(self, old: str, new: str) -> None:
        """Save the file with other words."""
        self.file.write_text(self.file.read_text("utf-8").replace(old, new), "utf-8")

    def answers(self, text: str) -> None:
        """Ask, and wait for that answer to be the latest thing before the candidate."""
        before = len(self.anna.sees())
        self.anna.says(ASKED)
        self.slack.until(lambda: len(self.anna.sees()) == before + 2 and text in self.anna.conversation())
        assert text in self.anna.conversation().split(ASKED)[-1]


@contextmanager
def started(slack: SlackDouble, knowledge: Path, *arguments: str) -> Iterator[Running]:
    """Run the bot as an office does, until it is told to end."""
    file = knowledge / "faq.yaml"
    file.write_text(file.read_text("utf-8") + HELD, "utf-8")
    with process(slack, knowledge, *arguments) as popen:
        running = Running(slack, popen, file, slack.person("安奈"))
        listener = threading.Thread(target=running.listen)
        listener.start()
        try:
            running.tells("質問を待っています")
            yield running
            popen.send_signal(signal.SIGTERM)
            running.tells("終わります")
            assert popen.wait(PATIENCE_SECONDS) == ExitStatus.OK
        finally:
            popen.kill()
            listener.join(PATIENCE_SECONDS)
    assert not any("Traceback" in line for line in running.told)


@pytest.fixture(params=["--watch", "SIGHUP"])
def running(request: pytest.FixtureRequest, slack: SlackDouble, knowledge: Path) -> Iterator[Running]:
    """Run it; what is saved is published because it is watched, or because of a signal."""
    watched = request.param == "--watch"
    with started(slack, knowledge, *(["--watch"] if watched else [])) as found:
        if not watched:
            save = found.rewrite

            def rewrite(old: str, new: str) -> None:
                save(old, new)
                found.process.send_signal(signal.SIGHUP)

            found.rewrite = rewrite  # type: ignore[method-assign]
        yield found


def test_what_is_saved_is_in_the_next_answer(running: Running) -> None:
    running.answers(BEFORE)
    running.rewrite(BEFORE, AFTER)
    running.tells("^公開しました.*変更 1件: clothes")
    running.answers(AFTER)


def test_a_broken_file_leaves_the_old_answers_and_says_where_it_is_broken(running: Running) -> None:
    running.rewrite("also_asked: [スーツで", "also_askd: [スーツで")
    told = running.tells("公開しませんでした")
    assert re.search(r"faq\.yaml:\d+", told)
    assert "also_asked" in told
    assert "のまま続けます" in told
    running.answers(BEFORE)
    running.rewrite("also_askd", "also_asked")
    running.rewrite(BEFORE, AFTER)
    running.tells("^公開しました.*変更 1件: clothes")
    running.answers(AFTER)


def test_what_the_gate_refuses_leaves_the_old_answers_and_says_which_question_it_is(running: Running) -> None:
    running.rewrite(BEFORE, AFTER)
    running.tells("^公開しました")
    running.rewrite("服装は自由で", "服装は決まっていて")
    told = running.tells("^公開しませんでした")
    assert f"「{ASKED}」" in told
    running.answers(AFTER)


def test_who_is_in_hand_while_the_file_changes_and_the_process_ends_is_answered(
    slack: SlackDouble, knowledge: Path
) -> None:
    no_signs(slack)
    with started(slack, knowledge, "--watch") as running:
        gate = slack.hold("chat.postMessage", when=lambda body: not is_sign(body))
        running.anna.says(ASKED)
        slack.until(lambda: gate.waiting)
        running.rewrite(BEFORE, LATER)
        running.tells("^公開しました")
        running.process.send_signal(signal.SIGTERM)
        running.tells("終わります")
        gate.open()
    assert BEFORE in running.anna.conversation()
    assert LATER not in running.anna.conversation()
