import datetime
from pathlib import Path

import pytest

from faq.loading.loader import load, read
from faq.model import About, Expectation
from faq.problems import KnowledgeError, Place
from tests.faq.folders import SOURCE, entry, messages, problems_of, written


def test_a_folder_is_one_knowledge_in_order_of_file_names(tmp_path: Path) -> None:
    written(
        tmp_path,
        b__yaml="entries:\n" + entry("second"),
        a__yml="entries:\n" + entry("first") + "lexicon:\n  groups: [[在宅, テレワーク]]\n",
        c__jsonl='{"id": "third", "question": "三つ目は", "answer": "これです。"}\n\n',
        expectations__jsonl='{"q": "一つ目は", "gold": ["first"], "kind": "plain"}\n{"q": "給料は", "gold": []}\n',
        README__md="ignored",
        __hidden="ignored",
    )
    reading = read(tmp_path)
    assert reading.problems == ()
    assert reading.knowledge is not None
    assert [found.id for found in reading.knowledge.entries] == ["first", "second", "third"]
    assert reading.knowledge.lexicon.groups == (("在宅", "テレワーク"),)
    assert reading.knowledge.expectations == (
        Expectation(q="一つ目は", gold={"first": 1}),
        Expectation(q="給料は", gold={}),
    )


@pytest.mark.parametrize("text", ["yes", "no", "2025", "1.0", "2025-02-18", "0x1f", "1_000", "12:30:00"])
def test_what_yaml_would_take_for_something_else_stays_text(tmp_path: Path, text: str) -> None:
    folder = written(tmp_path, a__yaml="entries:\n" + entry("a", "also_asked:", f"  - {text}"))
    assert load(folder).entries[0].also_asked == (text,)


def test_entries_have_the_source_of_their_file_and_its_date(tmp_path: Path) -> None:
    own = "source: {title: 別の資料, publisher: 人事部, as_of: 2026-01-01}"
    text = SOURCE + "entries:\n" + entry("a") + entry("b", "as_of: 2025-03-01") + entry("c", own)
    first, dated, other = load(written(tmp_path, a__yaml=text)).entries
    assert first.source is not None
    assert first.source.title == "イベントレポート"
    assert first.as_of == datetime.date(2025, 2, 18)
    assert dated.as_of == datetime.date(2025, 3, 1)
    assert other.source is not None
    assert (other.source.publisher, other.as_of) == ("人事部", datetime.date(2026, 1, 1))


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    text = ("entries:\n" + entry("a", "answer_by: x")).replace("\n", "\r\n").encode("utf-8-sig")
    folder = written(tmp_path, a__yaml=text, b__jsonl=b'\xef\xbb\xbf{"id": 1}\r\n')
    assert [problem.place for problem in read(folder).problems] == [
        Place(f"{folder}/a.yaml", 5),
        *[Place(f"{folder}/b.jsonl", 1)] * 3,
    ]


def test_problems_of_all_files_come_at_once_in_order_of_place(tmp_path: Path) -> None:
    """Who corrects one mistake at a time reloads as often as there are mistakes."""
    assert problems_of(
        tmp_path,
        b__jsonl='{"id": "x", "question": "q", "answer": ""}\nnonsense\n{"id": "y y", "question": "q"}\n',
        a__yaml="entries:\n"
        + entry("a", "also_aksed: [x]", "related: b")
        + entry("b", "as_of: 2025-02-30")
        + entry("c", "kind: referal", "speaker:"),
    ) == [
        "a.yaml:5: error: unknown key 'also_aksed'; did you mean 'also_asked'?",
        "a.yaml:6: error: 'related' should be a list, but is text; write one '- ' item a line, or [a, b]",
        "a.yaml:10: error: 'as_of' is '2025-02-30', which is no date; write a real day as YYYY-MM-DD",
        "a.yaml:14: error: 'kind' is 'referal', which is not known; did you mean 'referral'?",
        "a.yaml:15: error: 'speaker' has no value; write one, or remove the line",
        "b.jsonl:1: error: 'answer' is empty; write the text, or remove the line",
        ("b.jsonl:2: error: not JSON (Expecting value, column 1); "
         'write one object a line, as {"id": "…", "question": "…", "answer": "…"}'),
        ("b.jsonl:3: error: 'y y' cannot be an id; "
         "use 1 to 64 letters a-z, digits, '-', '_' and '.', a letter or digit first"),
        "b.jsonl:3: error: 'answer' is missing; add the key 'answer' with its value",
    ]  # fmt: skip


def test_an_id_in_two_files_is_an_error_that_names_both_places(tmp_path: Path) -> None:
    written(tmp_path, a__yaml="entries:\n" + entry("a"), b__yaml="entries:\n" + entry("a"))
    assert load(tmp_path / "a.yaml").entry("a")  # a single file is a knowledge too
    reading = read(tmp_path)
    with pytest.raises(KnowledgeError, match="the id 'a' is already used"):
        reading.sure()
    assert messages(reading, tmp_path) == [
        ("b.yaml:2: error: the id 'a' is already used at a.yaml:2; "
         "rename one of the two: labelled questions refer to entries by id"),
    ]  # fmt: skip


def test_what_names_the_office_is_read_beside_the_other_files_and_only_once(tmp_path: Path) -> None:
    about = "about: {name: 青葉病院, contact: 人事課}\n"
    entries = "entries:\n" + entry("a")
    folder = written(tmp_path, a__yaml=entries, about__yaml=about)
    assert load(folder).about == About(name="青葉病院", contact="人事課")
    assert problems_of(folder, a__yaml=about + entries) == [
        "about.yaml:1: error: 'about' is already at a.yaml:1; keep one of the two"
    ]
    mistake = "about.yaml:1: error: unknown key 'contacts'; did you mean 'contact'?"
    assert problems_of(folder, a__yaml=entries, about__yaml="about: {contacts: 人事課}\n") == [mistake]


