import unicodedata

import pytest
from hypothesis import given, settings

from faq.model import Lexicon
from index.analysis.analyzer import Analyzer
from tests.index.builders import LEXICON
from tests.index.strategies import FORMS, MESSAGES

ANALYZER = Analyzer(LEXICON)


@pytest.mark.parametrize("text", ["", " ", "🙂", "\x00", "\ud800", "。、！？", "・・・", "<@U012AB3CD>"])
def test_what_says_nothing_has_no_terms(text: str) -> None:
    found = ANALYZER.analyze(text)
    assert not any((found.words, found.concepts, found.sounds, found.meanings))


@given(MESSAGES)
@settings(max_examples=120, deadline=None)
def test_any_text_has_the_same_terms_twice_however_it_is_encoded(text: str) -> None:
    first = ANALYZER.analyze(text)
    assert Analyzer(LEXICON).analyze(text) == first
    for form in FORMS:
        assert ANALYZER.analyze(unicodedata.normalize(form, text)) == first


@given(MESSAGES)
@settings(max_examples=80, deadline=None)
def test_a_question_has_the_terms_of_a_document_and_perhaps_wider_ones(text: str) -> None:
    """One analyzer for both: what is written in the files is found when it is asked."""
    document, asked = ANALYZER.analyze(text), ANALYZER.analyze(text, asked=True)
    assert (asked.words, asked.sounds) == (document.words, document.sounds)
    assert set(document.concepts) <= set(asked.concepts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # How a candidate spells a word must not decide what is found.
        *((spelling, "引っ越し") for spelling in ("引っ越し", "引越し", "引越")),
        ("在宅勤務", "在宅勤務 在宅 勤務"),
        *((training, "train") for training in ("Trainings", "training")),
        *(
            (filler, "")
            for filler in ("すみません、教えてください。", "お願いします", "What is it?", "のでしょうか")
        ),
    ],
)
def test_terms_are_words_and_their_parts_in_one_spelling_without_those_that_only_ask(
    text: str, found: str
) -> None:
    assert Analyzer(Lexicon()).analyze(text).words == tuple(found.split())


def test_kana_sounds_like_the_word() -> None:
    assert ANALYZER.analyze("めんせつ").sounds == ANALYZER.analyze("面接").sounds == ("メンセ", "ンセツ")
    assert ANALYZER.analyze("ざいたくきんむ").sounds == ANALYZER.analyze("在宅勤務").sounds


def test_synonyms_of_the_dictionary_share_a_concept() -> None:
    left, right = ANALYZER.analyze("リモートワーク"), ANALYZER.analyze("ﾃﾚﾜｰｸ")
    assert set(left.concepts) & set(right.concepts)
    assert left.meanings["remote work"] & right.meanings["テレワーク"]


def test_each_part_of_a_lexicon_word_stands_for_its_concept() -> None:
    """The word counts as found when the entry says the same otherwise."""
    meanings = ANALYZER.analyze("服装とキャリア活用採用と研修").meanings
    joined = {word for word, found in meanings.items() if "≈キャリア活用採用" in found}
    assert joined == {"キャリア", "活用", "採用"}
