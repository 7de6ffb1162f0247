"""Blocks as plain lines: what a person would read on the screen."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.slack.double.model import View


def lines(text: str, blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a message's lines; its text if it has no blocks."""
    return [line for block in blocks for line in _block(block)] if blocks else _unescaped(text).split("\n")


def view_lines(view: View) -> list[str]:
    """Return a modal's or a Home tab's lines, with what is wrong with its inputs."""
    content = view.content
    title = [f"== {content['title']['text']} =="] if "title" in content else []
    body: list[str] = []
    for block in content["blocks"]:
        body += _block(block)
        if wrong := view.errors.get(block.get("block_id", "")):
            body.append(f"  ! {wrong}")
    foot = [" ".join(f"<{content[name]['text']}>" for name in ("close", "submit") if name in content)]
    return [*title, *body, *filter(None, foot)]


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {block['text']['text']}"
        case "context":
            yield from f"· {' '.join(map(_text, block['elements']))}".split("\n")
        case "divider":
            yield "---"
        case "actions":
            yield " ".join(map(_button, block["elements"]))
        case "context_actions":
            (element,) = block["elements"]
            pair = (element[name]["text"]["text"] for name in ("positive_button", "negative_button"))
            yield " ".join(f"({text})" for text in pair)
        case "rich_text":
            for part in block["elements"]:
                yield from _rich(part)
        case "input":
            optional = "(任意)" if block.get("optional") else ""
            yield f"{block['label']['text']}{optional}:"
            yield from (f"  {line}" for line in _input(block["element"]))


def _rich(part: Mapping[str, Any]) -> Iterator[str]:
    match part["type"]:
        case "rich_text_section":
            yield from _leaves(part).split("\n")
        case "rich_text_quote":
            yield from (f"| {line}" for line in _leaves(part).split("\n"))
        case "rich_text_list":
            for number, item in enumerate(part["elements"], start=1):
                yield f"{number}. {_leaves(item)}"


def _leaves(part: Mapping[str, Any]) -> str:
    def shown(leaf: Mapping[str, Any]) -> str:
        held = {"text": "text", "link": "url"}.get(leaf["type"])
        text = str(leaf[held]) if held else f"<<{leaf['type']}>>"
        return f"**{text}**" if leaf.get("style", {}).get("bold") else text

    return "".join(map(shown, part["elements"]))


def _text(value: Mapping[str, Any]) -> str:
    # What Slack would format is shown as such, so that no test takes it for text.
    return str(value["text"]) if value["type"] == "plain_text" else f"<<mrkdwn {value['text']}>>"


def _button(element: Mapping[str, Any]) -> str:
    mark = "*" if element.get("style") == "primary" else ""
    return f"[{mark}{element['text']['text']}{mark}]"


def _input(element: Mapping[str, Any]) -> list[str]:
    if element["type"] == "plain_text_input":
        return [f"[{line}]" for line in str(element.get("initial_value", "")).split("\n")]
    return [f"( ) {option['text']['text']}" for option in element["options"]]


def _unescaped(text: str) -> str:
    text = re.sub(r"<https?://[^|>]*\|([^>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
