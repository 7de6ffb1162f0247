"""Each screen of HR and admins is whole in one language: Japanese, or English where `FAQ_LANG` or `LANG` says so."""

import re
from pathlib import Path

import pytest

from bot.cli import COMMANDS, GROUPS
from bot.console.commands import COMMANDS as CONSOLE
from tests.bot.conftest import Faq
from tests.faq.workbooks import book

# No entry has two hiragana in a row, nor three English words: what has is the program's.
FAQ = """about: {name: 港市役所, covers: 募集、勤務, contact: 人事課}
entries:
  - id: overtime
    category: 勤務
    question: 残業時間
    also_asked: [残業, 時間外労働]
    answer: 月20時間。
    review_by: 2020-01-31
  - {id: bonus, category: 給与, question: 賞与, also_asked: [賞与回数, 年間賞与], answer: 年2回。, related: [overtime]}
expectations:
  - {q: 残業時間, gold: [overtime]}
  - {q: 賞与回数, gold: [bonus]}
  - {q: 駐車場料金, gold: []}
"""
PROPOSAL = """faq: {faq}
by: 鈴木
at: 2026-04-01T09:00:00+09:00
base: '0'
phrasing: {{entry: overtime, text: 月間残業}}
questions: [{{q: 月間残業, times: 2}}]
"""
PAGE = "<h1>採用</h1><h2>面接回数?</h2><p>2回。</p>"
SCREENS = """
check faq
check broken --all
check none
doctor --faq faq
ask 残業時間 --faq faq
ask 残業時間 --faq none
publish faq
publish faq
publish broken
publish changed
publish changed --force --reason 急
publish --force
releases --faq faq
releases --faq broken
rollback --faq faq
diff --faq changed
replay 残業時間 --release 0000
eval --faq faq --errors
eval --faq faq --published
eval --faq faq --learning-curve asked.jsonl
tune --faq faq --questions asked.jsonl
export faq --to xlsx --output written.xlsx
export faq --like written.xlsx --output filled.xlsx
import office.xlsx --faq faq
import office.xlsx --into faq < s
import other.xlsx --faq faq
import page.html
new mine --from office.xlsx < 港市役所
new another --yes
init example
suggest --faq faq
proposals --all
approve p1 < n
reject p2 --reason 未定
approve p9
report --faq faq
report --faq faq --html report.html
journal policy
journal tail
journal events
journal export
journal purge
journal forget U01
backup kept
backup none/kept
restore faq/faq.yaml --yes
restore kept < n
restore kept --yes
slack run
slack doctor
chat --faq faq < 残業時間|/why|/show overtime|/show|/show x|/list|/list x|/expect overtime|/expect none|/eval
chat --faq faq < /why|/reload|/new|/why|/help|/x
chat --faq changed < 賞与|/expect|/reload|/reload 1|/reload --force 急|/eval|/topic|/quit
"""
FOR_PROGRAMS = {"batch", "manifest"}
COMMAND = re.compile(r"`[^`]*`|faq [-\w./= ]+")


@pytest.fixture
def _office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faq: Faq) -> None:
    """Make an FAQ, one that is worse, one with mistakes, sheets, labelled questions and proposals."""
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FAQ_ENCODER", "none")
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    broken = FAQ.replace("answer: 年2回。", "anser: 年2回。").replace("[overtime]}", "[absent]}")
    for name, text in (("faq", FAQ), ("changed", FAQ), ("broken", broken)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "faq.yaml").write_text(text, encoding="utf-8")
    rows = (("残業時間", "月30時間。", "x"), ("賞与の回数", "年2回。", ""), ("面接", "2回。", ""))
    (tmp_path / "office.xlsx").write_bytes(book(*rows, header=("質問", "回答", "備考")))
    (tmp_path / "other.xlsx").write_bytes(book(("面接", "2回。", "x"), header=("質問", "回答", "備考")))
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    asked = (
        '{"q": "残業時間", "gold": ["overtime"]}\n',
        '{"q": "寮", "gold": []}\n',
        '{"q": "賞与", "gold": ["bonus"]}\n',
    )
    (tmp_path / "asked.jsonl").write_text("".join(asked) * 20, encoding="utf-8")
    proposals = tmp_path / "home" / "proposals"
    proposals.mkdir(parents=True)
    for name in ("p1", "p2"):
        text = PROPOSAL.format(faq=tmp_path / "faq")
        (proposals / f"{name}.yaml").write_text(text, encoding="utf-8")
    faq("publish", "changed")
    worse = FAQ.replace(
        "残業時間, also_asked: [残業, 時間外労働]", "有給休暇, also_asked: [年休日数, 夏季休暇]"
    )
    (tmp_path / "changed" / "faq.yaml").write_text(worse, encoding="utf-8")


@pytest.mark.usefixtures("_office")
@pytest.mark.parametrize(
    ("spoken", "other"),
    [("en", "[ぁ-ん]{2}"), ("ja", "[a-z]{2,} [a-z]{2,} [a-z]{2,}")],
    ids=["English", "Japanese"],
)
def test_every_command_and_every_command_of_the_console_speaks_one_language(
    faq: Faq, monkeypatch: pytest.MonkeyPatch, spoken: str, other: str
) -> None:
    """Under LANG=en_US a Japanese screen held English errors."""
    monkeypatch.setenv("FAQ_LANG", spoken)
    mixed, run = [], set()
    for screen in SCREENS.strip().splitlines():
        typed, _, stdin = screen.partition(" < ")
        run |= {*typed.split()[:2], *re.findall(r"/[a-z]+", stdin)}
        result = faq(*typed.split(" "), stdin=stdin.replace("|", "\n") + "\n")
        assert isinstance(result.exception, SystemExit | None), screen
        shown = COMMAND.sub("", result.output)
        mixed += [f"{screen}: {line}" for line in shown.splitlines() if re.search(other, line)]
    page = Path("report.html").read_text(encoding="utf-8")
    mixed += [line for line in page.splitlines() if spoken == "en" and re.search(other, line)]
    assert mixed == []
    groups = {command.__name__ for _, commands in GROUPS.values() for command in commands}
    assert {*COMMANDS, *groups, *CONSOLE} - FOR_PROGRAMS - run == set()