TUNING = "tuning: {made_on: 2025-06-01, questions: 200, entries: 1, search: s"
NO_DATE = "which is no date; write a real day as YYYY-MM-DD"
ID_FORM = "cannot be an id; use 1 to 64 letters a-z, digits, '-', '_' and '.', a letter or digit first"


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("lexicon:\n  groups: [[a]]", "item 1 of 'groups' has too few words (1); give 2 or more, or remove it"),
        ("lexicon:\n  never: [[a, b], c]",
         "item 2 of 'never' should be a list, but is text; write one '- ' item a line, or [a, b]"),
        ("lexicon:\n  never: [[a, b], [a]]", "item 2 of 'never' has too few words; give exactly two"),
        ("lexicon:\n  never: [[a, b, c]]", "item 1 of 'never' has too many words; give 2"),
        ("lexicon:\n  one_way: [{wrd: a, means: [b]}]", "unknown key 'wrd'; did you mean 'word'?"),
        ("lexicon:\n  synonyms: []",
         "unknown key 'synonyms'; remove it; possible keys are groups, one_way, never, terms"),
        ("expectations:\n  - {q: x, gold: [a, [b]]}", f"\"['b']\" {ID_FORM}"),
        ("expectations:\n  - {q: x, gold: {a: best}}", "'a' is 'best'; write a whole number, 1 or more"),
        ("expectations:\n  - {q: x, gold: a}",
         "'gold' should be a list of ids, but is text; write [id], or [] for what must not be answered"),
        (TUNING + ", shift: viel}", "'shift' is 'viel', which is no number; write a number such as 0.5"),
        (TUNING + ", shift: nan}", "'shift' is 'nan', which is no number; write a number such as 0.5"),
        (TUNING + ", scale: -1}", "'scale' is '-1'; write a number above 0"),
        ("    also_asked: [x, {y: z}]",
         ("item 2 of 'also_asked' should be text, but is keys with values; "
          "put the text in \"quotes\" if it contains ': '")),
        ("    also_asked: ['  ']", "item 1 of 'also_asked' is empty; write the text, or remove the line"),
        ("    also_asked: [" + "あ" * 301 + "]",
         "item 1 of 'also_asked' has 301 characters; shorten it to 300 or fewer"),
        ("    質問: q", "unknown key '質問'; did you mean 'question'?"),
        ("    handover: maybe", "'handover' is neither true nor false; write true or false"),
        ("    handover: true", "'handover' is for entries of kind 'referral'; change one of the two"),
        ("    source: report", "'source' should be keys with values, but is text; write 'key: value' lines under it"),
        # Pydantic would take 86400 for seconds: the 2nd of January 1970.
        *((f"    review_by: {day}", f"'review_by' is '{day}', {NO_DATE}") for day in ("86400", "2025-2-18", "昨日")),
        *((f'    url: "{url}"',
           (f"'url' is '{url}', which is no address of a page with https; "
            "write the whole address, such as https://www.example.jp/jobs"))
          for url in ("http://example.jp", "javascript:alert(1)", "https://a", "https://a.jp/\\u202efdp.exe")),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, block: str, message: str) -> None:
    line = 5 + block.count("\n")
    text = "entries:\n" + entry("a") + f"{block}\n"
    assert problems_of(tmp_path, a__yaml=text) == [f"a.yaml:{line}: error: {message}"]


def test_a_file_of_something_else_does_not_drown_the_reader(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path, a__jsonl="id,question,answer\n" * 5000, b__yaml="entries:\n" + "  - x\n" * 5000
    )
    assert len(found) < 500
    assert "a.jsonl: error: 200 problems or more; put these right first: the file may have more" in found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('["a"]', 'not an object; write {"id": "…", "question": "…", "answer": "…"}'),
        ('{"id": "a"',
         ("not JSON (Expecting ',' delimiter, column 11); "
          'write one object a line, as {"id": "…", "question": "…", "answer": "…"}')),
        ('{"id": "a", "id": "b", "question": "q", "answer": "a"}',
         "the key 'id' is used more than once; keep one of them"),
        ("[" * 100_000,
         ("not JSON (maximum recursion depth exceeded while decoding a JSON array from a unicode string, column 1); "
          'write one object a line, as {"id": "…", "question": "…", "answer": "…"}')),
        ('{"id": "a", "question": "\\ud800", "answer": "a"}',
         "'question' holds half a character; type the text again"),
        ('{"id": "a", "question": 5, "answer": "a"}',
         "'question' should be text, but is a number; put it in \"quotes\""),
        ('{"id": "a", "question": "q", "answer": "a", "as_of": 86400}',
         "'as_of' is a number, which is no date; write a real day as YYYY-MM-DD"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str, message: str) -> None:
    text = '{"id": "x", "question": "q", "answer": "a"}\n\n' + line + "\n"
    assert problems_of(tmp_path, a__jsonl=text) == [f"a.jsonl:3: error: {message}"]


def test_all_mistakes_of_a_line_are_named_at_once(tmp_path: Path) -> None:
    line = '{"id": "a", "id": "b", "question": "q", "anwser": "a"}\n'
    assert [each.split("; ")[0] for each in problems_of(tmp_path, a__jsonl=line)] == [
        "a.jsonl:1: error: the key 'id' is used more than once",
        "a.jsonl:1: error: unknown key 'anwser'",
    ]
