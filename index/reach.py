"""Phrasings that belong to another entry: the search finds that first, or nothing else of their own is like them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from index.bm25 import Floats
from index.evidence import LISTS, Query
from index.scores import Scores
from index.search import Index

_ALIKE = 0.6
"""What a phrasing of another entry must score, against what the phrasing itself does, to be called like it."""
_CLEARLY = 8.0
"""How much better the other entry must do: writers put varied words on purpose, and those are no mistakes."""


@dataclass(frozen=True)
class Stray:
    """A phrasing of `entry_id` that is closer to `reached`.

    Attributes:
        alike: The phrasing of `reached` that is like it.
        found: Whether the search, as it is served, ranks `reached` first for it.
    """

    entry_id: str
    phrasing: str
    reached: str
    alike: str
    found: bool


def strays(index: Index) -> Iterator[Stray]:
    """Yield each phrasing that another entry takes, in order of the files.

    A phrasing always finds itself, so each is also looked at as if it were not there (leave one out): what only it says
    is no evidence for its own entry. It strays if another entry has a phrasing like it and then scores 8 times what its
    own does. An entry that ties keeps its own; the only phrasing of an entry is not left out.
    """
    own = (
        (int(index.first[number]) + place, number)
        for number, entry in enumerate(index.entries)
        for place in range(len(entry.phrasings))
    )
    for phrasing, number in own:
        text = index.phrasings[phrasing]
        scores = index.score(index.query(text))
        reached = _first(scores.entries[: scores.shown], number)
        found = reached is not None
        if reached is None:
            reached = _closer(index, scores, phrasing, number)
        if reached is not None:
            alike = index.phrasings[index.best_phrasing(scores, reached)]
            yield Stray(index.entries[number].id, text, index.entries[reached].id, alike, found)


def _first(scores: Floats, number: int) -> int | None:
    return int(scores.argmax()) if scores.max(initial=0.0) > scores[number] else None


def _closer(index: Index, scores: Scores, phrasing: int, number: int) -> int | None:
    """Return the entry that a phrasing is clearly closer to than to all else of its own; `None` if there is none."""
    start, end = int(index.first[number]), int(index.first[number + 1])
    alike = scores.phrasings - index.channel("verbatim").scores(scores.query.terms)
    most, own = float(alike[phrasing]), alike[start:end].copy()
    own[phrasing - start] = 0.0
    alike[start:end] = 0.0
    if end - start == 1 or alike.max(initial=0.0) < _ALIKE * most:
        return None
    rest = _without(index, scores.query, phrasing, number) - most + own.max()
    totals = np.where(np.arange(scores.shown) == number, 0.0, scores.entries[: scores.shown])
    best = int(totals.argmax())
    is_alike = alike[index.first[best] : index.first[best + 1]].max() >= _ALIKE * most
    return best if is_alike and totals[best] > _CLEARLY * rest else None


def _without(index: Index, query: Query, phrasing: int, number: int) -> float:
    """Return the score of an entry without what it has from being its own phrasing, but for the phrasing's own part."""
    alone = replace(query, terms={**query.terms, "verbatim": {}})
    return float(index.score(alone).entries[number]) - _only(index, alone, phrasing, number)


def _only(index: Index, query: Query, phrasing: int, number: int) -> float:
    """Return what the terms that its entry has in this phrasing alone add to the entry's score."""
    start, end = int(index.first[number]), int(index.first[number + 1])
    holders = {channel.lists[0]: channel.postings.holders for channel in index.compiled.by_phrasing}
    answer = index.channel("answer").postings

    def here_only(name: str, term: str) -> bool:
        kind = name if name in LISTS else "words"  # words near in meaning are words
        held = [int(each) for each in holders[kind](term) if start <= each < end]
        return held == [phrasing] and not (kind == "words" and answer.impact(term, number))

    return sum(
        part
        for channel in index.compiled.by_entry
        for name, term, part in channel.impacts(query.terms, number)
        if here_only(name, term)
    )
