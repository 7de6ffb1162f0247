"""`faq new`: an FAQ of one's own, and what it can and cannot do."""

import json
import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from openpyxl import load_workbook
from rich.cells import cell_len

from bot.output.terminal import ExitStatus
from bot.proposals.lacking import OFTEN
from faq.loading.loader import load
from faq.model import About, EntryKind
from faq.problems import EditError
from index.library.topics import topics
from tests.bot.conftest import Faq, contents
from tests.faq.workbooks import book

ROWS = [
    ["初任給はいくらですか", "月額25万円です。期末・勤勉手当は年に2回です。ほかに住居手当があります。"],
    ["勤務時間を教えてください。二交代制ですか、三交代制ですか。", "二交代制です。"],
    ["寮や社宅はありますか", "敷地内に寮があります。"],
    ["第1回の試験日はいつですか", "6月1日です。"],
    ["第2回の試験日はいつですか", "9月1日です。"],
]
PAGE = "<h1>採用Q&A</h1><h2>Q. 寮はありますか</h2><p>あります。</p><h2>Q. 夜勤は何回ですか</h2><p>月に4回です。</p>"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    (tmp_path / "hr.xlsx").write_bytes(book(*ROWS, header=("質問", "回答")))
    return tmp_path / "hr.xlsx"


@pytest.fixture
def _few_are_asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a new FAQ tried with less: with all of what is asked often it takes seconds."""
    monkeypatch.setattr("bot.proposals.lacking.OFTEN", OFTEN[:3])


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_a_new_faq_asks_whose_it_is_and_shows_what_it_can_and_cannot_do(
    faq: Faq, sheet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "use")
    told = faq("new", "mine", "--from", sheet, stdin="青葉病院\n看護師の採用\n\nhttps://example.jp/\n")
    assert told.exit_code == ExitStatus.OK, told.output
    held = load(tmp_path / "mine")
    assert held.about == About(name="青葉病院", covers="看護師の採用", where="https://example.jp/")
    assert [[entry.question, entry.answer] for entry in held.entries] == ROWS
    assert "項目 5件\n" in told.stdout
    assert "このFAQにありそうな" in told.stdout
    assert "「第1回の試験日はいつですか」\n    と「第2回の試験日はいつですか」" in told.stdout
    lacking = told.stdout.split("見あたらない話題")[1].split("次にすること")[0]
    assert "残業時間" in lacking
    for held_topic in ("初任給", "賞与", "住宅手当", "寮", "勤務時間"):
        assert held_topic not in lacking
    shown = told.stdout.split("書き込み")[1].splitlines()
    assert len(shown) <= 24
    assert max(map(cell_len, shown)) <= 80
    steps = [line.split("  ")[1] for line in shown if line.startswith("  faq ")]
    assert steps[:3] == ["faq --faq mine", "faq check mine", "faq publish mine"]
    assert steps[3:] == ["faq suggest --lacking --each --faq mine"]
    said = faq("ask", "使い方", "--faq", "mine").stdout
    assert said.startswith("青葉病院についての質問に")
    assert "https://example.jp/" in said
    assert "「賞与」についての回答は" not in faq("ask", "ボーナスはありますか", "--faq", "mine").stdout
    assert "「退職金」についての回答は" in faq("ask", "退職金はありますか", "--faq", "mine").stdout
    file = tmp_path / "mine" / "entries.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("about:\n", "about:\n  topics: false\n"), "utf-8"
    )
    assert "「退職金」についての" not in faq("ask", "退職金はありますか", "--faq", "mine").stdout


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_what_is_asked_often_and_lacking_is_a_referral_that_hr_only_confirms(
    faq: Faq, sheet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "use")
    assert faq("import", sheet, "--into", "mine", "--yes").exit_code == ExitStatus.OK
    with (tmp_path / "mine" / "entries.yaml").open("a", encoding="utf-8") as knowledge:
        knowledge.write("about: {contact: 人事課}\n")
    monkeypatch.setattr("bot.proposals.lacking.MOST_LACKING", 2)
    proposed = json.loads(faq("suggest", "--lacking", "--faq", "mine", "--json").stdout)["suggestions"]
    assert len(proposed) == 2
    for each in proposed:
        assert (
            each["entry"]["answer"]
            == f"「{each['entry']['topic']}」については、このFAQでは扱っていません。人事課にお尋ねください。"
        )
    ids = {topic.name: topic.id for topic in topics()}
    monkeypatch.setattr("bot.proposals.lacking.OFTEN", [ids[each["entry"]["topic"]] for each in proposed])
    told = faq("suggest", "--lacking", "--each", "--faq", "mine", stdin="n\ny\n")
    assert told.exit_code == ExitStatus.OK, told.output
    confirmed = proposed[1]["entry"]
    (added,) = (entry for entry in load(tmp_path / "mine").entries if entry.kind is EntryKind.REFERRAL)
    assert (added.question, added.topic) == (confirmed["question"], proposed[1]["entry"]["topic"])
    assert "人事課にお尋ねください" in faq("ask", confirmed["also_asked"][0], "--faq", "mine").stdout
    left = json.loads(faq("suggest", "--lacking", "--faq", "mine", "--json").stdout)["suggestions"]
    assert proposed[0]["entry"]["topic"] in {each["entry"]["topic"] for each in left}
    assert proposed[1]["entry"]["topic"] not in {each["entry"]["topic"] for each in left}


@pytest.mark.usefixtures("decides_as_the_product_does", "_few_are_asked_often")
def test_what_an_entry_is_about_is_decided_with_one_key_each(
    faq: Faq, sheet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is refused stays refused, and a proposal in a sheet holds once its mark is taken off."""
    monkeypatch.setenv("FAQ_ENCODER", "use")
    assert faq("new", "mine", "--from", sheet, "--yes").exit_code == ExitStatus.OK
    assert faq("publish", "mine").exit_code == ExitStatus.OK
    shown = faq("--faq", "mine", stdin="/topic\n1\nn\ns\n初任給は\n").stdout
    asked = re.findall(r"「(.+)」の話題はどれですか\(残り (\d)件\)\n  1 (\S+) \d+%", shown)
    assert [left for _, left, _ in asked] == ["5", "4", "3", "2"]
    topics = {entry.question: entry.topic for entry in load(tmp_path / "mine").entries if entry.topic}
    assert topics == {asked[0][0]: asked[0][2], asked[1][0]: "なし"}
    assert "月額25万円" in shown.split("あとで決める")[-1]
    again = faq("--faq", "mine", stdin="/topic\ns\ns\ns\ns\n").stdout
    assert not any(f"「{question}」の話題" in again for question in topics)
    assert "話題を決める項目はありません" in again
    with monkeypatch.context() as closed:
        closed.setattr("bot.console.state.save_topic", Mock(side_effect=EditError("書けません")))
        refused = faq("--faq", "mine", stdin="/topic\n1\n1\n").stdout
    assert (refused.count("書けません"), refused.count("の話題はどれですか")) == (2, 3)
    assert faq("export", "mine", "--proposals", "--output", "out.xlsx").exit_code == ExitStatus.OK
    rows = {entry.question: entry.topic for entry in load(tmp_path / "out.xlsx").entries if entry.topic}
    assert rows == topics
    book = load_workbook(tmp_path / "out.xlsx")
    proposed = [cell for line in book["FAQ"].iter_rows() for cell in line if str(cell.value).endswith("%?")]
    confirmed = str(proposed[0].value).split()[0]
    proposed[0].value, proposed[1].value = str(proposed[0].value).removesuffix("?"), "給与"
    book.save(tmp_path / "out.xlsx")
    told = faq("import", "out.xlsx", "--into", "mine", "--yes")
    assert told.exit_code == ExitStatus.OK, told.output
    assert confirmed in {entry.topic for entry in load(tmp_path / "mine").entries}
    assert "話題「給与」は" in faq("check", "mine").stdout


