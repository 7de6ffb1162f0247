from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import grouping
from index.channel import Weights
from index.closeness import Closeness
from index.compiling import compile_index
from index.decision import VerdictKind
from index.grouping import AROUND, WITHIN, Group, group, nearest
from index.question import question
from index.reading import Reader
from index.release.building import Release
from index.text import bare
from index.vectors import fingerprint, open_vectors
from tests.index.builders import BY_WORDS, TINY

PETS = ("犬を飼えますか", "犬は飼えますか?", "犬を職場で飼えますか")
PARKING = ("駐車場の料金", "駐車場の料金は?", "駐車場はどこですか")


@pytest.fixture(scope="module")
def reader(release: Release) -> Reader:
    return Reader(release.index, release.fit)


def texts(groups: tuple[Group, ...]) -> set[frozenset[str]]:
    return {frozenset(found.questions) for found in groups}


def test_what_means_the_same_is_one_group_and_what_does_not_is_another(reader: Reader) -> None:
    found = group(reader, dict.fromkeys(PETS + PARKING, 1))
    assert texts(found) == {frozenset(PETS), frozenset(PARKING)}


def test_one_word_in_common_is_not_enough(reader: Reader) -> None:
    """Else a large group is about everything that has to do with a dog, and nobody can answer it."""
    others = ("犬の写真を名刺に載せてもよいですか", "犬小屋の建て方を知りたい")
    found = group(reader, dict.fromkeys((*PETS, *others), 1))
    assert texts(found) == {frozenset(PETS), *(frozenset({text}) for text in others)}


def test_words_that_the_lexicon_joins_are_near(reader: Reader) -> None:
    """Two people rarely ask in the same words."""
    (found,) = group(reader, {"テレワーク": 1, "在宅勤務": 1})
    assert set(found.questions) == {"テレワーク", "在宅勤務"}


def test_the_group_asked_most_often_comes_first_and_so_do_its_texts(reader: Reader) -> None:
    found = group(reader, dict(zip(PARKING + PETS, (1, 2, 2, 9, 1, 1), strict=True)))
    assert [each.times for each in found] == [11, 5]
    assert found[0].questions[0] == PETS[0]
    assert found[0].counts == (9, 1, 1)


def test_the_representative_is_in_the_middle_of_what_was_asked(reader: Reader) -> None:
    """A text that many asked weighs as many."""
    asked = {"犬と猫を飼えますか": 1, "犬は飼えますか": 1, "犬と猫と鳥を飼えますか": 1}
    assert group(reader, asked)[0].representative == "犬と猫を飼えますか"
    assert group(reader, {**asked, "犬は飼えますか": 20})[0].representative == "犬は飼えますか"


def test_spellings_of_one_text_are_one(reader: Reader) -> None:
    (found,) = group(reader, {"ﾃﾞｰﾀ 分析": 1, "データ分析??": 3})
    assert (found.questions, found.counts) == (("データ分析??", "ﾃﾞｰﾀ 分析"), (3, 1))
    assert found.representative == "データ分析??"


def test_what_masking_left_in_place_of_a_name_makes_nothing_near(reader: Reader) -> None:
    found = group(reader, {"〔氏名〕が犬を飼えますか": 1, "〔氏名〕が駐車場を使えますか": 1})
    assert len(found) == 2


def test_what_does_not_count_makes_nothing_near_and_nothing_far(reader: Reader) -> None:
    """The greetings of a knowledge set are known to the conversation alone."""
    asked = {"はじめまして。犬": 1, "はじめまして。駐車場": 1, "犬": 2}
    found = group(reader, asked, without=lambda text: text.removeprefix("はじめまして。"))
    assert texts(found) == {frozenset({"はじめまして。犬", "犬"}), frozenset({"はじめまして。駐車場"})}


def test_texts_that_say_nothing_are_one_group_without_an_entry(reader: Reader) -> None:
    (found,) = group(reader, {"???": 1, "🙂": 2, "教えてください": 1})
    assert (found.times, found.nearest) == (4, None)


def test_nothing_asked_is_no_group(reader: Reader) -> None:
    assert group(reader, {}) == ()


