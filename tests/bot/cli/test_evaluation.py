"""`faq eval` and `faq tune`: labelled questions in, figures out; what is kept, and what is not."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len

from bot.evaluation import learning
from bot.evaluation.runner import FOLDS, held_out
from bot.output.terminal import ExitStatus
from faq.formats.yaml_writer import dump
from faq.loading.loader import load
from faq.model import Expectation
from index.analysis.questions import question
from index.decision.point import Point
from index.evaluation.judgements import Judgement, Outcome
from index.release.building import build
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
WORDS = {
    "remote": ("在宅勤務", "テレワーク", "家での仕事"),
    "clothes": ("服装", "スーツ", "ネクタイ"),
    "training": ("研修", "講習", "勉強会"),
    "grant": ("資格の補助金", "受験の費用", "検定料"),
    "interview": ("面接", "面接の話", "質疑"),
    "place": ("勤務地", "デジタルサービス局", "オフィス"),
}
FAR = (
    *("宇宙旅行", "猫の餌", "株価", "天気予報", "給料の額", "ボーナス", "試験の日程", "映画の服装"),
    *("料理の講習", "旅行の費用", "野球の結果", "電車の遅れ", "図書館", "年収", "受験の倍率", "星占い"),
)
ENDS = ("はありますか", "について教えて", "を知りたいです")

Questions = Callable[..., Path]
Write = Callable[..., Path]


def labelled(ends: int = 3) -> tuple[Expectation, ...]:
    """Return 18 questions with an answer and 16 without, for each end of a sentence."""
    gold = (*(({name: 1}, words) for name, words in WORDS.items()), ({}, FAR))
    return tuple(
        Expectation(q=f"{word}{end}", gold=graded)
        for end in ENDS[:ends]
        for graded, words in gold
        for word in words
    )


@pytest.fixture
def questions(tmp_path: Path) -> Questions:

    def write(*lines: str) -> Path:
        file = tmp_path / "questions.jsonl"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


def test_json_has_the_same_counts_and_errors_are_listed_worst_first(
    faq: Faq, folder: Path, questions: Questions
) -> None:
    asked = ("eval", "--faq", folder, "--questions", questions(*LABELLED), "--errors")
    report = json.loads(faq(*asked, "--json").stdout)
    counts = ("in_scope", "out_of_scope", "right", "wrong", "wrong_choices", "false", "quiet")
    assert [report[name] for name in counts] == [3, 2, 2, 1, 0, 1, 1]
    assert report["p_at_1"] == 0.6667
    assert report["by_kind"]["near"] == {"false": 1, "quiet": 1}
    misses = [(miss["q"], miss["judgement"]) for miss in report["errors"]]
    assert misses == [("スーツで通うのですか", "wrong"), ("勉強会はありますか", "false")]
    assert list(report["errors"][0]) == ["q", "gold", "kind", "judgement", "reply", "ids"]
    shown = faq(*asked).stdout
    assert shown.startswith("誤って回答: 勉強会はありますか\n  期待 答えない; 返答 回答 training\n\n誤答: ")
    assert "誤答: スーツで通うのですか\n  期待 training; 返答 回答 clothes\n" in shown
    assert max(map(cell_len, shown.splitlines())) <= 80


def test_without_a_file_the_expectations_are_asked_of_what_was_not_taught_them(
    faq: Faq, folder: Path, questions: Questions
) -> None:
    empty = faq("eval", "--faq", folder)
    assert (empty.exit_code, empty.stdout, "--questions" in empty.stderr) == (ExitStatus.FAILURE, "", True)
    known = '{"q": "宇宙服の色", "gold": ["clothes"]}'
    questions(*LABELLED[:2], known).rename(folder / "expectations.jsonl")
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
    faq: Faq, folder: Path, questions: Questions, lines: Sequence[str], wrong: Sequence[int]
) -> None:
    file = questions(*lines)
    result = faq("eval", "--faq", folder, "--questions", file)
    told = dict.fromkeys(line.split(": ")[0] for line in result.stderr.splitlines())
    assert list(told) == [f"{file}:{at}" for at in wrong]
    assert result.exit_code == ExitStatus.FAILURE
    assert "質問が1つもありません" in faq("eval", "--faq", folder, "--questions", questions("", " ")).stderr


def test_conversations_of_a_file_are_counted_by_turn(faq: Faq, folder: Path, questions: Questions) -> None:
    talk = (
        '{"turns": [{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"]}, '
        '{"q": "宇宙の天気", "gold": ["clothes"]}], "kind": "followup"}'
    )
    asked = ("eval", "--faq", folder, "--questions", questions(LABELLED[0], talk), "--errors")
    told = json.loads(faq(*asked, "--json").stdout)
    assert (told["in_scope"], told["turns"], told["turns_right"]) == (1, 2, 1)
    assert told["turn_errors"][0]["said"] == ["在宅勤務はどのくらいできますか", "宇宙の天気"]
    shown = faq(*asked).stdout
    assert "会話: 在宅勤務はどのくらいできますか → 宇宙の天気\n  期待 clothes; 返答 " in shown
    assert "会話  発言  正しい返答\n全体     2           1\n                 50.0%\n" in shown


def test_a_point_decides_what_is_answered_and_what_replies_are_worth(
    faq: Faq, folder: Path, questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure = "職場の服装はどんな感じの宇宙ですか"
    replies = {
        point: json.loads(faq("ask", "--faq", folder, "--json", "--point", point, unsure).stdout)
        for point in ("cautious", "balanced", "eager")
    }
    assert len({reply["confidence"] for reply in replies.values()}) == 1
    names = [reply["release"].partition("@")[2] for reply in replies.values()]
    assert names == ["cautious", "", "eager"]
    assert (replies["cautious"]["reply"], replies["eager"]["reply"]) == ("choices", "answer")
    asked = ("eval", "--faq", folder, "--questions", questions(*LABELLED), "--json")
    assert json.loads(faq(*asked).stdout)["utility"] == (2 - 2) / 5  # two right, one wrong, one false
    monkeypatch.setenv("FAQ_POINT", "cautious")
    worth = json.loads(faq(*asked).stdout)["worth"]
    assert worth == {"right": 1.0, "offered": 0.6, "unhelpful": -0.2, "wrong": -1.0}
    assert json.loads(faq("ask", "--faq", folder, "--json", unsure).stdout) == replies["cautious"]
    replayed = faq("replay", "--release", replies["cautious"]["release"], "--json", unsure).stdout
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
        *(Expectation(q=f"{word}はどうですか", gold={}) for word in FAR[:6]),
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
    file = write(nicknamed())
    found = json.loads(faq("eval", "--faq", office, "--learning-curve", file, "--json").stdout)
    points = found["points"]
    assert [point["taught"] for point in points] == [0, 10, 20, 21]
    assert {(point["asked"], sum(point["counts"].values())) for point in points} == {(42, 42)}
    first, *_, last = points
    assert (first["counts"]["right"], first["first_right"]) == (0, 12), (
        "by chance: all have the same first entry"
    )
    assert last["counts"]["right"] + last["counts"]["offered"] > 18
    assert last["first_right"] > 18
    assert contents(office).keys() == {"faq.yaml"}


def test_a_learning_curve_stands_alone_and_needs_two_questions(faq: Faq, office: Path, write: Write) -> None:
    both = faq("eval", "--faq", office, "--learning-curve", write(nicknamed()), "--errors")
    assert (both.exit_code, "--learning-curve" in both.stderr) == (ExitStatus.USAGE, True)
    one = faq("eval", "--faq", office, "--learning-curve", write(nicknamed()[:1]))
    assert (one.exit_code, "1件しかありません" in one.stderr) == (ExitStatus.FAILURE, True)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "faq.yaml").write_text(dump(TINY), encoding="utf-8")
    return folder


@pytest.fixture
def write(questions: Questions) -> Write:
    """Write labelled questions for the tiny set, and more lines below."""

    def write(asked: Iterable[Expectation] = labelled(), *lines: str) -> Path:
        return questions(*(each.model_dump_json(include={"q", "gold"}) for each in asked), *lines)

    return write


def release_of(faq: Faq, folder: Path) -> str:
    return str(json.loads(faq("ask", "--faq", folder, "--json", "服装は自由ですか").stdout)["release"])


def test_tuning_shows_before_and_after_and_whether_that_is_beyond_chance(
    faq: Faq, office: Path, write: Write
) -> None:
    """In a table, and in JSON under keys that stay; nothing is kept unless asked for."""
    before, name = contents(office), release_of(faq, office)
    talk = '{"turns": [{"q": "研修は", "gold": ["training"]}]}'
    asked = ("tune", "--questions", write(labelled(), talk), "--faq", office)
    result = faq(*asked)
    assert result.exit_code == ExitStatus.OK
    assert result.stderr == "何も変えていません。残すには --keep を付けます。\n"
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["質問", "調整前", "調整後", "差"]
    assert lines[1].split()[:2] == ["効用", "102"]
    assert lines[1].count("[") == lines[1].count("]") == 3
    assert "会話 1件は使っていません。" in result.stdout
    assert max(map(cell_len, lines)) <= 80
    told = json.loads(faq(*asked, "--json").stdout)
    assert (told["questions"], told["conversations_skipped"], told["kept"]) == (102, 1, None)
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
    file, kept = write(), office / "tuning.yaml"
    asked = ("tune", "--questions", file, "--faq", office, "--json")
    before = release_of(faq, office)
    faq(*asked, "--keep")
    assert release_of(faq, office) != before
    kept.unlink()
    faq("publish", office)
    assert release_of(faq, office) == before
    result = faq(*asked, "--keep")
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
    asked = ("tune", "--questions", write(), "--keep")
    assert "`faq init フォルダー` で写しを作り" in faq(*asked).stderr
    alone = faq(*asked, "--faq", office / "faq.yaml")
    assert f"{office / 'faq.yaml'} は1つのファイルです" in alone.stderr
    (office / "tuning.yaml").write_text("lexicon: {terms: [調律]}\n", encoding="utf-8")
    before = contents(office)
    taken = faq(*asked, "--faq", office)
    assert "調整とは別のものが書かれています" in taken.stderr
    assert (alone.exit_code, taken.exit_code) == (ExitStatus.FAILURE, ExitStatus.FAILURE)
    assert contents(office) == before


def test_too_few_questions_are_refused(faq: Faq, office: Path, write: Write) -> None:
    asked = ("tune", "--faq", office, "--questions", write(labelled(1)[:19]))
    none = faq(*asked)
    assert none.exit_code == ExitStatus.FAILURE
    assert none.stderr.startswith("ファイルの質問が19件しかありません\n  20件以上")


def test_questions_of_another_faq_are_refused(faq: Faq, office: Path, write: Write) -> None:
    """Each would be missed, and --keep would teach the bot to say nothing."""
    strange = [each.model_copy(update={"gold": {"elsewhere": 1}}) for each in labelled(1)]
    told = faq("tune", "--faq", office, "--questions", write(strange), "--keep")
    assert told.exit_code == ExitStatus.FAILURE
    assert told.stderr.count("「elsewhere」という項目はありません") == 1
    assert not (office / "tuning.yaml").exists()


def test_what_a_question_gets_does_not_depend_on_its_own_label() -> None:
    """Nor on that of any other that is judged with it: else it would be judged by what was made from it."""
    release, asked = deciding.release(), labelled()
    others = tuple(
        each.model_copy(update={"gold": {} if each.gold else {"place": 1}}) if number % FOLDS == 3 else each
        for number, each in enumerate(asked)
    )

    def judged(questions: Sequence[Expectation]) -> list[Outcome]:
        outcomes: list[Outcome] = []

        def judge(_gold: object, outcome: Outcome) -> Judgement:
            outcomes.append(outcome)
            return Judgement.RIGHT

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(learning, "judge", judge)
            learning.tune(release, questions, [release] * len(questions), today=date(2025, 6, 1))
        return outcomes[len(questions) :][3::FOLDS]

    assert judged(asked) == judged(others)
