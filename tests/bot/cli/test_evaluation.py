"""`faq eval` and `faq tune`: labelled questions in, figures out; what is kept, and what is not."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len

from bot.conversation.state import ConversationState
from bot.evaluation import learning
from bot.evaluation.runner import FOLDS, held_out, outcome_of
from bot.output.terminal import ExitStatus
from faq.formats.yaml_writer import dump
from faq.loading.loader import load
from faq.model import Expectation, Tuning
from index.analysis.questions import question
from index.decision.point import Point
from index.evaluation.judgements import Outcome
from index.release.building import Release, build
from index.retrieval.vectors import VectorStore
from tests.bot import deciding
from tests.bot.conftest import Faq, contents
from tests.index.builders import FEW, TINY, FakeEncoder

LABELLED = (
    '{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"], "kind": "plain"}',
    '{"q": "私服でもよいですか", "gold": {"clothes": 2, "training": 1}, "kind": "graded"}',
    '{"q": "スーツで通うのですか", "gold": ["training"]}',
    "",
    '{"q": "給料はいくらですか", "gold": [], "kind": "near", "note": "not read"}',
    '{"q": "勉強会はありますか", "gold": [], "kind": "near"}',
)
FAR = ("宇宙旅行", "猫の餌", "株価", "天気予報", "映画の服装", "料理の講習")
ENDS = ("はありますか", "について教えて", "を知りたいです")

Write = Callable[..., Path]


def labelled() -> tuple[Expectation, ...]:
    """Return 33 questions with an answer in the tiny set and 18 without."""
    known = [(text, {entry.id: 1}) for entry in TINY.entries[:6] for text in entry.phrasings]
    asked = [*known, *((text, {}) for text in FAR)]
    return tuple(Expectation(q=f"{text}{end}", gold=gold) for end in ENDS for text, gold in asked)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*asked: str | Expectation) -> Path:
        lines = (
            each if isinstance(each, str) else each.model_dump_json(include={"q", "gold"}) for each in asked
        )
        file = tmp_path / "questions.jsonl"
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return file

    return write


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "faq.yaml").write_text(dump(TINY), encoding="utf-8")
    return folder


def test_json_has_the_same_counts_and_errors_are_listed_worst_first(
    faq: Faq, folder: Path, write: Write
) -> None:
    talk = (
        '{"turns": [{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"]}, '
        '{"q": "宇宙の天気", "gold": ["clothes"]}], "kind": "followup"}'
    )
    asked = ("eval", "--faq", folder, "--questions", write(*LABELLED, talk), "--errors")
    report = json.loads(faq(*asked, "--json").stdout)
    counts = ("in_scope", "out_of_scope", "right", "wrong", "wrong_choices", "false", "quiet")
    assert [report[name] for name in (*counts, "turns", "turns_right")] == [3, 2, 2, 1, 0, 1, 1, 2, 1]
    assert (report["p_at_1"], report["utility"]) == (0.6667, 0.0)  # two right, one wrong, one false
    assert report["by_kind"]["near"] == {"false": 1, "quiet": 1}
    misses = [(miss["q"], miss["judgement"]) for miss in report["errors"]]
    assert misses == [("スーツで通うのですか", "wrong"), ("勉強会はありますか", "false")]
    assert list(report["errors"][0]) == ["q", "gold", "kind", "judgement", "reply", "ids"]
    assert report["turn_errors"][0]["said"] == ["在宅勤務はどのくらいできますか", "宇宙の天気"]
    shown = faq(*asked).stdout
    assert shown.startswith("誤って回答: 勉強会はありますか\n  期待 答えない; 返答 回答 training\n\n誤答: ")
    assert "誤答: スーツで通うのですか\n  期待 training; 返答 回答 clothes\n" in shown
    assert "会話: 在宅勤務はどのくらいできますか → 宇宙の天気\n  期待 clothes; 返答 " in shown
    assert "会話  発言  正しい返答\n全体     2           1\n                 50.0%\n" in shown
    assert max(map(cell_len, shown.splitlines())) <= 80


def test_without_a_file_the_expectations_are_asked_of_what_was_not_taught_them(
    faq: Faq, folder: Path, write: Write
) -> None:
    empty = faq("eval", "--faq", folder)
    assert (empty.exit_code, empty.stdout, "--questions" in empty.stderr) == (ExitStatus.FAILURE, "", True)
    known = '{"q": "宇宙服の色", "gold": ["clothes"]}'
    write(*LABELLED[:2], known).rename(folder / "expectations.jsonl")
    told = json.loads(faq("eval", "--faq", folder, "--json", "--errors").stdout)
    assert (told["right"], [miss["q"] for miss in told["errors"]]) == (2, ["宇宙服の色"])


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (('{"q": "a"}', LABELLED[0], "[]", '{"q": "a", "gold": {"x": "much"}}', "{"), (1, 3, 4, 5)),
        ((LABELLED[0], '{"turns": [{"gold": []}]}', '{"turns": []}'), (2, 3)),
    ],
)
def test_every_wrong_line_of_the_file_is_told(
    faq: Faq, folder: Path, write: Write, lines: Sequence[str], wrong: Sequence[int]
) -> None:
    file = write(*lines)
    result = faq("eval", "--faq", folder, "--questions", file)
    told = dict.fromkeys(line.split(": ")[0] for line in result.stderr.splitlines())
    assert list(told) == [f"{file}:{at}" for at in wrong]
    assert result.exit_code == ExitStatus.FAILURE
    assert "質問が1つもありません" in faq("eval", "--faq", folder, "--questions", write("", " ")).stderr


def test_a_point_decides_what_is_answered_and_not_what_replies_are_worth(
    faq: Faq, folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure = ("--json", "職場の服装はどんな感じの宇宙ですか")
    replies = {
        point: json.loads(faq("ask", "--faq", folder, "--point", point, *unsure).stdout)
        for point in ("cautious", "balanced", "eager")
    }
    assert len({reply["confidence"] for reply in replies.values()}) == 1
    names = [reply["release"].partition("@")[2] for reply in replies.values()]
    assert names == ["cautious", "", "eager"]
    assert (replies["cautious"]["reply"], replies["eager"]["reply"]) == ("choices", "answer")
    monkeypatch.setenv("FAQ_POINT", "cautious")
    assert json.loads(faq("ask", "--faq", folder, *unsure).stdout) == replies["cautious"]
    told = json.loads(faq("eval", "--faq", folder, "--questions", write(*LABELLED), "--json").stdout)
    assert told["worth"] == {"right": 1.0, "offered": 0.6, "unhelpful": -0.2, "wrong": -1.0}
    replayed = faq("replay", "--release", replies["cautious"]["release"], *unsure).stdout
    assert json.loads(replayed) == replies["cautious"]


NICKNAMES = {"remote": "ポチ", "clothes": "タマ", "training": "ハナ"}


def nicknamed() -> tuple[Expectation, ...]:
    """Return 36 questions that only who was taught others like them can answer, and 6 that nothing may answer."""
    return (
        *(
            Expectation(q=f"{word}{number}号{ENDS[number % 3]}", gold={name: 1})
            for name, word in NICKNAMES.items()
            for number in range(12)
        ),
        *(Expectation(q=f"{word}はどうですか", gold={}) for word in FAR),
    )


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_each_expectation_is_asked_of_a_release_that_was_taught_only_other_fifths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the name and the point of the whole one, and no text is encoded again."""
    known = tuple(Expectation(q=f"{each.question}教えて", gold={each.id: 1}) for each in TINY.entries[:7])
    encoder = FakeEncoder()
    monkeypatch.setattr("index.retrieval.compiling.library_cohort", lambda: FEW)
    release = build(
        TINY.model_copy(update={"expectations": known}), [encoder], encode=VectorStore(tmp_path).encode
    ).at(Point.EAGER)
    encoder.asked.clear()
    taught = held_out(release, tmp_path)
    assert encoder.asked == []
    for number, (each, of) in enumerate(zip(known, taught, strict=True)):
        others = tuple(other for at, other in enumerate(known) if at % FOLDS != number % FOLDS)
        alone = build(TINY.model_copy(update={"expectations": others}), [encoder]).at(Point.EAGER)
        assert of.label == release.label
        found, expected = (some.reader().read(question(each.q)) for some in (of, alone))
        assert (found.verdict, found.scored) == (expected.verdict, expected.scored)


