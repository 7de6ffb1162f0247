from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from faq.model import Knowledge
from index import classifier
from index.bm25 import EntryBM25, Ints, Postings, compile_postings
from index.channel import Weights
from index.classifier import FEWEST_PHRASINGS, SHARES, compile_classifier
from index.compiling import PAIRS, compile_index, standard_weights
from index.evidence import LISTS
from tests.index.builders import TINY, entry, find
from tests.index.strategies import MESSAGES

RIDGE, LEAST = 0.3, 0.01
PHRASINGS: Sequence[Mapping[str, Sequence[str]]] = tuple(
    {"words": words.split(), "concepts": concepts.split(), "sounds": sounds.split()}
    for words, concepts, sounds in (
        ("研修 ある", "syn:1", "ケン シユ"),
        ("講習 受ける", "syn:1", "コウ シユ"),
        ("研修 講習 研修", "", "ケン コウ"),
        ("勉強 会", "syn:2", "ベン"),
        ("服装 自由", "", "フク"),
        ("スーツ 着る", "syn:3", "スー"),
        ("服装 スーツ", "syn:3", ""),
        ("", "", ""),
        ("面接 話す", "", "メン"),
        ("面接 研修", "syn:1", "メン ケン"),
        ("試験 面接", "", "シケ メン"),
        ("面接 日程", "", "ニツ"),
    )
)
OWNERS: Ints = np.repeat(np.arange(3), 4).astype(np.int32)


def idf() -> dict[str, Postings]:
    return {
        name: compile_postings(EntryBM25([list(each[name]) for each in PHRASINGS], OWNERS.tolist()))
        for name in LISTS
    }


def test_the_weights_are_those_of_a_dense_ridge_regression() -> None:
    """(X'X + 0.3 I) W = X'Y, with the phrasings as unit rows and centred targets."""
    own = idf()
    terms = [(name, term) for name in LISTS for term in own[name].rows]
    values = np.array(
        [
            [SHARES[name] * own[name].idf_of(term) * (term in each[name]) for name, term in terms]
            for each in PHRASINGS
        ]
    )
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    values /= np.where(lengths == 0, 1, lengths)
    targets = np.eye(3)[OWNERS]
    targets -= targets.mean(axis=0)
    weights = np.linalg.solve(values.T @ values + RIDGE * np.eye(len(terms)), values.T @ targets)
    found = compile_classifier(PHRASINGS, OWNERS, 3, own)
    assert set(found) == set(LISTS)
    for (name, term), row in zip(terms, weights, strict=True):
        mass = SHARES[name] * own[name].idf_of(term)
        expected = [weight * mass if weight > LEAST else 0.0 for weight in row]
        assert [found[name].impact(term, document) for document in range(3)] == pytest.approx(
            expected, abs=1e-6
        )


def test_the_learnt_weights_find_the_entry_of_each_phrasing() -> None:
    found = compile_classifier(PHRASINGS, OWNERS, 3, idf())
    for each, owner in zip(PHRASINGS, OWNERS, strict=True):
        total = sum(found[name].scores(dict.fromkeys(each[name], 1.0)) for name in LISTS)
        assert not each["words"] or int(np.argmax(total)) == owner


def test_too_few_or_too_many_phrasings_teach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compile_classifier(PHRASINGS[:-1], OWNERS[:-1], 3, idf()) == {}
    assert compile_classifier([], OWNERS[:0], 0, idf()) == {}
    monkeypatch.setattr(classifier, "MOST_PHRASINGS", len(PHRASINGS) - 1)
    assert compile_classifier(PHRASINGS, OWNERS, 3, idf()) == {}


RICH = Knowledge(
    entries=(
        entry("training", "研修はありますか", "講習は受けられますか", "勉強会は", "研修の講習"),
        entry("clothes", "服装は自由ですか", "スーツを着ますか", "私服は", "ネクタイは"),
        entry("interview", "面接では何を話しますか", "面接の人数は", "面接官は誰", "面接の日程"),
    )
)
INDEX = compile_index(RICH)


def test_sets_with_many_phrasings_are_classified_and_pairs_are_not() -> None:
    assert standard_weights(RICH) == Weights()
    assert standard_weights(TINY) == PAIRS
    few = RICH.entries[0].model_copy(update={"also_asked": RICH.entries[0].also_asked[1:]})
    assert standard_weights(Knowledge(entries=(few, *RICH.entries[1:]))) == PAIRS
    assert len(RICH.entries) * FEWEST_PHRASINGS == len(INDEX.phrasings)
    assert {channel.name for channel in INDEX.channels} >= {"classifier"}
    assert "classifier" not in {channel.name for channel in compile_index(TINY).channels}


@given(MESSAGES, MESSAGES)
@settings(max_examples=60, deadline=None)
def test_evidence_adds_up_with_the_classifier(question: str, told: str) -> None:
    for hit in find(INDEX, question, told):
        assert sum(evidence.score for evidence in hit.evidence) == pytest.approx(hit.score, abs=1e-9)


def test_the_classifier_is_named_among_the_reasons() -> None:
    assert "classifier" in {evidence.channel for evidence in find(INDEX, "スーツ")[0].evidence}


def test_phrasings_without_any_term_are_learnt_from_without_an_error() -> None:
    entries = (entry("a", "。", "!", "?", "🙂"), entry("b", "。。", "!!", "??", "🙂🙂"))
    assert find(compile_index(Knowledge(entries=entries)), "研修") == []
