import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len

from bot.evaluation import tuner as tuning
from bot.evaluation.tuner import MEASURES, UTILITY, Verdict
from bot.output.exit_status import ExitStatus
from faq.formats.authoring import dump
from faq.model import Expectation, Knowledge
from faq.reading import load
from index.evaluation.judgements import Outcome
from index.release.cross_validation import FOLDS
from tests.bot import deciding
from tests.bot.cli.labelled import questions
from tests.bot.conftest import Faq
from tests.index.builders import TINY

Write = Callable[..., Path]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Write the tiny set as an office's folder."""
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "faq.yaml").write_text(dump(TINY), encoding="utf-8")
    return folder


@pytest.fixture
def labelled(tmp_path: Path) -> Write:
    """Write labelled questions, those of the tiny set without others, and more lines below."""

    def write(asked: Iterable[Expectation] = questions(3), *lines: str, name: str = "q.jsonl") -> Path:
        file = tmp_path / name
        told = [each.model_dump_json(include={"q", "gold"}) for each in asked]
        file.write_text("\n".join([*told, *lines]), encoding="utf-8")
        return file

    return write


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_before_and_after_stand_side_by_side_with_their_intervals(
    faq: Faq, office: Path, labelled: Write
) -> None:
    result = faq("tune", "--questions", labelled(), "--faq", office)
    assert result.exit_code == ExitStatus.OK
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["質問", "調整前", "調整後", "差"]
    shown = [line.split()[:2] for line in lines[1:9]]
    assert shown == [
        *(["効用", "102"], ["正答", "54"], ["候補", "54"], ["回答せず", "54"], ["誤答", "54"]),
        *(["誤った候補", "54"], ["誤って回答", "48"], ["不要な候補", "48"]),
    ]
    assert all(line.count("[") == line.count("]") == 3 for line in lines[1:9])
    assert "確信度: ロジット×1.00+0.00 から ×" in result.stdout
    assert max(map(cell_len, lines)) <= 80
    assert result.stderr == "何も変えていません。残すには --keep を付けます。\n"


def test_one_sentence_says_whether_the_change_is_beyond_chance(
    faq: Faq, office: Path, labelled: Write
) -> None:
    asked = ("tune", "--questions", labelled(), "--faq", office)
    told = json.loads(faq(*asked, "--json").stdout)
    difference = told["measures"]["utility"]["difference"]
    sentences = {
        "better": "偶然の範囲を超えて良くなります",
        "chance": "差は偶然の範囲内です。良くなるとは言えません",
    }
    shown = faq(*asked).stdout
    (sentence,) = (line for line in shown.splitlines() if line.startswith(sentences[told["verdict"]]))
    figures = re.search(r"\(効用の差 (\S+) \[(\S+), (\S+)\]\)。$", sentence)
    assert figures
    expected = [100 * difference[part] for part in ("estimate", "low", "high")]
    assert [float(figure) for figure in figures.groups()] == pytest.approx(expected, abs=0.06)
    beyond = difference["low"] > 0 or difference["high"] < 0
    assert (told["verdict"] != "chance") == beyond


def test_json_has_everything_under_keys_that_stay(faq: Faq, office: Path, labelled: Write) -> None:
    asked = ("tune", "--questions", labelled(), "--faq", office, "--json")
    result = faq(*asked)
    told = json.loads(result.stdout)
    assert list(told) == [
        *("release", "questions", "measures", "verdict", "calibration", "kept"),
    ]
    assert told["questions"] == {
        "asked": 102,
        "in_scope": 54,
        "out_of_scope": 48,
        "conversations_skipped": 0,
        "few": False,
    }
    assert list(told["measures"]) == [UTILITY, *MEASURES]
    for each in told["measures"].values():
        for side in ("before", "after", "difference"):
            assert each[side]["low"] <= each[side]["estimate"] <= each[side]["high"]
        moved = each["after"]["estimate"] - each["before"]["estimate"]
        assert each["difference"]["estimate"] == pytest.approx(moved, abs=2e-4)
    assert told["calibration"]["before"] == {
        "scale": 1.0,
        "shift": 0.0,
        "offered_scale": 1.0,
        "offered_shift": 0.0,
    }
    assert told["kept"] is None
    assert faq(*asked).stdout == result.stdout


def test_before_is_what_an_evaluation_counts(faq: Faq, office: Path, labelled: Write) -> None:
    file = labelled()
    asked = ("tune", "--questions", file, "--faq", office, "--json")
    told = json.loads(faq(*asked).stdout)["measures"]
    counted = json.loads(faq("eval", "--questions", file, "--faq", office, "--json").stdout)
    for name in ("right", "offered", "missed", "wrong"):
        assert told[name]["before"]["estimate"] == pytest.approx(counted[name] / 54, abs=1e-4)
    assert told["false"]["before"]["estimate"] == pytest.approx(counted["false"] / 48, abs=1e-4)
    assert told[UTILITY]["before"]["estimate"] == counted["utility"]


