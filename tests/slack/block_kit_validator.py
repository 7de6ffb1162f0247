"""What Slack refuses of messages and views, after its Block Kit reference."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.messages.limits import Block, length, size

TEXT = 3_000
HEADER = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
ACTION_ID = BLOCK_ID = CALLBACK_ID = 255
ACTION_ELEMENTS = 25
CONTEXT_ELEMENTS = 10
OPTIONS = 100
RADIO_OPTIONS = 10
OPTION_TEXT = 75
OPTION_VALUE = 150
INPUT_LABEL = 2_000
INPUT_TEXT = 3_000
PLACEHOLDER = 150
MESSAGE_BLOCKS = 50
MESSAGE_SIZE = 13_000
FALLBACK = 40_000
VIEW_BLOCKS = 100
VIEW_SIZE = 250_000
VIEW_TITLE = 24
METADATA = 3_000

_MESSAGE_TYPES = frozenset({"actions", "context", "divider", "header", "rich_text", "section"})
_VIEW_TYPES = _MESSAGE_TYPES | {"input"}
_RICH_PARTS = frozenset({"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"})
_RICH_LEAVES = frozenset({"text", "link", "user", "usergroup", "channel", "broadcast", "emoji", "date"})


@dataclass(frozen=True)
class Excess:
    """One thing that Slack would refuse.

    Attributes:
        where: The way to it, such as `blocks[2].elements[0].text`.
        what: What is wrong with it.
        error: The code that Slack refuses with.
    """

    where: str
    what: str
    error: str = "invalid_blocks"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def message_excess(text: str, blocks: Sequence[Block]) -> tuple[Excess, ...]:
    """Return all that Slack would refuse of a message, in order; empty if it takes it.

    Args:
        text: The fallback beside the blocks.
        blocks: None at all is a message of text alone.

    >>> [str(each) for each in message_excess("", [{"type": "carrot"}])]
    ['blocks[0]: unknown block type "carrot"']
    """
    found = [*_count("blocks", blocks, MESSAGE_BLOCKS), *_blocks(blocks, _MESSAGE_TYPES)]
    if not text and not blocks:
        found.append(Excess("text", "neither text nor blocks", "no_text"))
    if length(text) > FALLBACK:
        found.append(Excess("text", f"{length(text)} characters, over {FALLBACK}", "msg_too_long"))
    if size(blocks) > MESSAGE_SIZE:
        what = f"{size(blocks)} characters of JSON, over {MESSAGE_SIZE}"
        found.append(Excess("blocks", what, "msg_blocks_too_long"))
    return tuple(found)


def view_excess(view: Block) -> tuple[Excess, ...]:
    """Return all that Slack would refuse of a modal or a Home tab, in order; empty if it takes it."""
    return tuple(Excess(each.where, each.what, "invalid_arguments") for each in _view(view)) + (
        (Excess("view", "over 250 KB", "view_too_large"),) if size(view) > VIEW_SIZE else ()
    )


def _view(view: Block) -> Iterator[Excess]:
    blocks = view.get("blocks")
    if view.get("type") not in {"modal", "home"} or not isinstance(blocks, list):
        yield Excess("view", "neither a modal nor a Home tab with blocks")
        return
    yield from _count("blocks", blocks, VIEW_BLOCKS)
    yield from _blocks(blocks, _VIEW_TYPES)
    yield from _string(view, "private_metadata", "view", METADATA)
    yield from _string(view, "callback_id", "view", CALLBACK_ID)
    if view["type"] == "home":
        yield from (
            Excess(f"view.{name}", "a Home tab has none") for name in ("title", "submit") if name in view
        )
        return
    yield from _text(view.get("title"), "view.title", VIEW_TITLE)
    for name in ("submit", "close"):
        if name in view:
            yield from _text(view[name], f"view.{name}", VIEW_TITLE)
    if "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield Excess("view.submit", "missing, though there are inputs")


def _blocks(blocks: Sequence[Block], types: frozenset[str]) -> Iterator[Excess]:
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"blocks[{number}]"
        kind = block.get("type") if isinstance(block, dict) else block
        if kind not in types:
            yield Excess(where, f"unknown block type {json.dumps(kind)}")
            continue
        yield from _string(block, "block_id", where, BLOCK_ID)
        if (block_id := block.get("block_id")) and block_id in seen:
            yield Excess(f"{where}.block_id", f"{block_id!r} is used twice")
        seen.add(block.get("block_id", ""))
        yield from _block(block, where)


def _block(block: Block, where: str) -> Iterator[Excess]:
    match block["type"]:
        case "header":
            yield from _text(block.get("text"), f"{where}.text", HEADER)
        case "section":
            yield from _text(block.get("text"), f"{where}.text", TEXT, mrkdwn=True)
            if "accessory" in block:
                yield from _element(block["accessory"], f"{where}.accessory")
        case "context":
            yield from _count(f"{where}.elements", block.get("elements"), CONTEXT_ELEMENTS, 1)
            for number, element in enumerate(block.get("elements") or ()):
                yield from _text(element, f"{where}.elements[{number}]", TEXT, mrkdwn=True)
        case "actions":
            yield from _count(f"{where}.elements", block.get("elements"), ACTION_ELEMENTS, 1)
            yield from _elements(block.get("elements") or (), where)
        case "rich_text":
            yield from _rich(block.get("elements"), f"{where}.elements")
        case "input":
            yield from _text(block.get("label"), f"{where}.label", INPUT_LABEL)
            yield from _element(block.get("element") or {}, f"{where}.element")


def _elements(elements: Sequence[Block], where: str) -> Iterator[Excess]:
    names = [element.get("action_id") for element in elements]
    for number, element in enumerate(elements):
        at = f"{where}.elements[{number}]"
        yield from _element(element, at)
        if names[number] and names[number] in names[:number]:
            yield Excess(f"{at}.action_id", f"{names[number]!r} is used twice in a block")


def _element(element: Block, where: str) -> Iterator[Excess]:
    yield from _string(element, "action_id", where, ACTION_ID)
    match element.get("type"):
        case "button":
            yield from _text(element.get("text"), f"{where}.text", BUTTON_TEXT)
            yield from _string(element, "value", where, BUTTON_VALUE)
            if element.get("style", "primary") not in {"primary", "danger"}:
                yield Excess(f"{where}.style", "neither primary nor danger")
        case "plain_text_input":
            most = element.get("max_length", INPUT_TEXT)
            if not 1 <= most <= INPUT_TEXT:
                yield Excess(f"{where}.max_length", f"{most}, not 1 to {INPUT_TEXT}")
            yield from _string(element, "initial_value", where, most)
            if "placeholder" in element:
                yield from _text(element["placeholder"], f"{where}.placeholder", PLACEHOLDER)
        case "static_select" | "radio_buttons" | "checkboxes" as kind:
            options = element.get("options")
            most = OPTIONS if kind == "static_select" else RADIO_OPTIONS
            yield from _count(f"{where}.options", options, most, 1)
            for number, option in enumerate(options or ()):
                yield from _text(option.get("text"), f"{where}.options[{number}].text", OPTION_TEXT)
                yield from _string(option, "value", f"{where}.options[{number}]", OPTION_VALUE)
            if (chosen := element.get("initial_option")) and chosen not in (options or ()):
                yield Excess(f"{where}.initial_option", "not among the options")
        case other:
            yield Excess(where, f"unknown element type {json.dumps(other)}")


def _rich(parts: object, where: str) -> Iterator[Excess]:
    if not isinstance(parts, list):
        yield Excess(where, "missing")
        return
    for number, part in enumerate(parts):
        at = f"{where}[{number}]"
        if part.get("type") in _RICH_PARTS:
            yield from _rich(part.get("elements"), f"{at}.elements")
        elif part.get("type") not in _RICH_LEAVES:
            yield Excess(at, f"unknown rich text element {json.dumps(part.get('type'))}")
        elif part["type"] == "text":
            yield from _bounded(part.get("text"), f"{at}.text", TEXT)


def _text(value: object, where: str, most: int, *, mrkdwn: bool = False) -> Iterator[Excess]:
    kinds = {"plain_text", "mrkdwn"} if mrkdwn else {"plain_text"}
    if not isinstance(value, Mapping) or value.get("type") not in kinds:
        yield Excess(where, f"not a text of type {' or '.join(sorted(kinds))}")
        return
    yield from _bounded(value.get("text"), where, most)


def _bounded(text: object, where: str, most: int) -> Iterator[Excess]:
    if not isinstance(text, str) or not text:
        yield Excess(where, "empty, or no text")
    elif length(text) > most:
        yield Excess(where, f"{length(text)} characters, over {most}")


def _string(holder: Mapping[str, object], name: str, where: str, most: int) -> Iterator[Excess]:
    value = holder.get(name, "")
    if not isinstance(value, str):
        yield Excess(f"{where}.{name}", "not a string")
    elif length(value) > most:
        yield Excess(f"{where}.{name}", f"{length(value)} characters, over {most}")


def _count(where: str, values: object, most: int, fewest: int = 0) -> Iterator[Excess]:
    number = len(values) if isinstance(values, Sequence) else 0
    if not fewest <= number <= most:
        yield Excess(where, f"{number} items, not {fewest} to {most}")
