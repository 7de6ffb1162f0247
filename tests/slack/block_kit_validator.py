"""What Slack refuses of messages and views: what slack-sdk knows of its limits, and what it leaves out."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from bot.slack.messages.block_kit import Block, size
from bot.slack.messages.text import length

MESSAGE_BLOCKS, MESSAGE_SIZE, FALLBACK = 50, 13_000, 40_000
VIEW_SIZE = 250_000
_MESSAGE_TYPES = frozenset(
    {"actions", "context", "context_actions", "divider", "header", "rich_text", "section"}
)
_MOST_OPTIONS = 10
_TEXT, _VALUE, _TITLE = 3_000, 2_000, 24
_LABELS = {"header": 150, "button": 75}
"""Characters of the label of each type; slack-sdk counts an emoji as one, and Slack may count it as two."""


def message_excess(text: str, blocks: Sequence[Block]) -> str:
    """Return the code with which Slack would refuse a message; empty if it takes it.

    >>> message_excess("", [{"type": "carrot"}])
    'invalid_blocks'
    """
    if not text and not blocks:
        return "no_text"
    if length(text) > FALLBACK:
        return "msg_too_long"
    known = all(isinstance(block, dict) and block.get("type") in _MESSAGE_TYPES for block in blocks)
    if not known or len(blocks) > MESSAGE_BLOCKS or not _taken(blocks):
        return "invalid_blocks"
    return "msg_blocks_too_long" if size(blocks) > MESSAGE_SIZE else ""


def view_excess(view: Block) -> str:
    """Return the code with which Slack would refuse a modal or a Home tab; empty if it takes it."""
    blocks, is_home = view.get("blocks") or [], view.get("type") == "home"
    titles = {name: view[name]["text"] for name in ("title", "submit", "close") if name in view}
    needed = {"title", "submit"} if any(block.get("type") == "input" for block in blocks) else {"title"}
    try:
        View(**view).validate_json()
    except SlackObjectFormationError:
        return "invalid_arguments"
    whole = not titles if is_home else view.get("type") == "modal" and needed <= {*titles}
    if not whole or not _taken(blocks) or any(length(text) > _TITLE for text in titles.values()):
        return "invalid_arguments"
    return "view_too_large" if size(view) > VIEW_SIZE else ""


def _taken(blocks: Sequence[Block]) -> bool:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    return len(set(ids)) == len(ids) and all(_is_whole(block) and _fits(block) for block in blocks)


def _is_whole(block: Block) -> bool:
    """Tell whether slack-sdk takes a block, and knows every part of it: what it does not know, it drops."""
    try:
        parsed = SdkBlock.parse(block)
        return parsed is not None and parsed.to_dict() == block
    except SlackObjectFormationError:
        return False


def _fits(value: Any) -> bool:  # noqa: ANN401 -- a part of a block
    if isinstance(value, list):
        names = [each["action_id"] for each in value if isinstance(each, dict) and "action_id" in each]
        return len(set(names)) == len(names) and all(map(_fits, value))
    if not isinstance(value, dict):
        return True
    text = value.get("text", "-")
    label = text["text"] if isinstance(text, dict) else text
    return (
        1 <= length(label) <= _LABELS.get(value.get("type", ""), _TEXT)
        and length(value.get("value", "")) <= _VALUE
        and length(value.get("initial_value", "")) <= value.get("max_length", _TEXT) <= _TEXT
        and len(value.get("options", "")) <= _MOST_OPTIONS
        and all(map(_fits, value.values()))
    )
