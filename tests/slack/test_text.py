import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.messages.limits import length
from bot.slack.messages.text import cut, escaped, shown, split

ANY = st.text(
    alphabet=st.sampled_from("かなカタ漢字。、！」 \nab1-👩\u200d💻が\u3099<&>*_~`:")
    | st.characters(codec="utf-8")
)
ROOM = st.integers(4, 60)


@settings(deadline=None)
@given(ANY, ROOM)
def test_pieces_are_the_text_and_none_is_too_long(text: str, most: int) -> None:
    pieces = split(text, most)
    assert "".join(pieces) == text
    assert all(0 < length(piece) <= most for piece in pieces)


@settings(deadline=None)
@given(ANY, ROOM)
def test_a_cut_text_fits_and_says_that_it_was_cut(text: str, most: int) -> None:
    result = cut(text, most)
    assert length(result) <= most
    assert result == text or (result.endswith("…") and text.startswith(result[:-1]))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("一つめです。二つめです。三つめ。", ("一つめです。二つめです。", "三つめ。")),
        ("一行目\n二行目\n三行目がある", ("一行目\n二行目\n", "三行目がある")),
        ("「はい。」と言う。次の文です。", ("「はい。」と言う。", "次の文です。")),
        ("You can. Do it now and then.", ("You can.", " Do it now ", "and then.")),
        ("読点で、区切ってよい長い文", ("読点で、", "区切ってよい長い文")),
        ("I can do so. Then", ("I can do so.", " Then")),
        ("「今日はよい天気です。」と続く", ("「今日はよい天気です。」", "と続く")),
        ("nothing_to_cut_at_here", ("nothing_to_c", "ut_at_here")),
        ("👩\u200d💻👩\u200d💻👩\u200d💻", ("👩\u200d💻👩\u200d💻", "👩\u200d💻")),
        ("か\u3099" * 7, ("か\u3099" * 6, "か\u3099")),
    ],
)
def test_texts_are_split_between_sentences_and_no_picture_is_torn(text: str, pieces: tuple[str, ...]) -> None:
    assert split(text, 12) == pieces


@settings(deadline=None)
@given(ANY)
def test_nothing_in_an_escaped_text_is_a_mention_a_channel_or_a_link(text: str) -> None:
    assert not re.search("[<>]", escaped(text))
    assert escaped(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == shown(text)


def test_what_turns_the_line_round_is_shown_as_missing() -> None:
    assert shown("給与\u202eは\x00\u2028") == "給与�は��"
    assert shown("\u200e\u200f\u2066\ud800\ufffe\uffff") == "�" * 6


def test_every_kind_of_line_end_is_one() -> None:
    assert shown("一\r\n二\r三\n四") == "一\n二\n三\n四"
