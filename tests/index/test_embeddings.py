import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from faq.model import Expectation, Knowledge
from index.canonical import FEWEST_PAIRS
from index.channel import EMBEDDING, Weights
from index.compiling import PAIRS, compile_index
from index.decision import Fit, confidence_in, decide
from index.embeddings import LONGEST, Embeddings, Model, TextVectors, texts_of
from index.features import EMBEDDED, NAMES, features, names
from index.fitting import FEWEST, sample
from index.kinds import present, without
from index.likeness import unit
from index.points import Point
from index.question import Question
from index.reading import Reader
from index.reasons import hit
from index.release.building import build, name_of
from index.release.files import read_release, write_release
from index.release.fits import embedded_fits, standard_fit
from index.scores import Scores
from index.search import Index
from index.vectors import Vectors
from tests.index import builders
from tests.index.builders import TINY, entry
from tests.index.embedders import MODEL, SIZE, known, vector
from tests.index.strategies import MESSAGES

KNOWN = known(TINY)
WEIGHTS = replace(Weights(), embedding=0.7, answer_embedding=0.3)
INDEX = compile_index(TINY, WEIGHTS, embedded=KNOWN)
PLAIN = compile_index(TINY, WEIGHTS)
ASKED = "職場での服装は私服ですか"


def embedding(question: str) -> Vectors:
    return np.array(vector(MODEL.asked(question)), dtype=np.float32)


def score(question: str, index: Index = INDEX, *, rehearsed: bool = False) -> Scores:
    return index.score(index.query(question, embedding=embedding(question)), rehearsed=rehearsed)


def plain_cosine(left: Sequence[float], right: Sequence[float], common: Sequence[float]) -> float:
    def even(values: Sequence[float]) -> list[float]:
        along = sum(value * part for value, part in zip(values, common, strict=True))
        rest = [value - along * part for value, part in zip(values, common, strict=True)]
        length = math.sqrt(sum(value * value for value in rest))
        return [value / length for value in rest]

    return sum(map(math.prod, zip(even(left), even(right), strict=True)))


def test_nearness_is_that_of_a_second_implementation() -> None:
    """With what all phrasings share taken out, the nearest phrasing counts, and the answer on its own."""
    embeddings = INDEX.compiled.embeddings
    assert embeddings
    common, asked = embeddings.common.tolist(), vector(MODEL.asked(ASKED))
    nearness = embeddings.nearness(embedding(ASKED), INDEX.first)
    for number, each in enumerate(INDEX.entries):
        phrasings = INDEX.phrasings[INDEX.first[number] : INDEX.first[number + 1]]
        best = max(plain_cosine(asked, vector(MODEL.asked(text)), common) for text in phrasings)
        assert nearness.asked[number] == pytest.approx(max(0.0, best), abs=2e-3)
        told = 0.0
        if not INDEX.is_referral[number]:
            told = max(
                0.0, plain_cosine(asked, vector(MODEL.told(f"{each.question}\n{each.answer}")), common)
            )
        assert nearness.told[number] == pytest.approx(told, abs=2e-3)
    assert 0 < nearness.asked.max() <= 1


@given(MESSAGES)
@settings(max_examples=40, deadline=None)
def test_evidence_adds_up_with_embeddings(question: str) -> None:
    scores = score(question)
    for number in map(int, scores.order):
        found = hit(INDEX, scores, number)
        assert sum(evidence.score for evidence in found.evidence) == pytest.approx(found.score, abs=1e-9)


@given(MESSAGES)
@settings(max_examples=40, deadline=None)
def test_a_question_without_an_embedding_scores_as_if_there_were_none(question: str) -> None:
    """Byte for byte: a reply without the server is the one that an installation without one gives."""
    bare = INDEX.score(INDEX.query(question))
    assert bare.entries.tolist() == PLAIN.score(PLAIN.query(question)).entries.tolist()
    taken_out = score(question).without_embedding()
    assert taken_out.entries == pytest.approx(bare.entries, abs=1e-9)
    assert (taken_out.entries > 0).tolist() == (bare.entries > 0).tolist()
    assert taken_out.nearness is None


