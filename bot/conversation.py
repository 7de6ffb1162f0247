"""A message and a thread's memory in, a reply and the new memory out. Pure: no Slack, no terminal, no clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from weakref import WeakKeyDictionary

from bot.reply import Reply, ReplyKind
from bot.smalltalk import Smalltalk
from bot.thread import Thread, is_short, leans
from bot.wording import TOLD, UNKNOWN, UNREADABLE, answer_text, choices_text
from faq.model import Entry
from index.decision import VerdictKind
from index.embeddings import Asked
from index.question import Question, question, questions, tells
from index.reading import Reader, Reading
from index.release.building import Release
from index.text import bare, shortened

__all__ = ["Thread", "converse"]

MOST_EMBEDDED = 12
"""Questions of one message whose embeddings are asked for, in one request; those after them are read without."""

MOST_ANSWERS = 4
"""Answers in one reply; a message that asks for more gets the first ones."""

TOPIC = 8.0
"""What an entry that was just talked about gets, in idf of matched words: about two rare ones."""

NEAR = 0.3
"""What the answer to a part of a message must score for the whole message, against the best entry."""

_SURE = 0.5

_smalltalk: WeakKeyDictionary[Release, Smalltalk] = WeakKeyDictionary()


def converse(  # noqa: PLR0913 -- what a reply depends on
    release: Release,
    message: str,
    thread: Thread,
    *,
    today: date,
    top: int = 10,
    rehearsed: bool = False,
) -> tuple[Reply, Thread]:
    """Reply to one message; the same release, message, memory and day give the same reply.

    A release that asks an embeddings server gives the same reply whenever the server answers, and another, always the
    same one too, whenever it does not; the reply says so.

    Args:
        release: What is served.
        message: As it was typed; any text at all.
        thread: What the conversation remembers; `Thread()` at its beginning.
        today: Entries that are no longer valid on this day are not shown.
        top: Most entries of the reply's ranking, 1 or more.
        rehearsed: Reply as if the release had not learned from an expectation in the same words.

    Returns:
        The reply, and the memory to pass in with the conversation's next message.
    """
    smalltalk = _smalltalk.get(release) or _smalltalk.setdefault(release, Smalltalk(release.knowledge))
    message = shortened(message)
    if (entry := smalltalk.recognize(message)) and entry.served_on(today):
        return _reply(release, ReplyKind.SMALLTALK, entry.answer), thread
    message = smalltalk.without(message)
    if not bare(message):
        return _reply(release, ReplyKind.SMALLTALK, UNREADABLE), thread
    withheld = [entry.id for entry in release.dated if not entry.served_on(today)]
    embedded = _embedded(release, message)
    reader = Reader(release.index, release.fit, withheld, top, rehearsed, embedded.vectors)
    if tells(message) and is_short(message):
        hits = reader.read(question(message)).hits.hits
        ranking = tuple((hit.entry_id, hit.score) for hit in hits)
        told = _reply(release, ReplyKind.SMALLTALK, TOLD, ranking=ranking)
        return replace(told, unembedded=embedded.problem), thread
    readings = _several(reader, message) or (_one(reader, message, thread),)
    if tells(message):
        readings = tuple(map(_only_offered, readings))
    reply, thread = _conclude(release, readings, thread)
    return replace(reply, unembedded=embedded.problem), thread


def _embedded(release: Release, message: str) -> Asked:
    """Return the embeddings of all that is read of a message, asked for at once, by the text of each question.

    Each is that of the question with its own story, also where it is read within what was talked about.
    """
    if not release.embeds:
        return Asked()
    asked = question(message)
    wholes = {asked.text: asked.whole}
    for part in questions(message):
        wholes.setdefault(part.text, part.whole)
    found = release.embedded(tuple(dict.fromkeys(wholes.values()))[:MOST_EMBEDDED])
    known = {text: found.vectors[whole] for text, whole in wholes.items() if whole in found.vectors}
    return replace(found, vectors=known)


def _several(reader: Reader, message: str) -> tuple[Reading, ...]:
    """Return the readings of a message that asks for two or more things that can be answered; else none.

    Each answer must also score well for the message as a whole: half a sentence may mean anything.
    """
    parts = questions(message)
    if len(parts) == 1:
        return ()
    index, asked = reader.index, question(message)
    query = index.query(asked.text, asked.background, reader.embeddings.get(asked.text))
    whole = index.score(query, withheld=reader.withheld, rehearsed=reader.rehearsed).entries
    least = NEAR * whole[: len(index.entries)].max(initial=0.0)
    answered: dict[str, Reading] = {}
    for part in parts:
        reading = reader.read(part)
        if reading.verdict.kind is VerdictKind.ANSWER:
            entry_id = reading.verdict.entry_ids[0]
            if 0 < whole[index.numbers[entry_id]] >= least:
                answered.setdefault(entry_id, reading)
    return tuple(answered.values())[:MOST_ANSWERS] if len(answered) > 1 else ()


def _one(reader: Reader, message: str, thread: Thread) -> Reading:
    """Return the reading of a message that asks for one thing, with what was talked about if it leans on that."""
    asked = question(message)
    alone = reader.read(asked)
    leaning = leans(message)
    if not thread.topics or tells(message) or not (leaning or is_short(message)):
        return alone
    if alone.verdict.kind is VerdictKind.REFERRAL and alone.verdict.confidence >= _SURE:
        return alone
    if alone.verdict.kind is VerdictKind.ANSWER and not leaning:
        return alone
    within = reader.read(
        Question(asked.text, f"{thread.question} {asked.background}"), dict.fromkeys(thread.topics, TOPIC)
    )
    return within if within.verdict.confidence > alone.verdict.confidence else alone


def _only_offered(reading: Reading) -> Reading:
    """Return a reading whose answer is offered instead: who tells something has asked for nothing yet."""
    if reading.verdict.kind is not VerdictKind.ANSWER:
        return reading
    return replace(reading, verdict=replace(reading.verdict, kind=VerdictKind.CHOICES))


def _conclude(release: Release, readings: Sequence[Reading], thread: Thread) -> tuple[Reply, Thread]:
    first = readings[0]
    ids = tuple(entry_id for reading in readings for entry_id in reading.verdict.entry_ids)
    entries = [release.knowledge.entry(entry_id) for entry_id in ids]
    confidence = min(reading.verdict.confidence for reading in readings)
    ranking = tuple((hit.entry_id, hit.score) for hit in first.hits.hits)
    match first.verdict.kind:
        case VerdictKind.ANSWER:
            kind, text = ReplyKind.ANSWER, answer_text(entries)
            thread = Thread(ids, " ".join(reading.question for reading in readings))
        case VerdictKind.CHOICES:
            kind, text = ReplyKind.CHOICES, choices_text(entries)
        case VerdictKind.REFERRAL:
            kind, text = ReplyKind.REFERRAL, answer_text(entries)
            thread = Thread()
        case VerdictKind.UNKNOWN:
            kind, text = ReplyKind.UNKNOWN, UNKNOWN
    reply = _reply(
        release,
        kind,
        text,
        entries=entries,
        confidence=confidence,
        ranking=ranking,
        readings=tuple(readings),
    )
    return reply, thread


def _reply(  # noqa: PLR0913 -- the parts of a reply
    release: Release,
    kind: ReplyKind,
    text: str,
    *,
    entries: Sequence[Entry] = (),
    confidence: float = 0.0,
    ranking: tuple[tuple[str, float], ...] = (),
    readings: tuple[Reading, ...] = (),
) -> Reply:
    return Reply(kind, tuple(entries), text, confidence, ranking, readings, release.label)
