import io

import pytest

from bot.output.terminal import rich_console, visible


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[2J消す", "␛[2J消す"),
        ("鐘\x07", "鐘␇"),
        ("上書き\r隠す", "上書き␍隠す"),
        ("\x9b31m", "\\u009b31m"),
        ("逆\u202e順", "逆\\u202e順"),
        ("片\ud83d割れ", "片\\ud83d割れ"),
        ("改行\nとタブ\tは残す", "改行\nとタブ\tは残す"),
    ],
)
def test_what_a_terminal_acts_upon_is_written_out(written: str, shown: str) -> None:
    assert visible(written) == shown


@pytest.mark.parametrize("text", ["[bold]太字", "[/研修]", ":smile:", "[link=https://example.com]x[/link]"])
def test_a_console_shows_markup_as_it_is_written(text: str) -> None:
    stream = io.StringIO()
    rich_console(stream, width=80).print(text)
    assert stream.getvalue() == f"{text}\n"
