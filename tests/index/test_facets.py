import pytest
from hypothesis import given

from index.facets import FACETS, facets
from tests.index.strategies import MESSAGES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("研修", set()),
        ("", set()),
        ("\ud800🙂", set()),
        ("参加費はいくらですか", {"money"}),
        ("ＨＯＷ ＭＵＣＨ is it", {"money"}),
        ("spending", set()),
        ("いつまでですか", {"when"}),
        ("任期は何年間ですか", {"duration"}),
        ("何人採用しますか", {"people"}),
        ("How many people work there?", {"people", "count"}),
        ("週に何日できますか", {"times"}),
        ("テレワークの頻度は", {"times"}),
        ("30歳でも受けられますか", {"age"}),
        ("勤務地はどこですか", {"place"}),
        ("だれが話しますか", {"person"}),
        ("なぜ転職しましたか", {"reason"}),
        ("倍率は何割ですか", {"count"}),
        ("申請書類を提出しますか", {"paper"}),
    ],
)
def test_what_kind_of_thing_a_text_asks_for(text: str, found: set[str]) -> None:
    assert facets(text) == found


@given(MESSAGES)
def test_any_text_has_known_facets_and_a_longer_one_no_fewer(text: str) -> None:
    assert facets(text) <= set(FACETS)
    assert facets(f"{text[:100]} 費用") >= {"money"}
