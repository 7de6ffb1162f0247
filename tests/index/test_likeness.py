import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from faq.model import Knowledge
from index.bm25 import EntryBM25, Postings, compile_postings
from index.canonical import FEWEST_PAIRS
from index.comparison import Comparison
from index.compiling import compile_index
from index.likeness import compile_likeness, sentence
from index.reasons import hit
from index.search import Index
from index.vectors import Vectors, WordVectors, write_table
from tests.index.builders import TINY, entry, find
from tests.index.strategies import MESSAGES

WORDS = ("研修", "講習", "服装", "面接", "給料", "試験", "スーツ", "私服", "テレワーク", "日程")
TEXTS: Sequence[Mapping[str, float]] = (
    {"研修": 1.0, "講習": 1.7},
    {"服装": 1.0, "スーツ": 1.0, "宇宙": 2.0},
    {"面接": 2.1},
    {"宇宙": 1.0},
    {"給料": 1.0, "試験": 0.5, "日程": 1.0},
)
SIZE = 6


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    folder = tmp_path_factory.mktemp("table")
    found: Vectors = np.random.default_rng(3).normal(size=(len(WORDS), SIZE)).astype(np.float32)
    write_table([(word, row) for row, word in enumerate(WORDS)], found, folder)
    return WordVectors(folder)


@pytest.fixture(scope="module")
def postings() -> Postings:
    return compile_postings(EntryBM25([list(text) for text in TEXTS], range(len(TEXTS))))


def plain_sentence(text: Mapping[str, float], postings: Postings, table: WordVectors) -> list[float]:
    total = [0.0] * SIZE
    for word, weight in text.items():
        row = table.row(word)
        for place in range(SIZE):
            value = 0.0 if row < 0 else float(table.vectors(np.array([row], dtype=np.int32))[0, place])
            total[place] += weight * postings.idf_of(word) * value
    return plain_unit(total)


def plain_unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length if length else 0.0 for value in vector]


def plain_without(common: Sequence[float], vector: Sequence[float]) -> list[float]:
    along = sum(left * right for left, right in zip(common, vector, strict=True))
    return plain_unit([value - along * part for value, part in zip(vector, common, strict=True)])


def test_cosines_are_those_of_a_second_implementation(table: WordVectors, postings: Postings) -> None:
    """The first principal direction by power iteration, everything else with plain numbers."""
    likeness = compile_likeness(TEXTS, TEXTS[::-1], (), postings, table)
    rows = [plain_sentence(text, postings, table) for text in TEXTS]
    common = [1.0] * SIZE
    for _ in range(5_000):
        along = [sum(left * right for left, right in zip(row, common, strict=True)) for row in rows]
        common = plain_unit(
            [sum(part * row[place] for part, row in zip(along, rows, strict=True)) for place in range(SIZE)]
        )
    asked = plain_without(common, plain_sentence({"講習": 1.0, "試験": 0.4}, postings, table))
    masses = {
        table.row(word): weight * postings.idf_of(word) for word, weight in (("講習", 1.0), ("試験", 0.4))
    }
    comparison = Comparison(likeness, table)
    for texts, name in ((TEXTS, "likeness"), (TEXTS[::-1], "whole_likeness")):
        expected = [
            max(0.0, sum(map(math.prod, zip(asked, plain_without(common, plain), strict=True))))
            for plain in (plain_sentence(text, postings, table) for text in texts)
        ]
        for _ in range(2):  # the second time, what the words give is remembered
            assert comparison.cosines(masses)[name] == pytest.approx(expected, abs=1e-4)
        assert max(expected) > 0.1


def test_what_is_remembered_of_few_words_at_a_time_changes_no_cosine(
    table: WordVectors, postings: Postings, monkeypatch: pytest.MonkeyPatch
) -> None:
    likeness = compile_likeness(TEXTS, TEXTS[::-1], (), postings, table)
    asked = [{table.row(word): 1.0, table.row("研修"): 2.0} for word in (*WORDS, *WORDS)]
    usual = Comparison(likeness, table)
    expected = [usual.cosines(words) for words in asked]
    monkeypatch.setattr("index.comparison._REMEMBERED_BYTES", 0)
    forgetful = Comparison(likeness, table)
    for words, known in zip(asked, expected, strict=True):
        found = forgetful.cosines(words)
        assert {name: each.tolist() for name, each in found.items()} == {
            name: each.tolist() for name, each in known.items()
        }


