from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Expectation
from index.calibration import at, curve, reliability, unseen
from index.decision import confidence_in
from index.fitting import FEWEST, Sample, fit, sample, thresholds, unseen_chances
from index.points import SHARES, Point
from index.search import Index
from tests.index.builders import BY_WORDS
from tests.index.test_fitting import labelled

OUTCOMES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


@given(OUTCOMES)
@settings(max_examples=80, deadline=None)
def test_every_question_stands_in_the_tenth_of_its_confidence(outcomes: list[tuple[float, bool]]) -> None:
    chances = np.array([chance for chance, _ in outcomes])
    found = reliability(chances, [right for _, right in outcomes])
    assert sum(each.questions for each in found.bins) == len(outcomes)
    assert sum(each.questions * each.seen for each in found.bins) == pytest.approx(
        sum(right for _, right in outcomes)
    )
    assert all(each.low <= each.expected <= each.high for each in found.bins)
    assert 0 <= found.error <= 1


def test_a_confidence_that_is_too_high_is_told() -> None:
    """Of ten answers at 0.9 five are right: 0.4 off; each is 0.1 or 0.9 from its outcome."""
    found = reliability(np.full(10, 0.9), [True, False] * 5)
    assert found.bins[0].expected == pytest.approx(0.9)
    assert found.bins[0].seen == 0.5
    assert found.error == pytest.approx(0.4)
    assert found.brier == pytest.approx((0.1**2 + 0.9**2) / 2)


KNOWN = labelled(600)
FITTED = fit(KNOWN)


@pytest.mark.parametrize("point", list(Point))
def test_each_point_keeps_its_shares_on_questions_that_the_fit_has_not_seen(point: Point) -> None:
    chances = unseen_chances(KNOWN)
    found = at(chances, KNOWN, FITTED.points[point].answer)
    assert found.false <= SHARES[point].false
    assert found.wrong <= SHARES[point].wrong
    assert FITTED.points[point] == thresholds(chances, KNOWN, SHARES[point])
    used = FITTED.at(point)
    assert (used.answer, used.offer) == (FITTED.points[point].answer, FITTED.points[point].offer)


def test_more_false_answers_buy_more_right_ones_and_the_fit_is_at_the_balanced_point() -> None:
    chances = unseen_chances(KNOWN)
    right = [at(chances, KNOWN, FITTED.points[point].answer).right for point in SHARES]
    assert right == sorted(right)
    assert right[0] < right[-1]
    assert FITTED.at(Point.BALANCED) == FITTED


def test_a_fit_without_points_stays_as_it_is() -> None:
    assert BY_WORDS.at(Point.EAGER) == BY_WORDS


def test_the_curve_goes_from_careful_to_eager_with_every_point_on_it() -> None:
    chances = unseen_chances(KNOWN)
    found = curve(chances, KNOWN, FITTED)
    assert [each.name for each in found if each.name] == list(SHARES)
    for before, after in pairwise(found):
        assert before.answer >= after.answer
        assert before.right <= after.right
        assert before.false <= after.false


def test_shares_of_no_questions_are_nothing() -> None:
    nothing = sample_of(0)
    assert (at(np.zeros(0), nothing, 0.5).right, at(np.zeros(0), nothing, 0.5).false) == (0, 0)
    assert len(curve(np.zeros(0), nothing, FITTED)) == len(SHARES)
    assert reliability(np.zeros(0), []).bins == ()


def sample_of(rows: int) -> Sample:
    return Sample(KNOWN.values[:rows], KNOWN.right[:rows], KNOWN.offered[:rows], KNOWN.asked[:rows])


def test_no_expectation_is_judged_by_a_fit_that_has_seen_it(tiny: Index) -> None:
    """The probability of an expectation is that of the folds without it; of a new question, the fit's own."""
    known = tuple(
        Expectation(q=f"{word}{number}", gold={"training": 1} if word == "研修" else {})
        for number in range(FEWEST)
        for word in ("研修", "服装")
    )
    held = sample(tiny, known)
    fitted = fit(held)
    new = Expectation(q="研修の講習", gold={"training": 1})
    chances, found = unseen(tiny, fitted, known, (known[7], new), lambda: held)
    assert chances[0] == unseen_chances(held)[7]
    assert (found.right.tolist(), len(found)) == ([bool(held.right[7]), True], 2)
    confidence, _ = confidence_in(tiny, tiny.score(tiny.query(new.q)), tiny.numbers["training"], fitted)
    assert chances[1] == pytest.approx(confidence)


def test_new_questions_need_no_folds(tiny: Index) -> None:
    def never() -> Sample:
        raise AssertionError

    chances, found = unseen(tiny, FITTED, (), (Expectation(q="研修の講習", gold={"training": 1}),), never)
    assert (len(chances), len(found)) == (1, 1)
