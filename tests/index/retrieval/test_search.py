import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Entry, EntryKind, Expectation, Knowledge
from index.analysis.questions import Question
from index.retrieval.compiling import compile_index
from index.retrieval.documents import documents
from index.retrieval.search import Index
from tests.index.builders import LEXICON, TINY, FakeEncoder, found
from tests.index.strategies import MESSAGES

SEARCHED = TINY.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)
COHORT = ("年金はもらえますか", "趣味は何ですか", "研修の講師は誰ですか")


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("テレワークの頻度", "remote"),
        ("ﾃﾚﾜｰｸ", "remote"),
        ("在宅勤務はできますか", "remote"),
        ("ざいたくきんむ", "remote"),
        ("リモートワーク", "remote"),
        ("めんせつ", "interview"),
        ("デジタルサービス局", "place"),
        ("更新料", "grant"),
        ("給与", "salary"),
        ("私服", "clothes"),
    ],
)
def test_the_same_thing_said_otherwise_finds_the_entry(tiny: Index, question: str, entry_id: str) -> None:
    """By width, kana, synonym, lexicon or a word of the answer."""
    assert found(tiny, question)[0] == entry_id


@given(st.permutations(SEARCHED), MESSAGES)
@settings(max_examples=15)
def test_the_order_of_the_files_changes_no_evidence(entries: list[Entry], question: str) -> None:
    encoder, (usual, other) = FakeEncoder(), (SEARCHED, tuple(entries))
    rows = []
    for given_entries in (usual, other):
        index = compile_index(Knowledge(entries=given_entries, lexicon=LEXICON), [encoder], cohort=COHORT)
        raw = index.evidence(index.query(Question(question))).raw
        order = [index.numbers[each.id] for each in SEARCHED]
        rows.append(np.array([index.compiled.norms.normalized(kind, raw[kind])[order] for kind in raw]))
    assert rows[1] == pytest.approx(rows[0], abs=1e-5)


def test_the_vector_of_a_question_knows_its_story() -> None:
    encoder = FakeEncoder()
    index = compile_index(TINY, [encoder], cohort=COHORT)
    alone, told, whole = (
        index.query(each).vectors["use"]
        for each in (Question("何日"), Question("何日", "在宅の話"), Question("在宅の話 何日"))
    )
    assert told == pytest.approx((alone + whole) / 2)


KNOWN = (Expectation(q="おうちで働けますか", gold={"remote": 1}), Expectation(q="宇宙旅行の割引は", gold={}))


def test_what_a_question_itself_taught_can_be_left_out() -> None:
    """Known by heart, it would say nothing about questions that are like it."""
    taught = TINY.model_copy(update={"expectations": KNOWN})
    index = compile_index(taught, [FakeEncoder()], cohort=COHORT)
    plain = compile_index(TINY, [FakeEncoder()], cohort=COHORT)
    number = index.numbers["remote"]
    for typed in ("おうちで働けますか", "おうちで、働けますか。"):
        query = index.query(Question(typed))
        known, left_out = (index.evidence(query, exclude_learned=each) for each in (False, True))
        assert known.raw["phrasing"][number] > 0.9
        assert left_out.raw["phrasing"][number] < 0.5
        assert known.raw["meaning:use"][number] > left_out.raw["meaning:use"][number]
    query = index.query(Question("宇宙旅行の割引は?"))
    known, left_out = (index.evidence(query, exclude_learned=each) for each in (False, True))
    assert known.unanswerable["use"].max() > 0.9
    assert left_out.unanswerable["use"].max() == -1
    assert len(plain.phrasings) + 1 == len(index.phrasings)


LEARNED = (
    Expectation(q="おうちで働けますか", gold={"remote": 1}),
    Expectation(q="テレワークは週に何日できますか?", gold={"remote": 1}),
    Expectation(q="勉強会と講習のどちらが多いですか", gold={"training": 1, "interview": 1}),
    Expectation(q="講師は誰ですか", gold={"training": 2, "interview": 1}),
    Expectation(q="服装の予算はいくらですか", gold={}),
)
TAUGHT = TINY.model_copy(update={"expectations": LEARNED})


def test_an_expectation_stands_among_the_phrasings_of_the_entry_that_answers_it_best() -> None:
    """Not where several answer as well, nor twice where the files have the same phrasing."""
    learned = {each.entry.id: each.phrasings[len(each.entry.phrasings) :] for each in documents(TAUGHT)}
    assert learned == dict.fromkeys(learned, ()) | {
        "remote": ("おうちで働けますか",),
        "training": ("講師は誰ですか",),
    }


def test_nouns_of_a_question_are_in_order_and_none_are_told_where_one_is_denied() -> None:
    asked = [Question(text) for text in ("集団面接の服装は決まっていますか", "面接以外の服装は")]
    nouns = [compile_index(TINY).query(each).nouns for each in asked]
    assert (nouns[0][-1], nouns[0].index("面接") < nouns[0].index("服装"), nouns[1]) == ("服装", True, ())
