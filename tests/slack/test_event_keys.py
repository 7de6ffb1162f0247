"""What is the same thing sent again, what is another one, and what somebody really typed."""

from typing import Any

import pytest

from bot.slack.services.event_keys import action_key, question_id, typed

PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "actions": [{"action_id": "ask.0", "action_ts": "1.2"}],
    "view": {"id": "V1"},
    "trigger_id": "t1",
}


@pytest.mark.parametrize(
    "other",
    [
        {"user": {"id": "U2"}},
        {"actions": [{"action_id": "ask.1", "action_ts": "1.2"}]},
        {"actions": [{"action_id": "ask.0", "action_ts": "1.3"}]},
    ],
)
def test_another_person_button_or_moment_is_another_press_also_in_one_view(other: dict[str, Any]) -> None:
    assert action_key({**PRESS, **other}) != action_key(PRESS)


def test_the_same_press_form_or_command_is_known_again_by_what_slack_does_not_change() -> None:
    assert action_key({**PRESS, "trigger_id": "t2"}) == action_key(PRESS)
    form = {"type": "view_submission", "view": {"id": "V1"}, "user": {"id": "U1"}, "trigger_id": "t1"}
    assert (
        action_key({**form, "trigger_id": "t2"})
        == action_key(form)
        != action_key({**form, "view": {"id": "V2"}})
    )
    command = {"command": "/faq", "trigger_id": "t1"}
    assert action_key(command) != action_key({**command, "trigger_id": "t2"})


def test_an_id_for_the_journal_has_32_digits() -> None:
    assert len(question_id("message C1:1.2")) == 32
    assert int(question_id("message C1:1.2"), 16)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<@U0BOT|faq> 研修は?", "研修は?"),
        ("<@U0BOT>研修は?<@U0BOT>", "研修は?"),
        ("<@U1> 研修は?", "<@U1> 研修は?"),
        ("<https://example.jp/a?b=1&amp;c=2> とは", "https://example.jp/a?b=1&c=2 とは"),
        ("<mailto:a@example.jp|a@example.jp> と <tel:0312345678>", "a@example.jp と tel:0312345678"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),  # who writes the name of a character means the name
    ],
)
def test_a_message_is_read_as_it_was_typed(text: str, meant: str) -> None:
    assert typed(text, "U0BOT") == meant
