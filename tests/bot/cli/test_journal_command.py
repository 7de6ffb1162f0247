import csv
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.journal.events import Outcome
from bot.journal.journal import Journal
from bot.journal.question_record import now
from bot.journal.questions import Rating
from bot.output.exit_status import ExitStatus
from bot.serving.operator import whoever_runs_this
from bot.settings import Settings
from tests.bot.conftest import Faq
from tests.bot.journal.builders import asked

STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


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
    given = Settings(home=tmp_path, database_url=f"sqlite:///{own}")  # type: ignore[arg-type]  # pydantic hides it
    return Journal(given, complain=pytest.fail)


def test_a_question_of_the_command_line_is_journalled_masked(faq: Faq, folder: Path) -> None:
    asked_text = "山田太郎です。私服でもよいですか\u202e"
    before = faq("ask", asked_text, "--faq", folder)
    assert before.stderr == ""
    kind = {ExitStatus.OK: "answer clothes", ExitStatus.NOT_ANSWERED: "[a-z]+.*"}[
        ExitStatus(before.exit_code)
    ]
    tail = faq("journal", "tail").stdout
    head, text = tail.splitlines()
    assert re.match(rf"{STAMP.pattern} console \[{kind}\] 確信度 \d\.\d\d \d+ms 版 [0-9a-f]{{12}}$", head)
    assert text == "  〔氏名〕です。私服でもよいですか\\u202e"


@pytest.mark.parametrize(("mode", "kept"), [("off", 0), ("counts", 1), ("masked", 1)])
def test_the_setting_rules_what_is_kept(
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch, mode: str, kept: int
) -> None:
    monkeypatch.setenv("FAQ_JOURNAL", mode)
    assert faq("ask", "私服でもよいですか", "--faq", folder).exit_code == ExitStatus.OK
    lines = [json.loads(line) for line in faq("journal", "export").stdout.splitlines()]
    assert len(lines) == kept
    assert [line["text"] for line in lines] == (
        [] if not kept else ["私服でもよいですか" if mode == "masked" else None]
    )


def test_the_console_writes_to_it_with_what_leaned_on_what_was_said(faq: Faq, folder: Path) -> None:
    shown = faq("chat", "--faq", folder, stdin="在宅勤務はどのくらいできますか\nそれは毎週?\n/quit\n")
    assert "平均すると" in shown.stdout
    lines = [json.loads(line) for line in faq("journal", "export", "--jsonl").stdout.splitlines()]
    assert [(line["channel"], line["text"], line["follows"]) for line in lines] == [
        ("console", "在宅勤務はどのくらいできますか", False),
        ("console", "それは毎週?", True),
    ]
    assert len({line["person"] for line in lines}) == 1


@pytest.mark.parametrize("wanted", [False, True])
def test_an_evaluation_is_journalled_on_request_only(faq: Faq, folder: Path, *, wanted: bool) -> None:
    line = '{"q": "私服でもよいですか"}\n'
    faq("batch", "--faq", folder, *(["--journal"] if wanted else []), stdin=line * 3)
    kept = [json.loads(each) for each in faq("journal", "export").stdout.splitlines()]
    assert [(each["channel"], each["person"]) for each in kept] == [("batch", None)] * (3 if wanted else 0)