def test_without_entries_or_words_there_is_nothing_to_be_like(table: WordVectors, postings: Postings) -> None:
    nothing = compile_likeness([], [], [], postings, table)
    known = {table.row("研修"): 1.0}
    cosines = Comparison(nothing, table).cosines(known)
    assert [each.shape for each in cosines.values()] == [(0,), (0,)]
    assert not sentence({}, postings, table).any()
    assert not sentence({"宇宙": 1.0}, postings, table).any()
    likeness = compile_likeness(TEXTS, TEXTS, (), postings, table)
    assert Comparison(likeness, table).cosines({table.row("宇宙"): 1.0}) == {}
    assert not likeness.asked[3].any()
    assert not likeness.answered.size


def test_answers_are_compared_once_there_are_enough_pairs(table: WordVectors, postings: Postings) -> None:
    questions = [{word: 1.0, WORDS[number % 7]: 0.5} for number in range(9) for word in WORDS]
    answers = [{WORDS[-1 - WORDS.index(word)]: 1.0} for _ in range(9) for word in WORDS]
    few = FEWEST_PAIRS - 1
    assert not compile_likeness(
        questions[:few], questions[:few], answers[:few], postings, table
    ).answered.size
    assert compile_likeness(questions, questions, answers, postings, table).answered.shape == (
        len(answers),
        SIZE,
    )


def test_an_answer_in_other_words_is_found_by_what_other_pairs_teach(table: WordVectors) -> None:
    """No question shares a word with its answer; which words go together is learned from the pairs alone."""
    asked, said = WORDS[:5], WORDS[5:]
    pairs = [(number % 5, f"{asked[number % 5]}の{number}番") for number in range(60)]
    entries = tuple(
        entry(f"e{number}", question, answer=f"{said[kind]}について。")
        for number, (kind, question) in enumerate(pairs)
    )
    index = compile_index(Knowledge(entries=entries), vectors=table)
    for kind, word in enumerate(asked):
        found = hit(index, index.score(index.query(f"{word}と番")), kind)
        told = {evidence.term: evidence.score for evidence in found.evidence}
        assert told["回答文とのつながり"] > 0
        assert sum(evidence.score for evidence in found.evidence) == pytest.approx(found.score, abs=1e-9)
        linked = index.score(index.query(f"{word}と番")).likeness["answer_likeness"]
        own = [added for added, (other, _) in zip(linked, pairs, strict=True) if other == kind]
        rest = [added for added, (other, _) in zip(linked, pairs, strict=True) if other != kind]
        assert np.mean(own) > np.mean(rest)


@pytest.fixture(scope="module")
def index(table: WordVectors) -> Index:
    return compile_index(TINY, vectors=table)


@given(MESSAGES)
@settings(max_examples=60, deadline=None)
def test_likeness_is_a_share_of_the_mass_and_only_for_entries_that_share_a_term(
    index: Index, question: str
) -> None:
    query = index.query(question)
    scores = index.score(query)
    mass = sum(weight * index.words.idf_of(word) for word, weight in query.terms["words"].items())
    for name, added in scores.likeness.items():
        assert (added >= 0).all()
        assert (added <= getattr(index.weights, name) * mass * (1 + 1e-5)).all()
    shared = sum(channel.scores(query.terms) for channel in index.compiled.by_entry) + np.maximum.reduceat(
        sum(channel.scores(query.terms) for channel in index.compiled.by_phrasing), index.first[:-1]
    )
    assert not sum(scores.likeness.values(), np.zeros(len(shared)))[shared == 0].any()
    assert (scores.entries[shared == 0] == 0).all()


@given(MESSAGES, MESSAGES)
@settings(max_examples=60, deadline=None)
def test_evidence_adds_up_with_likeness_and_related_words(index: Index, question: str, told: str) -> None:
    for each in find(index, question, told, thread={"clothes": 1.0}):
        assert sum(evidence.score for evidence in each.evidence) == pytest.approx(each.score, abs=1e-9)


def test_likeness_is_named_among_the_reasons(index: Index) -> None:
    hit = next(hit for hit in find(index, "研修") if hit.entry_id == "training")
    assert "likeness" in {evidence.channel for evidence in hit.evidence}


def test_the_same_knowledge_gives_the_same_vectors(table: WordVectors, index: Index) -> None:
    again = compile_index(TINY, vectors=table).compiled.likeness
    assert again
    assert index.compiled.likeness
    assert np.array_equal(again.asked, index.compiled.likeness.asked)
