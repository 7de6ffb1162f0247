"""`faq backup`, `faq restore`: taken and put back while the journal is in use."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.journal.journal import Journal
from bot.journal.outbox import OutboxMessage
from bot.journal.question_record import Channel, QuestionRecord
from bot.output.terminal import ExitStatus
from bot.settings import Settings
from tests.bot.conftest import Faq

ASKED = "職場の服装はどんな感じですか"
AT = datetime.now(tz=UTC)


@pytest.fixture
def place(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FAQ_DATABASE_URL", url)
    newest = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
    monkeypatch.setenv("PATH", f"{newest}:{os.environ['PATH']}")  # of the server's version
    return tmp_path


def test_what_was_asked_published_and_is_still_to_be_sent_comes_back_while_the_journal_is_in_use(
    faq: Faq, folder: Path, place: Path, url: str
) -> None:
    assert faq("publish", folder).exit_code == ExitStatus.OK
    before = json.loads(faq("ask", "--json", "--faq", folder, ASKED).stdout)
    settings = Settings(home=place / "home", database_url=SecretStr(url))
    with Journal(settings, complain=pytest.fail) as running:
        asked = QuestionRecord(ASKED, Channel.SLACK_DM, "U1", "answer", ("clothes",), 0.9, "r", 1.0)
        running.record(asked)
        running.outbox.plan(OutboxMessage("m1", "lane", "post", {}), at=AT)
        kept = running.questions.last(9)
        done = faq("backup", place / "kept")
        assert done.exit_code == ExitStatus.OK, done.stderr
        assert (place / "kept").stat().st_mode & 0o777 == 0o600
        for name in ("releases", "published"):
            shutil.rmtree(place / "home" / name)
        running.record(QuestionRecord("あとの質問", Channel.SLACK_DM, "U1", "unknown", (), 0.1, "r", 1.0))
        (folder / "faq.yaml").write_text("entries: []", "utf-8")
        assert faq("restore", place / "kept", stdin="n\n").exit_code == ExitStatus.FAILURE
        back = faq("restore", place / "kept", "--yes")
        assert back.exit_code == ExitStatus.OK, back.stderr
        assert (running.questions.last(9), kept[-1].text) == (kept, ASKED)
        assert json.loads(faq("ask", "--json", "--faq", folder, ASKED).stdout) == before
        (delivery,) = running.outbox.claim(at=AT)
        assert delivery.attempts == 2  # so it is looked for before it is sent
        running.record(asked)


def test_what_is_no_backup_changes_nothing(faq: Faq, folder: Path, place: Path) -> None:
    assert faq("publish", folder).exit_code == ExitStatus.OK
    assert faq("backup", place / "kept").exit_code == ExitStatus.OK
    whole = (place / "kept").read_bytes()
    before = {file: file.read_bytes() for file in (place / "home").rglob("*.json*")}
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for content in (b"", b"no", whole[:-1], whole[:-99], whole[: len(whole) // 2], flipped):
        (place / "kept").write_bytes(content)
        refused = faq("restore", place / "kept", "--yes")
        assert (refused.exit_code, "バックアップ" in refused.stderr) == (ExitStatus.FAILURE, True)
    assert {file: file.read_bytes() for file in (place / "home").rglob("*.json*")} == before
    assert "読み書きできません" in faq("restore", place / "none", "--yes").stderr
    assert "読み書きできません" in faq("backup", place / "none" / "kept").stderr
