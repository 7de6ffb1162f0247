import numpy as np
import pytest
from hypothesis import given, settings

from faq.model import Knowledge
from index.compiling import compile_index
from index.search import Index
from index.stack import Stack
from tests.index.builders import entry
from tests.index.strategies import MESSAGES


@given(MESSAGES)
@settings(max_examples=60, deadline=None)
def test_a_stack_scores_as_its_channels_one_after_the_other(index: Index, question: str) -> None:
    terms = index.query(question).terms
    phrasings, entries = index.stack.scores(index.stack.find(terms), index.first)
    expected = np.zeros(len(index.phrasings))
    for channel in index.compiled.by_phrasing:
        expected += channel.scores(terms)
    assert phrasings == pytest.approx(expected, abs=1e-9)
    totals = np.maximum.reduceat(expected, index.first[:-1])
    for channel in index.compiled.by_entry:
        totals += channel.scores(terms)
    assert entries == pytest.approx(totals, abs=1e-9)


@given(MESSAGES)
@settings(max_examples=60, deadline=None)
def test_entries_with_the_same_words_tie_to_the_last_bit(question: str) -> None:
    """A rounding would decide which of two equal entries comes first."""
    twins = compile_index(
        Knowledge(entries=tuple(entry(f"e{number}", "研修や服装の規定は?") for number in range(3)))
    )
    scores = twins.score(twins.query(question)).entries
    assert len(set(scores.tolist())) == 1


@given(MESSAGES)
@settings(max_examples=60, deadline=None)
def test_what_a_document_has_of_a_question_is_what_the_channels_say(index: Index, question: str) -> None:
    terms = index.query(question).terms
    found = index.stack.find(terms)
    documents = [(index.compiled.by_phrasing, number, number) for number in range(len(index.phrasings))]
    documents += [
        (index.compiled.by_entry, number, len(index.phrasings) + number)
        for number in range(len(index.entries))
    ]
    for channels, document, place in documents:
        expected = [
            (channel.name, name, term, part)
            for channel in channels
            for name, term, part in channel.impacts(terms, document)
        ]
        told = [
            (lane.channel.name, lane.name, term, part)
            for lane, term, weight, impact in found.on(place)
            if (part := lane.channel.weight * weight * impact)
        ]
        assert sorted(told) == sorted(expected)


def test_a_stack_of_nothing_scores_nothing() -> None:
    stack = Stack((), (), 0, 0)
    found = stack.find({"words": {"研修": 1.0}})
    assert not found.on(0)
    assert [scores.size for scores in stack.scores(found, np.zeros(1, dtype=np.int32))] == [0, 0]


def test_a_term_that_nothing_has_is_looked_for_again_the_next_time(index: Index) -> None:
    """Only what is indexed is kept: questions hold no end of other words."""
    for number in range(3):
        assert not index.stack.find(
            {**{name: {} for name in index.query("").terms}, "words": {f"無{number}": 1.0}}
        ).terms
    assert not any(term.startswith("無") for known in index.stack._rows.values() for term in known)  # noqa: SLF001 -- what is kept cannot be seen from outside


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@given(question=MESSAGES)
@settings(max_examples=40, deadline=None)
def test_the_first_of_the_order_are_the_same_without_ordering_the_rest(
    index: Index, limit: int, question: str
) -> None:
    scores = index.score(index.query(question))
    ranked = sorted(
        (number for number in range(len(index.entries)) if scores.entries[number] > 0),
        key=lambda number: -float(scores.entries[number]),
    )
    assert scores.first(limit).tolist() == ranked[:limit]
    answers = [number for number in ranked if not index.is_referral[number]]
    assert scores.best(index.answers) == (answers[0] if answers else None)
