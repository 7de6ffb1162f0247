import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.output.exit_status import ExitStatus
from tests.bot.conftest import Faq, Spawn


def test_the_answer_goes_to_standard_output_with_its_source(faq: Faq, folder: Path) -> None:
    result = faq("ask", "在宅勤務はどのくらいできますか", "--faq", folder)
    assert result.stdout == (
        "在宅勤務は、平均すると週に1日から2日ほどです。\n"
        "部署の仕事によって変わります。\n"
        "(出典: 採用課「Meetupレポート」 / 安藤(課長) / 2025年2月18日時点)\n"
    )
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("私服でもよいですか", ExitStatus.OK),
        ("こんにちは", ExitStatus.OK),
        ("給料はいくらですか", ExitStatus.NOT_ANSWERED),
        ("ブラックホールの質量", ExitStatus.NOT_ANSWERED),
    ],
)
def test_the_exit_status_tells_whether_it_was_answered(
    faq: Faq, folder: Path, question: str, status: ExitStatus
) -> None:
    result = faq("ask", "--faq", folder, question)
    assert result.exit_code == status
    assert result.stdout.strip()


def test_json_is_one_object_with_the_parts_of_the_contract(faq: Faq, folder: Path) -> None:
    result = faq("ask", "給料はいくらですか", "--json", "--faq", folder)
    reply = json.loads(result.stdout)
    assert list(reply) == ["id", "thread", "q", "reply", "ids", "confidence", "ranking", "release", "text"]
    assert (reply["reply"], reply["ids"], reply["id"]) == ("referral", ["salary"], None)
    assert result.exit_code == ExitStatus.NOT_ANSWERED


def test_an_answer_cannot_command_the_terminal(faq: Faq, folder: Path) -> None:
    result = faq("ask", "どのような研修がありますか", "--faq", folder)
    assert result.stdout.startswith("[bold]基礎[/bold]から学ぶ[/研修]があります。␛[31m赤␛[0m\n")


def test_the_built_in_faq_answers_half_width_katakana_and_refers_what_it_does_not_know(faq: Faq) -> None:
    assert json.loads(faq("ask", "ﾃﾚﾜｰｸできますか？", "--json").stdout)["ids"] == ["remote-work"]
    assert json.loads(faq("ask", "給料はいくら", "--json").stdout)["reply"] == "referral"


@pytest.mark.parametrize("flag_first", [True, False])
def test_the_flag_wins_over_the_setting(
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch, *, flag_first: bool
) -> None:
    monkeypatch.setenv("FAQ_PATH", str(folder / "missing"))
    flag, command = ("--faq", folder), ("ask", "私服でもよいですか")
    arguments = (*flag, *command) if flag_first else (*command, *flag)
    assert faq(*arguments).exit_code == ExitStatus.OK


def test_the_setting_names_the_knowledge(faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_PATH", str(folder))
    assert faq("ask", "私服でもよいですか").stdout.startswith("服装は自由で")


def test_knowledge_that_cannot_be_served_is_told_without_a_traceback(spawn: Spawn, folder: Path) -> None:
    (folder / "faq.yaml").write_text(
        "entries:\n  - id: a\n    qestion: 何\n    answer: それ\n", encoding="utf-8"
    )
    result = spawn("ask", "何", "--faq", folder)
    assert result.returncode == ExitStatus.FAILURE
    assert result.stdout == ""
    assert "did you mean 'question'?" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_command_line_exits_with_2(faq: Faq) -> None:
    result = faq("ask")
    assert (result.exit_code, result.stdout) == (ExitStatus.USAGE, "")


def test_asking_imports_neither_the_console_nor_slack(folder: Path, environment: dict[str, str]) -> None:
    """An answer is there in well under a second; each of these would cost a part of it."""
    heavy = ("prompt_toolkit", "rich", "slack_bolt", "slack_sdk", "hypothesis", "faq.check")
    code = (
        "import sys; from bot.cli import app\n"
        f"try: app(['ask', '私服でもよいですか', '--faq', {str(folder)!r}])\n"
        f"except SystemExit: print([name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        encoding="utf-8",
    )
    assert result.stdout.splitlines()[-1] == "[]"
