"""Many small FAQs, drawn from the built-in one: topics as entries, some of their phrasings in, others asked.

The built-in set has some 170 topics with thousands of phrasings and labelled questions. Every draw is an FAQ of its
own: 20 to 60 topics with no other phrasing, few or all, or the whole set with entries in it that came in today. What is
asked was left out of it, at the rate at which labelled questions ask it; questions on topics that were left out, and
labelled questions that nothing may answer, are those that it must not answer.
"""

import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np

from faq.loading.loader import builtin, load
from faq.model import Entry, EntryKind, Expectation, Knowledge, Lexicon
from index.analysis.analyzer import Analyze, Analyzer
from index.analysis.questions import question
from index.library.topics import cohort
from index.library.topics import topics as library_topics
from index.retrieval.compiling import compile_index
from index.retrieval.documents import documents, unanswerable
from index.retrieval.encoder import SentenceEncoder, Vectors, packaged, unit
from index.retrieval.search import HELD, Index
from index.retrieval.vectors import StoredEncoder, VectorStore

FEWEST = 6
"""Phrasings of a topic that may stand in a small FAQ."""
ASKED_OF_TOPIC = 3
ASKED_OF_FRESH = 4
ASKED_OF_WHOLE = 220
NEAR = 60
COHORT = 300
ANSWERED = 0.8
"""Share of the small FAQs that have no referral: an office answers what it is asked."""
HARD = 0.6
"""Share of a topic's ways to ask that may be asked: those furthest from its entry's question, as applicants do not know
how HR words it."""
NEAREST = 0.3
"""Share of the questions on other topics that are asked: those nearest to an entry, as people ask what is related."""
WITHOUT_LEXICON = {"bare": 1.0, "few": 1.0, "uneven": 1.0, "all": 0.5}
"""Share of the FAQs of a shape that have no lexicon: an office that comes today has none."""


WORDS_ALONE = 25
"""Entries and other words of which questions of one word are made: people type them, labelled questions do not."""
ALONE = ("{}", "{}は？", "{}は", "{}について", "{}について教えてください", "{}のことを知りたいです")


class Shape(StrEnum):
    """How an FAQ is drawn."""

    BARE = "bare"
    FEW = "few"
    UNEVEN = "uneven"
    ALL = "all"
    WHOLE = "whole"
    FRESH = "fresh"


SHAPES = (
    *(Shape.BARE,) * 6,
    *(Shape.FEW,) * 3,
    *(Shape.UNEVEN,) * 3,
    *(Shape.ALL,) * 2,
    *(Shape.WHOLE,) * 3,
    *(Shape.FRESH,) * 3,
)


@dataclass(frozen=True)
class Pool:
    """The built-in FAQ as topics.

    Attributes:
        phrasings: By topic, the other phrasings of the files.
        labelled: By topic, the labelled questions.
        unanswerable: Labelled questions that nothing may answer.
    """

    entries: Mapping[str, Entry]
    phrasings: Mapping[str, tuple[str, ...]]
    labelled: Mapping[str, tuple[str, ...]]
    unanswerable: tuple[str, ...]
    lexicon: Lexicon

    def half(self, number: int) -> "Pool":
        """Return every second topic and every second unanswerable question, from `number`, 0 or 1, on."""
        return replace(
            self,
            entries={topic: self.entries[topic] for topic in list(self.entries)[number::2]},
            unanswerable=self.unanswerable[number::2],
        )

    def asked(self, topic: str) -> list[str]:
        """Return every way to ask a topic but the question of its entry."""
        return [*self.phrasings[topic], *self.labelled[topic]]


@dataclass(frozen=True)
class Draw:
    """One FAQ with the questions put to it; `wanted` has the entry's number, or -1 where nothing may answer."""

    shape: Shape
    index: Index
    questions: tuple[str, ...]
    wanted: tuple[int, ...]


@cache
def pool() -> Pool:
    """Return the built-in FAQ as topics."""
    knowledge: Knowledge = load(builtin())
    found = {document.entry.id: document for document in documents(knowledge)}
    return Pool(
        {topic: each.entry for topic, each in found.items()},
        {topic: each.entry.phrasings[1:] for topic, each in found.items()},
        {topic: each.phrasings[len(each.entry.phrasings) :] for topic, each in found.items()},
        unanswerable(knowledge),
        knowledge.lexicon,
    )