def test_a_group_tells_the_closest_entry_and_what_it_gets_today(reader: Reader) -> None:
    (found,) = group(reader, {"研修はありますか": 2})
    assert found.nearest is not None
    assert (found.nearest.entry_id, found.nearest.verdict) == ("training", VerdictKind.ANSWER)
    assert (found.nearest.phrasing, found.nearest.shown) == ("研修はありますか", ("training",))
    assert found.nearest.confidence >= BY_WORDS.answer


def test_an_entry_that_is_withheld_is_not_the_closest(release: Release) -> None:
    found = nearest(Reader(release.index, release.fit, ("training",)), "研修はありますか")
    assert found is None or found.entry_id != "training"


def test_more_texts_than_are_linked_at_once_join_the_groups_that_there_are(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No text is lost, and one that is near to no group founds its own."""
    monkeypatch.setattr(grouping, "LINKED", 2)
    found = group(
        reader, {PETS[0]: 5, PARKING[0]: 4, PETS[2]: 1, PARKING[2]: 1, "宇宙人": 1, "宇宙人と話す": 1}
    )
    assert texts(found) == {
        frozenset({PETS[0], PETS[2]}),
        frozenset({PARKING[0], PARKING[2]}),
        frozenset({"宇宙人", "宇宙人と話す"}),
    }


@pytest.mark.parametrize(
    ("linked", "other"),
    [
        (("犬を飼えますか", "犬は飼えますか!"), "犬の散歩"),  # near to both, and not near enough
        (("犬と猫", "犬と猫と散歩"), "猫と散歩"),  # near to the two of them, but not to what stands for them
    ],
)
def test_what_is_not_linked_at_once_joins_only_what_it_is_like(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, linked: tuple[str, str], other: str
) -> None:
    monkeypatch.setattr(grouping, "LINKED", 2)
    found = group(reader, {linked[0]: 9, linked[1]: 5, other: 1, "宇宙人": 2})
    assert frozenset({other}) in texts(found)


WORDS = st.lists(
    st.sampled_from(["犬", "駐車場", "宇宙人", "研修", "は", "を", "?", "〔氏名〕", "寮", "🙂"]), max_size=5
)


@settings(max_examples=30, deadline=None)
@given(asked=st.dictionaries(WORDS.map("".join), st.integers(1, 5), max_size=12))
def test_every_text_is_in_one_group_whatever_their_order(reader: Reader, asked: dict[str, int]) -> None:
    found = group(reader, asked)
    counted = [pair for each in found for pair in zip(each.questions, each.counts, strict=True)]
    assert sorted(counted) == sorted(asked.items())
    assert all(each.representative in each.questions for each in found)
    assert group(reader, dict(reversed(asked.items()))) == found


@settings(max_examples=60, deadline=None)
@given(
    asked=st.dictionaries(WORDS.map("".join), st.integers(1, 5), max_size=12), linked=st.sampled_from([2, 99])
)
def test_the_questions_of_a_group_are_near_to_each_other_and_to_the_representative(
    reader: Reader, asked: dict[str, int], linked: int
) -> None:
    """Those that are not linked at once are near to the representative."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "LINKED", linked)
        groups = group(reader, asked)
    for found in groups:
        texts = (found.representative, *found.questions)
        close = Closeness(reader.index, [question(text.replace("〔氏名〕", " ")) for text in texts]).among(
            np.arange(len(texts))
        )
        assert close[0].min() >= AROUND
        # Spellings of one text are one.
        kinds = {bare(text): number for number, text in enumerate(texts)}
        pairs = close[np.ix_(list(kinds.values()), list(kinds.values()))]
        if 1 < len(kinds) <= linked:
            assert (pairs.sum() - np.trace(pairs)) / (len(kinds) * (len(kinds) - 1)) >= WITHIN - 1e-5


@pytest.mark.skipif(
    not fingerprint(), reason="compares word vectors, which the extra `semantic` brings; it is not installed"
)
def test_word_vectors_bring_together_what_shares_no_word(vectors: Path) -> None:
    opened = open_vectors(vectors.parent)
    pair = [question("ペットを連れて行く"), question("犬と猫")]
    with_vectors, without = (
        Closeness(compile_index(TINY, Weights(), given), pair).among(np.arange(2))[0, 1]
        for given in (opened, None)
    )
    assert with_vectors > without == 0
