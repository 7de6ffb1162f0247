from dataclasses import fields, replace

import pytest

from index.channel import Weights
from index.kinds import CHANNELS, KINDS, present, without
from index.reasons import hit
from index.search import Index

ASKED = "研修とリモートワークの服装"


def test_a_kind_that_is_left_out_gives_nothing_and_the_others_what_they_gave(index: Index) -> None:
    whole = index.score(index.query(ASKED), {"remote": 1.0})
    for kind in present(index):
        lighter = index.reweighed(without(index.weights, kind))
        scores = lighter.score(lighter.query(ASKED), {"remote": 1.0})
        for number in map(int, scores.order):
            gave = {evidence.channel for evidence in hit(lighter, scores, number).evidence}
            assert kind not in gave
        assert (
            lighter.reweighed(index.weights).score(whole.query).entries.tolist()
            == index.score(whole.query).entries.tolist()
        )


def test_every_kind_gives_something_somewhere(index: Index) -> None:
    """Else a row of the table would be empty without a reason."""
    scores = index.score(index.query(f"{ASKED}は私服ですか", "研修はありますか"), {"remote": 1.0})
    found = {
        evidence.channel
        for number in map(int, scores.order)
        for evidence in hit(index, scores, number).evidence
    }
    assert set(present(index)) - found <= {"background", "verbatim"}


def test_what_is_in_the_postings_cannot_be_weighed(tiny: Index) -> None:
    with pytest.raises(ValueError, match="k1"):
        tiny.reweighed(replace(tiny.weights, k1=0.1))


def test_every_weight_is_of_one_kind_and_every_kind_has_a_name() -> None:
    names = [name for group in KINDS.values() for name in group]
    assert sorted(names) == sorted({field.name for field in fields(Weights)} - {"k1", "b"})
    assert set(CHANNELS) == set(KINDS)