@pytest.mark.usefixtures("_few_are_asked_often")
def test_a_page_or_nothing_is_enough_to_begin_with(faq: Faq, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f"{PAGE}<h2>Q. 残業はありますか</h2>", encoding="utf-8")
    assert "入れていない質問 1件" in faq("new", "paged", "--from", "page.html", "--yes").stdout
    paged = load(tmp_path / "paged")
    assert [entry.answer for entry in paged.entries] == ["あります。", "月に4回です。"]
    assert paged.about is None
    whose = ("--name", "青葉病院", "--covers", "募集", "--contact", "人事課")
    assert faq("new", "bare", *whose, "--yes").exit_code == ExitStatus.OK
    assert load(tmp_path / "bare").about == About(name="青葉病院", covers="募集", contact="人事課")
    (first,) = load(tmp_path / "bare").entries
    assert first.answer == "募集です。"


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (("--from", "bad.csv", "--yes"), "", "「回答」が空です"),
        (("--from", "long.csv", "--yes"), "", "long.csv 2行 B列: 間違い: 回答がSlackで"),
        (("--from", "gone.xlsx", "--yes"), "", "ファイルもフォルダーもありません"),
        (("--yes", "--name", "あ" * 61), "", "「name」"),
        ((), "青葉病院\n", "--yes"),
    ],
)
def test_what_cannot_be_begun_makes_nothing(
    faq: Faq, tmp_path: Path, arguments: tuple[str, ...], stdin: str, message: str
) -> None:
    (tmp_path / "bad.csv").write_text("質問,回答\n寮は,あります\n夜勤は,\n", encoding="utf-8")
    (tmp_path / "long.csv").write_text(f"質問,回答\n寮は,{'長' * 3001}\n", encoding="utf-8")
    told = faq("new", "mine", *arguments, stdin=stdin)
    assert told.exit_code == ExitStatus.FAILURE
    assert message in told.stderr
    assert not (tmp_path / "mine").exists()


def test_a_folder_with_something_in_it_is_left_alone(faq: Faq, sheet: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.txt").write_text("覚え")
    told = faq("new", "mine", "--from", sheet, "--yes")
    assert (told.exit_code, list(contents(tmp_path / "mine"))) == (ExitStatus.FAILURE, ["README.txt"])
