"""What a message asks: all of its parts or one, by itself or within what was talked about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.thread import Correction, Thread, confirms, correction, is_short, leans
from index.decision import VerdictKind
from index.embeddings import Asked
from index.question import Question, asks, items, question, questions, tells
from index.reading import Judged, Reader, Reading
from index.release.building import Release
from index.scores import Scores
from index.search import Index
from index.text import bare

MOST_EMBEDDED = 12
"""Questions of one message whose embeddings are asked for, in one request; those after them are read without."""

MOST_ANSWERS = 4
"""Answers in one reply; a message that asks for more gets the first ones."""

TOPIC = 8.0
"""What an entry that was just talked about gets, in idf of matched words: about two rare ones."""

NEAR = 0.3
"""What the answer to a part of a message must score for the whole message, against the best entry."""

_SURE = 0.5
"""Confidence from which a referral stands, unless the topic has every word of it."""
_CLEAR = 0.8
"""Confidence from which an answer stands, whatever the topic has."""


@dataclass(frozen=True)
class Understanding:
    """How a message was understood.

    Attributes:
        readings: One for each thing that it asks; 1 or more.
        told: It asks nothing, and is too short to be a story before a question.
        unanswered: What it lists beside what is answered, in its own words.
        unembedded: Why it was read without embeddings; empty where it was read with them, or none are wanted.
    """

    readings: tuple[Reading, ...]
    told: bool = False
    unanswered: tuple[str, ...] = ()
    unembedded: str = ""


def understand(  # noqa: PLR0913 -- what a reading depends on
    release: Release,
    message: str,
    thread: Thread,
    *,
    withheld: Collection[str],
    top: int,
    rehearsed: bool,
) -> Understanding:
    """Read a message that is no small talk.

    Args:
        release: What is served.
        message: Text in which something can be read.
        thread: What the conversation remembers.
        withheld: Ids of entries that are not shown.
        top: Most hits of a reading, 1 or more.
        rehearsed: Read as if no expectation in the same words had been learned.
    """
    corrected = correction(message, thread)
    text = corrected.meant if corrected else message
    asked, parts = question(text), questions(text)
    within = _within(asked, _before(message, thread, corrected))
    embedded = _embedded(release, asked, within, parts)
    reader = Reader(release.index, release.fit, withheld, top, rehearsed, embedded.vectors)
    scores = reader.scores(asked)
    if corrected:
        alone = reader.judged(asked, scores)
        surer = _surer(alone, reader.judge(within)) if within else alone
        return Understanding((reader.explain(surer),), unembedded=embedded.problem)
    telling = tells(message)
    if telling and is_short(message):
        told = reader.explain(reader.judged(asked, scores))
        return Understanding((told,), told=True, unembedded=embedded.problem)
    listed = bool(items(message))
    judged, answered = _answers(reader, parts, scores, fewest=1 if listed else 2)
    unanswered = tuple(part.text for part in parts if listed and answered and part.text not in answered)
    judged = judged or (_one(reader, message, reader.judged(asked, scores), thread, within),)
    if telling:
        judged = tuple(map(_only_offered, judged))
    return Understanding(
        tuple(map(reader.explain, judged)), unanswered=unanswered, unembedded=embedded.problem
    )


def _before(message: str, thread: Thread, corrected: Correction | None) -> str:
    """Return what was asked before, as far as a message goes on with it; empty where it does not."""
    if corrected:
        return thread.question.replace(corrected.not_meant, " ")
    if not thread.topics:
        return ""
    goes_on = confirms(message) or ((leans(message) or is_short(message)) and not tells(message))
    return thread.question if goes_on else ""


def _within(asked: Question, before: str) -> Question | None:
    """Return a question with what was asked before as its background; `None` if that is nothing."""
    return Question(asked.text, f"{before} {asked.background}") if bare(before) else None


def _embedded(release: Release, asked: Question, within: Question | None, parts: Sequence[Question]) -> Asked:
    """Return the embeddings of all that is read of a message, asked for at once, by the whole of each question.

    Within what was talked about it is the mean of the question with and without that: where few words lean on many,
    those of before would say all by themselves.
    """
    if not release.embeds:
        return Asked()
    found = release.embedded(wholes(asked, parts, within))
    if within is None or within.whole not in found.vectors:
        return found
    mean = (found.vectors[asked.whole] + found.vectors[within.whole]) / np.float32(2)
    return replace(found, vectors={**found.vectors, within.whole: mean})


def wholes(asked: Question, parts: Sequence[Question], within: Question | None = None) -> tuple[str, ...]:
    """Return all that is read of a message, also within what was talked about, each once with its own story."""
    read = (asked, within or asked, *(parts if len(parts) > 1 else ()))
    return tuple(dict.fromkeys(each.whole for each in read))[:MOST_EMBEDDED]


def _answers(
    reader: Reader, parts: Sequence[Question], alone: Scores, *, fewest: int
) -> tuple[tuple[Judged, ...], Collection[str]]:
    """Return the readings of the parts that have an answer, one an answer, and those parts; none of too few answers.

    Each answer must also score well for the message as a whole, as `alone`: half a sentence may mean anything.
    """
    index, whole = reader.index, alone.entries
    least = NEAR * whole[: len(index.entries)].max(initial=0.0)
    answers: dict[str, Judged] = {}
    answered: list[str] = []
    for part in parts if len(parts) > 1 else ():
        judged = reader.judge(part)
        if judged.verdict.kind is VerdictKind.ANSWER:
            entry_id = judged.verdict.entry_ids[0]
            known = entry_id in answers or len(answers) < MOST_ANSWERS
            if known and 0 < whole[index.numbers[entry_id]] >= least:
                answers.setdefault(entry_id, judged)
                answered.append(part.text)
    return (tuple(answers.values()), answered) if len(answers) >= fewest else ((), ())


def _one(reader: Reader, message: str, alone: Judged, thread: Thread, within: Question | None) -> Judged:
    """Return the reading of a message that asks for one thing, with what was talked about if it leans on that."""
    if within is None or not (alone.scores.query.terms["words"] or asks(message) or leans(message)):
        return alone
    kind, confidence = alone.verdict.kind, alone.verdict.confidence
    stands = kind is VerdictKind.ANSWER and not leans(message)
    if stands and confidence >= _CLEAR:
        return alone
    leaning = reader.judge(within, dict.fromkeys(thread.topics, TOPIC))
    if stands or (kind is VerdictKind.REFERRAL and confidence >= _SURE):
        return leaning if _covers(reader.index, leaning, alone) else alone
    return _surer(alone, leaning)


def _covers(index: Index, leaning: Judged, alone: Judged) -> bool:
    """Whether an answer within the topic has every word of the question that the best entry without it has."""
    return leaning.verdict.kind is VerdictKind.ANSWER and alone.matched(index) <= leaning.matched(index)


def _surer(alone: Judged, within: Judged) -> Judged:
    return within if within.verdict.confidence > alone.verdict.confidence else alone


def _only_offered(judged: Judged) -> Judged:
    """Return a reading whose answer is offered instead: who tells something has asked for nothing yet."""
    if judged.verdict.kind is not VerdictKind.ANSWER:
        return judged
    return replace(judged, verdict=replace(judged.verdict, kind=VerdictKind.CHOICES))
