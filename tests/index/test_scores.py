"""The scores of the index against a plain implementation: a loop over entries, channels and terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import analyzer, related, sudachi, vectors
from index.channel import Channel
from index.features import NAMES, features
from index.reasons import hit
from index.scores import NEAREST, Scores
from index.search import Index
from tests.index.strategies import MESSAGES

THREADS = st.dictionaries(st.sampled_from(["remote", "salary", "gone"]), st.floats(0.1, 9), max_size=2)


def score(channel: Channel, terms: Mapping[str, Mapping[str, float]], document: int) -> float:
    return channel.weight * sum(
        weight * channel.postings.impact(term, document)
        for name in channel.lists
        for term, weight in terms[name].items()
    )


def by_hand(index: Index, scores: Scores, number: int) -> tuple[float, int]:
    """Return the score of one entry and the number of its best phrasing."""
    terms, compiled = scores.query.terms, index.compiled
    spoken = range(index.first[number], index.first[number + 1])
    each = [sum(score(channel, terms, phrasing) for channel in compiled.by_phrasing) for phrasing in spoken]
    total = max(each) + sum(score(channel, terms, number) for channel in compiled.by_entry)
    if total > 0:
        total += sum(float(added[number]) for added in scores.likeness.values())
    return total + index.weights.thread * scores.thread.get(index.entries[number].id, 0.0), int(
        np.argmax(each)
    )


@given(MESSAGES, MESSAGES, THREADS)
@settings(max_examples=60, deadline=None)
def test_scores_are_those_of_a_loop_over_everything(
    index: Index, question: str, told: str, thread: dict[str, float]
) -> None:
    scores = index.score(index.query(question, told), thread)
    expected = [by_hand(index, scores, number) for number in range(len(index.entries))]
    assert scores.entries == pytest.approx([total for total, _ in expected], abs=1e-9)
    ranked = sorted(range(len(expected)), key=lambda number: -float(scores.entries[number]))
    assert scores.order.tolist() == [number for number in ranked if scores.entries[number] > 0]
    for number, (_, best) in enumerate(expected):
        spoken = scores.phrasings[index.first[number] : index.first[number + 1]]
        found = index.best_phrasing(scores, number) - int(index.first[number])
        assert spoken[found] == max(spoken)
        assert found <= best or spoken[found] == pytest.approx(spoken[best])


@given(st.data())
@settings(deadline=None)
def test_the_nearest_phrasings_are_those_of_a_sort_of_all(index: Index, data: st.DataObject) -> None:
    """Many tie; those that are never shown come after those that are, and are among them too."""
    of_one, many = st.lists(st.integers(0, 20), min_size=1, max_size=3), data.draw(st.booleans())
    spoken = data.draw(st.lists(of_one, min_size=20 if many else 1, max_size=40))
    shown = max(0, len(spoken) - data.draw(st.integers(0, 3)))
    each = [score for scores in spoken for score in scores]
    scores = replace(
        index.score(index.query("研修")),
        phrasings=np.array(each, dtype=np.float64),
        spoken=np.array([max(scores) for scores in spoken], dtype=np.float64),
        shown=shown,
    )
    ranked = sorted((number for number, score in enumerate(each) if score), key=lambda number: -each[number])
    assert scores.nearest.tolist() == ranked[:NEAREST]


@given(st.lists(MESSAGES, min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_what_is_remembered_of_words_changes_nothing(index: Index, questions: Sequence[str]) -> None:
    """With room for one word only, everything is worked out again."""

    def ask() -> list[str]:
        found = []
        for question in questions:
            scores = index.score(index.query(question))
            found += [repr(hit(index, scores, int(number))) for number in scores.order]
            found += [repr(features(index, scores, int(number)).tolist()) for number in scores.order]
        return found

    usual = ask()
    with pytest.MonkeyPatch.context() as patch:
        for module in (analyzer, sudachi, vectors, related):
            patch.setattr(module, "_CACHED", 1)
        assert ask() == usual


def test_a_document_has_the_impacts_that_its_terms_have(index: Index) -> None:
    for channel in index.channels:
        postings = channel.postings
        for document in range(postings.document_count):
            held = {
                row: impact
                for term, row in postings.rows.items()
                if (impact := postings.impact(term, document))
            }
            assert postings.impacts_on(document) == held


def test_there_is_a_value_for_every_feature(index: Index) -> None:
    assert features(index, index.score(index.query("研修")), 0).shape == (len(NAMES),)
