"""What the README and its pages show is what a person sees."""

import re
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from bot.cli import COMMANDS, GROUPS, app
from bot.proposals.lacking import OFTEN
from bot.slack.manifest import Profile, scopes
from tests.bot.conftest import KNOWLEDGE
from tests.faq.workbooks import book
from tests.slack.session import session

ROOT = Path(__file__).parents[1]
README, SLACK = ROOT / "README.md", ROOT / "docs" / "slack.md"
PAGES = [README, ROOT / "README.ja.md", *(ROOT / "docs").glob("*.md")]
PROMPT = "質問> "


TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}


def shown(page: Path, mark: str) -> str:
    """Return the block that a page shows under a mark."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", TEXTS[page], re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder and a home of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FAQ_PATH", raising=False)


@pytest.mark.usefixtures("builtin_home")
def test_the_transcript_is_what_the_console_says() -> None:
    """The console says the same when its input is piped, but for the prompt."""
    lines = shown(README, "transcript").splitlines()
    typed = [line.removeprefix(PROMPT) for line in lines if line.startswith(PROMPT)]
    said = CliRunner().invoke(app, ["chat"], input="\n".join(typed), prog_name="faq").stdout
    assert said.split() == [word for line in lines if not line.startswith(PROMPT) for word in line.split()]


def test_the_session_in_slack_is_what_its_command_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Word for word, but for the names of releases, which change with every version of what builds them."""
    told = shown(SLACK, "session")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    said, written = (re.sub(r"\b[0-9a-f]{12}\b", "RELEASE", text) for text in ("\n".join(session()), told))
    assert said.rstrip() == written.rstrip()
    assert max(map(cell_len, told.splitlines())) <= 80


def test_every_command_is_in_the_table() -> None:
    names = {*COMMANDS, *GROUPS}
    table = TEXTS[README].split("## Commands")[1].split("`--faq PATH`", maxsplit=1)[0]
    assert {name for name in names if f"`faq {name}" not in table} == set()


def test_every_scope_has_its_reason() -> None:
    table = TEXTS[SLACK].split("| scope |")[1]
    told = set(re.findall(r"^\| `([a-z_]+(?::[a-z]+)?)` \| \S", table, re.MULTILINE))
    assert told == set(scopes(Profile.AGENT))


def test_every_file_that_a_page_links_to_or_names_is_there() -> None:
    links = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)#:]+)\)", TEXTS[page])]
    named = set(re.findall(r"`((?:faq|index|bot|tests)/[\w/]*(?:\.\w+)?)`", "".join(TEXTS.values())))
    assert links
    assert named
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []
    assert {each for each in named if not (ROOT / each).exists()} == set()


def test_the_library_opens_an_faq_and_answers_as_the_page_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my-faq").mkdir()
    (tmp_path / "my-faq" / "faq.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    exec(shown(ROOT / "docs" / "architecture.md", "library"), {})  # noqa: S102 -- the page's own lines
    assert capsys.readouterr().out.startswith("answer ('clothes',) ")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Run the commands that a page shows under a mark; returns what each said."""
    monkeypatch.setattr("bot.proposals.lacking.OFTEN", OFTEN[:3])  # of all of them it takes seconds

    def run(page: Path, mark: str, before: Callable[[str], str]) -> list[str]:
        said = []
        for line in shown(page, mark).splitlines():
            _, *arguments = shlex.split(line, comments=True)
            result = CliRunner().invoke(app, arguments, input=before(arguments[0]), prog_name="faq")
            assert result.exit_code == 0, result.output
            said.append(result.stdout)
        return said

    return run


def test_the_way_to_an_faq_of_ones_own_works_as_written(
    written: Callable[..., list[str]], tmp_path: Path
) -> None:
    rows = [("夜勤は何回ですか", "月に4回です。"), ("寮はありますか", "あります。")]
    (tmp_path / "faq.xlsx").write_bytes(book(*map(list, rows), header=("質問", "回答")))
    typed = {"new": "青葉病院\n\n人事係\n\n", "--faq": "使い方\n"}
    said = written(README, "own", lambda command: typed.get(command, ""))
    assert "項目 2件" in said[0]
    assert said[1].startswith("青葉病院についての質問に、")


def test_the_way_of_hr_from_a_sheet_to_a_corrected_answer_works_as_written(
    written: Callable[..., list[str]], tmp_path: Path
) -> None:
    """Each line of the Japanese page, with a person who says yes; the sheet is corrected before the fourth."""
    pairs = [
        ("在宅勤務はどのくらいできますか", "月に2.5日です。"),
        ("服装は自由ですか", "自由です。"),
        ("転勤はありますか", "ありません。"),
    ]

    def typed(command: str) -> str:
        if command in {"new", "import"}:
            rows = [[str(number), *pair, "覚え"] for number, pair in enumerate(pairs, 1)]
            (tmp_path / "採用FAQ.xlsx").write_bytes(book(*rows, header=("番号", "ご質問", "ご回答", "備考")))
            pairs[0] = (pairs[0][0], "月に3日です。")
        return "みなと市役所\n\n人事課\n\n" if command == "new" else "y\n"

    said = written(ROOT / "README.ja.md", "path", typed)
    assert said[2].startswith("月に2.5日です。")
    assert "回答 旧「月に〔2.5〕日です。」\n           新「月に〔3〕日です。」" in said[3]
    now = CliRunner().invoke(app, ["ask", "在宅勤務はできますか", "--faq", "my-faq"])
    assert now.stdout.startswith("月に3日です。")
