from typing import Any

import pytest

from bot.slack.messages.limits import length, message_excess, size, view_excess

MESSAGE = 13_000


def text(value: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": value}


def button(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever a button may have
    return {"type": "button", "action_id": "a", "text": text("押す"), **more}


def field(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever an input may have
    element = {"type": "plain_text_input", "action_id": "a", **more}
    return {"type": "input", "label": text("質問"), "element": element}


YES = {"text": text("はい"), "value": "y"}


def choice(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- the same
    options = [YES]
    return {
        "type": "input",
        "label": text("質問"),
        "element": {"type": "radio_buttons", "options": options, **more},
    }


def select(number: int) -> dict[str, Any]:
    element = {"type": "static_select", "options": [YES] * number}
    return {"type": "input", "label": text("質問"), "element": element}


def row(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def rich(value: str) -> dict[str, Any]:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": value}]}],
    }


def modal(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- the same
    return {"type": "modal", "title": text("題"), "blocks": [], **more}


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"type": "header", "text": text("あ" * 151)}, "blocks[0].text"),
        ({"type": "header", "text": text("あ", "mrkdwn")}, "blocks[0].text"),
        ({"type": "section", "text": text("あ" * 3_001, "mrkdwn")}, "blocks[0].text"),
        ({"type": "section", "text": text("🙇" * 1_501)}, "blocks[0].text"),
        ({"type": "section", "text": text("")}, "blocks[0].text"),
        ({"type": "section"}, "blocks[0].text"),
        ({"type": "section", "text": text("あ"), "accessory": {"type": "carrot"}}, "blocks[0].accessory"),
        ({"type": "context", "elements": []}, "blocks[0].elements"),
        ({"type": "context", "elements": [text("あ")] * 11}, "blocks[0].elements"),
        (row(), "blocks[0].elements"),
        (row(*(button(action_id=f"a{number}") for number in range(26))), "blocks[0].elements"),
        (row(button(text=text("あ" * 76))), "blocks[0].elements[0].text"),
        (row(button(value="あ" * 2_001)), "blocks[0].elements[0].value"),
        (row(button(action_id="a" * 256)), "blocks[0].elements[0].action_id"),
        (row(button(value=3)), "blocks[0].elements[0].value"),
        (row(button(style="loud")), "blocks[0].elements[0].style"),
        (row(button(), button()), "blocks[0].elements[1].action_id"),
        ({"type": "divider", "block_id": "a" * 256}, "blocks[0].block_id"),
        (rich("あ" * 3_001), "blocks[0].elements[0].elements[0].text"),
        ({"type": "rich_text", "elements": [{"type": "carrot"}]}, "blocks[0].elements[0]"),
        ({"type": "rich_text"}, "blocks[0].elements"),
        ({"type": "carrot"}, "blocks[0]"),
        ({"type": "input"}, "blocks[0]"),
    ],
)
def test_a_message_is_refused_at_the_place_that_is_too_much(block: dict[str, Any], where: str) -> None:
    assert [each.where for each in message_excess("x", [block])] == [where]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": text("あ" * 150)},
        {"type": "section", "text": text("あ" * 3_000, "mrkdwn")},
        {"type": "context", "elements": [text("あ")] * 10},
        row(button(text=text("あ" * 75), value="あ" * 2_000, action_id="a" * 255)),
        rich("あ" * 3_000),
    ],
)
def test_what_just_fits_is_not_refused(block: dict[str, Any]) -> None:
    assert message_excess("x", [block]) == ()


def test_a_message_as_a_whole_has_limits() -> None:
    assert [each.error for each in message_excess("x" * 40_001, [])] == ["msg_too_long"]
    assert [each.error for each in message_excess("x", [{"type": "divider"}] * 51)] == ["invalid_blocks"]
    assert [each.error for each in message_excess("x", [rich("あ" * 2_700)] * 5)] == ["msg_blocks_too_long"]
    whole = [rich("あ" * 3_000)] * 4
    room = MESSAGE - size([*whole, rich("")])
    assert message_excess("x", [*whole, rich("あ" * room)]) == ()
    assert [each.error for each in message_excess("x", [*whole, rich("あ" * (room + 1))])] == [
        "msg_blocks_too_long"
    ]
    twice = message_excess("x", [{"type": "divider", "block_id": "a"}] * 2)
    assert [str(each) for each in twice] == ["blocks[1].block_id: 'a' is used twice"]


@pytest.mark.parametrize(
    ("view", "where"),
    [
        (modal(title=text("あ" * 25)), "view.title"),
        (modal(submit=text("あ" * 25)), "view.submit"),
        (modal(close=text("あ" * 25)), "view.close"),
        (modal(private_metadata="x" * 3_001), "view.private_metadata"),
        (modal(callback_id="x" * 256), "view.callback_id"),
        (modal(blocks=[{"type": "divider"}] * 101), "blocks"),
        (modal(blocks=[field()]), "view.submit"),
        (modal(submit=text("送信"), blocks=[field(max_length=3_001)]), "blocks[0].element.max_length"),
        (
            modal(submit=text("送信"), blocks=[field(initial_value="x" * 3_001)]),
            "blocks[0].element.initial_value",
        ),
        (
            modal(submit=text("送信"), blocks=[field(placeholder=text("x" * 151))]),
            "blocks[0].element.placeholder",
        ),
        (modal(submit=text("送信"), blocks=[choice(options=[])]), "blocks[0].element.options"),
        (modal(submit=text("送信"), blocks=[choice(options=[YES] * 11)]), "blocks[0].element.options"),
        (modal(submit=text("送信"), blocks=[choice(options=[YES] * 10)]), None),
        (modal(submit=text("送信"), blocks=[select(101)]), "blocks[0].element.options"),
        (modal(submit=text("送信"), blocks=[select(100)]), None),
        (
            modal(submit=text("送信"), blocks=[choice(options=[{"text": text("あ" * 76), "value": "y"}])]),
            "blocks[0].element.options[0].text",
        ),
        (
            modal(submit=text("送信"), blocks=[choice(options=[{"text": text("あ"), "value": "y" * 151}])]),
            "blocks[0].element.options[0].value",
        ),
        (
            modal(submit=text("送信"), blocks=[{**field(), "label": text("あ" * 2_001)}]),
            "blocks[0].label",
        ),
        (modal(submit=text("送信"), blocks=[choice(initial_option={})]), None),
        (
            modal(submit=text("送信"), blocks=[choice(initial_option={"value": "n"})]),
            "blocks[0].element.initial_option",
        ),
        ({"type": "home", "blocks": [], "title": text("題")}, "view.title"),
        ({"type": "home", "blocks": [], "submit": text("送信")}, "view.submit"),
        (modal(submit=text("送信"), blocks=[field(max_length=0)]), "blocks[0].element.max_length"),
        ({"type": "carrot", "blocks": []}, "view"),
    ],
)
def test_a_view_is_refused_at_the_place_that_is_too_much(view: dict[str, Any], where: str | None) -> None:
    found = view_excess(view)
    assert [each.where for each in found] == ([where] if where else [])
    assert all(each.error == "invalid_arguments" for each in found)


def test_a_view_beyond_250_kb_is_too_large() -> None:
    assert [each.error for each in view_excess(modal(blocks=[rich("あ" * 2_990)] * 90))] == ["view_too_large"]


def test_an_emoji_may_count_as_two() -> None:
    assert length("研修🙇") == 4
