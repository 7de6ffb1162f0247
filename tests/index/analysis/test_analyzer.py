import unicodedata

import pytest
from hypothesis import given

from faq.model import Knowledge, Lexicon, OneWay
from index.analysis.analyzer import Analyzer, LexiconMatcher
from index.analysis.tokenizer import morphemes
from index.retrieval.compiling import compile_index
from tests.index.builders import FEW, LEXICON, entry, found
from tests.index.strategies import FORMS, MESSAGES

ANALYZER = Analyzer(LEXICON)


@given(MESSAGES)
def test_any_text_has_the_same_terms_twice_however_it_is_encoded(text: str) -> None:
    first = ANALYZER.analyze(text)
    assert Analyzer(LEXICON).analyze(text) == first
    for form in FORMS:
        assert ANALYZER.analyze(unicodedata.normalize(form, text)) == first


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        # How a candidate spells a word must not decide what is found.
        *((spelling, "引っ越し") for spelling in ("引っ越し", "引越し", "引越")),
        ("在宅勤務", "在宅勤務 在宅 勤務"),
        ("C言語とC++", "c 言語 c++"),
        *((training, "train") for training in ("Trainings", "training")),
        *(
            (filler, "")
            for filler in ("すみません、教えてください。", "お願いします", "What is it?", "のでしょうか")
        ),
    ],
)
def test_terms_are_words_and_their_parts_in_one_spelling_without_those_that_only_ask(
    text: str, terms: str
) -> None:
    assert Analyzer(Lexicon()).analyze(text).words == tuple(terms.split())


def test_a_narrow_word_finds_the_wider_one_and_not_the_other_way_round() -> None:
    """Who asks about 更新料 may read about 補助金 in general; who asks about 補助金 did not ask about 更新料."""
    lexicon = Lexicon(one_way=(OneWay(word="更新料", means=("補助金",)),))
    entries = (entry("fee", "更新料の額", answer="x"), entry("grant", "補助金の窓口", answer="y"))
    index = compile_index(Knowledge(entries=entries, lexicon=lexicon), cohort=FEW)
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
    ("terms", "text", "words"),
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
def test_terms_are_found_as_whole_words(terms: str, text: str, words: str) -> None:
    concepts = LexiconMatcher(Lexicon(terms=tuple(terms.split()))).concepts(text)
    assert [text[start:end] for start, end, _ in concepts] == words.split()
