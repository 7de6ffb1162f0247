"""Other people's text on a terminal: nothing of it commands, and Japanese breaks as it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.output.tables import wrap
from bot.output.terminal import visible

TEXT = st.text(st.sampled_from("あ漢カ字。、」)「(ーっabc 12%-"), max_size=60)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[2J消す", "␛[2J消す"),
        ("上書き\r隠す", "上書き␍隠す"),
        ("\x9b31m", "\\u009b31m"),
        ("逆\u202e順", "逆\\u202e順"),
        ("片\ud83d割れ", "片\\ud83d割れ"),
        ("改行\nとタブ\tは残す", "改行\nとタブ\tは残す"),
    ],
)
def test_what_a_terminal_acts_upon_is_written_out(written: str, shown: str) -> None:
    assert visible(written) == shown


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("在宅勤務は週1日です", ["在宅勤務", "は週1日", "です"]),
        ("在宅勤務。週1日", ["在宅勤", "務。週1", "日"]),
        ("勤務は「在宅」です", ["勤務は", "「在宅」", "です"]),
        ("在宅勤\uff08務\uff09です", ["在宅勤", "\uff08務\uff09で", "す"]),
        ("is the AWS cloud", ["is the", "AWS", "cloud"]),
        ("example.com", ["example.", "com"]),
    ],
)
def test_japanese_breaks_between_characters_and_english_between_words(line: str, pieces: list[str]) -> None:
    assert wrap(line, 8) == pieces


@given(TEXT, st.integers(4, 40))
def test_no_piece_is_too_wide_and_no_character_is_lost(line: str, width: int) -> None:
    pieces = wrap(line, width)
    assert all(cell_len(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == line.replace(" ", "")
