from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clustering import groups
from index.clustering.groups import Group, group, nearest_entry
from index.decision.policy import VerdictKind
from index.decision.reader import Reader
from index.release.building import Release, build
from index.retrieval.encoder import SentenceEncoder
from tests.index.builders import TINY, FakeEncoder

PETS = ("犬を飼えますか", "犬は飼えますか?", "犬を職場で飼えますか")
PARKING = ("駐車場の料金", "駐車場の料金は?", "駐車場はどこですか")


@pytest.fixture(scope="module", params=["words", "use"])
def reader(request: pytest.FixtureRequest, use: SentenceEncoder) -> Reader:
    return build(TINY, [use] if request.param == "use" else []).reader()


def texts(groups: tuple[Group, ...]) -> set[frozenset[str]]:
    return {frozenset(found.questions) for found in groups}


DOGS = ("犬の写真を名刺に載せてもよいですか", "犬小屋の建て方を知りたい")


@pytest.mark.parametrize(
    "wanted",
    [
        (PETS, PARKING),
        # Else a large group is about everything that has to do with a dog, and nobody can answer it.
        (PETS, DOGS[:1], DOGS[1:]),
        # Two people rarely ask in the same words: the lexicon joins these.
        (("テレワーク", "在宅勤務"),),
        # What masking left in place of a name makes nothing near.
        (("〔氏名〕が犬を飼えますか",), ("〔氏名〕が駐車場を使えますか",)),
    ],
)
def test_what_means_the_same_is_one_group_and_what_does_not_is_another(
    reader: Reader, wanted: tuple[tuple[str, ...], ...]
) -> None:
    found = group(reader, dict.fromkeys(chain.from_iterable(wanted), 1))
    assert texts(found) == set(map(frozenset, wanted))


def test_a_group_tells_the_closest_entry_and_what_it_gets_today(reader: Reader) -> None:
    (found,) = group(reader, {"研修はありますか": 2})
    assert found.nearest is not None
    assert (found.nearest.id, found.nearest.now) == ("training", VerdictKind.ANSWER)
    assert (found.nearest.phrasing, found.nearest.shown) == ("研修はありますか", ("training",))
    assert found.nearest.confidence > 0.6


def test_a_referral_is_closest_too_and_nothing_is_where_nothing_is_searched(release: Release) -> None:
    found = nearest_entry(release.reader(), "年収の試験")
    assert found is not None
    assert found.id in {"salary", "exam"}
    assert 0 <= found.confidence <= 1
    everything = [each.id for each in release.index.entries]
    assert nearest_entry(release.reader(hidden_ids=everything), "研修") is None


def test_where_the_encoder_fails_words_alone_tell_what_is_near() -> None:
    encoder = FakeEncoder()
    reader = build(TINY, [encoder]).reader()
    encoder.broken = True
    assert texts(group(reader, dict.fromkeys(PETS + PARKING, 1))) == {frozenset(PETS), frozenset(PARKING)}


WORDS = st.lists(
    st.sampled_from(["犬", "駐車場", "宇宙人", "研修", "は", "を", "?", "〔氏名〕", "寮", "🙂"]), max_size=5
)


@given(
    asked=st.dictionaries(WORDS.map("".join), st.integers(1, 5), max_size=12),
    compared=st.sampled_from([2, 99]),
)
def test_every_text_is_in_one_group_whatever_their_order(
    reader: Reader, asked: dict[str, int], compared: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "COMPARED", compared)
        found = group(reader, asked)
        assert group(reader, dict(reversed(asked.items()))) == found
    counted = [pair for each in found for pair in zip(each.questions, each.counts, strict=True)]
    assert sorted(counted) == sorted(asked.items())
    assert all(each.representative in each.questions for each in found)
