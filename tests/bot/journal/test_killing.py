"""A process that is killed, as by the machine, at whatever it is doing."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.bot.journal.builders import state_of
from tests.bot.journal.conftest import OpenJournal

WORKS = """
import sys
from pathlib import Path
from pydantic import SecretStr
from bot.journal.question_record import QuestionRecord, Channel, now
from bot.journal.journal import Journal
from bot.journal.handovers import HandoverState
from bot.journal.outbox import OutboxMessage
from bot.settings import Settings

settings = Settings(home=Path(sys.argv[2]), database_url=SecretStr(sys.argv[1]))
journal = Journal(settings, complain=lambda line: print(line, file=sys.stderr))
number = 0
while True:
    number += 1
    key = f"question {number}"
    journal.accept(OutboxMessage(key, "U1", "question", {}), at=now(), seen=[key])
    record = QuestionRecord(key, Channel.SLACK_DM, "U1", "unknown", (), 0.1, "r", 1.0)
    journal.finish(key, at=now(), receipt="C1:1", record=record)
    opened = journal.handovers.open(
        f"form {number}", user="U1", question=key, at=now(),
        tell=lambda handover: [OutboxMessage(f"card {handover.id}", "hr", "card", {})],
    )
    journal.handovers.move(
        opened.id, HandoverState.ANSWERED, who="H1", key=f"answer {number}", at=now(), text="回答です",
        tell=lambda handover: [OutboxMessage(f"reply {handover.id}", "U1", "reply", {})],
    )
    print(key, opened.id, flush=True)
"""


def test_a_kill_loses_nothing_that_was_kept_and_leaves_nothing_half_kept(
    url: str, tmp_path: Path, environment: dict[str, str], open_journal: OpenJournal
) -> None:
    line = [sys.executable, "-c", WORKS, url, str(tmp_path)]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, text=True, env=environment, encoding="utf-8"
    ) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGKILL)
        told += [line for line in process.stdout if line.endswith("\n")]
    journal = open_journal()
    for key, _, handover_id in (line.strip().rpartition(" ") for line in told):
        assert state_of(journal.database, key) == "done"
        assert journal.handovers.find(handover_id).state == "answered"
    recorded = {kept.text for kept in journal.questions.between()}
    for number in range(1, len(told) + 3):
        key = f"question {number}"
        assert (state_of(journal.database, key) == "done") == (key in recorded)
    for handover in journal.handovers.unfinished():
        answered = handover.state == "answered"
        assert len(handover.steps) == 1 + answered
        assert state_of(journal.database, f"card {handover.id}") == "waiting"
        assert (state_of(journal.database, f"reply {handover.id}") == "waiting") == answered