def test_what_is_near_is_found_without_a_common_word() -> None:

    clothes = INDEX.numbers["clothes"]
    assert PLAIN.score(PLAIN.query("宇宙船")).entries[clothes] == 0
    query = INDEX.query("宇宙船", embedding=embedding("服装は自由ですか"))
    found = INDEX.score(query)
    assert INDEX.entries[int(found.order[0])].id == "clothes"
    assert {each.channel for each in hit(INDEX, found, clothes).evidence} == {"embedding"}


def paired(count: int) -> tuple[Knowledge, TextVectors]:
    """Return pairs of a question and an answer that lie apart, but all by the same turn of the space."""
    told = tuple(
        entry(f"e{number}", f"質問{number}番", answer=f"回答{number}号。") for number in range(count)
    )
    knowledge = Knowledge(entries=told)
    chance = np.random.default_rng(5)
    questions = chance.normal(size=(count, 12)).astype(np.float32)
    turned = np.roll(questions, 6, axis=1) * np.repeat([1, -1], 6)
    rows = dict(zip((MODEL.asked(each.question) for each in told), questions, strict=True))
    rows |= zip((MODEL.told(f"{each.question}\n{each.answer}") for each in told), turned, strict=True)
    texts = texts_of(knowledge, MODEL)
    found = unit(np.array([rows[text] for text in texts], dtype=np.float32))
    return knowledge, TextVectors(MODEL, {text: row for row, text in enumerate(texts)}, found)


def test_an_answer_that_lies_apart_is_found_by_what_other_pairs_teach(tmp_path: Path) -> None:
    knowledge, vectors = paired(60)
    release = build(knowledge, PAIRS, embedded=vectors)
    write_release(release, tmp_path)
    for index in (release.index, read_release(tmp_path).index):
        correct = 0
        for number, each in enumerate(index.entries):
            query = index.query("宇宙船", embedding=vectors.question(each.question))
            scores = index.score(query)
            assert scores.nearness
            correct += int(scores.nearness.linked.argmax() == number)
            evidence = hit(index, scores, number).evidence
            assert "回答文とのつながり" in {part.term for part in evidence}
            assert sum(part.score for part in evidence) == pytest.approx(scores.entries[number], abs=1e-9)
        assert correct > 50


@pytest.mark.parametrize(("count", "weights"), [(FEWEST_PAIRS - 1, PAIRS), (FEWEST_PAIRS, Weights())])
def test_nothing_is_learned_from_few_pairs_or_where_it_would_not_count(count: int, weights: Weights) -> None:
    knowledge, vectors = paired(count)
    index = compile_index(knowledge, weights, embedded=vectors)
    scores = index.score(index.query("宇宙船", embedding=vectors.question(index.entries[0].question)))
    assert scores.nearness
    assert not scores.nearness.linked.any()
    assert "linked_embedding" not in scores.embedding or not scores.embedding["linked_embedding"].any()


def test_what_was_learned_from_the_same_words_is_not_near_either() -> None:
    """Else a labelled question would be recognized by heart, through its embedding."""
    learned = Expectation(q="通勤着に決まりはありますか", gold={"clothes": 1})
    knowledge = TINY.model_copy(update={"expectations": (learned,)})
    index = compile_index(knowledge, WEIGHTS, embedded=known(knowledge))
    by_heart, rehearsed = score(learned.q, index), score(learned.q, index, rehearsed=True)
    clothes = index.numbers["clothes"]
    assert by_heart.nearness
    assert rehearsed.nearness
    assert by_heart.nearness.asked[clothes] == pytest.approx(1, abs=1e-3)
    assert rehearsed.nearness.asked[clothes] < 0.9


