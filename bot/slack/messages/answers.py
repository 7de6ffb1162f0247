"""Replies as Block Kit: a reply in, a message out, within Slack's limits for whatever the check lets through."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.texts import beginning, choices_head, source_line, unanswered_text
from bot.slack.messages.block_kit import (
    BUTTON_TEXT,
    MESSAGE_BLOCKS,
    MESSAGE_SIZE,
    Block,
    Message,
    actions,
    button,
    context,
    divider,
    listed,
    quoted,
    size,
    written,
)
from bot.slack.messages.home import Catalog, ask_buttons
from bot.slack.messages.text import cut, length, shown
from bot.slack.messages.values import Action, Value
from faq.model import Entry, EntryKind

MOST_CHOICES = 3
MOST_RELATED = 3
LONGEST_SOURCE_PART = 200
"""Characters of a title, a publisher and a speaker, each, that the line of the source shows."""

HANDOVER = "人事に聞く"
SHARE = "チャンネルに共有"
NONE_OF_THESE = "どれも違う"
RELATED = "関連する質問"
REST = "ほかの質問への回答は、ボタンを押すと表示します。"
KNOWN = "このFAQでは、次のようなことにお答えできます。"
EXAMPLES = "質問の例"


def reply_message(  # noqa: PLR0913 -- what is shown, and how
    reply: Reply,
    value: Value,
    catalog: Callable[[], Catalog],
    *,
    related: Sequence[Entry] = (),
    shareable: bool = False,
    titled: bool = False,
) -> Message:
    """Return the message that shows a reply, with the first three `related` entries below an answer.

    The key of `value` names this reply, and its question is what was asked; both come back with every button. Where
    nothing was found, `catalog` gives what is known. A `shareable` answer has a button to show it to the whole
    channel; a `titled` one stands under the question of its entry.
    """
    match reply.kind:
        case ReplyKind.ANSWER | ReplyKind.REFERRAL:
            titled = titled or len(reply.entries) > 1
            answers = [_answer(entry, titled=titled) for entry in reply.entries]
            blocks = _answers(reply, answers, value, related, shareable=shareable)
        case ReplyKind.CHOICES:
            blocks = _choices(reply, value)
        case ReplyKind.UNKNOWN:
            blocks = _unknown(reply.text, value, catalog())
        case ReplyKind.SMALLTALK:
            blocks = written(reply.text)
    text = f"{reply.entries[0].question}\n{reply.text}" if titled and len(reply.entries) == 1 else reply.text
    return Message(text, tuple(blocks))


def shared_message(entries: Sequence[Entry], question: str, shared_by: str) -> Message:
    """Return the message that shows a channel what one person was answered, without buttons to rate it.

    Of the entries, 1 or more, those beyond what one message holds are left to their buttons.
    """
    begin = [quoted(question, 1_000), context(f"{shared_by}さんがFAQの回答を共有しました")]
    answers = [_answer(entry, titled=len(entries) > 1) for entry in entries]
    return Message(f"{question}\n{entries[0].answer}", (*begin, *_fitting(entries, answers, begin)))


def _answers(
    reply: Reply, answers: Sequence[list[Block]], value: Value, related: Sequence[Entry], *, shareable: bool
) -> list[Block]:
    entries = reply.entries
    about = replace(value, entry_ids=reply.ids)
    left = written(unanswered_text(reply.unanswered)) if reply.unanswered else ()
    closing = [*left, _closing(about, urgent=any(entry.handover for entry in entries), shareable=shareable)]
    near = [entry for entry in related if entry not in entries][:MOST_RELATED]
    if near and all(entry.kind is EntryKind.ANSWER for entry in entries):
        whole = [*_joined(answers), context(RELATED), *ask_buttons(near, value.key), *closing]
        if _fits(whole):
            return whole
    # Very long answers leave no room for more questions.
    return [*_fitting(entries, answers, closing, value.key), *closing]


def _closing(about: Value, *, urgent: bool, shareable: bool) -> Block:
    rated = replace(about, question="")
    rate = [button("👍", Action.RATE_UP, rated), button("👎", Action.RATE_DOWN, rated)]
    hand_over = button(HANDOVER, Action.HANDOVER, about, style="primary" if urgent else "")
    share = [button(SHARE, Action.SHARE, about)] if shareable else []
    return actions(hand_over, *rate) if urgent else actions(*rate, hand_over, *share)


def _fitting(
    entries: Sequence[Entry], answers: Sequence[list[Block]], others: Sequence[Block], key: str = ""
) -> list[Block]:
    """Return as many answers as fit in a message beside `others`, and buttons for the other entries."""
    blocks: list[Block] = []
    for number in range(len(entries), 0, -1):
        rest = [context(REST), *ask_buttons(entries[number:], key)] if entries[number:] else []
        blocks = [*_joined(answers[:number]), *rest]
        if _fits([*blocks, *others]):
            break
    return blocks  # one always fits: the check lets no answer through that takes more than half of a message


def _joined(answers: Sequence[list[Block]]) -> list[Block]:
    return [
        block for number, each in enumerate(answers) for block in ([divider(), *each] if number else each)
    ]


def _fits(blocks: Sequence[Block]) -> bool:
    return size(blocks) <= MESSAGE_SIZE and len(blocks) <= MESSAGE_BLOCKS


def _answer(entry: Entry, *, titled: bool) -> list[Block]:
    source = _source(entry)
    title = written(entry.question, bold=True) if titled else []
    return [*title, *written(entry.answer), *([context(source)] if source else [])]


def _source(entry: Entry) -> str:
    """Return the line that tells source, speaker and day of an answer's facts; the day is never cut off."""
    if entry.kind is not EntryKind.ANSWER:
        return ""
    source = entry.source and entry.source.model_copy(
        update={
            name: cut(part, LONGEST_SOURCE_PART)
            for name in ("title", "publisher")
            if (part := getattr(entry.source, name))
        }
    )
    speaker = entry.speaker and cut(entry.speaker, LONGEST_SOURCE_PART)
    return source_line(entry.model_copy(update={"source": source, "speaker": speaker}))


def _choices(reply: Reply, value: Value) -> list[Block]:
    offered = reply.entries[:MOST_CHOICES]
    # A button holds 75 characters; a longer question is written out above it.
    long = any(length(shown(entry.question)) > BUTTON_TEXT for entry in offered)
    questions = [listed([entry.question for entry in offered], numbers=True)] if long else []
    none = button(NONE_OF_THESE, Action.NONE_OF_THESE, value)
    return [
        *written(choices_head(len(offered), reply.lacking)),
        *questions,
        *(
            block
            for entry, row in zip(offered, ask_buttons(offered, value.key, numbers=long), strict=True)
            for block in (row, context(beginning(entry)))
        ),
        actions(none, button(HANDOVER, Action.HANDOVER, value)),
    ]


def _unknown(text: str, value: Value, catalog: Catalog) -> list[Block]:
    hand_over = button(HANDOVER, Action.HANDOVER, value, style="primary")
    known = [
        *written(f"{KNOWN}\n{cut('、'.join(catalog.categories), 600)}"),
        context(EXAMPLES),
        *ask_buttons(catalog.starters, value.key),
    ]
    return [*written(text), *(known if catalog.categories else []), actions(hand_over)]
