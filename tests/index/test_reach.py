from faq.model import Knowledge
from index.compiling import compile_index
from index.reach import Stray, strays
from tests.index.builders import TINY, entry


def test_every_phrasing_of_a_good_set_reaches_its_entry() -> None:
    assert list(strays(compile_index(TINY))) == []


def test_a_phrasing_that_another_entry_takes_is_told() -> None:
    entries = (
        entry("training", "研修はありますか", "服装は自由ですか"),
        entry("clothes", "服装は自由ですか", answer="服装は自由です。"),
    )
    found = list(strays(compile_index(Knowledge(entries=entries))))
    assert found == [Stray("training", "服装は自由ですか", "clothes")]


def test_entries_that_tie_keep_their_own() -> None:
    entries = (entry("a", "研修はありますか"), entry("b", "研修はありますか"))
    assert list(strays(compile_index(Knowledge(entries=entries)))) == []


def test_a_phrasing_without_terms_reaches_nothing_and_strays_nowhere() -> None:
    assert list(strays(compile_index(Knowledge(entries=(entry("a", "。。。"), entry("b", "研修")))))) == []


def test_an_empty_set_has_no_strays() -> None:
    assert list(strays(compile_index(Knowledge(entries=())))) == []
