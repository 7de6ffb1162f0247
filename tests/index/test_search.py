import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Entry, EntryKind, Knowledge
from index.channel import Weights
from index.compiling import compile_index
from index.question import Question
from index.reading import EXPLAINED, Reader
from index.search import Index
from tests.index.builders import BY_WORDS, LEXICON, TINY, entry, find, found
from tests.index.strategies import MESSAGES

SEARCHED = TINY.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)
IDS = [each.id for each in SEARCHED]


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [
        ("テレワークの頻度", "remote"),
        ("ﾃﾚﾜｰｸ", "remote"),
        ("在宅勤務はできますか", "remote"),
        ("ざいたくきんむ", "remote"),
        ("リモートワーク", "remote"),
        ("めんせつ", "interview"),
        ("デジタルサービス局", "place"),
        ("更新料", "grant"),
        ("給与", "salary"),
        ("私服", "clothes"),
    ],
)
def test_the_same_thing_said_otherwise_finds_the_entry(tiny: Index, question: str, entry_id: str) -> None:
    """By width, kana, synonym, lexicon or a word of the answer."""
    assert found(tiny, question)[0] == entry_id


@pytest.mark.parametrize("question", ["", "🙂", "。", "\ud800", "宇宙飛行"])
def test_what_nothing_has_finds_nothing(tiny: Index, question: str) -> None:
    assert found(tiny, question) == []


@pytest.mark.parametrize("greeting", ["こんにちは", "hello", "thx"])
def test_small_talk_is_never_searched_for(tiny: Index, greeting: str) -> None:
    assert {"hello", "thanks"}.isdisjoint(found(tiny, greeting))
    assert found(tiny, "thx") == []


def test_a_set_without_entries_finds_nothing() -> None:
    index = compile_index(Knowledge(entries=()))
    assert found(index, "研修") == []


def test_an_entry_scores_as_its_best_phrasing(tiny: Index) -> None:
    assert find(tiny, "スーツ")[0].phrasing == "スーツを着ますか"
    assert find(tiny, "服装")[0].phrasing == "服装は自由ですか"


def test_where_to_ask_is_not_searched(tiny: Index) -> None:
    """Referrals say that in the same words."""
    assert found(tiny, "窓口") == []


@given(st.permutations(SEARCHED), MESSAGES)
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_files_changes_no_score(entries: list[Entry], question: str) -> None:
    index = compile_index(Knowledge(entries=tuple(entries), lexicon=LEXICON))
    scores = {hit.entry_id: hit.score for hit in find(index, question)}
    usual = {hit.entry_id: hit.score for hit in find(compile_index(TINY), question)}
    assert scores == pytest.approx(usual, abs=1e-9)


INDEX = compile_index(TINY)


def said(item: Entry) -> set[str]:
    """Return every term of an entry, from its text alone."""
    texts = [*item.phrasings, item.answer]
    analyses = [INDEX.analyzer.analyze(text) for text in texts]
    return {term for found in analyses for term in (*found.words, *found.concepts, *found.sounds)}


SAID = {item.id: said(item) for item in SEARCHED}


@given(MESSAGES, st.sampled_from(["", "補助金の話です。"]))
@settings(max_examples=80, deadline=None)
def test_an_entry_without_a_term_of_the_question_is_never_a_hit(question: str, background: str) -> None:
    query = INDEX.query(question, background)
    asked = {term for terms in query.terms.values() for term in terms}
    for hit in find(INDEX, question, background):
        assert asked & SAID[hit.entry_id]
        assert hit.score > 0


@given(MESSAGES, MESSAGES, st.dictionaries(st.sampled_from([*IDS, "gone"]), st.floats(0.1, 9), max_size=3))
@settings(max_examples=80, deadline=None)
def test_evidence_adds_up_to_the_score(question: str, background: str, thread: dict[str, float]) -> None:
    for hit in find(INDEX, question, background, thread=thread):
        assert sum(evidence.score for evidence in hit.evidence) == pytest.approx(hit.score, abs=1e-9)
        assert list(hit.evidence) == sorted(hit.evidence, key=lambda evidence: -evidence.score)


