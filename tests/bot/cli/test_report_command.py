import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from rich.cells import cell_len
from selectolax.lexbor import LexborHTMLParser

from bot.journal.journal import Journal
from bot.journal.question_record import now
from bot.output.exit_status import ExitStatus
from bot.settings import Settings
from tests.bot.conftest import Faq
from tests.bot.journal.builders import asked

ASKED = {
    "在宅勤務はどのくらいできますか": ("answer", ["remote-work"]),
    "給料はいくらですか": ("referral", ["salary"]),
    "犬を飼えますか": ("unknown", []),
    "犬は飼えますか": ("unknown", []),
    "山田です。駐車場は": ("unknown", []),
}
KEYS = [
    "release", "journal", "since", "until", "asked", "batch", "replies", "good", "bad", "step", "parts", "entries",
    "unreached", "unreached_referrals", "unanswered", "untold", "leaning", "near_misses", "groups", "handovers",
]  # fmt: skip


@pytest.fixture
def asking(faq: Faq, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faq:
    """Return the command with a journal of the test's own, in which there are some questions."""
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    monkeypatch.setenv("FAQ_DATABASE_URL", url)
    with Journal(Settings(home=home, database_url=SecretStr(url)), complain=pytest.fail) as journal:
        for text, (reply, entries) in ASKED.items():
            journal.record(asked(text, reply=reply, entries=entries, at=now()))
    return faq


def reported(faq: Faq, folder: Path, *arguments: str) -> dict[str, Any]:
    result = faq("report", "--faq", folder, "--json", *arguments)
    assert (result.exit_code, result.stdout.count("\n")) == (ExitStatus.OK, 1)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_json_has_what_was_asked_under_keys_that_stay(asking: Faq, folder: Path) -> None:
    found = reported(asking, folder, "--since", "7d")
    assert list(found) == KEYS
    assert (found["asked"], found["journal"], found["step"], len(found["parts"])) == (5, "masked", "day", 7)
    assert found["replies"] == {"answer": 1, "choices": 0, "referral": 1, "unknown": 3, "smalltalk": 0}
    assert found["parts"][-1]["asked"] == 5
    assert [entry["id"] for entry in found["entries"]] == ["remote-work", "salary"]
    assert found["unreached"] == ["clothes", "training"]
    dogs, fish = found["groups"]
    assert (dogs["times"], {each["text"] for each in dogs["questions"]}) == (
        2,
        {"犬を飼えますか", "犬は飼えますか"},
    )
    assert fish["representative"] == "〔氏名〕です。駐車場は"


def test_the_console_shows_it_in_eighty_columns(asking: Faq, folder: Path) -> None:
    result = asking("report", "--faq", folder, "--groups", "1")
    assert result.exit_code == ExitStatus.OK
    lines = result.stdout.splitlines()
    assert lines[0].startswith("質問の報告 保存している最も古い質問から")
    assert "答えられなかった質問(3件、2組)" in lines
    assert "ほかに1組(1件)があります(--groups N で増やせます)。" in lines
    assert max(map(cell_len, lines)) <= 80


def test_the_page_is_a_file(asking: Faq, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "報告.html"
    result = asking("report", "--faq", folder, "--html", file)
    assert (result.exit_code, result.stdout) == (ExitStatus.OK, "")
    assert str(file) in result.stderr
    html = LexborHTMLParser(file.read_text(encoding="utf-8"))
    assert len(html.css("figure svg")) == 3


def test_a_page_that_cannot_be_written_is_told(asking: Faq, folder: Path, tmp_path: Path) -> None:
    result = asking("report", "--faq", folder, "--html", tmp_path / "none" / "report.html")
    assert (result.exit_code, result.stdout) == (ExitStatus.FAILURE, "")
    assert "書けません" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_journal_the_report_says_so(
    asking: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept before is still reported."""
    monkeypatch.setenv("FAQ_JOURNAL", "off")
    assert reported(asking, folder)["journal"] == "off"
    assert "質問を記録していません(FAQ_JOURNAL=off)" in asking("report", "--faq", folder).stdout


@pytest.mark.parametrize(
    "arguments", [("--since", "yesterday"), ("--json", "--html", "x.html"), ("--groups", "-1")]
)
def test_a_wrong_command_line_is_told(faq: Faq, arguments: tuple[str, ...]) -> None:
    result = faq("report", *arguments)
    assert (result.exit_code, result.stdout) == (ExitStatus.USAGE, "")
    assert arguments[0] in result.stderr
