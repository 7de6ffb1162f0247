import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Expectation
from index.bm25 import Floats
from index.channel import Weights
from index.compiling import compile_index
from index.features import NAMES
from index.fitting import (
    FEWEST,
    Sample,
    answer_threshold,
    fit,
    offer_threshold,
    sample,
)
from index.logistic import logistic
from tests.index.builders import TINY
from tests.index.test_logistic import draw

FALSE_SHARE, WRONG_SHARE = 0.05, 0.04


def labelled(rows: int, seed: int = 0) -> Sample:
    """Return questions of which two in three may be answered."""
    values, right = draw(rows, len(NAMES), seed)
    asked = np.arange(rows) % 3 > 0
    return Sample(values, right & asked, asked & (right | (np.arange(rows) % 2 > 0)), asked)


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0]) | st.floats(0, 1), st.sampled_from("rwn")
    ),
    min_size=4,
    max_size=120,
).filter(lambda rows: {"n"} < {label for _, label in rows})


def costs(chances: Floats, known: Sample, threshold: float) -> tuple[float, float]:
    """Return which shares are answered that must not be, and answered wrongly."""
    shown = [row for row in range(len(known)) if chances[row] >= threshold]
    false = sum(not known.asked[row] for row in shown) / int((~known.asked).sum())
    wrong = sum(bool(known.asked[row] and not known.right[row]) for row in shown) / int(known.asked.sum())
    return false, wrong


@given(ROWS)
@settings(max_examples=150, deadline=None)
def test_the_answer_threshold_is_the_lowest_that_keeps_the_shares(rows: list[tuple[float, str]]) -> None:
    """At most 5 % false and 4 % wrong; a lower one would break that."""
    chances = np.array([chance for chance, _ in rows])
    right, asked = (np.array([label in labels for _, label in rows]) for labels in ("r", "rw"))
    known = Sample(np.zeros((len(rows), 1)), right, right, asked)
    threshold = answer_threshold(chances, known)
    lower = [chance for chance in chances if chance < threshold]
    if threshold in chances and threshold < 1.0:
        false, wrong = costs(chances, known, threshold)
        assert false <= FALSE_SHARE
        assert wrong <= WRONG_SHARE
    for chance in lower:
        false, wrong = costs(chances, known, chance)
        assert false > FALSE_SHARE or wrong > WRONG_SHARE


@pytest.mark.parametrize(
    ("asked", "questions", "threshold"),
    [(True, 24, 0.95), (True, 25, 0.9), (False, 19, 0.95), (False, 20, 0.9)],
)
def test_one_wrong_in_25_and_one_false_in_20_may_be_and_no_more(
    asked: bool,  # noqa: FBT001 -- the case itself
    questions: int,
    threshold: float,
) -> None:
    """One right answer has a chance of 0.95, a bad one of its sort 0.9, the other bad ones and the other sort less."""
    bad = questions - 1 if asked else questions
    chances = np.array([0.95, 0.9] + [0.1] * (bad - 1) + [0.05] * 60)
    right = chances == 0.95
    known = Sample(
        np.zeros((len(right), 1)), right, right, np.array([True] + [asked] * bad + [not asked] * 60)
    )
    assert answer_threshold(chances, known) == threshold


def test_the_offer_threshold_is_where_two_offers_in_five_are_useful() -> None:
    """Useful offers are as frequent as the chance says, so 0.4 it is."""
    random = np.random.default_rng(1)
    chances = random.uniform(0.02, 0.98, 4_000)
    offered = random.random(4_000) < chances
    known = Sample(np.zeros((4_000, 1)), offered, offered, offered)
    assert offer_threshold(chances, known, 0.9) == pytest.approx(0.4, abs=0.03)
    assert offer_threshold(chances, known, 0.2) == 0.2


def test_nothing_is_offered_below_an_answer_where_offers_do_not_help() -> None:
    chances = np.linspace(0.1, 0.9, 100)
    known = Sample(np.zeros((100, 1)), chances > 2, chances < 0.5, chances > 2)
    assert offer_threshold(chances, known, 0.8) == 0.8


def test_a_fit_keeps_what_it_was_fitted_on() -> None:
    known = labelled(300)
    fitted = fit(known)
    assert fitted == fit(known)
    assert fitted.asked == 300
    assert list(fitted.weights) == list(fitted.centre) == list(NAMES)
    assert 0 <= fitted.offer <= fitted.answer <= 1
    assert list(fitted.centre.values()) == pytest.approx(known.values.mean(axis=0))
    found, kept = logistic(known.values, known.right, products=True), fitted.regression(list(NAMES))
    assert kept.chances(known.values) == pytest.approx(found.chances(known.values))
    assert type(fitted).model_validate_json(fitted.model_dump_json()) == fitted


@pytest.mark.parametrize("keep", [True, False])
def test_too_few_questions_of_either_sort_fit_nothing(keep: bool) -> None:  # noqa: FBT001 -- the case itself
    known = labelled(400)
    rows = np.arange(len(known))
    few = rows[known.asked == keep][: FEWEST - 1]
    chosen = np.sort(np.concatenate([few, rows[known.asked != keep]]))
    parts = (known.values, known.right, known.offered, known.asked)
    with pytest.raises(ValueError, match=str(FEWEST)):
        fit(Sample(*(part[chosen] for part in parts)))


def test_a_sample_is_what_the_index_found() -> None:
    """Right is the best answer, offered the first three; a referral is no answer."""
    questions = [
        Expectation(q="服装", gold={"clothes": 1}),
        Expectation(q="服装", gold={"training": 1}),
        Expectation(q="服装と研修と講習", gold={"clothes": 1}),
        Expectation(q="給料", gold={}),
        Expectation(q="宇宙飛行", gold={}),
    ]
    known = sample(compile_index(TINY, Weights()), questions)
    assert len(known) == 5
    assert known.values.shape == (5, len(NAMES))
    assert known.right.tolist() == [True, False, False, False, False]
    assert known.offered.tolist() == [True, False, True, False, False]
    assert known.asked.tolist() == [True, True, True, False, False]
    assert not known.values[3:].any()


def test_an_empty_sample_has_columns() -> None:
    assert sample(compile_index(TINY), []).values.shape == (0, len(NAMES))