def test_the_learning_curve_asks_all_of_them_at_each_point_of_who_was_taught_others(
    faq: Faq, office: Path, write: Write
) -> None:
    asked = ("eval", "--faq", office, "--json", "--learning-curve")
    points = json.loads(faq(*asked, write(*nicknamed())).stdout)["points"]
    assert [point["taught"] for point in points] == [0, 10, 20, 21]
    assert {(point["in_scope"], point["out_of_scope"]) for point in points} == {(36, 6)}
    first, *_, last = points
    assert (first["right"], first["p_at_1"]) == (0, 0.3333), "by chance: all have the same first entry"
    assert last["right"] + last["offered"] > 18
    assert last["p_at_1"] > 0.5
    assert contents(office).keys() == {"faq.yaml"}
    both = faq(*asked, write(*nicknamed()), "--errors")
    assert (both.exit_code, "--learning-curve" in both.stderr) == (ExitStatus.USAGE, True)
    assert "1件しかありません" in faq(*asked, write(*nicknamed()[:1])).stderr


def release_of(faq: Faq, folder: Path) -> str:
    return str(json.loads(faq("ask", "--faq", folder, "--json", "服装は自由ですか").stdout)["release"])


def test_tuning_shows_before_and_after_and_whether_that_is_beyond_chance(
    faq: Faq, office: Path, write: Write
) -> None:
    """In a table, and in JSON under keys that stay; nothing is kept unless asked for."""
    before, name = contents(office), release_of(faq, office)
    talk = '{"turns": [{"q": "研修は", "gold": ["training"]}]}'
    asked = ("tune", "--questions", write(*labelled(), talk), "--faq", office)
    result = faq(*asked)
    assert result.exit_code == ExitStatus.OK
    assert result.stderr == "何も変えていません。残すには --keep を付けます。\n"
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["質問", "調整前", "調整後", "差"]
    assert lines[1].split()[:2] == ["効用", "51"]
    assert lines[1].count("[") == lines[1].count("]") == 3
    assert "会話 1件は使っていません。" in result.stdout
    assert max(map(cell_len, lines)) <= 80
    told = json.loads(faq(*asked, "--json").stdout)
    assert (told["questions"], told["conversations_skipped"], told["kept"]) == (51, 1, None)
    counted = json.loads(faq("eval", *asked[1:], "--json").stdout)
    assert told["before"]["estimate"] == counted["utility"]
    beyond = told["difference"]["low"] > 0 or told["difference"]["high"] < 0
    assert (told["verdict"] != "chance") == beyond
    sentences = {"better": "偶然の範囲を超えて良くなります", "chance": "差は偶然の範囲内です。良くなるとは"}
    assert any(line.startswith(sentences[told["verdict"]]) for line in lines)
    assert (contents(office), release_of(faq, office)) == (before, name)


