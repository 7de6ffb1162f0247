import pytest

from faq.model import Knowledge, Lexicon, OneWay
from index.analysis.analyzer import Analyzer, LexiconMatcher
from index.analysis.tokenizer import morphemes
from index.retrieval.compiling import compile_index
from tests.index.builders import entry, found


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


@pytest.mark.parametrize(
    ("terms", "text", "found"),
    [
        # One word here, though Sudachi cuts it; the longest wins, and none inside it.
        ("デジタルサービス局", "新宿のデジタルサービス局へ", "デジタルサービス局"),
        ("採用 中途採用 中途採用試験", "中途採用試験と採用", "中途採用試験 採用"),
        # Beside another script or kanji, and not inside a Latin or katakana word.
        *(("ai", text, "ai") for text in ("生成aiは", "aiは")),
        ("研修", "新任研修会", "研修"),
        *(("ai", text, "") for text in ("email", "ai2")),
        *(("テスト", text, "") for text in ("コンテスト", "テストケース")),
        ("パス", "パスー", ""),
    ],
)
def test_terms_are_found_as_whole_words(terms: str, text: str, found: str) -> None:
    concepts = LexiconMatcher(Lexicon(terms=tuple(terms.split()))).concepts(text)
    assert [text[start:end] for start, end, _ in concepts] == found.split()


def test_a_word_of_two_groups_has_both_concepts_however_wide_the_file_writes_it() -> None:
    lexicon = Lexicon(groups=(("甲型", "ＩＣＴ型"), ("乙型", "ＩＣＴ型")))
    assert list(LexiconMatcher(lexicon).concepts("ict型")) == [(0, 4, ("≈乙型", "≈甲型"))]