@cache
def _analyze(*, bare: bool) -> Analyze:
    return cache(Analyzer(Lexicon() if bare else pool().lexicon).analyze)


def draw(
    seed: int,
    encoders: Sequence[SentenceEncoder],
    *,
    known: Pool | None = None,
    shape: Shape | None = None,
    hard: bool = False,
) -> Draw:
    """Draw an FAQ and its questions; the same seed gives the same.

    Args:
        seed: Any number.
        encoders: What makes vectors.
        known: What it is drawn from; the whole built-in FAQ without.
        shape: How it is drawn; by chance without.
        hard: Ask a small FAQ what is far from its entries' own words, and of other topics what is near to them.
    """
    chance, known = random.Random(seed), known or pool()  # noqa: S311 -- a sample, no secret
    shape = shape or chance.choice(SHAPES)
    small = shape not in {Shape.WHOLE, Shape.FRESH}
    may = [each for each in known.entries if len(known.asked(each)) >= FEWEST]
    chance.shuffle(may)
    chosen = may[: chance.randint(20, 60)] if small else list(known.entries)
    fresh = set(chance.sample(chosen, chance.choice([1, 5, 10, 30, 60]))) if shape is Shape.FRESH else set()
    answered = small and chance.random() < ANSWERED
    left_out = chance.choice([0.25, 0.4, 0.6] if small else [0.1, 0.25, 0.4])
    entries, asked = [], []
    for topic in chosen:
        ways = known.asked(topic)
        if topic in fresh:
            asking = chance.sample(ways, min(len(ways), ASKED_OF_FRESH))
            gone, count = set(asking), chance.choice([0, 1, 2, 2, 5])
        else:
            outside = chance.sample(ways, int(len(ways) * left_out))
            gone = set(outside)
            asking = _asking(chance, topic, outside, hard=hard) if small else outside
            few, taught = chance.choice([0, 1, 3, 10]), chance.choice([0, 0, 0, 1, 1, 2, 4])
            count = {Shape.BARE: 0, Shape.FEW: few, Shape.UNEVEN: taught}.get(shape, len(ways))
        rest = [each for each in ways if each not in gone]
        kept = rest if count >= len(rest) else chance.sample(rest, count)
        # The topics that the Meetup's report leaves to others are answered elsewhere.
        kind = {"kind": EntryKind.ANSWER, "handover": False} if answered else {}
        entries.append(known.entries[topic].model_copy(update={**kind, "also_asked": tuple(kept)}))
        asked += [(each, topic) for each in asking]
    if not small:
        seasoned = [each for each in asked if each[1] not in fresh]
        new = [each for each in asked if each[1] in fresh]
        asked = chance.sample(seasoned, min(len(seasoned), ASKED_OF_WHOLE)) + new
    nothing = list(known.unanswerable)
    chance.shuffle(nothing)
    others = [each for each in may if each not in set(chosen)]
    elsewhere = chance.choices(others, k=int(NEAR / NEAREST) if hard else NEAR) if small else []
    near = [chance.choice(known.asked(each)) for each in elsewhere]
    near = _near(chosen, near) if small and hard else near
    far = nothing[: 25 if small else 120]
    taught = chance.choice([0, 0, 30, 300] if small else [0, 300, *[len(nothing)] * 6])
    bare = chance.random() < WITHOUT_LEXICON.get(shape, 0.0)
    learned = tuple(Expectation(q=text, gold={}) for text in nothing[len(far) : len(far) + taught])
    lexicon = Lexicon() if bare else known.lexicon
    index = compile_index(
        Knowledge(entries=tuple(entries), lexicon=lexicon, expectations=learned),
        encoders,
        encode=lambda encoder, texts: encoder.encode(texts),
        cohort=_sample(chance),
        analyze=_analyze(bare=bare),
    )
    # A word that is in one entry of a small FAQ may still be asked about something that it has no entry on.
    words = list(_words_alone(chance, index, held_ones=not (small and hard)))
    return Draw(
        shape,
        index,
        (*(text for text, _ in asked), *near, *far, *(text for text, _ in words)),
        (
            *(index.numbers[topic] for _, topic in asked),
            *[-1] * (len(near) + len(far)),
            *(number for _, number in words),
        ),
    )