@given(MESSAGES, st.sets(st.sampled_from(IDS)), st.sampled_from(IDS))
@settings(max_examples=60, deadline=None)
def test_withheld_entries_are_never_found(question: str, withheld: set[str], topic: str) -> None:
    hits = find(INDEX, question, thread={topic: 5.0}, withheld=[*withheld, "gone"])
    assert withheld.isdisjoint(hit.entry_id for hit in hits)
    others = {hit.entry_id: hit.score for hit in find(INDEX, question, thread={topic: 5.0})}
    assert {hit.entry_id: hit.score for hit in hits} == {
        entry_id: score for entry_id, score in others.items() if entry_id not in withheld
    }


@given(MESSAGES, st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_a_smaller_top_only_cuts_the_tail(question: str, top: int) -> None:
    whole = Reader(INDEX, BY_WORDS, top=100).read(Question(question))
    cut = Reader(INDEX, BY_WORDS, top=top).read(Question(question))
    assert cut.ranking == whole.ranking[:top]
    assert cut.hits.hits == whole.hits.hits[:top]
    assert (cut.hits.terms, cut.verdict) == (whole.hits.terms, whole.verdict)


def test_the_first_hits_carry_their_evidence(tiny: Index) -> None:
    everything = "テレワーク 服装 研修 補助金 面接 給料"
    reading = Reader(tiny, BY_WORDS).read(Question(everything))
    hits = find(tiny, everything)
    assert list(reading.ranking) == [(hit.entry_id, hit.score) for hit in hits]
    assert list(reading.hits.hits) == hits[:EXPLAINED]
    assert len(hits) > EXPLAINED
    assert all(hit.evidence for hit in hits)


def test_hits_come_best_first(tiny: Index) -> None:
    scores = [hit.score for hit in find(tiny, "テレワークと服装と服装の研修")]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 2


def test_ties_keep_the_order_of_the_files() -> None:
    entries = [entry(name, "研修はありますか") for name in ("b", "c", "a")]
    assert found(compile_index(Knowledge(entries=tuple(entries))), "研修") == ["b", "c", "a"]


def test_what_the_conversation_is_about_counts(tiny: Index) -> None:
    thread = {"clothes": 2.0}
    usual = next(hit for hit in find(tiny, "スーツ") if hit.entry_id == "clothes")
    hit = next(hit for hit in find(tiny, "スーツ", thread=thread) if hit.entry_id == "clothes")
    (evidence,) = (each for each in hit.evidence if each.channel == "thread")
    assert evidence.term == "clothes"
    assert evidence.score == pytest.approx(2.0 * tiny.weights.thread)
    assert hit.score == pytest.approx(usual.score + evidence.score)


def test_a_word_said_twice_is_not_meant_twice(tiny: Index) -> None:
    once, twice = find(tiny, "研修"), find(tiny, "研修、研修")
    assert [(hit.entry_id, hit.score) for hit in once] == [(hit.entry_id, hit.score) for hit in twice]


def test_what_is_told_counts_less_than_what_is_asked(tiny: Index) -> None:
    told = {hit.entry_id: hit.score for hit in find(tiny, "服装", "研修")}
    asked = {hit.entry_id: hit.score for hit in find(tiny, "研修", "服装")}
    assert told["training"] < asked["training"]
    assert told["clothes"] > asked["clothes"]
    assert find(tiny, "研修", "研修") == find(tiny, "研修")


def test_weights_of_channels_are_weights_of_evidence() -> None:
    index = compile_index(TINY, Weights(answer=0.0))
    assert all(evidence.channel != "answer" for hit in find(index, "私服") for evidence in hit.evidence)
    assert any(evidence.channel == "answer" for hit in find(INDEX, "私服") for evidence in hit.evidence)


def test_the_words_of_a_question_say_whether_they_were_found(tiny: Index) -> None:
    terms = Reader(tiny, BY_WORDS).read(Question("研修と宇宙")).hits.terms
    assert [(term.text, term.matched) for term in terms] == [("研修", True), ("宇宙", False)]
    assert terms[0].idf < terms[1].idf