def test_nothing_is_kept_unless_asked(faq: Faq, office: Path, labelled: Write) -> None:
    before = contents(office)
    name = release_of(faq, office)
    faq("tune", "--questions", labelled(), "--faq", office)
    assert contents(office) == before
    assert release_of(faq, office) == name


def release_of(faq: Faq, folder: Path) -> str:
    return str(json.loads(faq("ask", "--faq", folder, "--json", "服装は自由ですか").stdout)["release"])


def test_what_is_kept_is_served_from_its_publication_on_and_removing_it_goes_back(
    faq: Faq, office: Path, labelled: Write
) -> None:
    file = labelled()
    faq("publish", office)
    first = release_of(faq, office)
    result = faq("tune", "--questions", file, "--faq", office, "--keep", "--json")
    told = json.loads(result.stdout)
    kept = office / "tuning.yaml"
    assert result.exit_code == ExitStatus.OK
    assert result.stderr == (
        f"{kept} に残しました。消すと元に戻ります。\n"
        f"公開中の内容は変わっていません。faq publish {office} で公開します。\n"
    )
    tuning = load(office).tuning
    assert tuning is not None
    assert round(tuning.scale, 4) == told["calibration"]["after"]["scale"]
    assert faq("check", office).exit_code == ExitStatus.OK
    assert release_of(faq, office) == first
    published = faq("publish", office)
    assert "調整(tuning)が変わりました。\n" in published.stdout
    assert release_of(faq, office) != first
    again = json.loads(faq("tune", "--questions", file, "--faq", office, "--json").stdout)
    assert again["calibration"]["before"] == told["calibration"]["after"]
    counted = json.loads(faq("eval", "--questions", file, "--faq", office, "--json").stdout)
    assert counted["release"] == again["release"]
    assert again["measures"]["right"]["before"]["estimate"] == pytest.approx(counted["right"] / 54, abs=1e-4)
    kept.unlink()
    faq("publish", office)
    assert release_of(faq, office) == first


def test_of_a_path_that_was_never_published_it_is_served_at_once_and_that_is_said(
    faq: Faq, office: Path, labelled: Write
) -> None:
    before = release_of(faq, office)
    result = faq("tune", "--questions", labelled(), "--faq", office, "--keep", "--json")
    assert json.loads(result.stdout)["kept"] == str(office / "tuning.yaml")
    assert "このFAQはまだ公開していないため、次の質問から使われます。" in result.stderr
    assert release_of(faq, office) != before


def test_what_is_worse_beyond_chance_is_not_kept(
    faq: Faq, office: Path, labelled: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "verdict", lambda _: Verdict.WORSE)
    before = contents(office)
    result = faq("tune", "--questions", labelled(), "--faq", office, "--keep")
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stderr == "偶然の範囲を超えて悪くなるため、残しませんでした。何も変えていません。\n"
    assert contents(office) == before


def test_nothing_to_keep_is_said_and_nothing_is_written(faq: Faq, office: Path, labelled: Write) -> None:
    """The same questions give the same calibration, whatever is kept."""
    asked = ("tune", "--questions", labelled(), "--faq", office, "--keep")
    faq(*asked)
    before = contents(office)
    result = faq(*asked)
    assert result.stderr == "いまのままが選ばれたため、残すものはありません。\n"
    assert result.exit_code == ExitStatus.OK
    assert contents(office) == before


def test_the_built_in_faq_cannot_keep_anything_and_says_so_before_the_work(faq: Faq, labelled: Write) -> None:
    result = faq("tune", "--questions", labelled(), "--keep")
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stdout == ""
    assert "`faq init フォルダー` で写しを作り" in result.stderr


def test_a_file_or_a_folder_with_something_else_in_its_place_cannot_keep_anything(
    faq: Faq, office: Path, labelled: Write
) -> None:
    file = labelled()
    alone = faq("tune", "--questions", file, "--faq", office / "faq.yaml", "--keep")
    assert f"{office / 'faq.yaml'} はフォルダーではないため、tuning.yaml を置けません。" in alone.stderr
    (office / "tuning.yaml").write_text("lexicon: {terms: [調律]}\n", encoding="utf-8")
    before = contents(office)
    taken = faq("tune", "--questions", file, "--faq", office, "--keep")
    assert "調整とは別のものが書かれています" in taken.stderr
    assert (alone.exit_code, taken.exit_code) == (ExitStatus.FAILURE, ExitStatus.FAILURE)
    assert contents(office) == before


def test_a_tuning_in_another_file_is_not_overruled(faq: Faq, office: Path, labelled: Write) -> None:
    file = labelled()
    faq("tune", "--questions", file, "--faq", office, "--keep")
    (office / "tuning.yaml").rename(office / "weights.yaml")
    result = faq("tune", "--questions", file, "--faq", office, "--keep")
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stderr.startswith(f"調整はすでに {office / 'weights.yaml'}:2 にあります。\n")


