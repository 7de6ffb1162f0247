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
    phrasings, best, entries = index.stack.scores(index.stack.find(terms))
    expected = np.zeros(len(index.phrasings))
    for channel in index.compiled.by_phrasing:
        expected += channel.scores(terms)
    assert phrasings == pytest.approx(expected, abs=1e-9)
    totals = np.maximum.reduceat(expected, index.first[:-1])
    assert best == pytest.approx(totals, abs=1e-9)
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
    together = index.stack.find(terms)
    together.look_at([place for _, _, place in documents])
    for channels, document, place in documents:
        expected = [
            (channel.name, name, term, part)
            for channel in channels
            for name, term, part in channel.impacts(terms, document)
        ]
        told = [
            (channel.name, name, term, part)
            for channel, (name, term, weight), impact in found.on(place)
            if (part := channel.weight * weight * impact)
        ]
        assert sorted(told) == sorted(expected)
        assert together.on(place) == found.on(place)


def test_a_stack_of_nothing_scores_nothing() -> None:
    stack = Stack((), (), np.zeros(1, dtype=np.int32))
    found = stack.find({"words": {"研修": 1.0}})
    assert not found.terms
    assert [scores.size for scores in stack.scores(found)] == [0, 0, 0]


@given(question=MESSAGES)
@settings(max_examples=40, deadline=None)
def test_the_best_answer_is_the_first_in_the_order(index: Index, question: str) -> None:
    scores = index.score(index.query(question))
    ranked = sorted(
        (number for number in range(len(index.entries)) if scores.entries[number] > 0),
        key=lambda number: -float(scores.entries[number]),
    )
    assert scores.order.tolist() == ranked
    answers = [number for number in ranked if not index.is_referral[number]]
    assert scores.best(index.answers) == (answers[0] if answers else None)
