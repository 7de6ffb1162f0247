import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from bot.output.exit_status import ExitStatus
from tests.bot.conftest import Faq

LABELLED = (
    '{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"], "kind": "plain"}',
    '{"q": "私服でもよいですか", "gold": {"clothes": 2, "training": 1}, "kind": "graded"}',
    '{"q": "スーツで通うのですか", "gold": ["training"]}',
    "",
    '{"q": "給料はいくらですか", "gold": [], "kind": "near", "note": "not read"}',
    '{"q": "勉強会はありますか", "gold": [], "kind": "near"}',
)

Questions = Callable[..., Path]


@pytest.fixture
def questions(tmp_path: Path) -> Questions:
    """Write a file of labelled questions with these lines."""

    def write(*lines: str) -> Path:
        file = tmp_path / "questions.jsonl"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


def test_counts_and_means_are_a_small_table_by_kind_too(faq: Faq, folder: Path, questions: Questions) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*LABELLED))
    assert result.stdout == (
        "答えられる質問  質問   正答  候補  回答せず   誤答  誤った候補\n"
        "全体               3      2     0         0      1           0\n"
        "                      66.7%  0.0%      0.0%  33.3%        0.0%\n"
        "graded             1      1     0         0      0           0\n"
        "plain              2      1     0         0      1           0\n"
        "\n"
        "答えない質問  質問  誤って回答  候補  回答せず\n"
        "全体             2           1     0         1\n"
        "                         50.0%  0.0%     50.0%\n"
        "near             2           1     0         1\n"
        "\n"
        "P@1    MRR    nDCG@10  Recall@10\n"
        f"{means(result.stdout)}\n"
        "\n"
        "平均の効用 +0.000\n"
        "効用: 正答 +1、候補に正解 +0.6、候補に正解なし -0.2、誤答 -1、答えない 0\n"
    )
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")


def means(output: str) -> str:
    line = output.splitlines()[-4]
    assert line.startswith("0.667  ")
    assert [float(value) <= 1 for value in line.split()] == [True] * 4
    return line


def test_json_has_the_same_counts(faq: Faq, folder: Path, questions: Questions) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*LABELLED), "--json", "--errors")
    report = json.loads(result.stdout)
    counts = ("in_scope", "out_of_scope", "right", "wrong", "wrong_choices", "false", "quiet")
    assert [report[name] for name in counts] == [3, 2, 2, 1, 0, 1, 1]
    assert report["p_at_1"] == 0.6667
    assert report["by_kind"]["near"] == {"false": 1, "quiet": 1}
    assert [(miss["q"], miss["judgement"]) for miss in report["errors"]] == [
        ("スーツで通うのですか", "wrong"),
        ("勉強会はありますか", "false"),
    ]


def test_errors_are_listed_worst_first_above_the_tables(faq: Faq, folder: Path, questions: Questions) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*LABELLED), "--errors")
    assert result.stdout.startswith(
        "誤って回答: 勉強会はありますか\n  期待 答えない; 返答 回答 training\n      項目 "
    )
    wrong = result.stdout.split("誤答: スーツで通うのですか\n  期待 training; 返答 回答 clothes\n")[1]
    compared, _, tables = wrong.partition("\n\n")
    assert compared.splitlines()[0].split() == ["項目", "順位", "点", "確率"]
    assert [line.split()[0] for line in compared.splitlines()[1:3]] == ["期待", "相手"]
    assert "→ " in compared
    assert tables.startswith("答えられる質問")
    rows = [line for line in result.stdout.splitlines() if not line.startswith(("→",))]
    assert max(map(cell_len, rows)) <= 80


def test_without_a_file_the_expectations_of_the_knowledge_are_asked(
    faq: Faq, folder: Path, questions: Questions
) -> None:
    """Each of a release that was not taught it, and so not of what it knows by heart."""
    known = '{"q": "宇宙服の色", "gold": ["clothes"]}'
    questions(*LABELLED[:2], known).rename(folder / "expectations.jsonl")
    told = json.loads(faq("eval", "--faq", folder, "--json", "--errors").stdout)
    assert (told["right"], [miss["q"] for miss in told["errors"]]) == (2, ["宇宙服の色"])


def test_without_any_questions_it_says_what_to_give(faq: Faq, folder: Path) -> None:
    result = faq("eval", "--faq", folder)
    assert (result.exit_code, result.stdout) == (ExitStatus.FAILURE, "")
    assert "--questions" in result.stderr


def test_every_wrong_line_of_the_file_is_told(faq: Faq, folder: Path, questions: Questions) -> None:
    file = questions('{"q": "a"}', LABELLED[0], "[]", '{"q": "a", "gold": {"x": "much"}}', "{")
    result = faq("eval", "--faq", folder, "--questions", file)
    places = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert places == [f"{file}:{number}" for number in (1, 3, 4, 5)]
    assert result.exit_code == ExitStatus.FAILURE


@pytest.mark.parametrize("lines", [[], ["", " "]])
def test_a_file_without_questions_is_told(
    faq: Faq, folder: Path, questions: Questions, lines: list[str]
) -> None:
    result = faq("eval", "--faq", folder, "--questions", questions(*lines))
    assert "no questions" in result.stderr


