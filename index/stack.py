"""All channels of an index as one: a question's postings are gathered and counted once, not channel by channel."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from index.bm25 import Floats, Ints
from index.channel import Channel

_Places = npt.NDArray[np.intp]

Term: TypeAlias = tuple[str, str, float]
"""A term of a query: the list that it stands in, itself, its weight."""

Share: TypeAlias = tuple[Channel, Term, float]
"""A term of the query that a document has, with the channel where it does and what the postings hold.

The weights of channel and term, times that, are the term's part of the document's score. A plain tuple, as a reply
makes hundreds of them.
"""


@dataclass(frozen=True, eq=False)
class Found:
    """The postings of one query.

    Attributes:
        stack: Whose they are.
        terms: Those that a document has, in order of the query's lists and terms.
        at: Where their postings are in the stack.
        sizes: How many each term has.
        ends: Where those of each term end.
        documents: Numbers of documents in the stack.
    """

    stack: "Stack"
    terms: Sequence[Term]
    at: _Places
    sizes: _Places
    ends: _Places
    documents: _Places
    _shares: dict[int, list[Share]] = field(default_factory=dict)

    def on(self, document: int) -> Sequence[Share]:
        """Return the terms of the query that a document of the stack has, in order of `terms`."""
        if document not in self._shares:
            self.look_at([document])
        return self._shares[document]

    def look_at(self, documents: Sequence[int]) -> None:
        """Go through the postings once for all documents that `on` will be asked for."""
        wanted = np.zeros(self.stack.size, dtype=np.bool_)
        wanted[documents] = True
        own = wanted[self.documents].nonzero()[0]
        numbers = self.ends.searchsorted(own, side="right").tolist()
        channels, impacts = self.stack.held(self.at[own])
        self._shares.update((document, []) for document in documents)
        for document, number, channel, impact in zip(
            self.documents[own].tolist(), numbers, channels, impacts, strict=True
        ):
            self._shares[document].append((channel, self.terms[number], impact))


class Stack:
    """The channels over phrasings and those over entries.

    A phrasing's number in the stack is its own; the entries' follow those of all phrasings. The postings of a term
    stand in one block, channel after channel: a query looks up each of its terms once.

    Attributes:
        size: How many phrasings and entries there are.
    """

    def __init__(self, by_phrasing: Sequence[Channel], by_entry: Sequence[Channel], first: Ints) -> None:
        """Join the postings of the channels.

        Args:
            by_phrasing: Channels over phrasings.
            by_entry: Channels over entries.
            first: The number of each entry's first phrasing, and at the end how many there are.
        """
        phrasings = int(first[-1])
        self.size = phrasings + len(first) - 1
        several = (np.diff(first) > 1).nonzero()[0]
        # From here on an entry has one phrasing: so it is with all questions that nothing answers.
        self._single = int(several[-1]) + 1 if len(several) else 0
        self._first = first
        channels = (*by_phrasing, *by_entry)
        self._blocks = _blocks(channels)
        nothing = np.zeros(0, dtype=np.intp)
        parts = [(nothing, nothing, np.zeros(0), nothing.astype(np.uint8))]
        for number, channel in enumerate(channels):
            postings, blocks = channel.postings, self._blocks[channel.lists]
            of_rows = np.array([blocks[term] for term in postings.rows], dtype=np.intp)
            documents = postings.documents.astype(np.intp) + phrasings * (number >= len(by_phrasing))
            numbers = np.full(len(documents), number, dtype=np.uint8)
            parts.append((of_rows.repeat(np.diff(postings.starts)), documents, postings.impacts, numbers))
        held, documents, impacts, numbers = map(np.concatenate, zip(*parts, strict=True))
        order = held.argsort(kind="stable")
        self._documents, self._impacts, self._numbers = documents[order], impacts[order], numbers[order]
        self._sizes = np.bincount(held, minlength=sum(map(len, self._blocks.values())))
        self._starts = self._sizes.cumsum() - self._sizes
        self._weigh(channels)

    def _weigh(self, channels: tuple[Channel, ...]) -> None:
        self._channels = channels
        self._weighted = self._impacts * np.array([channel.weight for channel in channels])[self._numbers]

    def reweighed(self, by_phrasing: Sequence[Channel], by_entry: Sequence[Channel]) -> "Stack":
        """Return a stack of the same channels with other weights; the postings are shared."""
        other = copy(self)
        other._weigh((*by_phrasing, *by_entry))  # noqa: SLF001 -- its own
        return other

    def find(self, query: Mapping[str, Mapping[str, float]]) -> Found:
        """Return the postings of a query's terms; its weight by term, for each list."""
        terms: list[Term] = []
        chosen: list[int] = []
        for lists, blocks in self._blocks.items():
            for name in lists:
                for term, weight in query[name].items():
                    if (block := blocks.get(term)) is not None:
                        terms.append((name, term, weight))
                        chosen.append(block)
        numbers = np.array(chosen, dtype=np.intp)
        sizes = self._sizes[numbers]
        ends = sizes.cumsum()
        at = (self._starts[numbers] - ends + sizes).repeat(sizes)
        at += np.arange(len(at))
        return Found(self, terms, at, sizes, ends, self._documents[at])

    def held(self, places: _Places) -> tuple[Iterable[Channel], list[float]]:
        """Return the channels of the postings at these places, and what the postings hold."""
        return map(self._channels.__getitem__, self._numbers[places].tolist()), self._impacts[places].tolist()

    def scores(self, found: Found, *, without: Sequence[int] = ()) -> tuple[Floats, Floats, Floats]:
        """Return the score of each phrasing, that of each entry's best phrasing, and that of each entry.

        Documents with the same postings get the same score, bit for bit: each adds up its own in order of `found`.

        Args:
            found: From `find`.
            without: Numbers of phrasings that count for nothing.
        """
        first, single = self._first, self._single
        parts = np.array([weight for _, _, weight in found.terms]).repeat(found.sizes)
        parts *= self._weighted[found.at]
        counted: Floats = np.bincount(found.documents, parts, self.size).astype(np.float64, copy=False)
        by_phrasing, by_entry = counted[: first[-1]], counted[first[-1] :]
        if without:
            by_phrasing[list(without)] = 0.0
        best = by_phrasing[first[single] :]
        if single:
            grouped = np.maximum.reduceat(by_phrasing[: first[single]], first[:single])
            best = np.concatenate([grouped, best])
        return by_phrasing, best, by_entry + best


def _blocks(channels: Sequence[Channel]) -> Mapping[tuple[str, ...], Mapping[str, int]]:
    """Return the block of each term, for the channels that answer the same lists of a query."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for channel in channels:
        found.setdefault(channel.lists, {}).update(dict.fromkeys(channel.postings.rows, 0))
    first = 0
    for lists, terms in found.items():
        found[lists] = dict(zip(terms, range(first, first + len(terms)), strict=True))
        first += len(terms)
    return found
