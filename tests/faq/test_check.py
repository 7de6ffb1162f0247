import datetime
import json
from pathlib import Path

import pytest

from faq.checks import asked_matter, check
from faq.loading.loader import builtin, read
from tests.faq.folders import entry, written

TODAY = datetime.date(2026, 4, 1)
ASKED = "also_asked: [{0}の一, {0}の二]"


def checked(folder: Path, **texts: str) -> list[str]:
    reading = read(written(folder, about__yaml="about: {name: 人事課}\n", **texts))
    return [str(problem).replace(f"{folder}/", "") for problem in check(reading, TODAY)]


def sound(entry_id: str, *lines: str) -> str:
    return entry(entry_id, ASKED.format(entry_id), *lines)


def test_the_builtin_knowledge_has_no_error_and_asks_candidates_for_nothing() -> None:
    found = check(read(builtin()), TODAY)
    assert [each for each in found if each.severity == "error" or each.fault.kind == "unfair"] == []


@pytest.mark.parametrize(
    "text",
    [
        sound("a", "related: [b]", "review_by: 2026-04-01", "valid_until: 2026-04-01") + sound("b"),
        # Phrasings that differ in a letter are others, and those of punctuation alone are not compared.
        entry("a", 'also_asked: ["?", "!!", C#は, C++は, Cは]'),
    ],
)
def test_a_sound_knowledge_has_no_problem(tmp_path: Path, text: str) -> None:
    assert checked(tmp_path, a__yaml="entries:\n" + text) == []


def test_a_knowledge_that_does_not_say_whose_it_is_is_told_so(tmp_path: Path) -> None:
    (found,) = check(read(written(tmp_path, a__yaml="entries:\n" + sound("a"))), TODAY)
    assert (str(found.place), found.severity) == (f"{tmp_path}/a.yaml", "warning")
    assert found.fault.what == "nothing says whose FAQ this is ('about')"


def test_ids_that_no_entry_has_are_errors(tmp_path: Path) -> None:
    text = "entries:\n" + sound("remote-work", "related:", "  - remote-work", "  - remot-work", "  - x")
    expected = '{"q": "a", "gold": []}\n{"q": "b", "gold": ["remote-work", "remotework"]}\n'
    graded = "expectations:\n  - q: c\n    gold:\n      remote-work: 1\n      zzz: 2\n"
    assert checked(tmp_path, a__yaml=text + graded, expectations__jsonl=expected) == [
        "a.yaml:7: warning: an entry that is related to itself; remove it",
        "a.yaml:8: error: there is no entry 'remot-work'; did you mean 'remote-work'?",
        "a.yaml:9: error: there is no entry 'x'; write the id of an entry, or remove it",
        "a.yaml:14: error: there is no entry 'zzz'; write the id of an entry, or remove it",
        "expectations.jsonl:2: error: there is no entry 'remotework'; did you mean 'remote-work'?",
    ]


def test_entries_past_their_days_are_warned_of(tmp_path: Path) -> None:
    text = "entries:\n" + sound("a", "review_by: 2026-03-31") + sound("b", "valid_until: 2026-03-31")
    assert checked(tmp_path, a__yaml=text) == [
        "a.yaml:6: warning: 'a' was to be reviewed by 2026-03-31; see whether it still holds, and set a later day",
        ("a.yaml:11: warning: 'b' was valid until 2026-03-31 and is no longer served; "
         "bring it up to date, or remove it"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("あ" * 600, None),
        ("あ" * 601, ("warning: the answer has 601 characters, too many to read in a chat; "
         "shorten it to 600 or fewer, or make two entries of it")),
        ("&" * 600, None),
        ("&" * 601, ("error: the answer has 3005 characters in Slack, which takes 3000; "
         "shorten it, best to 600 or fewer")),
        ("本籍地を記入してください。", ("warning: '本籍地を記入してください' asks candidates for 本籍・出生地, "
         "which 公正な採用選考の基本(厚生労働省) leaves out; "
         "ask only for what the work needs, or say plainly that nobody is asked for it")),
    ],
)  # fmt: skip
def test_an_answer_must_fit_into_slack_should_fit_on_a_screen_and_asks_for_nothing_unfair(
    tmp_path: Path, answer: str, message: str | None
) -> None:
    text = f'entries:\n  - id: a\n    question: aは\n    also_asked: [一, 二]\n    answer: "{answer}"\n'
    assert checked(tmp_path, a__yaml=text) == ([f"a.yaml:5: {message}"] if message else [])


@pytest.mark.parametrize(
    ("answer", "matter"),
    [
        ("配偶者の有無をご記入ください。", "家族"),
        ("面接で親の収入について質問します。", "家族"),
        ("お子さまの人数をご回答ください。", "家族"),
        ("住宅状況を申告してください。", "住宅状況"),
        ("労働組合の加入歴をご記入ください。", "労働組合・社会運動"),
    ],
)
def test_what_asks_for_a_matter_names_it(tmp_path: Path, answer: str, matter: str) -> None:
    text = f"entries:\n  - id: a\n    question: aは\n    also_asked: [一, 二]\n    answer: {answer}\n"
    (message,) = checked(tmp_path, a__yaml=text)
    assert f"asks candidates for {matter}, " in message


def test_phrasings_that_differ_in_width_case_and_punctuation_only_are_repeated(tmp_path: Path) -> None:
    text = "entries:\n" + entry("a", "also_asked:", "  - Ｗｅｂ会議は ありますか？", "  - ok", "  - OK!")
    other = "entries:\n" + sound("b", "related: [a]").replace("bの一", "web会議はありますか")
    assert checked(tmp_path, a__yaml=text, b__yaml=other) == [
        ("a.yaml:8: warning: 'OK!' is already a phrasing of 'a' at a.yaml:7; "
         "remove one of the two, or say what is different"),
        ("b.yaml:5: warning: 'web会議はありますか' is already a phrasing of 'a' at a.yaml:6; "
         "remove one of the two, or say what is different"),
    ]  # fmt: skip


LABELLED = (Path(__file__).parent / "data" / "fair-selection.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "example", list(map(json.loads, LABELLED.splitlines())), ids=lambda example: next(iter(example.values()))
)
def test_wording_that_asks_candidates_is_told_from_what_only_speaks_of_it(example: dict[str, str]) -> None:
    asked = asked_matter(example["answer"])
    assert (asked[0] if asked else "") == example["asks"]


@pytest.mark.parametrize(
    ("question", "other", "alike"),
    [
        ("応募できる人は", "応募できない人は", True),
        ("第一種の試験はいつ", "第二種の試験はいつ", True),
        ("2024年の採用人数は", "2025年の採用人数は", True),
        ("C++の研修はありますか", "C#の研修はありますか", True),
        ("残業はありますか", "残業はありませんか", True),
        ("残業はありますか", "当直はありますか", False),
        ("一次面接は", "二次筆記は", False),
    ],
)
def test_questions_that_differ_by_a_number_a_negation_or_a_mark_are_told(
    tmp_path: Path, question: str, other: str, *, alike: bool
) -> None:
    file = tmp_path / "a.jsonl"
    rows = [{"id": name, "question": text, "answer": name} for name, text in (("a", question), ("b", other))]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    told = [str(problem) for problem in check(read(file), TODAY) if problem.fault.kind == "differs-little"]
    assert len(told) == alike
    assert all("a.jsonl:2" in each and question in each and other in each for each in told)
