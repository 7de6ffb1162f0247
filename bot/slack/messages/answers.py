"""What candidates are answered, within Slack's limits for whatever the check lets through."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import assert_never

from bot.conversation.reply import OPEN, SHOWN, Reply, ReplyKind
from bot.conversation.texts import MORE, beginning, choices_head, remark, source_line, starters
from bot.slack.messages import block_kit as kit
from bot.slack.messages.block_kit import Action, Block, ButtonValue, Message
from bot.slack.messages.text import cut, length, shown
from faq.model import Entry, EntryKind, Knowledge

LONGEST_PROMPT_TITLE = 75
MOST_CHOICES = 3
LONGEST_SOURCE = 600  # characters of the line of the source

HANDOVER = "人事に聞く"
BAD = "bad"  # in the value of 👎
REST = "ほかの質問への回答は、ボタンを押すと表示します。"
RELATED = "関連する質問"
EXAMPLES = "質問の例"


@dataclass(frozen=True)
class Catalog:
    """The answers served on a day: by category, both in order of the files, and the latest day any tells of."""

    categories: Mapping[str, Sequence[Entry]]
    as_of: date | None

    @property
    def starters(self) -> tuple[Entry, ...]:
        """Four entries or fewer to begin with, as the agent profile takes no more."""
        return starters(chain(*self.categories.values()), 4)

    @property
    def prompts(self) -> list[dict[str, str]]:
        """What an agent offers at the top of its direct message: what each button says, and the question it asks."""
        return [
            {"title": cut(shown(entry.question), LONGEST_PROMPT_TITLE), "message": shown(entry.question)}
            for entry in self.starters
        ]


def catalog(knowledge: Knowledge, today: date) -> Catalog:
    answers = [entry for entry in knowledge.of_kind(EntryKind.ANSWER) if entry.served_on(today)]
    categories: dict[str, list[Entry]] = {}
    for entry in answers:
        categories.setdefault(entry.category or "その他", []).append(entry)
    return Catalog(categories, max((entry.as_of for entry in answers if entry.as_of), default=None))


def ask_buttons(entries: Iterable[Entry], key: str = "", *, numbers: bool = False) -> list[Block]:
    """Return a row for each entry, with the button that asks for it; `key` names the reply that they stand under."""
    labels = [
        (f"{number}. {entry.question}" if numbers else entry.question, ButtonValue(key, (entry.id,)))
        for number, entry in enumerate(entries, start=1)
    ]
    return [kit.actions(each) for each in kit.buttons(Action.ASK, labels)]


def reply_message(  # noqa: PLR0913 -- what is shown, and how
    reply: Reply,
    value: ButtonValue,
    catalog: Callable[[], Catalog],
    *,
    hands_over: bool,
    related: Sequence[Entry] = (),
    titled: bool = False,
    feedback: bool = False,
) -> Message:
    """Return the message that shows a reply, with the first three `related` entries below an answer.

    `value` names the reply and comes back with every button; one of them leads to HR if the bot `hands_over`. A
    `titled` answer stands under the question of its entry. With `feedback`, it is rated by Slack's own buttons.
    """
    shows = reply.kind in SHOWN
    about = replace(value, entry_ids=reply.ids) if shows else value
    urgent = reply.kind in OPEN or (shows and any(entry.handover for entry in reply.entries))
    style = "primary" if urgent else ""
    hand_over = [kit.button(HANDOVER, Action.HANDOVER, about, style=style)] if hands_over else []
    match reply.kind:
        case ReplyKind.ANSWER | ReplyKind.REFERRAL:
            titled = titled or len(reply.entries) > 1
            closing = _closing(reply, value, hand_over, feedback=feedback)
            blocks = _answers(reply.entries, value.key, related, closing, titled=titled)
        case ReplyKind.CHOICES:
            blocks = _choices(reply, value, hand_over)
        case ReplyKind.UNKNOWN:
            leads = [kit.actions(*hand_over)] if hand_over else []
            blocks = [*kit.written(reply.text), *_known(catalog(), value.key), *leads]
        case ReplyKind.SMALLTALK:
            blocks = kit.written(reply.text)
        case never:
            assert_never(never)
    text = f"{reply.entries[0].question}\n{reply.text}" if titled and len(reply.entries) == 1 else reply.text
    return Message(text, tuple(blocks))


def _closing(reply: Reply, value: ButtonValue, hand_over: Sequence[Block], *, feedback: bool) -> list[Block]:
    left = kit.written(remark(reply.unanswered, all_read=reply.all_read))
    rated = ButtonValue(value.key, reply.ids)
    rate = [
        kit.button("👍", Action.RATE_UP, rated, read="役に立った"),
        kit.button("👎", Action.RATE_DOWN, replace(rated, category=BAD), read="役に立たなかった"),
    ]
    if feedback:
        return [*left, *([kit.actions(*hand_over)] if hand_over else []), kit.feedback(*rate)]
    urgent = any(entry.handover for entry in reply.entries)
    return [*left, kit.actions(*(hand_over if urgent else rate), *(rate if urgent else hand_over))]


def _answers(
    entries: Sequence[Entry], key: str, related: Sequence[Entry], closing: Sequence[Block], *, titled: bool
) -> list[Block]:
    """Return as much as fits: very long answers leave no room for more questions, several none for all of them."""
    answers = [
        [
            *([kit.divider()] if number else []),
            *(kit.written(entry.question, bold=True) if titled else []),
            *kit.written(entry.answer),
            *([kit.context(source)] if (source := _source(entry)) else []),
            *([kit.linked_line(MORE, entry.page)] if entry.page else []),
        ]
        for number, entry in enumerate(entries)
    ]
    near = [entry for entry in related if entry not in entries][:3]
    ways: list[list[Block]] = []
    if near and all(entry.kind is EntryKind.ANSWER for entry in entries):
        ways.append([*chain(*answers), kit.context(RELATED), *ask_buttons(near, key), *closing])
    for number in range(len(entries), 0, -1):
        rest = [kit.context(REST), *ask_buttons(entries[number:], key)] if entries[number:] else []
        ways.append([*chain(*answers[:number]), *rest, *closing])
    # The last always fits: the check lets no answer through that takes more than half of a message.
    fits = (each for each in ways if kit.size(each) <= kit.MESSAGE_SIZE and len(each) <= kit.MESSAGE_BLOCKS)
    return next(fits, ways[-1])


def _source(entry: Entry) -> str:
    """Return the line that tells source, speaker and day of an answer's facts; the day is never cut off."""
    line = source_line(entry) if entry.kind is EntryKind.ANSWER else ""
    day = line[-len("2025年12月31日時点") :]
    return line if length(line) <= LONGEST_SOURCE else cut(line, LONGEST_SOURCE) + day


