"""What a message asks: all of its parts or one, by itself or within what was talked about."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.conversation import state
from bot.conversation.smalltalk import tells_trouble
from bot.conversation.state import ConversationState
from index.analysis.normalize import bare, kana, plain
from index.analysis.questions import Question, adds, asks, items, question, questions, stands_alone, tells
from index.analysis.values import ORGANIZATION
from index.decision.policy import VerdictKind
from index.decision.reader import Reader, Reading
from index.retrieval.encoder import EncoderError

MOST_PARTS_READ = 6
LONGEST_PART = 100
"""Parts of one message that are read by themselves, those that ask before others, and characters of one; what is left
is read with the whole only."""

MOST_ANSWERS = 4  # answers in one reply; a message that asks for more gets the first ones
TOPIC = 1.0  # what an entry that was just talked about gets added to its score, in logits
SHARED = 0.2  # how much of a question the topic must have, against what nothing here has, to go on with it
NEAR_TO_WHOLE = 20  # among how many of the whole message's entries the answer to a part of it must stand
NEAREST_TO_WHOLE = 3  # among how many of them it stands as well as if the part were sure of it
_SURE = 0.5  # confidence from which a referral stands, unless the topic has every word of it
_LIKELY = 0.4  # confidence from which an answer stands if something else speaks for it
_CLEAR = 0.8  # confidence from which an answer stands, whatever the topic has


@dataclass(frozen=True)
class Interpretation:
    """How a message was understood: one reading for each thing that it asks, 1 or more."""

    readings: tuple[Reading, ...]
    told: bool = False  # it asks nothing, and is too short to be a story before a question
    unanswered: tuple[str, ...] = ()  # what it lists beside what is answered


def interpret(reader: Reader, message: str, thread: ConversationState) -> Interpretation:
    """Read a message that is not small talk and not empty, on an FAQ that has an entry."""
    corrected = state.correction(message, thread)
    text, not_meant = corrected or (message, "")
    asked, parts = question(text), questions(text)
    before = thread.question.replace(not_meant, " ") if corrected else thread.question
    within = _within(asked, before) if state.goes_on(message, thread) else None
    apart = [part for part in parts if len(part.text) <= LONGEST_PART] if len(parts) > 1 else []
    asking_first = sorted(range(len(apart)), key=lambda place: not asks(apart[place].text))
    read = [apart[place] for place in sorted(asking_first[:MOST_PARTS_READ])]
    texts = list(dict.fromkeys(text for each in (asked, within or asked, *read) for text in each.encoded))
    for encoder in reader.index.encoders:
        # All texts at once: it remembers them, and one that fails is waited for once.
        with suppress(EncoderError):  # told where it is missed
            encoder.encode(texts)
    alone = reader.read(asked)
    if romanized := kana(message):
        alone = _surer(alone, reader.read(Question(romanized)))
    if corrected:
        surer = _surer(alone, reader.read(within)) if within else alone
        return Interpretation((surer,))
    telling = tells(message) and not tells_trouble(message) and alone.evidence.verbatim is None
    if telling and state.is_short(message):
        return Interpretation((alone,), told=True)
    judged, answered = _answers(reader, message, read, alone)
    unanswered = tuple(part.text for part in parts if answered and part.text not in answered)
    judged = judged or (_one(reader, message, asked, alone, thread),)
    if telling:
        # A statement asks for nothing yet.
        judged = tuple(
            _decided(each, VerdictKind.CHOICES) if each.verdict.kind is VerdictKind.ANSWER else each
            for each in judged
        )
    return Interpretation(judged, unanswered=unanswered)


def _within(asked: Question, before: str) -> Question | None:
    """Return a question with what was asked before as its background; `None` without that."""
    return Question(asked.text, f"{before} {asked.background}") if bare(before) else None


def _answers(
    reader: Reader, message: str, parts: Sequence[Question], alone: Reading
) -> tuple[tuple[Reading, ...], Collection[str]]:
    """Return the readings of parts that are answered or referred, and those parts; none of too few or unsure ones."""
    if not parts:
        return (), ()
    # Each must also be near to the message as a whole: half a sentence may mean anything.
    near = [reader.index.entries[number].id for number in alone.ranking.first(NEAR_TO_WHOLE)]
    sure, added = False, adds(message)
    apart: set[str] = set()
    answers: dict[str, Reading] = {}
    answered: list[str] = []
    fewest = 1 if items(message) else 2
    for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
        if len(answers) + left < fewest:
            return (), ()
        judged = reader.read(part)
        sure = sure or judged.verdict.kind is VerdictKind.ANSWER
        own = stands_alone(part.text, message)
        shown = _of_part(reader, judged, near, added=added, own=own)
        if shown and own and shown.verdict.kind is VerdictKind.REFERRAL:
            apart.update(shown.verdict.entry_ids)
        if shown and (shown.verdict.entry_ids[0] in answers or len(answers) < MOST_ANSWERS):
            answers.setdefault(shown.verdict.entry_ids[0], shown)
            answered.append(part.text)
    dependent = {each: found for each, found in answers.items() if each not in apart}
    refers = any(each.verdict.kind is VerdictKind.REFERRAL for each in dependent.values())
    stand = sure and len(answers) >= fewest and not (refers and dependent.keys() - near[:NEAREST_TO_WHOLE])
    return (tuple(answers.values()), answered) if stand else ((), ())


def _of_part(reader: Reader, part: Reading, near: Sequence[str], *, added: bool, own: bool) -> Reading | None:
    """Return a part that is answered or referred: near to the whole, or a referral of a sentence of its `own`."""
    verdict = part.verdict
    entry_id = next(iter(verdict.entry_ids), "")
    if verdict.kind is VerdictKind.ANSWER:
        return part if entry_id in near else None
    apart = own and verdict.kind is VerdictKind.REFERRAL
    if not added or not (apart or entry_id in near[:NEAREST_TO_WHOLE]):
        return None
    refers = bool(reader.index.is_referral[reader.index.numbers[entry_id]])
    if verdict.kind is VerdictKind.REFERRAL:
        return part if verdict.confidence >= _SURE else None
    likely = verdict.confidence >= _LIKELY and not (verdict.beside or refers)
    return _decided(part, VerdictKind.ANSWER) if likely else None


def _one(reader: Reader, message: str, asked: Question, alone: Reading, thread: ConversationState) -> Reading:
    """Return the reading of a message that asks for one thing, with what was talked about if it goes on with that."""
    if exchanged := _exchanged(reader, message, thread):
        return reader.read(Question(exchanged), dict.fromkeys(thread.topics, TOPIC))
    within = _within(asked, thread.question) if _may_go_on(reader, message, alone, thread) else None
    if within is None:
        return alone
    kind, confidence = alone.verdict.kind, alone.verdict.confidence
    continues = state.goes_on(message, thread)
    stands = kind is VerdictKind.ANSWER and not (state.is_followup(message) or state.confirms(message))
    if (stands and confidence >= _CLEAR) or not (continues or kind is VerdictKind.CHOICES):
        return alone
    followup = reader.read(within, dict.fromkeys(thread.topics, TOPIC))
    if not continues:
        answered = followup.verdict.kind is VerdictKind.ANSWER
        return followup if answered and followup.verdict.entry_ids[0] in thread.topics else alone
    if stands or (kind is VerdictKind.REFERRAL and confidence >= _SURE):
        # An answer within the topic must have every word of the question that the best entry without it has.
        answered = followup.verdict.kind is VerdictKind.ANSWER
        return followup if answered and alone.matched <= followup.matched else alone
    return _surer(alone, _within_topic(reader, message, followup, thread))


def _may_go_on(reader: Reader, message: str, alone: Reading, thread: ConversationState) -> bool:
    """Whether what was talked about may say more of a message; naming what nothing here has leads away from it."""
    says = bool(alone.query.terms["words"]) or asks(message) or state.is_followup(message)
    if not (thread.topics and says):
        return False
    if not (alone.evidence.unknown and alone.query.nouns) or state.points(message) or state.confirms(message):
        return True
    # A topic must have a good part of the question, against what nothing here has.
    numbers = [number for each in thread.topics if (number := reader.index.numbers.get(each)) is not None]
    covered = alone.evidence.raw["coverage"][numbers]
    return bool((covered > SHARED * alone.evidence.unknown).any())


def _within_topic(reader: Reader, message: str, followup: Reading, thread: ConversationState) -> Reading:
    """Return the reading of a message that goes on by its form, sure of the topic where that is the likeliest."""
    verdict = followup.verdict
    likely = verdict.kind is VerdictKind.CHOICES and verdict.confidence >= _SURE
    best = followup.best
    if best is None or reader.index.is_referral[best] or reader.index.entries[best].id not in thread.topics:
        return followup
    lacks = verdict.beside or verdict.lacking
    goes = state.is_followup(message) or state.confirms(message)
    return _decided(followup, VerdictKind.ANSWER) if likely and goes and not lacks else followup


def _exchanged(reader: Reader, message: str, thread: ConversationState) -> str:
    """Return the question before with what a message names in the place of another of its kind (高下さんのほうは).

    Empty where the message names nothing, or asks for something else of it.
    """
    if not thread.question:
        return ""
    analyze = reader.index.analyzer.analyze
    said, before = analyze(message), analyze(thread.question)
    if len(said.values) != 1:
        return ""
    (named,) = said.values
    others = set(said.words) - set(analyze(named.surface).words)
    if named.term in {value.term for value in before.values} or (others and not state.takes_back(message)):
        return ""
    same_kind = [value for value in before.values if value.kind == named.kind]
    if named.kind == ORGANIZATION and not same_kind:  # nobody asked about one before
        return ""
    asked = plain(thread.question)
    for value in same_kind:
        asked = asked.replace(value.surface.lower(), named.surface)
    return asked if same_kind else f"{named.surface} {asked}"


def _surer(alone: Reading, within: Reading) -> Reading:
    return within if within.verdict.confidence > alone.verdict.confidence else alone


def _decided(judged: Reading, kind: VerdictKind) -> Reading:
    """Return a reading with its best entry as another kind of reply."""
    verdict = replace(judged.verdict, kind=kind, entry_ids=judged.verdict.entry_ids[:1], lacking="")
    return replace(judged, verdict=verdict)