def test_what_is_kept_is_served_from_its_publication_on_and_removing_it_goes_back(
    faq: Faq, office: Path, write: Write
) -> None:
    kept = office / "tuning.yaml"
    faq("publish", office)
    before = release_of(faq, office)
    result = faq("tune", "--questions", write(*labelled()), "--faq", office, "--json", "--keep")
    told = json.loads(result.stdout)
    assert told["kept"] == str(kept)
    assert result.stderr == f"{kept} に残しました。消すと元に戻ります。\n次に: faq publish {office}\n"
    tuning = load(office).tuning
    assert tuning is not None
    assert round(tuning.scale, 4) == told["new"]["scale"]
    assert (faq("check", office).exit_code, release_of(faq, office)) == (ExitStatus.OK, before)
    assert "調整(tuning)が変わりました。\n" in faq("publish", office).stdout
    assert release_of(faq, office) != before
    kept.unlink()
    faq("publish", office)
    assert release_of(faq, office) == before


def test_where_nothing_can_be_kept_that_is_said_before_the_work(faq: Faq, office: Path, write: Write) -> None:
    asked = ("tune", "--questions", write(*labelled()), "--keep")
    (office / "tuning.yaml").write_text("lexicon: {terms: [調律]}\n", encoding="utf-8")
    before = contents(office)
    assert "`faq init フォルダー` で写しを作り" in faq(*asked).stderr
    assert "は1つのファイルです" in faq(*asked, "--faq", office / "faq.yaml").stderr
    assert "調整とは別のものが書かれています" in faq(*asked, "--faq", office).stderr
    assert contents(office) == before


def test_too_few_questions_and_those_of_another_faq_are_refused(faq: Faq, office: Path, write: Write) -> None:
    """Each of another FAQ would be missed, and --keep would teach the bot to say nothing."""
    strange = [each.model_copy(update={"gold": {"elsewhere": 1}}) for each in labelled()]
    asked = ("tune", "--faq", office, "--keep", "--questions")
    few, other = faq(*asked, write(*labelled()[:19])), faq(*asked, write(*strange))
    assert (few.exit_code, other.exit_code) == (ExitStatus.FAILURE, ExitStatus.FAILURE)
    assert few.stderr.startswith("ファイルの質問が19件しかありません\n  20件以上")
    assert other.stderr.count("「elsewhere」という項目はありません") == 1
    assert contents(office).keys() == {"faq.yaml"}


def test_a_question_is_judged_by_a_calibration_that_its_own_label_has_no_part_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor that of any other question that is judged with it."""
    release, asked = deciding.release(), labelled()
    others = tuple(
        each.model_copy(update={"gold": {} if each.gold else {"place": 1}}) if number % FOLDS == 3 else each
        for number, each in enumerate(asked)
    )
    tunings: list[Tuning | None] = []

    def noted(of: Release, message: str, today: date) -> tuple[Outcome, ConversationState]:
        tunings.append(of.knowledge.tuning)
        return outcome_of(of, message, today)

    monkeypatch.setattr("bot.evaluation.runner.outcome_of", noted)
    for questions in (asked, others):
        learning.tune(release, questions, [release] * len(questions), today=date(2025, 6, 1))
    count = len(asked)
    same = [tunings[count + number] == tunings[3 * count + number] for number in range(count)]
    assert same == [number % FOLDS == 3 for number in range(count)]
