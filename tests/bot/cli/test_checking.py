"""`faq check`: every problem of a knowledge set, with its place."""

import json
import runpy
from pathlib import Path

import pytest

from bot.output.terminal import ExitStatus
from tests.bot.conftest import Faq
from tests.faq.workbooks import book, row

GOOD = """\
about: {name: みなと市役所}
entries:
  - id: remote-work
    question: テレワークはどのくらいできますか
    also_asked: [テレワークの頻度は, 家で働ける日は]
    answer: テレワークの頻度は、週に1日ほどです。
"""
STRAY = """\
  - id: clothes
    question: 職場の服装は
    also_asked: [スーツで通うのですか, テレワークの頻度, 靴は, 髪は, ネクタイは]
    answer: 自由です。
  - {id: courses, question: 研修は, also_asked: [講習は, 勉強会は], answer: あります。}
  - {id: interview, question: 面接は, also_asked: [面接官は, 面談は], answer: あります。}
  - {id: salary, question: 給料は, also_asked: [年収は, 月給は], answer: あります。}
  - {id: promotion, question: 昇任は, also_asked: [昇進は, 管理職は], answer: あります。}
"""
WRONG = """\
  - id: training
    question: 研修はありますか
    also_aksed: [勉強会は]
    answer: あります。
  - id: training
    question: 研修は
    answer: あります。
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "faq.yaml"


def test_every_problem_is_told_with_its_place_and_a_summary_and_in_json(faq: Faq, file: Path) -> None:
    file.write_text(GOOD + WRONG, encoding="utf-8")
    result = faq("check", file)
    assert result.stdout.splitlines() == [
        "公開を止めるもの 2件",
        f"  {file}:9: 「also_aksed」というキーはありません",
        "    → 「also_asked」ではありませんか。",
        f"  {file}:11: id「training」は {file}:7 でもう使われています",
        "    → どちらかのidを変えてください(想定質問はidで項目を指します)。",
        f"{file}: 間違い2件、注意0件",
    ]
    machine = faq("check", file, "--json")
    report = json.loads(machine.stdout)
    assert (report["errors"], report["warnings"]) == (2, 0)
    assert [problem["line"] for problem in report["problems"]] == [9, 11]
    assert set(report["problems"][0]) == {"file", "line", "severity", "kind", "what", "remedy"}
    assert result.exit_code == machine.exit_code == ExitStatus.FAILURE


def test_a_phrasing_that_reaches_another_entry_is_a_warning_with_its_line(faq: Faq, file: Path) -> None:
    file.write_text(GOOD + STRAY, encoding="utf-8")
    result = faq("check", "--faq", file)
    title, told, _, summary = result.stdout.splitlines()
    assert title == "応募者が気づくもの 1件"
    assert told.startswith(f"  {file}:9: 「clothes」の聞き方「テレワークの頻度」は、「remote-work」の")
    assert summary == f"{file}: 間違い0件、注意1件"
    assert result.exit_code == ExitStatus.OK
    assert faq("check", "--faq", file, "--strict").exit_code == ExitStatus.FAILURE


def test_figures_that_contradict_each_other_are_a_warning_at_the_second_answer(faq: Faq, file: Path) -> None:
    other = "  - id: life\n    question: 働き方\n    also_asked: [暮らし, 毎日]\n"
    file.write_text(f"{GOOD}{other}    answer: テレワークの頻度は、週2日です。\n", encoding="utf-8")
    _, told, remedy, summary = faq("check", file).stdout.splitlines()
    assert (
        told
        == f"  {file}:10: 「life」では「週2日」、{file}:6 の「remote-work」では「週に1日ほど」となっています"
    )
    assert remedy == "    → そろえるか、何が違うのかを両方に書いてください。"
    assert summary.endswith("間違い0件、注意1件")


def test_nothing_wrong_is_one_line(faq: Faq, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(GOOD, encoding="utf-8")
    result = faq("check", file, "--strict")
    assert (result.stdout, result.exit_code) == (f"{file}: 間違い0件、注意0件\n", ExitStatus.OK)
    monkeypatch.setenv("FAQ_PATH", str(file))
    assert faq("check", "--strict").stdout == result.stdout


def test_a_workbook_is_checked_with_the_count_of_its_rows(faq: Faq, tmp_path: Path) -> None:
    (tmp_path / "hr.xlsx").write_bytes(book(row("a"), row("b", 回答=None)))
    _, problem, _, count, summary = faq("check", tmp_path / "hr.xlsx").stdout.splitlines()
    assert " シート『採用』3行 E列: 「回答」が空です" in problem
    assert count == "行 2 = 読んだ行 1 + 報告した行 1"
    assert summary.endswith("間違い1件、注意0件")


def test_the_files_can_be_checked_without_the_search(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["faq", str(file)])
    for text, places, status in ((GOOD + WRONG, [f"{file}:9", f"{file}:11"], True), (GOOD, [], False)):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("faq", run_name="__main__")
        assert [line.split(": ")[0] for line in capsys.readouterr().out.splitlines()] == places
        assert ended.value.code is status


BROKEN = "entries:\n" + "".join(
    f"  - {{id: e{n}, question: {thing}は, answer: 答え{n}}}\n"
    for n, thing in enumerate(("社宅", "昇給", "残業", "研修", "服装"))
)


def test_causes_come_before_their_consequences_and_a_kind_with_many_places_is_one_line(
    faq: Faq, tmp_path: Path
) -> None:
    """One file in another encoding used to give an error for each question about its entries, and itself last."""
    (tmp_path / "b.yaml").write_bytes(BROKEN.encode("cp932"))
    (tmp_path / "a.yaml").write_text(GOOD + BROKEN.replace("id: e", "id: f")[len("entries:\n") :])
    lines = [json.dumps({"q": f"x{n}", "gold": [f"e{n}"]}) for n in range(5)]
    (tmp_path / "expectations.jsonl").write_text("\n".join(lines))
    title, cause, remedy, consequences, rest, few, _, more, summary = faq(
        "check", tmp_path
    ).stdout.splitlines()
    assert (title, rest) == ("公開を止めるもの 1件", "そのほか 5件")
    assert cause == f"  {tmp_path}/b.yaml:2: 文字コードがUTF-8ではありません(CP932 (Shift_JIS) のようです)"
    assert remedy == "    → 文字コード UTF-8 を選んで、保存し直してください。"
    assert "ほかに5件あります" in consequences
    file = tmp_path / "a.yaml"
    assert few == f"  {file}:7、{file}:8、{file}:9 ほか2件: 「f0」の聞き方が1通りしかありません"
    assert "--all" in more
    assert summary == f"{tmp_path}: 間違い6件、注意5件"
    every = faq("check", tmp_path, "--all").stdout
    assert all(f"「{name}{n}」" in every for name in "ef" for n in range(5))


def test_other_answers_to_the_same_question_are_an_error_until_one_is_marked(faq: Faq, file: Path) -> None:
    """Three entries with 20, 30 and 40 万円 used to be served as one of them, whichever the search liked.

    They are told once: that their questions are the same says that their figures differ, too.
    """
    pay = [f"  - {{id: pay-{n}, question: 初任給は, answer: {n}万円です。}}\n" for n in (20, 30, 40)]
    file.write_text("entries:\n" + "".join(pay), encoding="utf-8")
    told = faq("check", file, "--all")
    assert told.exit_code == ExitStatus.FAILURE
    assert f"{file}:3: {file}:2 の「pay-20」と質問が同じで、回答が違います" in told.stdout
    assert told.stdout.count("と質問が同じで、回答が違います") == 2
    assert "万円" not in told.stdout
    reply = json.loads(faq("ask", "--faq", file, "--json", "初任給は").stdout)
    assert (reply["reply"], set(reply["ids"])) == ("choices", {"pay-20", "pay-30", "pay-40"})
    ended = [line.replace("}", ", valid_until: 2020-01-01}") for line in pay[1:]]
    file.write_text("entries:\n" + pay[0] + "".join(ended), encoding="utf-8")
    assert faq("check", file).exit_code == ExitStatus.OK
