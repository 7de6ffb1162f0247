"""A message and a thread's memory in, a reply and the new memory out. Pure: no Slack, no terminal, no clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, assert_never
from weakref import WeakKeyDictionary

from bot.conversation.interpretation import interpret
from bot.conversation.reply import OPEN, Reply, ReplyKind
from bot.conversation.smalltalk import CONTACT, Smalltalk, tells_trouble, wishes_person
from bot.conversation.state import MOST_MISSED, ConversationState, agrees, missed_again
from bot.conversation.texts import (
    TOLD,
    UNREADABLE,
    Voice,
    answer_text,
    choices_text,
    other_way_text,
    remark,
    unknown_text,
)
from faq.model import Entry
from index.analysis.normalize import bare
from index.analysis.questions import condensed
from index.decision.point import Point
from index.decision.policy import VerdictKind
from index.decision.reader import Reader, Reading
from index.release.building import Release
from index.retrieval.encoder import EncoderError, patiently

if TYPE_CHECKING:
    from index.release.publishing import Ask

_smalltalk: WeakKeyDictionary[Release, Smalltalk] = WeakKeyDictionary()


def converse(  # noqa: PLR0913 -- what a reply depends on
    release: Release,
    message: str,
    thread: ConversationState,
    *,
    today: date,
    top: int = 10,
    exclude_learned: bool = False,
    hands_over: bool = False,
) -> tuple[Reply, ConversationState]:
    """Reply to one message, any text at all; return the memory to pass in with the next one, too.

    The same release, message, memory and day give the same reply. A release with an encoder behind a server gives
    another one, always the same too, whenever the server does not answer; the reply says so.

    Args:
        release: What is served.
        message: As it was typed.
        thread: What the conversation remembers; `ConversationState()` at its beginning.
        today: Entries that are no longer valid on this day are not shown.
        top: Most entries of the reply's ranking, 1 or more.
        exclude_learned: Reply as if the release had not learned from an expectation in the same words.
        hands_over: Where the front end takes questions to HR, which replies then name.
    """
    voice = Voice(release.knowledge, today, hands_over)
    offered, thread = thread.offered, replace(thread, offered="")
    number = release.index.numbers.get(offered) if agrees(message) else None
    if number is not None and release.index.entries[number].served_on(today):
        return chosen(release, release.index.entries[number], thread, voice)
    read = condensed(message)
    reply, thread = _reply(release, read, thread, voice, top=top, exclude_learned=exclude_learned)
    reply = replace(reply, all_read=read == message)
    if below := remark(reply.unanswered, all_read=reply.all_read):
        reply = replace(reply, text=f"{reply.text}\n\n{below}")
    return reply, thread


def _reply(  # noqa: PLR0913 -- as above
    release: Release,
    message: str,
    thread: ConversationState,
    voice: Voice,
    *,
    top: int,
    exclude_learned: bool,
) -> tuple[Reply, ConversationState]:
    """Reply to a message that is read as a whole."""
    today = voice.today
    smalltalk = _smalltalk.get(release) or _smalltalk.setdefault(release, Smalltalk(release.knowledge))
    if (entry := smalltalk.recognize(message)) and entry.served_on(today):
        return _plain(release, ReplyKind.SMALLTALK, voice.spoken(entry.answer)), thread
    message = smalltalk.without(message)
    if not bare(message):
        return _plain(release, ReplyKind.SMALLTALK, voice.spoken(UNREADABLE)), thread
    if not release.index.entries:
        return _plain(release, ReplyKind.UNKNOWN, unknown_text(person=voice.person)), thread
    reader = reader_on(release, today, top=top, exclude_learned=exclude_learned)
    interpretation = interpret(reader, CONTACT if wishes_person(message) else message, thread)
    if wishes_person(message) and interpretation.readings[0].verdict.kind is VerdictKind.CHOICES:
        # Who wants a person does not want to choose among what is near.
        return _plain(release, ReplyKind.UNKNOWN, unknown_text(person=voice.person)), thread
    if tells_trouble(message) and interpretation.readings[0].verdict.kind is VerdictKind.UNKNOWN:
        interpretation = interpret(reader, CONTACT, ConversationState())
    if interpretation.told:
        reply = _plain(release, ReplyKind.SMALLTALK, TOLD)
        reply = replace(reply, ranking=interpretation.readings[0].ranking)
    else:
        reply, thread = _conclude(release, interpretation.readings, thread, voice)
        if reply.kind in OPEN:
            thread = missed_again(thread, message)
            if len(thread.missed) == MOST_MISSED:
                reply = replace(reply, text=other_way_text(release.index.entries, voice.person))
    problem = interpretation.readings[0].problem
    return replace(reply, unanswered=interpretation.unanswered, unembedded=problem), thread


def chosen(
    release: Release, entry: Entry, thread: ConversationState, voice: Voice
) -> tuple[Reply, ConversationState]:
    """Return the reply to who chose an entry among those that were offered, and the memory to pass in next."""
    told, kind = voice.shown(entry), ReplyKind(entry.kind.value)
    reply = Reply(kind, (told,), answer_text([told]), 1.0, (), (), release.label)
    return reply, thread if kind is ReplyKind.REFERRAL else ConversationState((entry.id,), entry.question)


def reader_on(release: Release, today: date, *, top: int = 10, exclude_learned: bool = False) -> Reader:
    """Return what reads questions on a release, without the entries that are no longer valid on that day."""
    hidden_ids = [entry.id for entry in release.dated if not entry.served_on(today)]
    return release.reader(hidden_ids=hidden_ids, top=top, exclude_learned=exclude_learned)


def converse_unlearned(
    release: Release, message: str, thread: ConversationState, today: date, *, top: int = 10
) -> tuple[Reply, ConversationState]:
    """Reply as if the release had not learned these words; an encoder that fails is waited for, and then an error."""
    with patiently():
        reply, thread = converse(release, message, thread, today=today, top=top, exclude_learned=True)
    if reply.unembedded:
        raise EncoderError(reply.unembedded)
    return reply, thread


def asker(today: date, point: Point = Point.BALANCED) -> "Ask":
    """Return the function with which a gate puts one question to a release."""
    from index.release.gate import Given  # noqa: PLC0415 -- no reply needs it

    def ask(release: Release, question: str) -> Given:
        # The ranking is not looked at.
        reply, _ = converse_unlearned(release.at(point), question, ConversationState(), today, top=1)
        words = (term.text for reading in reply.readings for term in reading.terms if term.matched)
        return Given(
            reply=reply.kind.value,
            ids=reply.ids,
            text=reply.text,
            confidence=reply.confidence,
            words=tuple(dict.fromkeys(words)),
        )

    return ask


def _plain(release: Release, kind: ReplyKind, text: str) -> Reply:
    return Reply(kind, (), text, 0.0, (), (), release.label)


def _conclude(
    release: Release, readings: Sequence[Reading], thread: ConversationState, voice: Voice
) -> tuple[Reply, ConversationState]:
    first = readings[0]
    ids = tuple(entry_id for reading in readings for entry_id in reading.verdict.entry_ids)
    entries = [voice.shown(release.index.entries[release.index.numbers[entry_id]]) for entry_id in ids]
    asked = " ".join(reading.question for reading in readings)
    confidence = min(reading.verdict.confidence for reading in readings)
    kinds = [reading.verdict.kind for reading in readings]
    match VerdictKind.ANSWER if VerdictKind.ANSWER in kinds else kinds[0]:
        case VerdictKind.ANSWER:
            kind, text = ReplyKind.ANSWER, answer_text(entries)
            thread = ConversationState(ids, asked)
        case VerdictKind.CHOICES:
            kind = ReplyKind.CHOICES
            text = choices_text(entries, first.verdict.lacking, voice.person, beside=first.verdict.beside)
            if not (first.verdict.lacking or set(ids) & set(thread.topics)):
                thread = ConversationState(ids, asked)
            if len(ids) == 1 and not (first.verdict.lacking or first.verdict.beside):
                thread = replace(thread, offered=ids[0])
        case VerdictKind.REFERRAL:
            kind, text = ReplyKind.REFERRAL, answer_text(entries)
            thread = ConversationState()
        case VerdictKind.UNKNOWN:
            kind, text = ReplyKind.UNKNOWN, unknown_text(first.verdict.lacking, voice.person)
        case never:
            assert_never(never)
    reply = Reply(kind, tuple(entries), text, confidence, first.ranking, tuple(readings), release.label)
    return replace(reply, lacking=first.verdict.lacking, beside=first.verdict.beside), thread
