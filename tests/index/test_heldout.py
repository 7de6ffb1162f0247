import numpy as np

from faq.model import Expectation
from index.channel import Weights
from index.compiling import compile_index
from index.fitting import sample
from index.heldout import FOLDS, held_out
from tests.index.builders import TINY

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


def test_each_question_is_asked_of_an_index_that_was_taught_only_the_other_folds() -> None:
    rows = held_out(KNOWN, Weights())
    assert len(rows) == len(QUESTIONS)
    for number, question in enumerate(QUESTIONS):
        others = tuple(each for place, each in enumerate(QUESTIONS) if (place - number) % FOLDS)
        alone = compile_index(KNOWN.model_copy(update={"expectations": others}), Weights())
        expected = sample(alone, [question])
        assert np.array_equal(rows.values[number], expected.values[0])
        assert rows.asked[number] == bool(question.gold)
        assert rows.right[number] == expected.right[0]


def test_a_question_known_by_heart_looks_surer_than_one_held_out() -> None:
    """Else the fit would trust words that only the labelled question itself has."""
    by_heart = sample(compile_index(KNOWN, Weights()), QUESTIONS)
    assert (by_heart.values != held_out(KNOWN, Weights()).values).any()
