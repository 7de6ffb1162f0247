"""Replies as Block Kit: a reply in, a message out, within Slack's limits for whatever the check lets through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.texts import beginning, choices_head, source_line, unanswered_text
from bot.slack.messages.block_kit import (
    Message,
    actions,
    button,
    buttons,
    context,
    divider,
    listed,
    modal,
    quoted,
    written,
)
from bot.slack.messages.catalog import Catalog
from bot.slack.messages.limits import BUTTON_TEXT, MESSAGE_BLOCKS, MESSAGE_SIZE, Block, length, size
from bot.slack.messages.text import cut, shown
from bot.slack.messages.values import EMPTY, Action, Value
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


def reply_message(
    reply: Reply,
    value: Value,
    catalog: Callable[[], Catalog],
    *,
    related: Sequence[Entry] = (),
    shareable: bool = False,
) -> Message:
    """Return the message that shows a reply.

    Args:
        reply: What the conversation said.
        value: `key` names this reply and `question` is what was asked; both come back with every button.
        catalog: Gives what is known, for a reply that found nothing.
        related: Entries that an answer's reader may want next; the first three are offered.
        shareable: Whether there is a button that shows the answer to the whole channel, as under `/faq`.
    """
    match reply.kind:
        case ReplyKind.ANSWER | ReplyKind.REFERRAL:
            blocks = _answers(reply.entries, value, related, reply.unanswered, shareable=shareable)
        case ReplyKind.CHOICES:
            blocks = _choices(reply.entries, value)
        case ReplyKind.UNKNOWN:
            blocks = _unknown(reply.text, value, catalog())
        case ReplyKind.SMALLTALK:
            blocks = written(reply.text)
    return Message(reply.text, tuple(blocks))


def entry_message(
    entry: Entry, value: Value, *, related: Sequence[Entry] = (), shareable: bool = False
) -> Message:
    """Return the message that shows one entry, as after a button with its question, under that question."""
    blocks = [*written(entry.question, bold=True), *_answers([entry], value, related, shareable=shareable)]
    return Message(f"{entry.question}\n{entry.answer}", tuple(blocks))


def shared_message(entries: Sequence[Entry], question: str, shared_by: str) -> Message:
    """Return the message that shows a channel what one person was answered, without buttons to rate it.

    Of the entries, 1 or more, those beyond what one message holds are left to their buttons.
    """
    begin = [quoted(question, 1_000), context(f"{cut(shared_by, 80)}さんがFAQの回答を共有しました")]
    return Message(f"{question}\n{entries[0].answer}", (*begin, *_fitting(entries, begin, EMPTY)))


def reply_view(message: Message, title: str = "回答") -> Block:
    """Return a modal that shows a message, for a question pressed in the Home tab, where no message appears.

    Its buttons come back with the view instead of a message, so what they open is pushed on top of it.
    """
    return modal(title, message.blocks)


def _answers(
    entries: Sequence[Entry],
    value: Value,
    related: Sequence[Entry] = (),
    unanswered: Sequence[str] = (),
    *,
    shareable: bool = False,
) -> list[Block]:
    about = replace(value, entry_ids=tuple(entry.id for entry in entries))
    left = written(unanswered_text(unanswered)) if unanswered else ()
    closing = [*left, _closing(about, urgent=any(entry.handover for entry in entries), shareable=shareable)]
    near = [entry for entry in related if entry not in entries][:MOST_RELATED]
    if near and all(entry.kind is EntryKind.ANSWER for entry in entries):
        end = [context(RELATED), *(actions(each) for each in _asks(near, value)), *closing]
        if _fits(whole := [*_whole(entries), *end]):
            return whole
    # Very long answers leave no room for more questions.
    return [*_fitting(entries, closing, value), *closing]


def _closing(about: Value, *, urgent: bool, shareable: bool) -> Block:
    rated = replace(about, question="")
    rate = [button("👍", Action.RATE_UP, rated), button("👎", Action.RATE_DOWN, rated)]
    hand_over = button(HANDOVER, Action.HANDOVER, about, style="primary" if urgent else "")
    share = [button(SHARE, Action.SHARE, about)] if shareable else []
    return actions(hand_over, *rate) if urgent else actions(*rate, hand_over, *share)


def _whole(entries: Sequence[Entry]) -> list[Block]:
    return [block for number in range(len(entries)) for block in _answer(entries, number)]


def _fitting(entries: Sequence[Entry], others: Sequence[Block], value: Value) -> list[Block]:
    """Return the blocks of as many entries as fit in a message beside `others`, and buttons for the rest."""
    found: list[Block] = []
    for number in range(len(entries)):
        more = _answer(entries, number)
        # The first always fits: the check lets no answer through that takes more than half of a message.
        if number and not _fits([*found, *more, *_rest(entries[number + 1 :], value), *others]):
            return [*found, *_rest(entries[number:], value)]
        found += more
    return found


def _fits(blocks: Sequence[Block]) -> bool:
    return size(blocks) <= MESSAGE_SIZE and len(blocks) <= MESSAGE_BLOCKS


def _rest(entries: Sequence[Entry], value: Value) -> list[Block]:
    return [context(REST), *(actions(each) for each in _asks(entries, value))] if entries else []


def _answer(entries: Sequence[Entry], number: int) -> list[Block]:
    """Return the blocks of one of the entries; of several, each stands under its question."""
    entry = entries[number]
    source = _source(entry)
    return [
        *([divider()] if number else []),
        *(written(entry.question, bold=True) if len(entries) > 1 else []),
        *written(entry.answer),
        *([context(source)] if source else []),
    ]


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


def _choices(entries: Sequence[Entry], value: Value) -> list[Block]:
    offered = entries[:MOST_CHOICES]
    # A button holds 75 characters; a longer question is written out above it.
    long = any(length(shown(entry.question)) > BUTTON_TEXT for entry in offered)
    questions = [listed([entry.question for entry in offered], numbers=True)] if long else []
    none = button(NONE_OF_THESE, Action.NONE_OF_THESE, value)
    return [
        *written(choices_head(len(offered))),
        *questions,
        *(
            block
            for entry, each in zip(offered, _asks(offered, value, numbers=long), strict=True)
            for block in (actions(each), context(beginning(entry)))
        ),
        actions(none, button(HANDOVER, Action.HANDOVER, value)),
    ]


def _unknown(text: str, value: Value, catalog: Catalog) -> list[Block]:
    hand_over = button(HANDOVER, Action.HANDOVER, value, style="primary")
    return [*written(text), *known_blocks(catalog, value), actions(hand_over)]


def known_blocks(catalog: Catalog, value: Value = EMPTY) -> list[Block]:
    """Return what the FAQ knows about, its categories and some questions as buttons; nothing if it is empty."""
    if not catalog.categories:
        return []
    return [
        *written(f"{KNOWN}\n{cut('、'.join(catalog.names), 600)}"),
        context(EXAMPLES),
        *(actions(each) for each in _asks(catalog.starters, Value(value.key))),
    ]


def _asks(entries: Iterable[Entry], value: Value, *, numbers: bool = False) -> list[Block]:
    labels = [
        (f"{number}. {entry.question}" if numbers else entry.question, Value(value.key, (entry.id,)))
        for number, entry in enumerate(entries, start=1)
    ]
    return buttons(Action.ASK, labels)