def test_features_of_an_embedding_come_after_the_others_and_keep_their_ranges() -> None:
    for question in (ASKED, "研修", "宇宙人はいますか", "給料はいくらですか"):
        scores = score(question)
        for number in map(int, scores.order):
            values = features(INDEX, scores, number)
            told = dict(zip(names(embedded=True), values.tolist(), strict=True))
            assert list(told)[: len(NAMES)] == list(NAMES)
            assert 0 <= told["meant"] <= 1
            assert all(-1 <= told[name] <= 1 for name in set(EMBEDDED) - {"meant"})
    assert features(INDEX, INDEX.score(INDEX.query(ASKED)), 0).shape == (len(NAMES),)


def taught(answered: int, unanswered: int) -> Knowledge:
    """Return a set with so many expectations that have an answer and that have none."""
    answerable = (Expectation(q=f"{each}番目の職場の服装は", gold={"clothes": 1}) for each in range(answered))
    others = (Expectation(q=f"{each}番目の宇宙船の燃料は", gold={}) for each in range(unanswered))
    return TINY.model_copy(update={"expectations": (*answerable, *others)})


@pytest.fixture(scope="module")
def fitted() -> Knowledge:
    return taught(FEWEST, FEWEST)


def test_a_release_has_a_fit_for_questions_with_and_one_for_those_without(fitted: Knowledge) -> None:
    """Both from the same folds; the one without is what an installation without a server has."""
    release = build(fitted, embedded=known(fitted))
    bare = build(fitted)
    assert release.fit.embedded
    assert bare.fit.embedded is None
    assert release.fit.model_copy(update={"embedded": None}) == bare.fit
    assert list(release.fit.embedded.weights) == [*NAMES, *EMBEDDED]
    assert release.fit.embedded.asked == bare.fit.asked == 2 * FEWEST
    eager = release.fit.at(Point.EAGER)
    assert eager.embedded
    assert eager.embedded.answer == release.fit.embedded.points[Point.EAGER].answer
    reader = Reader(release.index, release.fit, embeddings={ASKED: embedding(ASKED)})
    other = Reader(bare.index, bare.fit)
    question = Question(ASKED)
    assert reader.read(question).embedded
    assert reader.read(question).verdict != other.read(question).verdict
    unknown = Question("服装")
    assert reader.read(unknown) == other.read(unknown)


def test_where_no_fit_knows_embeddings_the_decision_is_made_without_them() -> None:
    """A score that the embedding raised would pass for more than the fit has seen."""
    release = build(TINY, embedded=KNOWN)
    assert release.fit == standard_fit()
    bare = build(TINY)
    for question in (ASKED, "研修", "給料"):
        scores = score(question, release.index)
        plain = bare.index.score(bare.index.query(question))
        left, right = decide(release.index, scores, release.fit), decide(bare.index, plain, bare.fit)
        assert (left.kind, left.entry_ids) == (right.kind, right.entry_ids)
        assert left.confidence == pytest.approx(right.confidence)
        number = int(plain.order[0])
        assert confidence_in(release.index, scores, number, release.fit)[0] == pytest.approx(
            confidence_in(bare.index, plain, number, bare.fit)[0]
        )


@pytest.mark.parametrize(("weights", "shape"), [(Weights(), "rich"), (PAIRS, "pairs")])
def test_a_set_that_cannot_be_fitted_has_the_fit_of_its_shape_for_a_model_that_is_known(
    weights: Weights, shape: str
) -> None:
    ((identity, shapes),) = embedded_fits().items()
    model = Model(*json.loads(identity))
    assert model == Model("multilingual-e5-small", "query: ", "passage: ")
    release = build(TINY, weights, embedded=replace(KNOWN, model=model))
    assert release.fit.embedded == shapes[shape]
    assert set(release.fit.embedded.weights) == {*NAMES, *EMBEDDED}
    assert set(release.fit.embedded.points) == set(Point)
    assert release.fit.model_copy(update={"embedded": None}) == standard_fit()
    other = replace(weights, sound=0.5)
    assert build(TINY, other, embedded=replace(KNOWN, model=model)).fit == standard_fit()