def test_a_broken_tuning_is_told_with_its_place_and_never_served(
    faq: Faq, office: Path, labelled: Write
) -> None:
    faq("tune", "--questions", labelled(), "--faq", office, "--keep")
    faq("publish", office)
    served = release_of(faq, office)
    file = office / "tuning.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  scale:", "  scael:"), encoding="utf-8")
    line = 1 + text[: text.index("  scale:")].count("\n")
    told = f"{file}:{line}: error: unknown key 'scael'; did you mean 'scale'?"
    checked = faq("check", office)
    assert told in checked.stdout.splitlines()
    assert checked.exit_code == ExitStatus.FAILURE
    for command in (("publish", office), ("tune", "--questions", labelled(), "--faq", office)):
        result = faq(*command)
        assert told in result.stderr.splitlines()
        assert result.exit_code == ExitStatus.FAILURE
    assert release_of(faq, office) == served
    file.write_text(text.replace("search: ", "search: x"), encoding="utf-8")
    old = faq("check", office)
    assert "warning: the tuning was made with another version of the search" in old.stdout
    assert old.exit_code == ExitStatus.OK


def test_ids_that_are_no_entries_are_all_told_with_their_lines(
    faq: Faq, office: Path, labelled: Write
) -> None:
    first = labelled(questions(2), "", '{"q": "研修か", "gold": ["trainig"]}', name="first.jsonl")
    second = labelled((), '{"q": "宿舎か", "gold": {"dormitory": 2, "place": 1}}', name="second.jsonl")
    result = faq("tune", "--questions", first, "--questions", second, "--faq", office)
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stderr.splitlines() == [
        f"{first}:70: there is no entry 'trainig'; did you mean 'training'?",
        f"{second}:1: there is no entry 'dormitory'; write the id of an entry (`/list` shows them)",
    ]


def test_too_few_questions_are_refused_and_few_are_warned_of(faq: Faq, office: Path, labelled: Write) -> None:
    none = faq("tune", "--questions", labelled(questions(1)[:19]), "--faq", office)
    assert none.exit_code == ExitStatus.FAILURE
    assert none.stderr.startswith("the files have 19 questions, too few; give 20 or more")
    own = faq("tune", "--faq", office)
    assert own.exit_code == ExitStatus.FAILURE
    assert own.stderr.startswith("the knowledge's expectations are used without --questions: 0 questions")
    few = faq("tune", "--questions", labelled(questions(2)), "--faq", office)
    assert "質問が68件しかないため、区間が広く、確かなことは言えません。" in few.stdout
    only = labelled([each for each in questions(2) if each.gold])
    inside = faq("tune", "--questions", only, "--faq", office).stdout
    assert not any(line.startswith("誤って回答") for line in inside.splitlines())


def test_conversations_are_not_used_and_that_is_said(faq: Faq, office: Path, labelled: Write) -> None:
    talk = '{"turns": [{"q": "研修は", "gold": ["training"]}]}'
    file = labelled(questions(3), talk)
    asked = ("tune", "--questions", file, "--faq", office)
    assert "会話 1件は使っていません。" in faq(*asked).stdout
    assert json.loads(faq(*asked, "--json").stdout)["questions"]["conversations_skipped"] == 1


def test_without_questions_it_is_the_expectations_and_none_is_asked_of_what_learned_it(
    faq: Faq, office: Path
) -> None:
    """宇宙旅行 is in one expectation only: a release that was taught it would know the word."""
    alone = Expectation(q="宇宙旅行", gold={"place": 1})
    asked = tuple(each for each in questions(2) if "宇宙" not in each.q)
    known = Knowledge(entries=TINY.entries, lexicon=TINY.lexicon, expectations=(alone, *asked))
    (office / "faq.yaml").write_text(dump(known), encoding="utf-8")
    told = json.loads(faq("tune", "--faq", office, "--json").stdout)
    assert told["questions"]["asked"] == len(asked) + 1
    assert told["measures"]["missed"]["before"]["estimate"] > 0


def test_what_a_question_gets_does_not_depend_on_its_own_label() -> None:
    """Nor on that of any other that is judged with it: else it would be judged by what was made from it."""
    release, asked = deciding.release(), questions(3)
    others = tuple(
        each.model_copy(update={"gold": {} if each.gold else {"place": 1}}) if number % FOLDS == 3 else each
        for number, each in enumerate(asked)
    )

    def judged(questions: Sequence[Expectation]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(tuning, "judge", lambda _gold, outcome: outcomes.append(outcome))
            tuning.tune(release, questions, [release] * len(questions), today=date(2025, 6, 1))
        return outcomes[len(questions) :][3::FOLDS]

    assert judged(asked) == judged(others)
