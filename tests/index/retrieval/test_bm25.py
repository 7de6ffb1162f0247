from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.retrieval.bm25 import EntryBM25, best, compile_postings

Corpus = list[list[str]]
TERMS = st.lists(st.sampled_from("abcde"), max_size=6)
DOCUMENTS = st.lists(st.tuples(TERMS, st.booleans()), max_size=8)
QUERIES = st.lists(st.sampled_from("abcdefg"), max_size=6)


def split(documents: Sequence[tuple[list[str], bool]]) -> tuple[Corpus, list[int]]:
    """Return the corpus and its owners; a flag says that the document begins another entry."""
    owners = np.cumsum([begins for _, begins in documents], dtype=int).tolist()
    return [terms for terms, _ in documents], owners


def test_scores_worked_out_by_hand() -> None:
    """Two entries, each term in one of them: idf = ln(1 + 1.5/1.5) = ln 2. Mean length 2, k1 = 1.5, b = 0.75."""
    corpus, owners = [["a", "b"], ["a"], ["c", "c", "d"]], [0, 0, 1]
    bm25 = EntryBM25(corpus, owners, k1=1.5, b=0.75)
    ln2 = 0.69314718056
    #        2.5 tf / (tf + 1.5 (0.25 + 0.75 length / 2))
    expected = [ln2 * 2.5 / 2.5, ln2 * 2.5 / 1.9375, 0.0]
    assert bm25.get_scores(["a"]) == pytest.approx(expected, abs=1e-9)
    assert bm25.get_scores(["c"]) == pytest.approx([0, 0, ln2 * 5 / 4.0625], abs=1e-9)
    assert compile_postings(corpus, owners, k1=1.5, b=0.75).scores({"a": 1.0}) == pytest.approx(expected)


@given(DOCUMENTS, QUERIES)
def test_postings_give_the_scores_of_rank_bm25(
    documents: list[tuple[list[str], bool]], query: list[str]
) -> None:
    """Repeated terms, empty documents, terms that nothing holds, terms asked twice."""
    corpus, owners = split(documents)
    postings = compile_postings(corpus, owners)
    scores = postings.scores(Counter(query))
    expected = EntryBM25(corpus, owners, k1=1.2, b=0.5).get_scores(query)
    assert scores == pytest.approx(expected[: len(corpus)], abs=1e-5)
    for document in range(postings.document_count):
        parts = [postings.impact(term, document) for term in query]
        assert sum(parts) == pytest.approx(scores[document], abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_ten_best_are_those_of_rank_bm25(seed: int) -> None:
    """Among thousands of documents, with rare and frequent terms; many are as good, and ties are in order of number."""
    chance = np.random.default_rng(seed)
    corpus = [list(map(str, chance.zipf(1.3, size).clip(max=5_000))) for size in chance.integers(2, 8, 3_000)]
    postings, oracle = compile_postings(corpus, range(3_000)), EntryBM25(corpus, range(3_000))
    for query in corpus[:50]:
        scores = oracle.get_scores(query)
        expected = np.argsort(-scores.round(6), kind="stable")[:10]
        assert best(postings.scores(Counter(query)), 10) == expected.tolist()


@given(st.integers(0, 2**32 - 1), st.integers(0, 9_000), st.integers(1, 300), st.integers(1, 12))
def test_the_best_scores_come_first_and_ties_in_order(
    seed: int, count: int, different: int, limit: int
) -> None:
    scores = np.random.default_rng(seed).integers(0, different, count).astype(np.float32)
    scores[-1:] = different  # the last of many stands apart where they are looked through in parts
    expected = sorted(range(count), key=lambda number: (-scores[number], number))
    assert best(scores, limit) == expected[:limit]


@pytest.mark.parametrize("corpus", [[], [[]]])
def test_rank_bm25_fails_without_documents(corpus: Corpus) -> None:
    """Why `EntryBM25` gives it a document and a mean length."""
    with pytest.raises(ZeroDivisionError):
        BM25Okapi(corpus)


def test_okapi_weighs_a_term_of_half_the_documents_nothing_and_may_weigh_a_commoner_one_more() -> None:
    """Why the idf is another: Okapi gives every term of more than half of the documents one floor."""
    corpus = [["often"] * (number < 20) + ["seldom"] * (number < 14) + [f"{number}"] for number in range(30)]
    okapi, ours = BM25Okapi(corpus).idf, EntryBM25(corpus, range(30)).idf
    assert okapi["often"] > okapi["seldom"]
    assert 0 < ours["often"] < ours["seldom"]
    assert BM25Okapi([["a"], ["a"], ["b"], ["c"]]).idf["a"] == 0
