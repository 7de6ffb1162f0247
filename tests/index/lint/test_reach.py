import pytest

from faq.model import Entry, Knowledge
from index.lint.reach import Stray, strays
from index.release.building import Release
from index.retrieval.compiling import compile_index
from index.retrieval.encoder import SentenceEncoder
from tests.index.builders import TINY, FakeEncoder, entry

ENCODERS = pytest.mark.parametrize("encoders", [[], [FakeEncoder()]], ids=["words", "encoder"])


def found(encoders: list[SentenceEncoder], *entries: Entry) -> list[Stray]:
    return list(strays(compile_index(Knowledge(entries=entries), encoders)))


@ENCODERS
def test_every_phrasing_of_a_good_set_reaches_its_entry(encoders: list[SentenceEncoder]) -> None:
    assert found(encoders, *TINY.entries) == []


@ENCODERS
def test_a_phrasing_cannot_hide_behind_itself(encoders: list[SentenceEncoder]) -> None:
    """It finds its own entry; without it, nothing of that entry is like it, and another's phrasing is."""
    entries = (
        entry("remote", "テレワークはどのくらいできますか", "テレワークの頻度は", "家で働ける日は"),
        entry("clothes", "靴は", "ネクタイは", "テレワークの頻度を"),
        entry("courses", "研修は", "講習は", "勉強会は"),
    )
    assert found(encoders, *entries) == [
        Stray("clothes", "テレワークの頻度を", "remote", "テレワークの頻度は")
    ]


@ENCODERS
def test_words_that_its_own_entry_has_elsewhere_keep_a_phrasing(encoders: list[SentenceEncoder]) -> None:
    entries = (
        entry("remote", "テレワークはどのくらいできますか", "テレワークの頻度は"),
        entry("rules", "テレワークの頻度の決まりは", "テレワークの決まりは", "頻度の決まりを知りたい"),
        entry("courses", "研修は", "講習は", "勉強会は"),
    )
    assert found(encoders, *entries) == []


@ENCODERS
def test_the_only_phrasing_of_an_entry_is_its_own(encoders: list[SentenceEncoder]) -> None:
    assert found(encoders, entry("a", "研修はありますか"), entry("b", "研修はありますか")) == []


@ENCODERS
def test_a_phrasing_without_terms_strays_nowhere(encoders: list[SentenceEncoder]) -> None:
    assert found(encoders, entry("a", "。。。", "!!!"), entry("b", "研修", "講習")) == []


@ENCODERS
def test_an_empty_set_has_no_strays(encoders: list[SentenceEncoder]) -> None:
    assert found(encoders) == []


def test_the_built_in_faq_has_no_strays(whole: Release) -> None:
    assert list(strays(whole.index)) == []