def _choices(reply: Reply, value: ButtonValue, hand_over: Sequence[Block]) -> list[Block]:
    offered = reply.entries[:MOST_CHOICES]
    # A button holds 75 characters; a longer question is written out above it.
    long = any(length(shown(entry.question)) > kit.BUTTON_TEXT for entry in offered)
    questions = [kit.listed([entry.question for entry in offered])] if long else []
    none = kit.button("どれも違う" if len(offered) > 1 else "違う", Action.NONE_OF_THESE, value)
    return [
        *kit.written(choices_head(len(offered), reply.lacking, beside=reply.beside)),
        *questions,
        *(
            block
            for entry, row in zip(offered, ask_buttons(offered, value.key, numbers=long), strict=True)
            for block in (row, kit.context(beginning(entry)))
        ),
        *kit.written(remark(reply.unanswered, all_read=reply.all_read)),
        kit.actions(none, *hand_over),
    ]


def _known(catalog: Catalog, key: str) -> list[Block]:
    if not catalog.categories:
        return []
    about = cut("、".join(catalog.categories), 600)
    known = kit.written(f"このFAQでは、次のようなことにお答えできます。\n{about}")
    return [*known, kit.context(EXAMPLES), *ask_buttons(catalog.starters, key)]


def without_buttons(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks of a reply without its buttons, and without the lines that lead to them."""
    leading = [kit.context(line)["elements"] for line in (REST, RELATED, EXAMPLES)]
    buttons = {"actions", "context_actions"}
    return [
        block for block in blocks if block["type"] not in buttons and block.get("elements") not in leading
    ]


def pressed(blocks: Iterable[Block], action_id: str, label: str) -> list[Block]:
    """Return the blocks of a reply with a line in place of the button that was pressed."""
    after: list[Block] = []
    for block in blocks:
        elements = block.get("elements", [])
        left = [each for each in elements if each.get("action_id") != action_id]
        if len(left) < len(elements):
            after.append(kit.context(f"✔ {label}"))
        if left or not elements:
            after.append({**block, "elements": left} if elements else block)
    return after


def rated(blocks: Iterable[Block], action_id: str) -> list[Block]:
    """Return the blocks of a reply with a rating that stands out from the other."""
    after = deepcopy([*blocks])
    for element in chain(*(block.get("elements", ()) for block in after)):
        if element.get("action_id") in {Action.RATE_UP, Action.RATE_DOWN}:
            element.pop("style", None)
            if element["action_id"] == action_id:
                element["style"] = "primary"
    return after
