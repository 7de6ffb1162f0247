"""Block Kit's parts as values: everything a person wrote goes into rich text or plain text, never into mrkdwn."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from bot.slack.messages.text import HTTPS, cut, escaped, length, shown, split

BUTTON_VALUE = 2_000  # characters that Slack takes as the value of a button


class Action(StrEnum):
    """The `action_id` of every button, and the `callback_id` of the form that it opens, which has a `ButtonValue`, too.

    Several of a kind in one block are numbered: `ask.0`, `ask.1`.
    """

    ASK = "ask"  # show the entry whose id the value carries: a choice, a related question, a starter
    NONE_OF_THESE = "none_of_these"
    RATE_UP = "rate_up"
    RATE_DOWN = "rate_down"
    HANDOVER = "handover"
    CATEGORY = "category"  # show the category that the value carries in the Home tab
    HOME = "home"
    CASE_TAKE = "case_take"
    CASE_REPLY = "case_reply"
    CASE_DRAFT = "case_draft"
    CASE_CLOSE = "case_close"
    CASE_REOPEN = "case_reopen"
    CASE_PASS = "case_pass"  # noqa: S105 -- to pass on to the candidate what was written below the card
    CASE_RETRACT = "case_retract"
    CASE_OPEN = "case_open"  # a link to the card
    ADMIN_RELOAD = "admin_reload"
    ADMIN_ROLLBACK = "admin_rollback"
    PROPOSAL_APPROVE = "proposal_approve"
    PROPOSAL_REJECT = "proposal_reject"
    FEEDBACK = "feedback"  # Slack's own 👍 and 👎, of which the value says which; the form after any 👎


class Field(StrEnum):
    """The `block_id`, and the `action_id` too, of every input."""

    REASON = "reason"
    COMMENT = "comment"
    QUESTION = "question"
    ANSWER = "answer"
    CATEGORY = "category"


@dataclass(frozen=True)
class ButtonValue:
    """What travels in a button's `value` or a form's `private_metadata`."""

    key: str = ""  # of the reply that is rated, or the case that is taken; 200 characters or fewer
    entry_ids: tuple[str, ...] = ()  # entries that were shown, or are to be; 4 or fewer
    question: str = ""  # what was asked, cut if there is no room for all of it
    category: str = ""
    answers: int = 0  # that there were when the form of an answer was opened
    message: str = ""  # the message that it is about, as "C0123ABCD:1700000000.000100"

    def encode(self, most: int = BUTTON_VALUE) -> str:
        """Return it as JSON of at most `most` UTF-16 units."""
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
    def decode(cls, text: str) -> "ButtonValue":
        """Read it back, empty text as the empty value, or raise `ValueError`, as at a message of another version."""
        return _JSON.validate_json(text or "{}")


_JSON = TypeAdapter(ButtonValue)

EMPTY = ButtonValue()  # what a button carries that needs nothing
LONGEST_ASKED = 600  # of a value with a question: two such buttons must fit beside the longest answer

Block: TypeAlias = dict[str, Any]  # as the json module reads and writes it: a block, an element or a view

TEXT = INPUT_TEXT = METADATA = 3_000
HEADER = INPUT_LABEL = PLACEHOLDER = 150
BUTTON_TEXT = OPTION_TEXT = 75
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
VIEW_TITLE, VIEW_BLOCKS = 24, 100
MESSAGE_BLOCKS, MESSAGE_SIZE = 50, 13_000
LONGEST_FALLBACK = 4_000  # characters of a message's plain text: what a notification and a screen reader get


@dataclass(frozen=True)
class Message:
    """A message for Slack: as it reads without blocks, not yet escaped, and 1 or more blocks."""

    text: str
    blocks: tuple[Block, ...]

    def post(self) -> dict[str, Any]:
        return {**self.update(), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}

    def update(self) -> dict[str, Any]:
        """Return the arguments of `chat.update`, where `parse` is what switches formatting off."""
        return {**self._content(), "parse": "none", "link_names": False}

    def respond(self) -> dict[str, Any]:
        return {**self._content(), "unfurl_links": False, "unfurl_media": False}

    def _content(self) -> dict[str, Any]:
        text = escaped(cut(shown(self.text), LONGEST_FALLBACK))
        return {"text": text, "blocks": list(self.blocks)}


def size(value: object) -> int:
    """Return the length of a value as compact JSON."""
    return length(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def plain_text(text: str, most: int) -> Block:
    """Return a text that shows as written; Slack refuses an empty one."""
    return {"type": "plain_text", "text": cut(shown(text), most) or "-", "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, HEADER)}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [plain_text(text, TEXT) for text in texts]}


def divider() -> Block:
    return {"type": "divider"}


def written(text: str, *, bold: bool = False) -> list[Block]:
    """Return what a person wrote as rich text: several blocks if it is very long, none if it is blank."""
    pieces = (piece.strip("\n") for piece in split(shown(text), TEXT))
    return [
        rich({"type": "rich_text_section", "elements": _leaves(piece, bold=bold)})
        for piece in pieces
        if piece.strip()
    ]


def _leaves(text: str, *, bold: bool = False) -> list[Block]:
    """Return text and, in their places, the addresses that can be followed."""
    style = {"style": {"bold": True}} if bold else {}
    pieces = re.split(f"({HTTPS})", text or "-")
    return [
        {"type": "link", "url": piece, **style} if number % 2 else {"type": "text", "text": piece, **style}
        for number, piece in enumerate(pieces)
        if piece
    ]


def linked_line(label: str, address: str) -> Block:
    leaves = [{"type": "text", "text": label}, {"type": "link", "url": address}]
    return rich({"type": "rich_text_section", "elements": leaves})


def quoted(text: str, most: int = TEXT) -> Block:
    return rich({"type": "rich_text_quote", "elements": _leaves(cut(shown(text), most))})


def listed(texts: Sequence[str]) -> Block:
    leaves = (_leaves(cut(shown(text), TEXT)) for text in texts)
    items = [{"type": "rich_text_section", "elements": each} for each in leaves]
    return rich({"type": "rich_text_list", "style": "ordered", "elements": items})


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def button(  # noqa: PLR0913 -- what a button may have
    label: str, action: str, value: ButtonValue = EMPTY, *, style: str = "", confirm: str = "", read: str = ""
) -> Block:
    """Return a button; `style` is "primary", "danger" or neither, `confirm` what is asked before it does anything.

    `read` is what a screen reader says in the place of the label.
    """
    look: Block = {"style": style} if style else {}
    if read:
        look["accessibility_label"] = cut(shown(read), BUTTON_TEXT)
    if confirm:
        parts = {"title": plain_text(label, CONFIRM_TITLE), "text": plain_text(confirm, CONFIRM_TEXT)}
        answers = {"confirm": plain_text(label, CONFIRM_BUTTON), "deny": plain_text("やめる", CONFIRM_BUTTON)}
        look["confirm"] = {**parts, **answers}
    text = plain_text(label, BUTTON_TEXT)
    held = value.encode(LONGEST_ASKED if value.question else BUTTON_VALUE)
    return {"type": "button", "action_id": str(action), "text": text, "value": held, **look}


def buttons(action: Action, labelled: Sequence[tuple[str, ButtonValue]]) -> list[Block]:
    return [button(label, f"{action}.{number}", value) for number, (label, value) in enumerate(labelled)]


def feedback(positive: Block, negative: Block) -> Block:
    """Return Slack's own buttons for feedback, made of two of ours; messages alone may have them."""
    parts = {
        name: {part: each[part] for part in ("text", "value", "accessibility_label")}
        for name, each in (("positive_button", positive), ("negative_button", negative))
    }
    element = {"type": "feedback_buttons", "action_id": Action.FEEDBACK.value, **parts}
    return {"type": "context_actions", "elements": [element]}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def text_input(
    field: Field, label: str, *, initial: str = "", optional: bool = False, hint: str = ""
) -> Block:
    given = {"initial_value": cut(shown(initial), INPUT_TEXT)} if initial else {}
    hinted = {"placeholder": plain_text(hint, PLACEHOLDER)} if hint else {}
    element = {"type": "plain_text_input", "multiline": True, "max_length": INPUT_TEXT, **given, **hinted}
    return _input(field, label, element, optional=optional)


def choice_input(field: Field, label: str, options: Mapping[str, str], *, optional: bool = False) -> Block:
    rows = [{"text": plain_text(text, OPTION_TEXT), "value": value} for value, text in options.items()]
    return _input(field, label, {"type": "radio_buttons", "options": rows}, optional=optional)


def _input(field: Field, label: str, element: Block, *, optional: bool) -> Block:
    return {
        "type": "input",
        "block_id": field.value,
        "label": plain_text(label, INPUT_LABEL),
        "element": {**element, "action_id": field.value},
        "optional": optional,
    }


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    form: Action | None = None,
    value: ButtonValue = EMPTY,
    submit: str = "",
) -> Block:
    view: Block = {
        "type": "modal",
        "title": plain_text(title, VIEW_TITLE),
        "close": plain_text("閉じる", VIEW_TITLE),
        "blocks": list(blocks),
        "private_metadata": value.encode(METADATA),
    }
    if form:
        view["callback_id"] = form.value
    if submit:
        view |= {"submit": plain_text(submit, VIEW_TITLE), "close": plain_text("キャンセル", VIEW_TITLE)}
    return view
