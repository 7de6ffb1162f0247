"""A message and a thread's memory in, a reply and the new memory out. Pure: no Slack, no terminal, no clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never
from weakref import WeakKeyDictionary

from bot.conversation import texts
from bot.conversation.interpretation import interpret
from bot.conversation.reply import OPEN, Reply, ReplyKind
from bot.conversation.smalltalk import CONTACT, Smalltalk, tells_trouble, wishes_person
from bot.conversation.state import MOST_MISSED, ConversationState, agrees, missed_again
from bot.conversation.texts import Voice
from faq.model import Entry
from index.analysis.normalize import bare
from index.analysis.questions import condensed
from index.decision.point import Point
from index.decision.policy import VerdictKind
from index.decision.reader import Reader, Reading
from index.release.building import Release
from index.release.gate import Given
from index.retrieval.encoder import EncoderError, patiently

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
    another one, always the same too, whenever the server does not answer; the reply says so. `top` is the most entries
    of its ranking, `exclude_learned` leaves out what was learned from an expectation in the same words, and with
    `hands_over` replies name the button that takes questions to HR.
    """
    voice = Voice(release.knowledge, today, hands_over)
    offered, thread = thread.offered, replace(thread, offered="")
    number = release.index.numbers.get(offered) if offered and agrees(message) else None
    if number is not None and release.index.entries[number].served_on(today):
        return chosen(release, release.index.entries[number], thread, voice)
    read, reader = condensed(message), reader_on(release, today, top=top, exclude_learned=exclude_learned)
    reply, thread = _reply(release, reader, read, thread, voice)
    reply = replace(reply, all_read=read == message)
    if below := texts.remark(reply.unanswered, all_read=reply.all_read):
        reply = replace(reply, text=f"{reply.text}\n\n{below}")
    return reply, thread


def _reply(
    release: Release, reader: Reader, message: str, thread: ConversationState, voice: Voice
) -> tuple[Reply, ConversationState]:
    smalltalk = _smalltalk.get(release) or _smalltalk.setdefault(release, Smalltalk(release.knowledge))
    if (entry := smalltalk.recognize(message)) and entry.served_on(voice.today):
        return _plain(release, ReplyKind.SMALLTALK, voice.spoken(entry.answer)), thread
    message = smalltalk.without(message)
    if not bare(message):
        return _plain(release, ReplyKind.SMALLTALK, voice.spoken(texts.UNREADABLE)), thread
    if not release.index.entries:
        return _plain(release, ReplyKind.UNKNOWN, texts.unknown_text(person=voice.person)), thread
    interpretation = interpret(reader, CONTACT if wishes_person(message) else message, thread)
    if wishes_person(message) and interpretation.readings[0].verdict.kind is VerdictKind.CHOICES:
        # Who wants a person does not want to choose among what is near.
        return _plain(release, ReplyKind.UNKNOWN, texts.unknown_text(person=voice.person)), thread
    if tells_trouble(message) and interpretation.readings[0].verdict.kind is VerdictKind.UNKNOWN:
        interpretation = interpret(reader, CONTACT, ConversationState())
    if interpretation.told:
        reply = _plain(release, ReplyKind.SMALLTALK, texts.TOLD)
        reply = replace(reply, ranking=interpretation.readings[0].scored)
    else:
        reply, thread = _conclude(release, interpretation.readings, thread, voice)
        if reply.kind in OPEN:
            thread = missed_again(thread, message)
            if len(thread.missed) == MOST_MISSED:
                reply = replace(reply, text=texts.other_way_text(release.index.entries, voice.person))
    problem = interpretation.readings[0].query.problem
    return replace(reply, unanswered=interpretation.unanswered, unembedded=problem), thread


def chosen(
    release: Release, entry: Entry, thread: ConversationState, voice: Voice
) -> tuple[Reply, ConversationState]:
    """Return the reply to who chose an entry among those that were offered, and the memory to pass in next."""
    told, kind = voice.shown(entry), ReplyKind(entry.kind.value)
    reply = Reply(kind, (told,), texts.answer_text([told]), 1.0, (), (), release.label)
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


def asker(today: date, point: Point = Point.BALANCED) -> Callable[[Release, str], Given]:
    """Return the function with which a gate puts one question to a release."""

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
    lacking, beside = first.verdict.lacking, first.verdict.beside
    ids = tuple(entry_id for reading in readings for entry_id in reading.verdict.entry_ids)
    entries = [voice.shown(release.index.entries[release.index.numbers[entry_id]]) for entry_id in ids]
    asked = " ".join(reading.question for reading in readings)
    confidence = min(reading.verdict.confidence for reading in readings)
    kinds = [reading.verdict.kind for reading in readings]
    match VerdictKind.ANSWER if VerdictKind.ANSWER in kinds else kinds[0]:
        case VerdictKind.ANSWER:
            kind, text = ReplyKind.ANSWER, texts.answer_text(entries)
            thread = ConversationState(ids, asked)
        case VerdictKind.CHOICES:
            kind = ReplyKind.CHOICES
            text = texts.choices_text(entries, lacking, voice.person, beside=beside)
            if not (lacking or set(ids) & set(thread.topics)):
                thread = ConversationState(ids, asked)
            if len(ids) == 1 and not (lacking or beside):
                thread = replace(thread, offered=ids[0])
        case VerdictKind.REFERRAL:
            kind, text = ReplyKind.REFERRAL, texts.answer_text(entries)
            thread = ConversationState()
        case VerdictKind.UNKNOWN:
            kind, text = ReplyKind.UNKNOWN, texts.unknown_text(lacking, voice.person)
        case never:
            assert_never(never)
    reply = Reply(kind, tuple(entries), text, confidence, first.scored, tuple(readings), release.label)
    return replace(reply, lacking=lacking, beside=beside), thread
