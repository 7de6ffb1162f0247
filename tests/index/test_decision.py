import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Knowledge
from index.compiling import compile_index
from index.decision import MOST_CHOICES, Fit, Verdict, VerdictKind, cautious, decide
from index.logistic import sigmoid
from index.search import Index
from tests.index.builders import BY_WORDS, TINY, entry, fit, referral
from tests.index.strategies import MESSAGES

INDEX = compile_index(TINY)
ANSWER, REFERRAL = "服装は自由ですか", "試験"


def verdict(question: str, fitted: Fit, index: Index = INDEX) -> Verdict:
    return decide(index, index.score(index.query(question)), fitted)


@pytest.mark.parametrize(
    ("question", "chance", "kind"),
    [
        (ANSWER, 0.9, VerdictKind.ANSWER),
        (ANSWER, 0.71, VerdictKind.ANSWER),
        (ANSWER, 0.69, VerdictKind.CHOICES),
        (ANSWER, 0.41, VerdictKind.CHOICES),
        (ANSWER, 0.39, VerdictKind.UNKNOWN),
        (ANSWER, 0.01, VerdictKind.UNKNOWN),
        (REFERRAL, 0.9, VerdictKind.REFERRAL),
        (REFERRAL, 0.41, VerdictKind.REFERRAL),
        (REFERRAL, 0.39, VerdictKind.UNKNOWN),
        ("宇宙飛行", 0.9, VerdictKind.UNKNOWN),
        ("", 0.9, VerdictKind.UNKNOWN),
    ],
)
def test_the_probability_decides(question: str, chance: float, kind: VerdictKind) -> None:
    """Answer from 0.7 on, offer or refer from 0.4 on."""
    assert verdict(question, fit(answer=0.7, offer=0.4, chance=chance)).kind is kind


def test_the_thresholds_themselves_are_enough() -> None:
    fitted = fit(answer=0.5, offer=0.5)
    assert verdict(ANSWER, fitted).kind is VerdictKind.ANSWER
    assert verdict(REFERRAL, fitted).kind is VerdictKind.REFERRAL


# The entry that is ahead of the other kind is as probable as it is ahead.
AHEAD = fit(answer=0.8, offer=0.3, rival=3.0)


def test_a_referral_that_beats_every_answer_is_shown() -> None:
    found = verdict("試験の日程と服装", AHEAD)
    assert (found.kind, found.entry_ids) == (VerdictKind.REFERRAL, ("exam",))


def test_an_answer_that_is_sure_enough_comes_before_a_referral() -> None:
    """The referral is further ahead; the answer is good enough."""
    fitted = fit(answer=0.2, offer=0.1, rival=1.0)
    found = verdict("試験の日程と服装", fitted)
    assert (found.kind, found.entry_ids) == (VerdictKind.ANSWER, ("clothes",))


def test_a_referral_that_is_not_surer_than_the_answer_is_not_shown() -> None:
    fitted = fit(answer=0.9, offer=0.3, chance=0.5)
    assert verdict("試験の日程と服装", fitted).kind is VerdictKind.CHOICES


def test_the_best_answer_is_offered_beside_the_referral_that_beats_it() -> None:
    """The referral stands first in the ranking; the answer is worth offering and no more."""
    question = "試験の日程と服装"
    order = INDEX.score(INDEX.query(question)).order
    assert INDEX.is_referral[order[0]]
    found = verdict(question, fit(answer=0.9, offer=0.3))
    assert found.kind is VerdictKind.CHOICES
    assert found.entry_ids == ("exam", "clothes", *found.entry_ids[2:])


def test_the_best_answer_is_offered_wherever_it_stands() -> None:
    """Here three referrals come before it."""
    entries = (
        *(referral(f"r{at}", "給料はいくらですか") for at in range(4)),
        entry("pay", "給料の明細と宇宙"),
    )
    index = compile_index(Knowledge(entries=entries))
    scores = index.score(index.query("給料はいくらですか"))
    assert [index.entries[number].id for number in scores.order][-1] == "pay"
    found = verdict("給料はいくらですか", fit(answer=0.9, offer=0.3), index)
    assert (found.kind, found.entry_ids) == (VerdictKind.CHOICES, ("r0", "r1", "pay"))


def test_only_a_referral_found_is_not_offered_as_a_choice_however_low_the_threshold() -> None:
    assert verdict("試験の日程", fit(answer=0.0, offer=0.0)).entry_ids[0]
    index = compile_index(Knowledge(entries=(referral("salary", "給料はいくらですか"),)))
    assert verdict("給料", fit(answer=0.0, offer=0.0), index).kind is VerdictKind.REFERRAL


def test_choices_are_the_first_hits() -> None:
    question = "テレワーク、服装、研修、補助金、面接"
    found = verdict(question, fit(answer=0.9, offer=0.3))
    order = INDEX.score(INDEX.query(question)).order
    assert found.entry_ids == tuple(INDEX.entries[number].id for number in order[:MOST_CHOICES])


def test_unknown_shows_nothing_and_tells_how_sure_it_was() -> None:
    found = verdict(ANSWER, fit(answer=0.9, offer=0.8, chance=0.3))
    assert (found.kind, found.entry_ids) == (VerdictKind.UNKNOWN, ())
    assert found.confidence == pytest.approx(0.3)


def test_a_set_of_referrals_refers() -> None:
    index = compile_index(Knowledge(entries=(referral("salary", "給料はいくらですか"),)))
    assert verdict("給料", fit(answer=0.7, offer=0.4), index).kind is VerdictKind.REFERRAL
    assert verdict("給料", fit(answer=0.9, offer=0.6), index).kind is VerdictKind.UNKNOWN


def test_factors_explain_the_confidence() -> None:
    found = verdict("研修で宇宙へ", BY_WORDS)
    logit = BY_WORDS.bias + sum(factor.effect for factor in found.factors)
    assert float(sigmoid(np.array(logit))) == pytest.approx(found.confidence)
    effects = [abs(factor.effect) for factor in found.factors]
    assert effects == sorted(effects, reverse=True)


@given(MESSAGES, st.floats(0, 1), st.floats(0, 1), st.floats(-30, 30))
@settings(max_examples=80, deadline=None)
def test_a_verdict_keeps_its_promises(question: str, high: float, low: float, weight: float) -> None:
    fitted = fit(answer=max(high, low), offer=min(high, low), covered=weight)
    found = verdict(question, fitted)
    assert 0 <= found.confidence <= 1
    kinds = [INDEX.is_referral[INDEX.numbers[entry_id]] for entry_id in found.entry_ids]
    match found.kind:
        case VerdictKind.ANSWER:
            assert kinds == [False]
            assert found.confidence >= fitted.answer
        case VerdictKind.REFERRAL:
            assert kinds == [True]
            assert found.confidence >= fitted.offer
        case VerdictKind.CHOICES:
            assert 1 <= len(kinds) <= MOST_CHOICES
            assert fitted.offer <= found.confidence < fitted.answer
        case VerdictKind.UNKNOWN:
            assert kinds == []
            assert found.confidence < fitted.offer or not found.factors


def test_a_cautious_fit_answers_nothing() -> None:
    assert verdict(ANSWER, cautious(BY_WORDS.weights)).kind is VerdictKind.UNKNOWN


@pytest.mark.parametrize(("logit", "chance"), [(-1e300, 0.0), (1e300, 1.0), (0.0, 0.5), (1.0, 0.7310585786)])
def test_the_probability_of_a_logit(logit: float, chance: float) -> None:
    assert float(sigmoid(np.array(logit))) == pytest.approx(chance)
