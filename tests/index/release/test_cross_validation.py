from dataclasses import replace

from faq.model import Expectation
from index.analysis.questions import question
from index.decision.policy import Point
from index.release.building import build
from index.release.cross_validation import FOLDS, folds
from index.retrieval.vectors import VectorStore
from tests.index.builders import TINY, FakeEncoder
from tests.index.release.publishers import ENCODERS

QUESTIONS = (
    Expectation(q="在宅は何日ですか", gold={"remote": 1}),
    Expectation(q="スーツは必要ですか", gold={"clothes": 1}),
    Expectation(q="宇宙旅行の割引はありますか", gold={}),
    Expectation(q="講習の中身を知りたい", gold={"training": 1}),
    Expectation(q="受験料の補助はありますか", gold={"grant": 1}),
    Expectation(q="社員食堂のおすすめは何ですか", gold={}),
    Expectation(q="給料の手取りを教えて", gold={}),
)
KNOWN = TINY.model_copy(update={"expectations": QUESTIONS})


def test_each_question_is_asked_of_a_release_that_was_taught_only_the_other_folds() -> None:
    """With the name and the point of the whole one."""
    release = replace(build(KNOWN, ENCODERS), point=Point.EAGER)
    seen: dict[int, Expectation] = {}
    told: list[str] = []
    for fold in folds(release, progress=told.append):
        assert fold.release.label == release.label
        seen |= dict(zip(fold.rows, fold.expectations, strict=True))
        others = tuple(each for each in QUESTIONS if each not in fold.expectations)
        alone = build(KNOWN.model_copy(update={"expectations": others}), ENCODERS).at(Point.EAGER)
        assert len(others) + len(fold.expectations) == len(QUESTIONS)
        for each in fold.expectations:
            assert fold.release.reader().read(question(each.q)) == alone.reader().read(question(each.q))
    assert tuple(seen[number] for number in range(len(QUESTIONS))) == QUESTIONS
    assert len(told) == FOLDS


def test_no_text_is_encoded_once_more_for_each_fold() -> None:
    encoder, store = FakeEncoder(), VectorStore()
    release = build(KNOWN, [encoder], encode=store.encode)
    encoder.asked.clear()
    list(folds(release, encode=store.encode))
    assert encoder.asked == []


def test_there_are_no_more_folds_than_questions() -> None:
    release = build(KNOWN.model_copy(update={"expectations": QUESTIONS[:2]}), ENCODERS)
    assert [len(fold.expectations) for fold in folds(release)] == [1, 1]
    assert list(folds(build(TINY, ENCODERS))) == []