def test_the_name_tells_embeddings_their_model_and_their_size_apart() -> None:
    """And the name of a release without any is what it was before there were embeddings."""
    others = {
        build(TINY).name,
        build(TINY, embedded=KNOWN).name,
        build(TINY, embedded=known(TINY, size=SIZE // 2)).name,
        name_of(TINY, embeddings=replace(KNOWN, model=Model("other")).name),
    }
    assert len(others) == 4
    assert name_of(TINY, replace(Weights(), embedding=9.0)) == name_of(TINY, Weights())
    assert name_of(TINY, replace(Weights(), embedding=9.0), embeddings="x") != name_of(
        TINY, Weights(), embeddings="x"
    )


def test_a_release_that_was_read_back_replies_as_it_did(tmp_path: Path) -> None:
    release = build(TINY, embedded=KNOWN)
    write_release(release, tmp_path)
    again = read_release(tmp_path)
    assert again.index.compiled.embeddings
    assert again.index.compiled.embeddings.model == MODEL
    for question in (ASKED, "研修"):
        assert (
            score(question, again.index).entries.tolist() == score(question, release.index).entries.tolist()
        )
    assert not list(tmp_path.glob("*.pkl"))
    assert b"pickle" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_without_a_kind_the_weights_of_embeddings_count_for_nothing() -> None:
    assert "embedding" in present(INDEX)
    assert "embedding" not in present(PLAIN)
    lighter = INDEX.reweighed(without(WEIGHTS, "embedding"))
    assert {name: getattr(lighter.weights, name) for name in EMBEDDING} == dict.fromkeys(EMBEDDING, 0.0)
    assert score(ASKED, lighter).entries.tolist() == PLAIN.score(PLAIN.query(ASKED)).entries.tolist()


def test_a_vector_of_another_size_is_refused() -> None:
    embeddings = INDEX.compiled.embeddings
    assert embeddings
    with pytest.raises(ValueError, match="a vector of 3 numbers"):
        embeddings.nearness(np.ones(3, dtype=np.float32), INDEX.first)


def test_texts_are_cut_and_each_is_asked_for_once() -> None:
    long = entry("long", "研修", answer="答" * 2 * LONGEST)
    asked = (Expectation(q="研修", gold={"long": 1}), Expectation(q="服" * 2 * LONGEST, gold={}))
    texts = texts_of(Knowledge(entries=(long,), expectations=asked), MODEL)
    assert texts == ("query: 研修", f"passage: 研修\n{'答' * (LONGEST - 3)}", f"query: {'服' * LONGEST}")


def test_a_sample_with_embeddings_has_their_features() -> None:
    asked = (Expectation(q=ASKED, gold={"clothes": 1}), Expectation(q="…", gold={}))
    found = sample(INDEX, asked, embedding)
    assert found.names == (*NAMES, *EMBEDDED)
    assert found.values.shape == (2, len(NAMES) + len(EMBEDDED))
    assert found.values[0, len(NAMES)] > 0


def test_a_set_without_entries_has_embeddings_that_are_near_to_nothing() -> None:
    nothing = np.zeros((0, 2), dtype=np.float32)
    empty = Embeddings(MODEL, np.ones(2, dtype=np.float32), nothing, nothing, nothing, nothing.T)
    found = empty.nearness(np.ones(2, dtype=np.float32), np.zeros(1, dtype=np.int32))
    assert found.asked.shape == found.told.shape == found.linked.shape == (0,)


def test_a_fit_that_came_without_embeddings_is_written_as_before() -> None:
    fitted = builders.BY_WORDS
    assert "embedded" not in fitted.model_dump(exclude_none=True)
    assert Fit.model_validate(fitted.model_dump(exclude_none=True)) == fitted