def test_a_file_that_is_not_there_is_told(faq: Faq, folder: Path, tmp_path: Path) -> None:
    result = faq("eval", "--faq", folder, "--questions", tmp_path / "none.jsonl")
    assert result.stderr.startswith(f"{tmp_path / 'none.jsonl'}: No such file")


def test_several_files_are_counted_each_under_its_name(
    faq: Faq, folder: Path, questions: Questions, tmp_path: Path
) -> None:
    first = questions(*LABELLED).rename(tmp_path / "first.jsonl")
    second = questions(LABELLED[0])
    arguments = ("eval", "--faq", folder, "--questions", first, "--questions", second)
    shown = faq(*arguments).stdout
    assert [line for line in shown.splitlines() if line.startswith("■")] == [f"■ {first}", f"■ {second}"]
    told = json.loads(faq(*arguments, "--json").stdout)
    assert [(each["questions"], each["in_scope"]) for each in told["sets"]] == [
        (str(first), 3),
        (str(second), 1),
    ]


def test_confidence_is_shown_against_what_was_right(faq: Faq, folder: Path, questions: Questions) -> None:
    """Every question stands in one tenth, and of the best answers those to the first two are right."""
    file = questions(*LABELLED)
    result = faq("eval", "--faq", folder, "--questions", file, "--reliability", "--json")
    bins = json.loads(result.stdout)["reliability"]["bins"]
    assert sum(each["questions"] for each in bins) == 5
    assert round(sum(each["questions"] * each["seen"] for each in bins)) == 2
    shown = faq("eval", "--faq", folder, "--questions", file, "--reliability").stdout
    assert shown.count(" |") >= len(bins)
    assert max(map(cell_len, shown.splitlines())) <= 80


def test_a_point_decides_what_is_answered_and_the_release_of_the_reply_says_so(
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that is answered where a wrong answer costs little."""
    unsure = "職場の服装はどんな感じの宇宙ですか"
    replies = {
        point: json.loads(faq("ask", "--faq", folder, "--json", "--point", point, unsure).stdout)
        for point in ("cautious", "balanced", "eager")
    }
    assert len({reply["confidence"] for reply in replies.values()}) == 1
    names = [reply["release"].partition("@")[2] for reply in replies.values()]
    assert names == ["cautious", "", "eager"]
    assert (replies["cautious"]["reply"], replies["eager"]["reply"]) == ("choices", "answer")
    monkeypatch.setenv("FAQ_POINT", "cautious")
    assert json.loads(faq("ask", "--faq", folder, "--json", unsure).stdout) == replies["cautious"]
    replayed = faq("replay", "--release", replies["cautious"]["release"], "--json", unsure).stdout
    assert json.loads(replayed) == replies["cautious"]


def test_replies_are_worth_what_the_point_says(faq: Faq, folder: Path, questions: Questions) -> None:
    arguments = ("eval", "--faq", folder, "--questions", questions(*LABELLED), "--json", "--point")
    told = {point: json.loads(faq(*arguments, point).stdout) for point in ("balanced", "cautious")}
    assert told["balanced"]["utility"] == (2 - 2) / 5  # two right, one wrong, one false
    assert told["cautious"]["worth"] == {"right": 1.0, "offered": 0.6, "unhelpful": -0.4, "wrong": -3.0}


def test_a_point_that_there_is_not_is_told(faq: Faq, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faq("ask", "--point", "bold", "何").exit_code == ExitStatus.USAGE
    assert "@bold" not in faq("replay", "--release", "00@bold", "何").stdout
    assert "cautious・balanced・eager" in faq("replay", "--release", "00@bold", "何").stderr
    monkeypatch.setenv("FAQ_POINT", "bold")
    result = faq("ask", "何")
    assert (result.exit_code, result.stderr.splitlines()[0][:10]) == (ExitStatus.FAILURE, "FAQ_POINT:")


def test_conversations_of_a_file_are_counted_by_turn(faq: Faq, folder: Path, questions: Questions) -> None:
    talk = (
        '{"turns": [{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"]}, '
        '{"q": "宇宙の天気", "gold": ["clothes"]}], "kind": "followup"}'
    )
    file = questions(LABELLED[0], talk)
    told = json.loads(faq("eval", "--faq", folder, "--questions", file, "--json", "--errors").stdout)
    assert (told["in_scope"], told["turns"], told["turns_right"]) == (1, 2, 1)
    assert told["turn_errors"][0]["said"] == ["在宅勤務はどのくらいできますか", "宇宙の天気"]
    shown = faq("eval", "--faq", folder, "--questions", file, "--errors").stdout
    assert "会話: 在宅勤務はどのくらいできますか → 宇宙の天気\n  期待 clothes; 返答 " in shown
    assert "会話  発言  正しい返答\n全体     2           1\n                 50.0%\n" in shown


def test_a_turn_without_a_question_is_told_with_its_line(
    faq: Faq, folder: Path, questions: Questions
) -> None:
    file = questions(LABELLED[0], '{"turns": [{"gold": []}]}', '{"turns": []}')
    places = [
        line.split(": ")[0] for line in faq("eval", "--faq", folder, "--questions", file).stderr.splitlines()
    ]
    assert places == [f"{file}:2", f"{file}:3"]
