import dataclasses
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from faq.model import Expectation
from index.bench import Bench
from index.channel import Weights
from index.compiling import compile_index
from index.features import NAMES
from index.fitting import FEWEST, Sample, chances_by, fit, sample, thresholds, unseen_chances
from index.points import SHARES, Point
from index.search import Index
from index.tuning import (
    FACTORS,
    FEWEST_OF_A_SORT,
    ROUNDS,
    Scope,
    chances_of,
    merits,
    refit,
    scope_of,
    search,
    tunable,
)
from tests.index.builders import BY_WORDS, TINY, found

QUESTIONS = (
    Expectation(q="昨日テレビで見ました。リモートワークは何日できますか", gold={"remote": 1}),
    Expectation(q="スーツの研修", gold={"training": 1}),
    Expectation(q="資格の費用", gold={"grant": 1}),
    Expectation(q="宇宙旅行の割引", gold={}),
    Expectation(q="面接と服装", gold={"clothes": 1}),
)


def flags(marks: str) -> npt.NDArray[np.bool_]:
    return np.array([mark == "1" for mark in marks])


def known(count: int, seed: int = 3) -> Sample:
    """Return as many questions of each sort, of which the features tell something."""
    random = np.random.default_rng(seed)
    asked = np.arange(2 * count) % 2 == 0
    right = asked & (random.random(2 * count) < 0.8)
    values = random.normal(size=(2 * count, len(NAMES))) + right[:, None]
    return Sample(values, right, right, asked)


def numbered(in_scope: int, out_of_scope: int) -> list[Expectation]:
    asked = [Expectation(q=f"研修{number}", gold={"training": 1}) for number in range(in_scope)]
    return asked + [Expectation(q=f"宇宙{number}", gold={}) for number in range(out_of_scope)]


def test_merits_worked_out_by_hand() -> None:
    """Surest first: right, out of scope, right, wrong and second, right; a sixth is missed."""
    right, asked = flags("101010"), flags("101111")
    places = np.array([1, 0, 1, 1 / 2, 1, 0])
    order = np.array([4, 0, 3, 1, 5, 2])
    shuffled = Sample(np.zeros((6, len(NAMES))), right[order], right[order], asked[order])
    found = merits(shuffled, places[order], np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])[order])
    assert sorted(found) == pytest.approx([0, 1 / 4, (1 + 3 / 5) / 2, (1 + 2 / 3) / 2, 1])


def test_a_right_entry_found_a_better_place_and_a_surer_one_are_worth_more() -> None:
    asked = flags("110")
    chances, surer = np.array([0.9, 0.5, 0.7]), np.array([0.9, 0.8, 0.7])
    one, two = (
        Sample(np.zeros((3, len(NAMES))), right, right, asked) for right in (flags("100"), flags("110"))
    )
    third, second, first = (np.array([1.0, place, 0.0]) for place in (1 / 3, 1 / 2, 1.0))
    worth = [
        merits(one, third, chances).mean(),
        merits(one, second, chances).mean(),
        merits(two, second, chances).mean(),
        merits(two, second, surer).mean(),
        merits(two, first, surer).mean(),
    ]
    assert worth == sorted(set(worth))
    assert worth[-1] == 1


def worth(
    wanted: Weights, gain: float = 0.1, noise: float = 0.0
) -> Callable[[Weights], npt.NDArray[np.float64]]:
    """Return what a hundred questions are worth, which is most with the weights that are wanted.

    With these, and only these, half of the questions gain more than the others by the noise.
    """

    def of(weights: Weights) -> npt.NDArray[np.float64]:
        pairs = zip(dataclasses.astuple(weights), dataclasses.astuple(wanted), strict=True)
        far = sum(abs(left - right) for left, right in pairs)
        spread = noise if weights == wanted else 0.0
        found: npt.NDArray[np.float64] = gain * (1 - far) + spread * np.array([-1.0, 1.0] * 50)
        return found

    return of


def test_the_search_finds_what_is_worth_more_and_stops_where_nothing_is() -> None:
    start = Weights(sound=0.25, likeness=0.4, entry=1.0)
    wanted = replace(start, sound=0.0, likeness=0.8)
    steps: list[int] = []
    assert (
        search(start, ("sound", "likeness", "entry"), worth(wanted), step=lambda: steps.append(1)) == wanted
    )
    assert len(steps) == ROUNDS * 3 * len(FACTORS)
    steps.clear()
    assert (
        search(wanted, ("sound", "likeness", "entry"), worth(wanted), step=lambda: steps.append(1)) == wanted
    )
    assert len(steps) == 3 * len(FACTORS)


def test_a_second_round_goes_on_where_the_first_stopped() -> None:
    start = Weights(likeness=0.4)
    assert search(start, ("likeness",), worth(replace(start, likeness=1.6))).likeness == 1.6


def test_a_gain_below_two_standard_errors_is_chance() -> None:
    start = Weights(likeness=0.4)
    wanted = replace(start, likeness=0.8)
    assert search(start, ("likeness",), worth(wanted, gain=0.1, noise=0.19)) == wanted
    assert search(start, ("likeness",), worth(wanted, gain=0.1, noise=0.21)) == start


def test_no_questions_and_no_names_change_nothing() -> None:
    assert search(Weights(), ("sound",), lambda _: np.zeros(0)) == Weights()
    assert search(Weights(), (), lambda _: np.ones(9)) == Weights()


