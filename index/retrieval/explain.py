"""Why an entry scored: the words that matched, the nearest phrasing, the nearest sentence of the answer."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from faq.model import EntryKind
from index.retrieval.documents import sentences
from index.retrieval.evidence import Evidence
from index.retrieval.search import Index


class Neighbor(NamedTuple):
    """A text with its closeness to the question: a cosine, or 0 where no encoder took part."""

    text: str
    closeness: float


class Hit(NamedTuple):
    """An entry found, with the parts of its score by kind of evidence, in logits, greatest first.

    Beside evidence there are "prior" for what is known before, and "thread" for the conversation. Its `sentence` is
    empty where the answer has none, or no encoder took part.
    """

    entry_id: str
    kind: EntryKind
    score: float
    phrasing: Neighbor
    sentence: Neighbor
    parts: Mapping[str, float]


class QueryTerm(NamedTuple):
    """A content word of the question."""

    text: str
    idf: float
    matched: bool


def hit(index: Index, evidence: Evidence, parts: Mapping[str, float], number: int) -> Hit:
    """Return the entry of that number with what speaks for it; `parts` add up to its score."""
    entry = index.entries[number]
    return Hit(
        entry.id,
        entry.kind,
        sum(parts.values()),
        nearest_phrasings(index, evidence, number, 1)[0],
        _nearest_sentence(index, evidence, number),
        dict(sorted(parts.items(), key=lambda part: -part[1])),
    )


def nearest_phrasings(index: Index, evidence: Evidence, number: int, most: int) -> list[Neighbor]:
    """Return the phrasings of the entry of that number that come closest to the question, nearest first."""
    span = index.span(number)
    by_meaning = [found[span] for kind, found in evidence.by_phrasing.items() if kind.startswith("meaning:")]
    by_words = evidence.by_phrasing["phrasing"][span]
    closeness = np.mean(by_meaning, axis=0) if by_meaning else by_words
    return [
        Neighbor(index.phrasings[span.start + place], float(closeness[place]) if by_meaning else 0.0)
        for place in np.argsort(-closeness, kind="stable")[:most].tolist()
    ]


def _nearest_sentence(index: Index, evidence: Evidence, number: int) -> Neighbor:
    span = index.passage_span(number)
    found = [closeness[span] for closeness in evidence.passages.values()]
    if not found or span.start == span.stop:
        return Neighbor("", 0.0)
    closeness = np.mean(found, axis=0)
    place = int(closeness.argmax())
    return Neighbor(sentences(index.entries[number].answer)[place], float(closeness[place]))
