"""Phrasings that belong to another entry: nothing else of their own is like them, and a phrasing of another one is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from index.retrieval.bm25 import Floats
from index.retrieval.evidence import FIELDS
from index.retrieval.search import Index

_CLEARLY = 9.0
"""How many times closer the other entry must be: writers put varied words on purpose, and those are no mistakes."""
_CHANCE, _CHANCE_BY_WORDS = 0.08, 0.11
"""Closeness that says nothing, with an encoder and without: by words alone, only the same words stray."""

_AT_ONCE = 500
_OF_WORDS = [name for name, terms in FIELDS.items() if terms != "sounds"]


@dataclass(frozen=True)
class Stray:
    """A phrasing of `entry_id` that is closer to `reached`, which has one that is `alike`."""

    entry_id: str
    phrasing: str
    reached: str
    alike: str


def compared(index: Index) -> list[int]:
    """Return the numbers of the phrasings that `strays` looks at: those of the files, but the only one of an entry."""
    return [
        int(index.first[number]) + place
        for number, entry in enumerate(index.entries)
        for place in range(len(entry.phrasings))
        if index.sizes[number] > 1
    ]


def strays(index: Index, step: Callable[[], None] = lambda: None) -> Iterator[Stray]:
    """Yield each phrasing that another entry takes, in order of the files; `step` is called once for each compared.

    A phrasing is always closest to itself, so it is compared with the others, of its own entry and of all: it strays if
    one of another entry is 9 times as close.
    """
    judged = compared(index)
    closeness = _by_words(index)
    for start in range(0, len(judged), _AT_ONCE):
        some = judged[start : start + _AT_ONCE]
        close = np.array([closeness(phrasing) for phrasing in some])
        found = [encoded.phrasings[some] @ encoded.phrasings.T for encoded in index.compiled.vectors.values()]
        if found:
            close = (close + np.mean(found, axis=0)) / 2
        chance = _CHANCE if found else _CHANCE_BY_WORDS
        rows, owners = np.arange(len(some)), index.owners[some]
        close[rows, some] = 0.0
        best = np.maximum.reduceat(close, index.first, axis=1)
        own = best[rows, owners]
        best[rows, owners] = 0.0
        for row in np.flatnonzero(best.max(axis=1) > _CLEARLY * np.maximum(own, chance)).tolist():
            reached = int(best[row].argmax())
            span = index.span(reached)
            alike = index.phrasings[span.start + int(close[row, span].argmax())]
            entry = index.entries[owners[row]]
            yield Stray(entry.id, index.phrasings[some[row]], index.entries[reached].id, alike)
        for _ in some:
            step()


def _by_words(index: Index) -> Callable[[int], Floats]:
    """Return what tells how close each phrasing is to one by BM25, as a share of what that one scores for itself."""
    fields = {name: index.compiled.fields[name] for name in _OF_WORDS}
    terms: dict[str, list[dict[str, float]]] = {name: [{} for _ in index.phrasings] for name in fields}
    for name, postings in fields.items():
        for term in postings.rows:
            for phrasing in postings.holders(term).tolist():
                terms[name][phrasing][term] = 1.0

    def closeness(phrasing: int) -> Floats:
        found = [postings.scores(terms[name][phrasing]) for name, postings in fields.items()]
        scores: Floats = np.sum(found, axis=0)
        return np.asarray(scores / max(scores[phrasing], 1e-9))  # zeros for one without words

    return closeness