@pytest.mark.parametrize(
    "url", ["sqlite:////dev/null/journal.db", "postgresql://u:hidden@127.0.0.1:1/d", "nonsense"]
)
def test_without_a_journal_the_answer_comes_and_one_line_says_why(
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("FAQ_DATABASE_URL", url)
    result = faq("ask", "私服でもよいですか", "--faq", folder)
    assert result.exit_code == ExitStatus.OK
    assert result.stdout.startswith("服装は自由で")
    (line,) = result.stderr.splitlines()
    assert re.search("記録を開けません|FAQ_DATABASE_URL", line)
    assert "hidden" not in line


def test_a_command_about_the_journal_tells_why_it_cannot(faq: Faq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_DATABASE_URL", "mysql://u:hidden@h/d")
    result = faq("journal", "tail")
    assert (result.exit_code, result.stdout) == (ExitStatus.FAILURE, "")
    assert "mysql は使えません" in result.stderr
    assert "hidden" not in result.stderr


def test_the_policy_says_what_is_kept_and_until_when(
    faq: Faq, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal:
        journal.record(asked())
    monkeypatch.setenv("FAQ_JOURNAL_DAYS", "400")
    policy = faq("journal", "policy").stdout
    assert policy.startswith("記録の方針(FAQ_JOURNAL=masked、FAQ_JOURNAL_DAYS=400)\n")
    assert "質問から400日。現在 0件" in policy  # NOW lies further back: purged when it was written
    assert "完了するまで(期限なし)" in policy
    assert "鍵はデータベースの中にあります。" in policy
    monkeypatch.setenv("FAQ_JOURNAL", "counts")
    monkeypatch.setenv("FAQ_JOURNAL_DAYS", "5")
    monkeypatch.setenv("FAQ_JOURNAL_KEY", "hidden")
    policy = faq("journal", "policy").stdout
    assert "質問の文と質問者は保存しない。" in policy
    assert "最後の発言から5日" in policy
    assert "データベースだけでは質問者を確かめられません。" in policy
    assert "hidden" not in policy


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


def test_csv_opens_in_a_spreadsheet_and_commands_nothing(faq: Faq, journal: Journal) -> None:
    with journal:
        journal.record(asked('=HYPERLINK("x"),"引用"', entries=("a", "b"), at=now()))
    raw = faq("journal", "export", "--csv").stdout_bytes
    assert raw.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert row["text"] == '\'=HYPERLINK("x"),"引用"'
    assert (row["entries"], row["follows"], row["good"]) == ("a b", "0", "0")


def test_a_span_of_days_is_exported(faq: Faq, journal: Journal) -> None:
    with journal:
        journal.record(asked("今日", at=now()))
    today = f"{now().astimezone():%Y-%m-%d}"
    assert len(faq("journal", "export", "--since", today).stdout.splitlines()) == 1
    assert faq("journal", "export", "--until", today).stdout == ""
    assert faq("journal", "export", "--csv", "--jsonl").exit_code == ExitStatus.USAGE
    assert faq("journal", "export", "--since", "yesterday").exit_code == ExitStatus.USAGE


def test_purging_tells_what_went_and_is_itself_recorded(faq: Faq, journal: Journal) -> None:
    with journal:
        journal.record(asked(at=now()))
        journal.events.add("A1", "reload", Outcome.DONE, at=now() - timedelta(days=200))
        assert faq("journal", "purge").stdout == "削除しました: 管理の操作 1件\n"
        assert faq("journal", "purge").stdout == "期限の過ぎたものはありません。\n"
        assert [event.what for event in journal.events.last(9)] == ["purge", "purge"]


def test_forgetting_tells_what_went_but_not_of_whom(faq: Faq, journal: Journal) -> None:
    with journal:
        for user in ("U1", "U1", "U2"):
            journal.record(asked(user=user, at=now()))
    result = faq("journal", "forget", "U1")
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")
    assert "質問 2件" in result.stdout
    with journal:
        assert len(journal.questions.last(9)) == 1
        assert "U1" not in str(journal.events.last(9))


def test_a_hand_over_that_stays_is_told(faq: Faq, journal: Journal) -> None:
    with journal:
        journal.handovers.open("k", user="U1", question="q", at=now())
    result = faq("journal", "forget", "U1")
    assert result.exit_code == ExitStatus.FAILURE
    assert "引き継ぎが1件残っています" in result.stderr


def test_months_under_another_secret_are_told(
    faq: Faq, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal:
        journal.record(asked(at=now()))
    monkeypatch.setenv("FAQ_JOURNAL_KEY", "another")
    result = faq("journal", "forget", "U1")
    assert result.exit_code == ExitStatus.FAILURE
    assert f"{now():%Y-%m}" in result.stderr


def test_the_console_s_person_is_whoever_runs_it(faq: Faq, folder: Path) -> None:
    faq("ask", "私服でもよいですか", "--faq", folder)
    assert "質問 1件" in faq("journal", "forget", whoever_runs_this()).stdout


def test_the_reply_is_written_before_a_database_is_even_imported(
    folder: Path, environment: dict[str, str], own: Path
) -> None:
    """SQLAlchemy costs a fifth of a second."""
    code = (
        "import sys; from bot.cli import app\n"
        "from bot.cli import ask\n"
        "heavy = lambda: 'sqlalchemy' in sys.modules\n"
        "echo = ask.typer.echo\n"
        "ask.typer.echo = lambda text, **rest: echo(f'{heavy()}', **rest)\n"
        f"try: app(['ask', '私服でもよいですか', '--faq', {str(folder)!r}])\n"
        "except SystemExit: print(heavy())"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**environment, "FAQ_DATABASE_URL": f"sqlite:///{own}"},
        check=False,
        encoding="utf-8",
    )
    assert (result.stdout.splitlines(), result.stderr) == (["False", "True"], "")
