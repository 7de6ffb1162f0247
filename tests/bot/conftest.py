import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import bot
from bot.cli import app
from bot.console.state import ConsoleState
from bot.serving.live_release import LiveRelease
from bot.serving.publication import carry_out
from bot.settings import Settings
from tests.bot.deciding import _decides_by_words, decides_as_the_product_does  # noqa: F401 -- fixtures

ROOT = Path(bot.__file__).parents[1]

KNOWLEDGE = r"""about: {name: みなと市役所, contact: 人事課}
source: {title: Meetupレポート, publisher: 採用課, as_of: 2025-02-18}
entries:
  - id: remote-work
    category: 働き方
    question: 在宅勤務はどのくらいできますか
    also_asked: [テレワークの頻度は, 家で働ける日は何日, How often can I work from home?]
    answer: |
      在宅勤務は、平均すると週に1日から2日ほどです。
      部署の仕事によって変わります。
    speaker: 安藤(課長)
    related: [clothes]
  - id: clothes
    category: 働き方
    question: 職場の服装はどんな感じですか
    also_asked: [スーツで通うのですか, 私服でもよいですか, ネクタイは要りますか]
    answer: 服装は自由で、ジャケットの人が多くいます。
    review_by: 2020-01-31
  - id: training
    category: 研修
    question: どのような研修がありますか
    also_asked: [入庁後の研修制度は, 勉強会はありますか, 技術を学ぶ講座は]
    answer: "[bold]基礎[/bold]から学ぶ[/研修]があります。\e[31m赤\e[0m"
  - id: salary
    kind: referral
    category: 給与
    question: 給料はいくらですか
    also_asked: [年収はどのくらい, 月給の額は, 初任給を知りたい]
    answer: 給料は、このFAQでは扱っていません。採用サイトをご覧ください。
  - id: hello
    kind: smalltalk
    question: こんにちは
    answer: こんにちは。ご質問をどうぞ。
"""

Faq = Callable[..., Result]


def edit(folder: Path, old: str = "", new: str = "", more: str = "") -> None:
    """Write the knowledge with one text replaced and entries added, as editors do: beside it, then in its place."""
    assert old in KNOWLEDGE
    partial = folder / ".partial"
    partial.write_text(KNOWLEDGE.replace(old, new, 1).rstrip() + "\n" + more, encoding="utf-8")
    partial.replace(folder / "faq.yaml")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all tests, so that each knowledge set is compiled once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "知識"
    folder.mkdir()
    (folder / "faq.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    return folder


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """Return the environment of a person without settings; by words alone, which needs no model to be loaded."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FAQ_", "PYTHON", "NO_COLOR", "COLUMNS"))
    }
    return {**kept, "FAQ_HOME": str(home), "FAQ_ENCODER": "none", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


@pytest.fixture
def faq(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faq:
    """Run the command in this process, and what it publishes: arguments in; output, error output, exit status out."""
    monkeypatch.setattr("bot.serving.publication.beside", lambda act, *given: act(*given))
    monkeypatch.chdir(tmp_path)  # no .env of the checkout
    monkeypatch.setenv("FAQ_HOME", str(home))
    monkeypatch.delenv("FAQ_PATH", raising=False)

    def run(*arguments: str | Path, stdin: str | bytes = b"") -> Result:
        return CliRunner().invoke(
            app, [str(argument) for argument in arguments], input=stdin, prog_name="faq"
        )

    return run


@pytest.fixture
def state(folder: Path, home: Path) -> ConsoleState:
    settings = Settings.model_validate({"home": home, "encoder": "none"})
    live = LiveRelease(folder, lambda: date(2025, 6, 1), settings, carry_out=carry_out)
    return ConsoleState(live, live.today)
