import datetime
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.formats import jsonl
from faq.loading.loader import load, read
from faq.model import Entry, EntryKind, Expectation, Knowledge, Source
from tests.faq.folders import problems_of, written

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).map(str.strip).filter(bool)
ids = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
days = st.none() | st.dates()
sources = st.none() | st.builds(Source, title=texts, publisher=texts, as_of=st.dates())


@st.composite
def entries(draw: st.DrawFn, kind: EntryKind) -> Entry:
    return Entry(
        id=draw(ids),
        kind=kind,
        question=draw(texts),
        also_asked=tuple(draw(st.lists(texts, max_size=3))),
        answer=draw(texts),
        speaker=draw(st.none() | texts),
        source=draw(sources),
        as_of=draw(days),
        review_by=draw(days),
        valid_until=draw(days),
        related=tuple(draw(st.lists(ids, max_size=3))),
        handover=kind is EntryKind.REFERRAL and draw(st.booleans()),
    )


expectations = st.builds(
    Expectation, q=texts, gold=st.dictionaries(ids, st.integers(1, 9), max_size=3), kind=texts
)
answers = entries(EntryKind.ANSWER)
others = entries(EntryKind.REFERRAL) | entries(EntryKind.SMALLTALK)
knowledges = st.builds(
    lambda answer, rest, expected: Knowledge(entries=(answer, *rest), expectations=tuple(expected)),
    answers,
    st.lists(others, max_size=3),
    st.lists(expectations, max_size=3),
).filter(lambda knowledge: len({entry.id for entry in knowledge.entries}) == len(knowledge.entries))


@settings(deadline=None)  # the machine may be busy
@given(knowledges)
def test_a_knowledge_written_as_lines_reads_back_the_same(knowledge: Knowledge) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written(
            Path(folder),
            entries__jsonl=jsonl.dump(knowledge.entries),
            expectations__jsonl=jsonl.dump(knowledge.expectations),
        )
        assert load(Path(folder)) == knowledge


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from(["a.yaml", "a.jsonl", "expectations.jsonl"]),
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text("[]{}&*!|>'\"%@`:-?, \n\t#ab", max_size=60).map(str.encode)
    | st.text('[]{}",:0123456789eE+-.naftrul\n ', max_size=60).map(str.encode)
    | st.lists(
        st.sampled_from(
            ["entries:\n", "  - id: a\n", "    question: b\n", "    answer: |\n", "      c\n", "lexicon: ", "[", "]",
             "{", "}", '"', "'", "- ", "\t", ": ", "&a ", "*a", "---\n", "source: ", "gold", '{"id": ', "\u2028"]
        ),
        max_size=25,
    ).map(lambda parts: "".join(parts).encode()),
)  # fmt: skip
def test_any_bytes_give_a_reading_and_never_an_exception(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        reading = read(Path(folder))
    assert (reading.knowledge is None) == any(problem.severity == "error" for problem in reading.problems)
    assert all(str(problem).isprintable() and problem.remedy for problem in reading.problems)


def test_the_date_of_the_source_is_not_put_where_there_was_none() -> None:
    source = Source(title="報告", publisher="東京都", as_of=datetime.date(2025, 2, 18))
    entry = Entry(id="a", question="aは", answer="aです", source=source, as_of=None)
    assert '"as_of": null' in jsonl.dump([entry])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('["a"]', 'not an object; write {"id": "…", "question": "…", "answer": "…"}'),
        (
            '{"id": "a"',
            (
                "not JSON (Expecting ',' delimiter, column 11); "
                'write one object a line, as {"id": "…", "question": "…"}'
            ),
        ),
        (
            '{"id": "a", "id": "b", "question": "q", "answer": "a"}',
            "the key 'id' is used more than once; keep one of them",
        ),
        ('{"id": NaN}', "a number that cannot be read (NaN); write a whole number"),
        ("[" * 100_000, "too many levels of nesting; see the README for the form"),
        (
            '{"id": "a", "question": "\\ud800", "answer": "a"}',
            "'question' holds half a character; type the text again",
        ),
        (
            '{"id": "a", "question": 5, "answer": "a"}',
            "'question' should be text, but is a number; put it in \"quotes\"",
        ),
        (
            '{"id": "a", "question": "q", "anwser": "a"}',
            "unknown key 'anwser'; did you mean 'answer'?",
        ),
        (
            '{"id": "a", "question": "q", "answer": "a", "as_of": 86400}',
            "'as_of' is a number, which is no date; write a real day as YYYY-MM-DD",
        ),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str, message: str) -> None:
    text = '{"id": "x", "question": "q", "answer": "a"}\n\n' + line + "\n"
    assert problems_of(tmp_path, a__jsonl=text) == [f"a.jsonl:3: error: {message}"]


def test_a_number_too_long_for_python_is_reported(tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, expectations__jsonl='{"q": "x", "gold": {"a": ' + "9" * 5000 + "}}")
    assert "a number that cannot be read" in found


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    line = '{"id": "a", "question": "a\u2028b\x85c", "answer": "a"}'
    assert load(written(tmp_path, a__jsonl=line)).entries[0].question == "a\u2028b\x85c"
