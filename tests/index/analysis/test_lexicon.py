import pytest

from faq.model import Knowledge, Lexicon, OneWay
from index.analysis.analyzer import Analyzer
from index.analysis.lexicon import LexiconMatcher
from index.analysis.tokenizer import morphemes
from index.retrieval.compiling import compile_index
from tests.index.builders import entry, found


def concepts(lexicon: Lexicon, text: str, *, asked: bool = False) -> list[tuple[str, tuple[str, ...]]]:
    matcher = LexiconMatcher(lexicon)
    return [(text[start:end], names) for start, end, names in matcher.concepts(text, asked=asked)]


def test_words_of_a_group_find_each_other() -> None:
    lexicon = Lexicon(groups=(("おためし勤務", "カジュアル面談"),))
    entries = (entry("trial", "おためし勤務の日"), entry("talk", "カジュアル面談の場所"), entry("x", "服装"))
    index = compile_index(Knowledge(entries=entries, lexicon=lexicon))
    assert set(found(index, "おためし勤務")) == set(found(index, "カジュアル面談")) == {"trial", "talk"}


def test_a_narrow_word_finds_the_wider_one_and_not_the_other_way_round() -> None:
    """Who asks about 更新料 may read about 補助金 in general; who asks about 補助金 did not ask about 更新料."""
    lexicon = Lexicon(one_way=(OneWay(word="更新料", means=("補助金",)),))
    entries = (entry("fee", "更新料の額", answer="x"), entry("grant", "補助金の窓口", answer="y"))
    index = compile_index(Knowledge(entries=entries, lexicon=lexicon))
    assert found(index, "更新料") == ["fee", "grant"]
    assert found(index, "補助金") == ["grant"]


def test_a_never_pair_removes_the_synonym_group_that_the_dictionary_gives_both() -> None:
    """給与 and 給料 are one to Sudachi."""
    (left,), (right,) = morphemes("給与"), morphemes("給料")
    shared = {f"syn:{group}" for group in set(left.synonym_groups) & set(right.synonym_groups)}
    assert shared <= set(Analyzer(Lexicon()).analyze("給与").concepts)
    assert shared
    apart = Analyzer(Lexicon(never=(("給与", "給料"),)))
    assert shared.isdisjoint({*apart.analyze("給与").concepts, *apart.analyze("給料").concepts})


def test_a_term_that_sudachi_cuts_is_one() -> None:
    assert len(list(morphemes("デジタルサービス局"))) > 1
    lexicon = Lexicon(terms=("デジタルサービス局",))
    assert concepts(lexicon, "新宿のデジタルサービス局へ") == [
        ("デジタルサービス局", ("≈デジタルサービス局",))
    ]


@pytest.mark.parametrize(
    "example",
    ["ai email", "ai ai2", "ict district", "テスト コンテスト", "テスト テストケース", "パス パスー"],
)
def test_no_match_inside_a_latin_or_katakana_word(example: str) -> None:
    word, text = example.split()
    assert concepts(Lexicon(terms=(word,)), text) == []


@pytest.mark.parametrize("example", ["ai 生成aiは", "テスト 筆記テストの", "研修 新任研修会"])
def test_a_match_beside_another_script_or_kanji(example: str) -> None:
    word, text = example.split()
    assert concepts(Lexicon(terms=(word,)), text) == [(word, (f"≈{word}",))]


def test_the_longest_word_wins_and_none_inside_it() -> None:
    lexicon = Lexicon(terms=("採用", "中途採用", "中途採用試験"))
    assert [word for word, _ in concepts(lexicon, "中途採用試験と採用")] == ["中途採用試験", "採用"]


def test_words_are_matched_as_text_is_read() -> None:
    """The file may have full-width letters."""
    lexicon = Lexicon(groups=(("ＩＣＴ職", "ﾃﾞｼﾞﾀﾙ職"),))
    assert [name for _, name in concepts(lexicon, "ict職とデジタル職")] == [("≈ict職",), ("≈ict職",)]


def test_a_word_of_two_groups_has_both_concepts() -> None:
    lexicon = Lexicon(groups=(("甲型", "丙型"), ("乙型", "丙型")))
    assert concepts(lexicon, "丙型") == [("丙型", ("≈乙型", "≈甲型"))]
