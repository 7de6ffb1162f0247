import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.model import Knowledge
from index.analysis.normalize import kana
from index.analysis.questions import Question
from index.retrieval.compiling import compile_index
from tests.index.builders import entry

SYLLABLES = [chr(code) for code in range(ord("か"), ord("ん")) if chr(code) not in "ぢっづゎゐゑをゃゅょ"]


@given(st.text("".join(SYLLABLES), min_size=4, max_size=20))
def test_what_is_typed_in_romaji_is_read_as_its_kana(text: str) -> None:
    assert kana(jaconv.kana2alphabet(text)) == text


@pytest.mark.parametrize(
    "message", ["remote work", "salary", "what is this", "研修", "ai", "", "R7", "c++", "training"]
)
def test_what_is_no_romaji_is_left_alone(message: str) -> None:
    assert not kana(message)


def test_romaji_sounds_like_the_word_that_is_meant() -> None:
    index = compile_index(
        Knowledge(entries=(entry("a", "服装は自由ですか"), entry("b", "給料はいくらですか")))
    )
    sound = index.evidence(index.query(Question(kana("kyuuryou")))).raw["sound"]
    assert sound[1] > sound[0] == 0