def _words_alone(chance: random.Random, index: Index, *, held_ones: bool) -> Iterator[tuple[str, int]]:
    """Yield questions of a single word: some that one entry alone has in its question, and some that none has."""
    held = index.compiled.fields[HELD]
    numbers = chance.sample(range(len(index.entries)), min(WORDS_ALONE, len(index.entries)))
    for number in numbers if held_ones else ():
        nouns = _analyze(bare=True)(index.entries[number].question).nouns
        own = sorted(noun for noun in nouns if held.holders(noun).tolist() == [number])
        if own:
            yield _alone(chance.choice(own)), number
    for word in chance.sample(_library_nouns(), WORDS_ALONE):
        if not any(len(held.holders(term)) for term in _terms(word)):
            yield _alone(word), -1


def _alone(word: str) -> str:
    """Return the question of a word, always the same one: its vector is kept."""
    return ALONE[crc32(word.encode()) % len(ALONE)].format(word)


def _terms(word: str) -> Iterator[str]:
    analysis = _analyze(bare=False)(word)
    yield from (*analysis.words, *analysis.concepts)


@cache
def _library_nouns() -> list[str]:
    """Return what the library's questions name, each once: things that applicants ask any employer about."""
    nouns = {
        noun
        for topic in library_topics()
        for text in topic.questions
        for noun in _analyze(bare=True)(text).nouns
    }
    return sorted(noun for noun in nouns if len(noun) > 1)


def _asking(chance: random.Random, topic: str, ways: Sequence[str], *, hard: bool) -> list[str]:
    """Return some of the ways to ask a topic; if they are to be hard, of those far from the question of its entry."""
    if not (ways and hard):
        return chance.sample(ways, min(len(ways), ASKED_OF_TOPIC))
    vectors = _vectors([pool().entries[topic].question, *ways])
    order = np.argsort(vectors[1:] @ vectors[0], kind="stable")
    far = [ways[place] for place in order[: max(ASKED_OF_TOPIC, int(len(ways) * HARD))]]
    return chance.sample(far, min(len(far), ASKED_OF_TOPIC))


def _near(topics: Sequence[str], questions: Sequence[str]) -> list[str]:
    """Return those of some questions on other topics that are nearest to the entries of an FAQ."""
    entries = _vectors([pool().entries[topic].question for topic in topics])
    closeness = (_vectors(questions) @ entries.T).max(axis=1)
    return [
        questions[place] for place in np.argsort(-closeness, kind="stable")[: int(len(questions) * NEAREST)]
    ]


def _vectors(texts: Sequence[str]) -> Vectors:
    """Return what tells how far apart texts are, whichever encoders the FAQ is searched with; centred."""
    encoder = stored(("use",))[0]
    return unit(encoder.encode(texts) - encoder.encode(cohort()).mean(axis=0))


def remember(names: tuple[str, ...]) -> None:
    """Encode all that a draw may ask, so that processes which draw side by side find it kept."""
    known = pool()
    texts = [*known.unanswerable, *(each for topic in known.entries for each in known.asked(topic))]
    nouns = {noun for entry in known.entries.values() for noun in _analyze(bare=True)(entry.question).nouns}
    asked = [question(_alone(noun)).text for noun in (*nouns, *_library_nouns())]
    for read in map(question, texts):
        asked += read.encoded
    for name in names:
        _store().encode(packaged(name), asked)


@cache
def _store() -> VectorStore:
    return VectorStore(Path(tempfile.gettempdir()) / "faq-bench")


@cache
def stored(names: tuple[str, ...]) -> tuple[StoredEncoder, ...]:
    """Return the encoders of these names, which remember what they were asked."""
    return tuple(StoredEncoder(packaged(name), _store()) for name in names)


def _sample(chance: random.Random) -> list[str]:
    return chance.sample(cohort(), COHORT)
