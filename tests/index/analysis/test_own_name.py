"""The office's own name at the head of a question is told from what is asked."""

import pytest

from faq.model import About, Entry, Knowledge, Lexicon
from index.analysis.own_name import OwnName, own_name

OWN = OwnName(["港区役所", "ICT職"])


@pytest.mark.parametrize("head", ["御社の", "港区役所では", "ICT職について、", "ICT職に関しては", "貴社って"])
def test_a_word_in_kana_behind_the_name_stays_whole(head: str) -> None:
    assert OWN.without(f"{head}はたらき方は") == "はたらき方は"


@pytest.mark.parametrize(
    "asked", ["残業はありますか", "港区の残業は", "当日の服装は", "転職してICT職は", "ICT職"]
)
def test_a_text_that_does_not_begin_with_the_name_or_is_nothing_else_has_nothing_behind_it(
    asked: str,
) -> None:
    assert OWN.without(asked) == ""


def test_an_office_is_known_by_the_parts_of_its_name_and_by_the_words_that_mean_the_same() -> None:
    entries = (Entry(id="a", question="残業は", answer="あります。"),)
    told = Knowledge(
        entries=entries,
        about=About(name="みなと病院の看護師採用"),
        lexicon=Lexicon(groups=(("看護師", "ナース"), ("夜勤", "当直"))),
    )
    heads = ("みなと病院の", "看護師の", "看護師採用について、", "ナースの", "みなと病院の看護師採用では")
    assert {own_name(told).without(f"{head}残業は").removeprefix("、") for head in heads} == {"残業は"}
    assert (
        own_name(told).without("当直の残業は")
        == own_name(Knowledge(entries=entries)).without("看護師の残業は")
        == ""
    )
