"""Phrasings that reach another entry before their own: the files say one thing and the search does another."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.search import Index


@dataclass(frozen=True)
class Stray:
    """A phrasing of `entry_id` for which the search ranks `reached` first."""

    entry_id: str
    phrasing: str
    reached: str


def strays(index: Index) -> Iterator[Stray]:
    """Yield each phrasing that another entry takes, in order of the files. An entry that ties keeps its own."""
    for number, entry in enumerate(index.entries):
        for phrasing in entry.phrasings:
            scores = index.score(index.query(phrasing)).entries
            if scores.max(initial=0.0) > scores[number]:
                yield Stray(entry.id, phrasing, index.entries[int(scores.argmax())].id)
