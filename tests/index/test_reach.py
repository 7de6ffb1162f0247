from faq.model import Knowledge
from index.compiling import compile_index
from index.reach import Stray, strays
from tests.index.builders import TINY, entry


def found(*entries: object) -> list[Stray]:
    return list(strays(compile_index(Knowledge.model_validate({"entries": entries}))))


def test_every_phrasing_of_a_good_set_reaches_its_entry() -> None:
    assert list(strays(compile_index(TINY))) == []


def test_a_phrasing_that_another_entry_takes_is_told() -> None:
    entries = (
        entry("training", "研修はありますか", "服装は自由ですか"),
        entry("clothes", "服装は自由ですか", answer="服装は自由です。"),
    )
    assert found(*entries) == [
        Stray("training", "服装は自由ですか", "clothes", "服装は自由ですか", found=True)
    ]


def test_a_phrasing_cannot_hide_behind_itself() -> None:
    """As it stands it finds its own entry; without it, nothing of that entry is like it, and another's phrasing is."""
    entries = (
        entry("remote", "テレワークはどのくらいできますか", "テレワークの頻度は", "家で働ける日は"),
        entry(
            "clothes",
            "職場の服装は",
            "スーツで通うのですか",
            "テレワークの頻度を",
            "靴は",
            "髪は",
            "ネクタイは",
        ),
        entry("courses", "研修は", "講習は", "勉強会は"),
        entry("interview", "面接は", "面接官は", "面談は"),
    )
    index = compile_index(Knowledge(entries=entries))
    assert index.entries[int(index.score(index.query("テレワークの頻度を")).order[0])].id == "clothes"
    assert list(strays(index)) == [
        Stray("clothes", "テレワークの頻度を", "remote", "テレワークの頻度は", found=False)
    ]


def test_words_that_its_own_entry_has_elsewhere_keep_a_phrasing() -> None:
    entries = (
        entry("remote", "テレワークはどのくらいできますか", "テレワークの頻度は"),
        entry("rules", "テレワークの頻度の決まりは", "テレワークの決まりは", "頻度の決まりを知りたい"),
        entry("courses", "研修は", "講習は", "勉強会は"),
    )
    assert found(*entries) == []


def test_varied_words_for_one_thing_are_no_strays() -> None:
    entries = (
        entry("clothes", "服装は", "スーツを着ますか", "ネクタイは要りますか", "靴の決まりは"),
        entry("courses", "研修は", "講習は", "勉強会は"),
    )
    assert found(*entries) == []


def test_entries_that_tie_keep_their_own() -> None:
    assert found(entry("a", "研修はありますか"), entry("b", "研修はありますか")) == []


def test_a_phrasing_without_terms_reaches_nothing_and_strays_nowhere() -> None:
    assert found(entry("a", "。。。"), entry("b", "研修")) == []


def test_an_empty_set_has_no_strays() -> None:
    assert found() == []