def test_tunable_are_the_weights_that_count_but_for_the_measure_and_the_thread(index: Index) -> None:
    names = tunable(index, QUESTIONS[1:])
    assert {"concept", "sound", "verbatim", "entry", "answer", "related", "likeness"} <= set(names)
    assert set(names).isdisjoint({"phrasing", "thread", "background", "k1", "b"})
    assert all(getattr(index.weights, name) for name in names)
    assert set(tunable(index, QUESTIONS)) - set(names) == {"background"}


IN_THE_POSTINGS = {"k1", "b"}


@pytest.mark.parametrize(
    "name", [field.name for field in dataclasses.fields(Weights) if field.name not in IN_THE_POSTINGS]
)
def test_a_question_asked_again_with_another_weight_is_as_if_asked_for_the_first_time(
    index: Index, name: str
) -> None:
    """A bench keeps what a question was made into; whatever of a weight enters that must make it anew."""
    bench = Bench(QUESTIONS, (index,), [0] * len(QUESTIONS))
    other = replace(index.weights, **{name: 0.5 * getattr(index.weights, name)})
    bench.ask(index.weights)
    again, fresh = bench.ask(other), sample(index.reweighed(other), QUESTIONS)
    assert np.array_equal(again.values, fresh.values)
    assert np.array_equal(again.right, fresh.right)
    assert np.array_equal(again.offered, fresh.offered)
    assert np.array_equal(again.asked, fresh.asked)


def test_a_place_is_one_over_the_rank_of_the_first_right_entry_referrals_counted(tiny: Index) -> None:
    asked = [
        Expectation(q="給料と服装", gold=gold) for gold in ({"salary": 1}, {"clothes": 1}, {}, {"exam": 1})
    ]
    bench = Bench(asked, (tiny,), [0] * len(asked))
    ranked = found(tiny, "給料と服装")
    assert set(ranked[:2]) == {"salary", "clothes"}
    assert bench.places(tiny.weights).tolist() == [
        1 / (1 + ranked.index(name)) for name in ("salary", "clothes")
    ] + [0, 0]


def test_each_question_of_a_bench_is_put_to_its_own_index_once() -> None:
    taught = (
        Expectation(q="スペースは", gold={"clothes": 1}),
        Expectation(q="資格の手当", gold={"training": 1}),
    )
    indexes = (
        compile_index(TINY, Weights()),
        compile_index(TINY.model_copy(update={"expectations": taught}), Weights()),
    )
    asked = (*taught, *taught)
    calls: list[int] = []
    bench = Bench([each.model_copy(update={"q": f"{each.q}?!x"}) for each in asked], indexes, [0, 1, 1, 0])
    found = bench.ask(Weights(), step=lambda: calls.append(1))
    assert found.right.tolist() == [False, True, True, False]
    assert bench.ask(Weights(), step=lambda: calls.append(1)) is found
    assert len(calls) == 4
    part = bench.part(np.array([2, 0]))
    assert part.ask(Weights()).right.tolist() == [True, False]


def test_a_scope_is_that_of_the_least_of_the_sets() -> None:
    few, enough, many = (FEWEST_OF_A_SORT - 1, FEWEST_OF_A_SORT, FEWEST)
    assert scope_of([numbered(many, many)]) == Scope(confidence=True, thresholds=True)
    assert scope_of([numbered(many, many - 1)]) == Scope(confidence=False, thresholds=True)
    assert scope_of([numbered(enough, enough)]) == Scope(confidence=False, thresholds=True)
    assert scope_of([numbered(many, many), numbered(few, many)]) == Scope(confidence=False, thresholds=False)
    assert scope_of([numbered(few, 0)], numbered(many, many)) == Scope(confidence=True, thresholds=False)


def test_questions_enough_for_both_are_fitted_as_a_release_is() -> None:
    own = known(80)
    assert refit(own, None, BY_WORDS, Scope(confidence=True, thresholds=True)) == fit(own)


def test_a_confidence_is_fitted_on_what_is_expected_too_and_thresholds_on_the_questions_alone() -> None:
    own, expected = known(30), known(100, seed=8)
    found = refit(own, expected, BY_WORDS, Scope(confidence=True, thresholds=True))
    joined = Sample.joined([own, expected])
    assert found.weights == fit(joined).weights
    chances = unseen_chances(joined)[: len(own)]
    assert found.points == {point: thresholds(chances, own, shares) for point, shares in SHARES.items()}
    assert found.points != fit(joined).points
    assert (found.answer, found.offer) == tuple(found.points[Point.BALANCED].model_dump().values())
    assert refit(own, expected, BY_WORDS, Scope(confidence=True, thresholds=False)) == fit(joined)


def test_thresholds_alone_leave_the_confidence_as_it_is() -> None:
    own = known(30)
    found = refit(own, None, BY_WORDS, Scope(confidence=False, thresholds=True))
    assert (found.weights, found.bias) == (BY_WORDS.weights, BY_WORDS.bias)
    chances = chances_by(BY_WORDS, own)
    assert found.points[Point.EAGER] == thresholds(chances, own, SHARES[Point.EAGER])
    assert refit(own, None, BY_WORDS, Scope(confidence=False, thresholds=False)) == BY_WORDS


def test_chances_are_by_fits_that_have_not_seen_the_question_where_there_are_enough() -> None:
    many, few = known(FEWEST), known(FEWEST - 1)
    assert np.array_equal(chances_of(many, BY_WORDS), unseen_chances(many, products=False))
    assert np.array_equal(chances_of(few, BY_WORDS), chances_by(BY_WORDS, few))
