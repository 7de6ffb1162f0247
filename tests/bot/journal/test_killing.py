"""A process that is killed, as by the machine, at whatever it is doing."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.journal.journal import Journal
from bot.journal.outbox import DeliveryState
from tests.bot.journal.conftest import OpenJournal
from tests.patience import PATIENCE_SECONDS

BEGIN = """
import sys
from pathlib import Path
from pydantic import SecretStr
from bot.journal.question_record import QuestionRecord, Channel, now
from bot.journal.journal import Journal
from bot.journal.handover import HandoverState
from bot.journal.outbox import OutboxMessage
from bot.settings import Settings

def say(*words):
    print(*words, flush=True)

settings = Settings(home=Path(sys.argv[2]), database_url=SecretStr(sys.argv[1]))
journal = Journal(settings, complain=lambda line: print(line, file=sys.stderr))
"""
HAND_OVERS = """
number = 0
while True:
    number += 1
    key = f"{sys.argv[3]}-{number}"
    journal.record(QuestionRecord("q", Channel.SLACK_DM, "U1", "unknown", (), 0.1, "r", 1.0))
    opened = journal.handovers.open(
        key, user="U1", question=f"{key}の質問", channel="slack-dm", at=now(),
        tell=lambda handover: [OutboxMessage(f"card {handover.key}", "hr", "card", {"id": handover.id})],
    )
    say("opened", key, opened.id)
    journal.handovers.move(
        opened.id, HandoverState.ANSWERED, who="H1", key=f"answer {key}", at=now(), text="回答です",
        tell=lambda handover: [OutboxMessage(f"reply {handover.key}", "U1", "reply", {})],
    )
    say("answered", key, opened.id)
"""
FLUSHED = """
for number in range(50):
    journal.record(QuestionRecord(f"質問{number}", Channel.CONSOLE, "U1", "answer", (), 0.9, "r", 1.0))
journal.flush()
say("flushed")
while True:
    journal.record(QuestionRecord("後", Channel.CONSOLE, "U1", "answer", (), 0.9, "r", 1.0))
"""
NOT_CLOSED = """
journal.record(QuestionRecord("最後の質問", Channel.CONSOLE, "U1", "answer", (), 0.9, "r", 1.0))
"""
KILLS = 5


@contextmanager
def running(code: str, *arguments: str, env: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    line = [sys.executable, "-c", BEGIN + code, *arguments]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=env, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_kill_loses_no_hand_over_and_nothing_that_is_to_be_told(
    url: str, tmp_path: Path, environment: dict[str, str], open_journal: OpenJournal
) -> None:
    """What was said to be durable is there, whole; what was not said is there whole or not at all."""
    chance = random.Random(20250601)  # noqa: S311 -- not for secrets
    told: list[list[str]] = []
    for run in range(KILLS):
        with running(HAND_OVERS, url, str(tmp_path), str(run), env=environment) as process:
            assert process.stdout
            told += [process.stdout.readline().split() for _ in range(chance.randrange(1, 12))]
            process.send_signal(signal.SIGKILL)
            told += [line.split() for line in process.stdout if line.endswith("\n")]
    journal = open_journal()
    assert len(told) > KILLS
    for what, key, name in told:
        handover = journal.handovers.find(name)
        assert handover.question == f"{key}の質問"
        assert what == "opened" or handover.state.value == "answered"
    for handover in journal.handovers.unfinished():
        answered = handover.state.value == "answered"
        assert len(handover.steps) == 1 + answered
        assert journal.outbox.state(f"card {handover.key}") is DeliveryState.WAITING
        assert (journal.outbox.state(f"reply {handover.key}") is DeliveryState.WAITING) == answered


def test_a_kill_leaves_every_question_that_was_written(
    url: str, tmp_path: Path, environment: dict[str, str], journal: Journal
) -> None:
    with running(FLUSHED, url, str(tmp_path), env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == "flushed\n"
        process.send_signal(signal.SIGKILL)
    texts = [kept.text for kept in journal.questions.between()]
    assert texts[:50] == [f"質問{number}" for number in range(50)]


@pytest.mark.parametrize("ending", ["", "raise SystemExit(3)", "raise RuntimeError"])
def test_a_process_that_ends_by_itself_loses_nothing(
    url: str, tmp_path: Path, environment: dict[str, str], journal: Journal, ending: str
) -> None:
    """Even where nobody closed the journal."""
    line = [sys.executable, "-c", f"{BEGIN}{NOT_CLOSED}{ending}", url, str(tmp_path)]
    subprocess.run(line, env=environment, check=False, capture_output=True, timeout=PATIENCE_SECONDS)
    assert [kept.text for kept in journal.questions.last(9)] == ["最後の質問"]
