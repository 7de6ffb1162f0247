import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Expectation, Knowledge
from index.channel import Weights
from index.compiling import compile_index
from index.coverage import covered
from index.features import NAMES, features
from index.reasons import hit
from index.search import Index
from tests.index.builders import TINY, entry
from tests.index.strategies import MESSAGES

INDEX = compile_index(TINY, Weights())
_LEADS = {"lead", "rival", "alike"}
_SIZES = {"length", "trend", "matched", "unmatched"}


def measure(index: Index, question: str, entry_id: str) -> dict[str, float]:
    scores = index.score(index.query(question))
    return dict(zip(NAMES, features(index, scores, index.numbers[entry_id]).tolist(), strict=True))


@given(MESSAGES, MESSAGES, st.floats(0, 20))
@settings(max_examples=80, deadline=None)
def test_features_keep_their_ranges_for_any_question(question: str, background: str, weight: float) -> None:
    """What they were fitted on must mean the same for a question never seen."""
    scores = INDEX.score(INDEX.query(question, background), {"remote": weight})
    for number in scores.order:
        values = features(INDEX, scores, int(number))
        assert values.shape == (len(NAMES),)
        for name, value in zip(NAMES, values.tolist(), strict=True):
            lowest = -1.0 if name in _LEADS else 0.0
            highest = math.inf if name in _SIZES else 1.0
            assert math.isfinite(value)
            assert lowest - 1e-9 <= value <= highest + 1e-9, name


@given(MESSAGES)
@settings(max_examples=40, deadline=None)
def test_a_set_of_one_entry_has_features(question: str) -> None:
    index = compile_index(Knowledge(entries=(entry("only", "研修はありますか"),)))
    scores = index.score(index.query(question))
    assert np.isfinite(features(index, scores, 0)).all()


def test_an_entry_that_is_the_question_covers_it() -> None:
    values = measure(INDEX, "服装は自由ですか", "clothes")
    assert values["covered"] == values["echo"] == pytest.approx(1)
    assert values["missing"] == values["newest"] == values["elsewhere"] == 0


def test_a_word_that_nothing_has_is_left_open() -> None:
    values = measure(INDEX, "研修で宇宙へ行きますか", "training")
    assert 0 < values["covered"] < 1
    assert values["newest"] == pytest.approx(1)
    assert values["missing"] == pytest.approx(1)


def test_a_word_of_a_referral_points_elsewhere() -> None:
    """An unmatched 給料 is the sign of a question that the FAQ does not answer."""
    assert measure(INDEX, "研修の給料", "training")["elsewhere"] > 0
    assert measure(INDEX, "研修の服装", "training")["elsewhere"] == 0


def test_a_word_that_means_the_same_is_covered() -> None:
    scores = INDEX.score(INDEX.query("リモートワーク"))
    assert "remote work" in covered(INDEX, scores, INDEX.numbers["remote"])
    assert covered(INDEX, scores, INDEX.numbers["clothes"]) == frozenset()


def test_a_kind_of_question_that_no_phrasing_asks_is_told() -> None:
    assert measure(INDEX, "服装の費用はいくらですか", "clothes")["facet"] == 1
    assert measure(INDEX, "服装は自由ですか", "clothes")["facet"] == 0
    assert measure(INDEX, "資格の費用はいくらですか", "grant")["facet"] == 0


def test_what_only_the_rival_has_speaks_for_it_and_what_only_the_entry_has_against() -> None:
    values = measure(INDEX, "服装と給料", "clothes")
    mirrored = measure(INDEX, "服装と給料", "salary")
    assert 0 < values["beyond"] < 1
    assert values["beyond"] == pytest.approx(mirrored["own"])
    assert values["own"] == pytest.approx(mirrored["beyond"]) == pytest.approx(1 - values["beyond"])
    assert measure(INDEX, "服装", "clothes")["beyond"] == 0
    assert measure(INDEX, "服装", "clothes")["own"] == pytest.approx(1)


def test_the_sum_of_a_question_does_not_hang_on_the_order_of_a_set() -> None:
    """Sets of words are in another order in each process; sums of their masses must not be."""
    words = "服装と研修と面接と給料と試験と宇宙と資格"
    scores = INDEX.score(INDEX.query(words))
    masses, found = scores.query.masses, covered(INDEX, scores, INDEX.numbers["clothes"])
    values = measure(INDEX, words, "clothes")
    rival = int(max(INDEX.referrals, key=lambda number: scores.entries[number]))
    theirs = covered(INDEX, scores, rival)
    own = sum(mass for word, mass in masses.items() if word in found - theirs)
    assert values["own"] == own / sum(masses.values())


def test_leads_tell_who_is_ahead() -> None:
    assert measure(INDEX, "服装", "clothes")["lead"] > 0
    assert measure(INDEX, "服装と研修と講習", "clothes")["lead"] < 0
    assert measure(INDEX, "給料", "salary")["rival"] == 1


def test_a_crowd_of_questions_that_nothing_answers_is_told() -> None:
    """Labelled questions around this one that must not be answered speak against whatever shares its words."""
    known = (
        Expectation(q="宇宙服の値段はいくらですか", gold={}),
        Expectation(q="宇宙服の値段を教えて", gold={}),
        Expectation(q="服装は私服ですか", gold={"clothes": 1}),
    )
    index = compile_index(TINY.model_copy(update={"expectations": known}))

    def crowd(question: str) -> float:
        return measure(index, question, "clothes")["crowd"]

    assert crowd("宇宙服の値段は") > 0.9
    assert crowd("服装は私服ですか") < 0.1
    assert 0 < crowd("服装と宇宙服の値段") < 1
    assert crowd("🙂") == 0


def test_the_mass_of_the_words_that_an_entry_has_and_lacks_is_told() -> None:
    scores = INDEX.score(INDEX.query("服装と宇宙"))
    masses, found = scores.query.masses, covered(INDEX, scores, INDEX.numbers["clothes"])
    values = measure(INDEX, "服装と宇宙", "clothes")
    own = sum(mass for word, mass in masses.items() if word in found)
    assert values["matched"] == pytest.approx(math.log1p(own))
    assert values["unmatched"] == pytest.approx(math.log1p(sum(masses.values()) - own))
    assert measure(INDEX, "服装", "clothes")["unmatched"] == 0


def test_what_the_classifier_says_for_an_entry_is_told() -> None:
    found = hit(INDEX, INDEX.score(INDEX.query("服装は自由ですか")), INDEX.numbers["clothes"])
    said = sum(evidence.score for evidence in found.evidence if evidence.channel == "classifier")
    weight = INDEX.weights.classifier or 1.0
    assert measure(INDEX, "服装は自由ですか", "clothes")["trend"] == pytest.approx(math.log1p(said / weight))
    assert measure(INDEX, "宇宙", "clothes")["trend"] == 0
