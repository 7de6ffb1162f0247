"""Texts on their way to Slack and from it, and what is the same thing sent again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.messages.text import cut, escaped, length, shown, split, typed

ANY = st.text(
    alphabet=st.sampled_from("かなカタ漢字。、！」 \nab1-👩\u200d💻が\u3099<&>*_~`:")
    | st.characters(codec="utf-8")
)


@given(ANY, st.integers(4, 60))
def test_a_text_is_split_into_itself_cut_to_its_room_and_escaped_without_loss(text: str, most: int) -> None:
    pieces, short = split(text, most), cut(text, most)
    assert "".join(pieces) == text
    assert all(0 < length(piece) <= most for piece in pieces)
    assert length(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
    assert not re.search("[<>]", escaped(text))
    assert escaped(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == shown(text)


def test_what_turns_the_line_round_is_shown_as_missing() -> None:
    assert shown("給与\u202eは\x00\u2028\r\n二\r三") == "給与�は��\n二\n三"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<@U0BOT|faq> 研修は?", "研修は?"),
        ("<@U0BOT>研修は?<@U0BOT>", "研修は?"),
        ("<@U1> 研修は?", "<@U1> 研修は?"),
        ("<https://example.jp/a?b=1&amp;c=2> とは", "https://example.jp/a?b=1&c=2 とは"),
        ("<mailto:a@example.jp|a@example.jp> と <tel:0312345678>", "a@example.jp と 0312345678"),
        (
            "<https://example.jp/a|申請>、<https://example.jp|example.jp>",
            "申請(https://example.jp/a)、example.jp(https://example.jp)",
        ),
        ("<!here> <!subteam^S1|@hr> <#C1|general> <!date^1^{date}|きのう>", "@here @hr #general きのう"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),  # who writes the name of a character means the name
    ],
)
def test_a_message_is_read_as_it_was_typed(text: str, meant: str) -> None:
    assert typed({"text": text}, "U0BOT") == meant
