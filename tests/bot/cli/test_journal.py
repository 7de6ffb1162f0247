"""`faq journal`: what is kept of a question, and how to be rid of it."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.journal.journal import EventOutcome, Journal
from bot.journal.question_record import now, whoever_runs_this
from bot.journal.questions import Rating
from bot.output.terminal import ExitStatus
from bot.settings import Settings
from tests.bot.conftest import Faq
from tests.bot.journal.builders import asked

STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
CLOTHES = "私服でもよいですか"


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a journal of its own; what is compiled stays in the home of all."""
    for name in ("FAQ_JOURNAL", "FAQ_JOURNAL_DAYS", "FAQ_JOURNAL_KEY"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "mine.db"
    monkeypatch.setenv("FAQ_DATABASE_URL", f"sqlite:///{file}")
    return file


@pytest.fixture
def journal(own: Path, tmp_path: Path) -> Journal:
    given = Settings.model_validate({"home": tmp_path, "database_url": f"sqlite:///{own}"})
    return Journal(given, complain=pytest.fail)


def exported(faq: Faq, *more: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in faq("journal", "export", *more).stdout.splitlines()]


def test_a_question_of_the_command_line_is_journalled_masked(faq: Faq, folder: Path) -> None:
    before = faq("ask", f"山田太郎です。{CLOTHES}\u202e", "--faq", folder)
    assert (before.exit_code, before.stderr) == (ExitStatus.NOT_ANSWERED, "")
    head, text = faq("journal", "tail").stdout.splitlines()
    assert re.match(rf"{STAMP} console \[わからない\] 確信度 \d\.\d\d \d+ms 版 [0-9a-f]{{12}}$", head)
    assert text == f"  〔氏名〕です。{CLOTHES}\\u202e"
    assert "1件" in faq("journal", "forget", whoever_runs_this()).stdout


def test_the_console_writes_to_it_with_what_leaned_on_what_was_said(faq: Faq, folder: Path) -> None:
    faq("chat", "--faq", folder, stdin="在宅勤務はどのくらいできますか\nそれは毎週?\n/quit\n")
    lines = exported(faq)
    assert [(line["channel"], line["text"], line["follows"]) for line in lines] == [
        ("console", "在宅勤務はどのくらいできますか", False),
        ("console", "それは毎週?", True),
    ]
    assert len({line["person"] for line in lines}) == 1


def test_the_policy_says_what_is_kept_and_until_when(faq: Faq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_JOURNAL_DAYS", "400")
    assert "質問から400日\n" in faq("journal", "policy").stdout
    monkeypatch.setenv("FAQ_JOURNAL", "counts")
    monkeypatch.setenv("FAQ_JOURNAL_DAYS", "5")
    policy = faq("journal", "policy").stdout
    assert "質問の文と質問者は保存しない。" in policy
    assert "最後の発言から5日" in policy


def test_of_several_faqs_in_one_home_each_has_its_own_questions(
    faq: Faq, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "他.csv"
    other.write_text("質問,回答\nバスはありますか,あります。\n", encoding="utf-8")
    for path, question in ((folder, "在宅勤務はどのくらいできますか"), (other, "バスはありますか")):
        assert faq("publish", path).exit_code == ExitStatus.OK
        faq("ask", question, "--faq", path)
    assert [each["text"] for each in exported(faq, "--faq", str(other))] == ["バスはありますか"]
    assert len(exported(faq)) == 2
    told = faq("journal", "tail", "--faq", folder, "-n", "1").stdout
    assert ("在宅勤務" in told, "バス" in told) == (True, False)


@pytest.mark.parametrize(
    "url", ["sqlite:////dev/null/journal.db", "postgresql://u:hidden@127.0.0.1:1/d", "none"]
)
def test_without_a_journal_the_answer_comes_and_one_line_says_why(
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("FAQ_DATABASE_URL", url)
    result = faq("ask", CLOTHES, "--faq", folder)
    assert result.exit_code == ExitStatus.OK
    assert result.stdout.startswith("服装は自由で")
    (line,) = result.stderr.splitlines()
    looked = faq("journal", "tail")
    assert (looked.exit_code, looked.stdout) == (ExitStatus.FAILURE, "")
    for told in (line, looked.stderr):
        assert re.search("記録を開けません|FAQ_DATABASE_URL", told)
        assert "hidden" not in told


def test_the_tail_has_the_newest_last_with_their_feedback(faq: Faq, journal: Journal) -> None:
    with journal:
        for minutes, text in enumerate(("一つ目", "二つ目\n続き", "三つ目")):
            question = asked(text, at=now() + timedelta(minutes=minutes))
            journal.record(question)
        journal.questions.rate(question.id, "U1", Rating.BAD, at=now(), comment="違う")
    shown = faq("journal", "tail", "-n", "2").stdout.splitlines()
    assert shown[1] == "  二つ目 続き"
    assert shown[2].endswith("0123456789ab 👎")
    assert shown[3:] == ["  三つ目", "  「違う」"]


def test_an_export_as_csv_commands_nothing(faq: Faq, journal: Journal) -> None:
    with journal:
        journal.record(asked('=HYPERLINK("x"),"引用"', entries=("a", "b"), at=now()))
    raw = faq("journal", "export", "--csv").stdout_bytes
    assert raw.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert row["text"] == '\'=HYPERLINK("x"),"引用"'
    assert (row["entries"], row["follows"], row["good"]) == ("a b", "0", "0")


def test_purging_tells_what_went_and_is_itself_recorded(faq: Faq, journal: Journal) -> None:
    with journal:
        journal.record(asked(at=now()))
        journal.events.add("A1", "reload", EventOutcome.DONE, at=now() - timedelta(days=200))
        assert faq("journal", "purge").stdout == "削除しました: 1件\n"
        assert faq("journal", "purge").stdout == "期限の過ぎたものはありません。\n"
    first, second = faq("journal", "events").stdout.splitlines()
    assert first.endswith(" purge [done] 1件")
    assert second.endswith(" purge [done] 0件")


def test_forgetting_tells_what_went_but_not_of_whom_and_what_stays(
    faq: Faq, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal:
        for user in ("U1", "U1", "U2"):
            journal.record(asked(user=user, at=now()))
    result = faq("journal", "forget", "U1")
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")
    assert result.stdout == "削除しました: 2件\n"
    with journal:
        assert len(journal.questions.last(9)) == 1
    told = faq("journal", "events").stdout
    assert "forget [done]" in told
    assert "U1" not in told
    with journal:
        journal.handovers.open("k", user="U1", question="q", at=now())
    kept = faq("journal", "forget", "U1")
    assert (kept.exit_code, "引き継ぎが1件残っています" in kept.stderr) == (ExitStatus.FAILURE, True)
    monkeypatch.setenv("FAQ_JOURNAL_KEY", "another")
    other = faq("journal", "forget", "U2")
    assert (other.exit_code, f"{now():%Y-%m}" in other.stderr) == (ExitStatus.FAILURE, True)
