"""Phrasings that seem to belong to another entry: one of its phrasings is alike, and none of their own entry is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from index.retrieval.bm25 import Floats
from index.retrieval.search import Index

_CLEARLY = 9.0
"""How many times closer the other entry must be: varied words in one entry are no mistake."""
_CHANCE, _CHANCE_BY_WORDS = 0.08, 0.11
"""Closeness by chance, with an encoder and by words alone."""

_AT_ONCE = 500


@dataclass(frozen=True)
class Stray:
    """A phrasing of `entry_id` that is closer to the entry `reached`, whose phrasing `alike` is the closest."""

    entry_id: str
    phrasing: str
    reached: str
    alike: str


def compared(index: Index) -> list[int]:
    """Return the numbers of the phrasings that `strays` checks: those in the files of entries with several."""
    return [
        int(index.first[number]) + place
        for number, entry in enumerate(index.entries)
        for place in range(len(entry.phrasings))
        if index.sizes[number] > 1
    ]


def strays(index: Index, step: Callable[[], None] = lambda: None) -> Iterator[Stray]:
    """Yield each stray phrasing, in order of the files; `step` is called once for each phrasing checked.

    A phrasing strays if one of another entry is 9 times as close as the closest other one of its own.
    """
    judged = compared(index)
    for start in range(0, len(judged), _AT_ONCE):
        some = judged[start : start + _AT_ONCE]
        close = np.array([_by_words(index, phrasing) for phrasing in some])
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


def _by_words(index: Index, phrasing: int) -> Floats:
    """Return the BM25 closeness of all phrasings to one, as a share of its score for itself; zeros without words."""
    postings = index.compiled.fields["phrasing"]
    scores = postings.scores(dict.fromkeys(postings.terms[phrasing], 1.0))
    return np.asarray(scores / max(scores[phrasing], 1e-9))
