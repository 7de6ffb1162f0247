from collections.abc import Callable, Sequence
from itertools import permutations
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.evaluation.judgements import (
    Dialogue,
    Judgement,
    Outcome,
    Turn,
    converse_all,
    judge,
    ndcg,
    recall,
    reciprocal_rank,
)

GOLD = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 3), max_size=5)
RANKING = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True)


@pytest.mark.parametrize(
    ("gold", "reply", "ids", "judgement"),
    [
        ("a", "answer", "a", Judgement.RIGHT),
        ("ab", "answer", "b", Judgement.RIGHT),
        ("a", "answer", "xa", Judgement.RIGHT),
        ("a", "answer", "xya", Judgement.OFFERED),
        ("a", "answer", "x", Judgement.WRONG),
        ("a", "answer", "xyz", Judgement.WRONG),
        ("a", "choices", "xya", Judgement.OFFERED),
        ("a", "choices", "xyz", Judgement.WRONG_CHOICES),
        ("a", "referral", "x", Judgement.MISSED),
        ("a", "unknown", "", Judgement.MISSED),
        ("a", "smalltalk", "", Judgement.MISSED),
        ("", "answer", "x", Judgement.FALSE),
        ("", "answer", "xyz", Judgement.FALSE),
        ("", "choices", "xyz", Judgement.OFFERED_UNASKED),
        ("", "referral", "x", Judgement.QUIET),
        ("", "unknown", "", Judgement.QUIET),
        ("", "smalltalk", "", Judgement.QUIET),
    ],
)
def test_what_a_reply_is_worth(gold: str, reply: str, ids: str, judgement: Judgement) -> None:
    assert judge(dict.fromkeys(gold, 1), Outcome(reply, tuple(ids), ())) is judgement


@pytest.mark.parametrize(
    ("gold", "ranking", "rank", "gain", "share"),
    [
        # Gains at ranks 1, 2, 3: 1, 0.63093, 0.5.
        ({"a": 1}, "a", 1, 1, 1),
        ({"a": 1}, "xa", 1 / 2, 0.63093, 1),
        ({"a": 1}, "xya", 1 / 3, 0.5, 1),
        ({"a": 1}, "xyz", 0, 0, 0),
        ({"a": 1}, "", 0, 0, 0),
        ({"a": 1, "b": 1}, "xb", 1 / 2, 0.63093 / 1.63093, 1 / 2),
        ({"a": 3, "b": 1}, "ba", 1, (1 + 3 * 0.63093) / (3 + 0.63093), 1),
        ({"a": 1}, "klmnopqrsta", 1 / 11, 0, 0),
        ({}, "a", 0, 0, 0),
    ],
)
def test_means_worked_out_by_hand(
    gold: dict[str, int], ranking: str, rank: float, gain: float, share: float
) -> None:
    assert reciprocal_rank(gold, tuple(ranking)) == pytest.approx(rank)
    assert ndcg(gold, tuple(ranking)) == pytest.approx(gain, abs=1e-4)
    assert recall(gold, tuple(ranking)) == pytest.approx(share)


@given(GOLD.filter(bool), RANKING)
def test_ndcg_is_the_gain_over_that_of_the_best_of_all_orders(
    gold: dict[str, int], ranking: list[str]
) -> None:
    """A second implementation: each entry's grade by where it stands."""

    def gain(order: Sequence[str]) -> float:
        places = {entry_id: place for place, entry_id in enumerate(order) if place < 10}
        return sum(grade / log2(places[each] + 2) for each, grade in gold.items() if each in places)

    assert ndcg(gold, ranking) == pytest.approx(gain(ranking) / max(map(gain, permutations(gold))))


def test_turns_are_right_as_the_conversation_goes_on() -> None:
    """All ids where all are wanted, else one; silence where nothing may answer. A referral answers nothing."""
    replies = {
        "服装と在宅": Outcome("answer", ("clothes", "remote"), ()),
        "服装と研修": Outcome("answer", ("clothes",), ()),
        "更新料も": Outcome("referral", ("salary",), ()),
        "給料は": Outcome("referral", ("salary",), ()),
        "宇宙は": Outcome("answer", ("clothes",), ()),
    }
    begun: list[int] = []

    def begin() -> Callable[[str], Outcome]:
        begun.append(1)
        return replies.__getitem__

    both = {"clothes": 1, "remote": 1}
    talks = (
        (Turn(q="服装と在宅", gold=both, all=True), Turn(q="更新料も", gold={"remote": 1})),
        (Turn(q="服装と研修", gold=both, all=True), Turn(q="給料は", gold={}), Turn(q="宇宙は", gold={})),
        (Turn(q="服装と研修", gold=both),),
    )
    dialogues = [Dialogue(turns=turns) for turns in talks]
    turns = converse_all(dialogues, begin)
    assert (turns.asked, turns.right, len(begun)) == (6, 3, 3)
    assert [miss.said for miss in turns.misses] == [
        ("服装と在宅", "更新料も"),
        ("服装と研修",),
        ("服装と研修", "給料は", "宇宙は"),
    ]
