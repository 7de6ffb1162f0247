import unicodedata

import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.model import Knowledge
from index.analysis.normalize import LONGEST_TEXT, kana, plain
from index.analysis.questions import Question
from index.retrieval.compiling import compile_index
from tests.index.builders import FEW, entry
from tests.index.strategies import ANYTHING


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        *(
            (nothing, "")
            for nothing in ("", " \n\t　", "🙂🙏", "\x00\x1b\x7f", "\ud800\udfff", "\u200b\u2060")
        ),
        ("ﾃﾚﾜｰｸ", "テレワーク"),
        ("ＩＣＴ職", "ict職"),
        ("テレワ‐ク", "テレワーク"),
        ("テレワ-ク", "テレワーク"),
        ("e-ラーニング", "e-ラーニング"),
        ("すごーーーい", "すごーい"),
        ("すご〜〜〜い", "すごーい"),
        ("服装は\r\n 自由\u3000?", "服装は 自由 ?"),
        ("服\x07装", "服 装"),
        ("服\u200b装", "服装"),
        ("か\u3099", "が"),
        ("か\u200d\u3099", "が"),
        ("服装\ud800は", "服装 は"),
        ("İ", "i"),
        ("<https://example.com/a|ここ> を見た", "を見た"),
        ("https://example.com/a?b=c を見た", "を見た"),
        ("研修 :pray::skin-tone-2: は", "研修 は"),
        ("研修 ：ｐｒａｙ： は", "研修 は"),
        # Slack writes emoji between colons, and offices write hours so.
        ("勤務時間：08：30", "勤務時間:08:30"),
        ("勤務は9:10:30から", "勤務は9:10:30から"),
    ],
)
def test_typing_and_markup_are_evened_out(typed: str, read: str) -> None:
    assert plain(typed) == read


@given(ANYTHING)
def test_any_text_becomes_one_printable_line(text: str) -> None:
    read = plain(text)
    assert len(read) <= LONGEST_TEXT
    assert read == read.strip()
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Cn", "Co", "Cf"} for char in read)
    read.encode()


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
    entries = (entry("a", "服装は自由ですか"), entry("b", "給料はいくらですか"))
    index = compile_index(Knowledge(entries=entries), cohort=FEW)
    sound = index.evidence(index.query(Question(kana("kyuuryou")))).raw["sound"]
    assert sound[1] > sound[0] == 0
