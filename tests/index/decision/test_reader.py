import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.model import Knowledge
from index.analysis.questions import Question
from index.decision.reader import Reading
from index.release.building import Release, build
from tests.index.builders import TINY, FakeEncoder, entry
from tests.index.strategies import MESSAGES


def read(release: Release, question: str, **rest: object) -> Reading:
    reader = release.reader(**rest)  # type: ignore[arg-type]  # as `Release.reader` has them
    return reader.read(Question(question))


@given(MESSAGES, st.integers(1, 8))
def test_a_smaller_top_only_cuts_the_tail(release: Release, question: str, top: int) -> None:
    whole, cut = read(release, question, top=100), read(release, question, top=top)
    assert cut.scored == whole.scored[:top]
    assert cut.hits == whole.hits[:top]
    assert (cut.terms, cut.verdict) == (whole.terms, whole.verdict)


def test_the_nearest_phrasing_and_sentence_are_told(release: Release) -> None:
    hit = read(release, "スーツを着る?").hits[0]
    assert hit.phrasing.text == "スーツを着ますか"
    assert 0.5 < hit.phrasing.closeness <= 1
    assert hit.sentence.text == "ふだんは私服です。"


def test_what_the_conversation_is_about_counts(release: Release) -> None:
    usual = dict(read(release, "いつですか").scored)
    reading = release.reader().read(Question("いつですか"), {"clothes": 2.0, "gone": 9.0})
    assert dict(reading.scored)["clothes"] == pytest.approx(usual["clothes"] + 2.0)
    assert dict(reading.scored)["training"] == pytest.approx(usual["training"])


def test_an_answer_for_some_people_stands_alone_only_where_they_are_named() -> None:
    """Half an answer reads like a whole one."""
    men = entry("men", "男性も寮に入れますか", answer="男性には住居手当があります。")
    dormitory = entry("dormitory", "看護師寮について教えてください", answer="敷地内に寮があります。")
    release = build(Knowledge(entries=(*TINY.entries, men, dormitory)), [FakeEncoder()])
    for question, shown in (
        ("寮に入れますか", ("men", "dormitory")),
        ("女性も寮に入れますか", ("men", "dormitory")),
        ("男性が寮に入れますか", ("men",)),
        ("男でも寮に入れますか", ("men",)),
        ("男性も寮に入れますか", ("men",)),
        ("看護師寮とは", ("dormitory",)),
    ):
        assert release.reader().read(Question(question)).verdict.entry_ids == shown, question
    taught = men.model_copy(update={"also_asked": ("寮に入れますか",)})
    release = build(Knowledge(entries=(*TINY.entries, taught, dormitory)), [FakeEncoder()])
    assert release.reader().read(Question("寮には入れますか")).verdict.entry_ids == ("men",)
