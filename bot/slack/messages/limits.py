"""What Slack refuses: one thing too long, and nobody sees anything of the message.

The figures are those of Slack's Block Kit reference. The size of all blocks together is not documented; Slack refuses
with `msg_blocks_too_long` from about 13,200 characters on, containers included, so it is the JSON that is measured.
"""

import json
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]
"""A Block Kit object as the json module reads and writes it: a block, an element or a view."""

TEXT = 3_000
HEADER = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
INPUT_LABEL = 150
INPUT_TEXT = 3_000
PLACEHOLDER = 150
OPTION_TEXT = 75
MESSAGE_BLOCKS = 50
MESSAGE_SIZE = 13_000
VIEW_TITLE = 24
METADATA = 3_000


def length(text: str) -> int:
    """Return the UTF-16 units of a text: an emoji may count as two where Slack counts, and never as more.

    >>> length("研修"), length("🙇")
    (2, 2)
    """
    return len(text) + sum(char > "\uffff" for char in text)


def size(value: object) -> int:
    """Return the length of a value as compact JSON.

    >>> size([{"type": "divider"}])
    20
    """
    return length(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
