"""What Slack refuses, as the validator of these tests knows it, and values that travel in buttons."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.messages.limits import size
from bot.slack.messages.values import Value
from tests.slack.block_kit_validator import message_excess, view_excess
from tests.slack.messages import texts

MESSAGE = 13_000
YES = {"text": {"type": "plain_text", "text": "はい"}, "value": "y"}


def text(value: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": value}


def button(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a button may have
    return {"type": "button", "action_id": "a", "text": text("押す"), **more}


def row(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def rich(value: str) -> dict[str, Any]:
    leaf = {"type": "text", "text": value}
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [leaf]}]}


def form(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever an input may have
    element = {"type": "plain_text_input", "action_id": "a", **more}
    blocks = [{"type": "input", "label": text("質問"), "element": element}]
    return {"type": "modal", "title": text("題"), "submit": text("送信"), "blocks": blocks}


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"type": "header", "text": text("あ" * 151)}, "blocks[0].text"),
        ({"type": "section", "text": text("🙇" * 1_501)}, "blocks[0].text"),
        ({"type": "section", "text": text("")}, "blocks[0].text"),
        ({"type": "section", "text": text("あ"), "accessory": {"type": "carrot"}}, "blocks[0].accessory"),
        ({"type": "context", "elements": [text("あ")] * 11}, "blocks[0].elements"),
        (row(), "blocks[0].elements"),
        (row(button(text=text("あ" * 76))), "blocks[0].elements[0].text"),
        (row(button(value="あ" * 2_001)), "blocks[0].elements[0].value"),
        (row(button(style="loud")), "blocks[0].elements[0].style"),
        (row(button(), button()), "blocks[0].elements[1].action_id"),
        (rich("あ" * 3_001), "blocks[0].elements[0].elements[0].text"),
        ({"type": "carrot"}, "blocks[0]"),
        ({"type": "input"}, "blocks[0]"),
    ],
)
def test_a_message_is_refused_at_the_place_that_is_too_much(block: dict[str, Any], where: str) -> None:
    assert [each.where for each in message_excess("x", [block])] == [where]


def test_a_message_as_a_whole_has_limits() -> None:
    assert [each.error for each in message_excess("x" * 40_001, [])] == ["msg_too_long"]
    assert [each.error for each in message_excess("x", [{"type": "divider"}] * 51)] == ["invalid_blocks"]
    whole = [rich("あ" * 3_000)] * 4
    room = MESSAGE - size([*whole, rich("")])
    assert message_excess("x", [*whole, rich("あ" * room)]) == ()
    over = message_excess("x", [*whole, rich("あ" * (room + 1))])
    assert [each.error for each in over] == ["msg_blocks_too_long"]


@pytest.mark.parametrize(
    ("view", "where"),
    [
        ({**form(), "title": text("あ" * 25)}, "view.title"),
        ({**form(), "private_metadata": "x" * 3_001}, "view.private_metadata"),
        ({**form(), "blocks": [{"type": "divider"}] * 101}, "blocks"),
        ({name: held for name, held in form().items() if name != "submit"}, "view.submit"),
        (form(max_length=3_001), "blocks[0].element.max_length"),
        (form(initial_value="x" * 3_001), "blocks[0].element.initial_value"),
        (form(type="radio_buttons", options=[YES] * 11), "blocks[0].element.options"),
        ({"type": "home", "blocks": [], "title": text("題")}, "view.title"),
        ({"type": "carrot", "blocks": []}, "view"),
    ],
)
def test_a_view_is_refused_at_the_place_that_is_too_much(view: dict[str, Any], where: str) -> None:
    assert [each.where for each in view_excess(view)] == [where]
    assert view_excess(form()) == ()


@settings(deadline=None)
@given(texts(200), texts(3_000), st.integers(100, 2_000))
def test_a_value_comes_back_as_it_went_with_the_question_cut_to_its_room(
    key: str, question: str, most: int
) -> None:
    value = Value(key[:20], ("e1", "e2"), question, page=3)
    encoded = value.encode(most + 300)
    back = Value.decode(encoded)
    assert replace(back, question="") == replace(value, question="")
    assert back.question == question or question.startswith(back.question.removesuffix("…"))
    assert not set(encoded) & set("<>&")


@pytest.mark.parametrize("encoded", ["x", "[]", '{"page":"x"}', '{"entry_ids":3}', json.dumps("a")])
def test_a_value_of_another_version_is_refused(encoded: str) -> None:
    with pytest.raises(ValueError, match="not the value of a button"):
        Value.decode(encoded)
    assert Value.decode("") == Value()
