"""What buttons and forms are called, and what they carry back."""

import json
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.slack.messages.limits import BUTTON_VALUE, length
from bot.slack.messages.text import cut


class Action(StrEnum):
    """The `action_id` of every button; several of a kind in one block are numbered: `ask.0`, `ask.1`."""

    ASK = "ask"
    """Show the entry whose id the value carries: a choice, a related question, a starter."""
    NONE_OF_THESE = "none_of_these"
    RATE_UP = "rate_up"
    RATE_DOWN = "rate_down"
    HANDOVER = "handover"
    SHARE = "share"
    CATEGORY = "category"
    """Show the category, and its page, that the value carries in the Home tab."""
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
    """Return the pattern of an action's numbered ids, for a listener.

    >>> bool(numbered(Action.ASK).match("ask.2"))
    True
    """
    return re.compile(rf"{re.escape(action)}\.\d+$")


@dataclass(frozen=True)
class Value:
    """What travels in a button's `value` or a form's `private_metadata`.

    Attributes:
        key: Names what it is about: the reply that was rated, the case that was taken. At most 200 characters.
        entry_ids: Entries that were shown, or are to be; 4 or fewer.
        question: What was asked, cut if there is no room for all of it.
        category: The category to browse.
        page: Which of its pages, from 0.
    """

    key: str = ""
    entry_ids: tuple[str, ...] = ()
    question: str = ""
    category: str = ""
    page: int = 0

    def encode(self, most: int = BUTTON_VALUE) -> str:
        r"""Return it as JSON of at most `most` UTF-16 units.

        >>> Value("r1", ("salary",), "R&D?").encode()
        '{"key":"r1","entry_ids":["salary"],"question":"R\\u0026D?"}'
        """
        text = _json(self)
        room = length(self.question)
        while length(text) > most and room > 1:
            room -= max(1, (length(text) - most) // 6)  # one character is six in JSON at most
            text = _json(replace(self, question=cut(self.question, max(room, 1))))
        return text

    @classmethod
    def decode(cls, text: str) -> "Value":
        """Read it back; empty text is the empty value.

        Raises:
            ValueError: the text is none that `encode` wrote, as of a message of another version.
        """
        try:
            held = json.loads(text) if text else {}
            return cls(
                key=str(held.get("key", "")),
                entry_ids=tuple(map(str, held.get("entry_ids", ()))),
                question=str(held.get("question", "")),
                category=str(held.get("category", "")),
                page=int(held.get("page", 0)),
            )
        except (AttributeError, TypeError, ValueError) as error:
            msg = f"not the value of a button: {text[:40]!r}"
            raise ValueError(msg) from error


EMPTY = Value()
"""What a button carries that needs nothing."""

LONGEST_ASKED = 600
"""Characters of a value with a question: two such buttons must fit beside the longest answer."""


def _json(value: Value) -> str:
    fields = ("key", "entry_ids", "question", "category", "page")
    held = {name: getattr(value, name) for name in fields if getattr(value, name)}
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    # So written, no part of it can be taken for an entity or a mention on the way.
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
