"""What buttons and forms are called, and what they carry back."""

import json
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from pydantic import TypeAdapter

from bot.slack.messages.text import cut, length

BUTTON_VALUE = 2_000  # characters that Slack takes as the value of a button


class Action(StrEnum):
    """The `action_id` of every button; several of a kind in one block are numbered: `ask.0`, `ask.1`."""

    ASK = "ask"  # show the entry whose id the value carries: a choice, a related question, a starter
    NONE_OF_THESE = "none_of_these"
    RATE_UP = "rate_up"
    RATE_DOWN = "rate_down"
    HANDOVER = "handover"
    SHARE = "share"
    CATEGORY = "category"  # show the category, and its page, that the value carries in the Home tab
    HOME = "home"
    CASE_TAKE = "case_take"
    CASE_REPLY = "case_reply"
    CASE_DRAFT = "case_draft"
    CASE_CLOSE = "case_close"


class Form(StrEnum):
    """The `callback_id` of every modal with a button to send it; its `private_metadata` is a `Value`."""

    FEEDBACK = "feedback"
    HANDOVER = "handover"
    CASE_REPLY = "case_reply"
    CASE_DRAFT = "case_draft"


class Field(StrEnum):
    """The `block_id`, and the `action_id` too, of every input."""

    REASON = "reason"
    COMMENT = "comment"
    QUESTION = "question"
    ANSWER = "answer"
    CATEGORY = "category"


def numbered(action: Action) -> re.Pattern[str]:
    """Return the pattern of an action's numbered ids, for a listener."""
    return re.compile(rf"{re.escape(action)}\.\d+$")


@dataclass(frozen=True)
class Value:
    """What travels in a button's `value` or a form's `private_metadata`."""

    key: str = ""
    """Names what it is about: the reply that was rated, the case that was taken. At most 200 characters."""
    entry_ids: tuple[str, ...] = ()  # entries that were shown, or are to be; 4 or fewer
    question: str = ""  # what was asked, cut if there is no room for all of it
    category: str = ""
    page: int = 0

    def encode(self, most: int = BUTTON_VALUE) -> str:
        r"""Return it as JSON of at most `most` UTF-16 units.

        >>> Value("r1", ("salary",), "R&D?").encode()
        '{"key":"r1","entry_ids":["salary"],"question":"R\\u0026D?"}'
        """
        held = {name: value for name, value in asdict(self).items() if value}
        text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
        # So written, no part of it can be taken for an entity or a mention on the way.
        text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
        room, over = length(self.question), length(text) - most
        if over <= 0 or room <= 1:
            return text
        shorter = cut(self.question, max(1, room - max(1, over // 6)))  # one character is six in JSON at most
        return replace(self, question=shorter).encode(most)

    @classmethod
    def decode(cls, text: str) -> "Value":
        """Read it back; empty text is the empty value.

        Raises:
            ValueError: the text is none that `encode` wrote, as of a message of another version.
        """
        try:
            return _JSON.validate_json(text or "{}")
        except ValueError as error:
            msg = f"not the value of a button: {text[:40]!r}"
            raise ValueError(msg) from error


_JSON = TypeAdapter(Value)

EMPTY = Value()  # what a button carries that needs nothing
LONGEST_ASKED = 600
"""Characters of a value with a question: two such buttons must fit beside the longest answer."""
