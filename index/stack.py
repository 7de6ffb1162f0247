"""All channels of an index as one: a question's postings are gathered and counted once, not channel by channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from index.bm25 import Floats
from index.channel import Channel

_Places = npt.NDArray[np.intp]


class Lane(NamedTuple):
    """One list of the query in one channel.

    Attributes:
        name: The list.
        first: Its first row, in the numbering of all lanes' rows.
    """

    channel: Channel
    name: str
    first: int


Share: TypeAlias = tuple[Lane, str, float, float]
"""A term of the query that a document has: lane, term, its weight in the query, and what the postings hold.

The product of the last two and of the channel's weight is the term's part of the document's score. A plain tuple, as a
reply makes hundreds of them.
"""


@dataclass(frozen=True, eq=False)
class Found:
    """The postings of one query.

    Attributes:
        lanes: One for each term and each lane whose postings have it; in order of the query's lists and terms.
        terms: The term of each of them, with its weight in the query.
        ends: Where the postings of each end.
        documents: Numbers of documents in the stack.
        impacts: Before any weight.
    """

    lanes: Sequence[Lane]
    terms: Sequence[tuple[str, float]]
    ends: _Places
    documents: _Places
    impacts: Floats
    _shares: dict[int, list[Share]] = field(default_factory=dict)

    def on(self, document: int) -> Sequence[Share]:
        """Return the terms of the query that a document of the stack has, in order of `lanes`."""
        shares = self._shares.get(document)
        if shares is None:
            at = (self.documents == document).nonzero()[0]
            places = self.ends.searchsorted(at, side="right").tolist()
            lanes, terms = self.lanes, self.terms
            impacts = self.impacts[at].tolist()
            shares = self._shares[document] = [
                (lanes[place], *terms[place], impact) for place, impact in zip(places, impacts, strict=True)
            ]
        return shares


class Stack:
    """The channels over phrasings and those over entries.

    A phrasing's number in the stack is its own; the entries' follow those of all phrasings.
    """

    def __init__(
        self, by_phrasing: Sequence[Channel], by_entry: Sequence[Channel], phrasings: int, entries: int
    ) -> None:
        """Join the postings of the channels, over that many phrasings and entries."""
        self.phrasings, self.entries = phrasings, entries
        lanes: dict[str, list[Lane]] = {}
        starts, sizes, documents, impacts = [], [], [], []
        row = posting = 0
        for number, channel in enumerate((*by_phrasing, *by_entry)):
            postings = channel.postings
            for name in channel.lists:
                lanes.setdefault(name, []).append(Lane(channel, name, row))
            starts.append(postings.starts[:-1].astype(np.intp) + posting)
            sizes.append(np.diff(postings.starts).astype(np.intp))
            documents.append(postings.documents.astype(np.intp) + (number >= len(by_phrasing)) * phrasings)
            impacts.append(postings.impacts)
            row += len(postings.rows)
            posting += len(postings.documents)
        self._lanes = lanes
        self._starts, self._sizes, self._documents = map(_joined, (starts, sizes, documents))
        self._impacts: Floats = np.concatenate([np.zeros(0), *impacts])
        self._rows: dict[str, dict[str, tuple[tuple[Lane, ...], tuple[int, ...]]]] = {
            name: {} for name in lanes
        }

    def find(self, query: Mapping[str, Mapping[str, float]]) -> Found:
        """Return the postings of a query's terms; its weight by term, for each list."""
        terms: list[tuple[str, float]] = []
        lanes: list[Lane] = []
        rows: list[int] = []
        for name, known in self._rows.items():
            look_up = known.get
            for each in query[name].items():
                found = look_up(each[0]) or self._look_up(name, each[0])
                if found:
                    lanes += found[0]
                    rows += found[1]
                    terms += [each] * len(found[1])
        chosen = np.array(rows, dtype=np.intp)
        sizes = self._sizes[chosen]
        ends = sizes.cumsum()
        at = (self._starts[chosen] - ends + sizes).repeat(sizes)
        at += np.arange(len(at))
        return Found(lanes, terms, ends, self._documents[at], self._impacts[at])

    def _look_up(self, name: str, term: str) -> tuple[tuple[Lane, ...], tuple[int, ...]] | None:
        """Return the lanes that have a term, with its row in each, and keep them; only what is indexed is kept."""
        found = [
            (lane, lane.first + row)
            for lane in self._lanes[name]
            if (row := lane.channel.postings.rows.get(term)) is not None
        ]
        if not found:
            return None
        kept = self._rows[name][term] = (tuple(lane for lane, _ in found), tuple(row for _, row in found))
        return kept

    def scores(
        self, found: Found, first: npt.NDArray[np.int32], *, without: Sequence[int] = ()
    ) -> tuple[Floats, Floats]:
        """Return the scores of the phrasings, and those of the entries with that of their best phrasing.

        Documents with the same postings get the same score, bit for bit: each adds up its own in order of `found`.

        Args:
            found: From `find`.
            first: The number of each entry's first phrasing, and at the end how many there are.
            without: Numbers of phrasings that count for nothing.
        """
        if not found.terms or not self.entries:
            return np.zeros(self.phrasings), np.zeros(self.entries)
        weights = np.array(
            [lane.channel.weight * weight for lane, (_, weight) in zip(found.lanes, found.terms, strict=True)]
        )
        sizes = np.diff(found.ends, prepend=0)
        counted = np.bincount(
            found.documents, found.impacts * weights.repeat(sizes), self.phrasings + self.entries
        ).astype(np.float64, copy=False)
        by_phrasing, by_entry = counted[: self.phrasings], counted[self.phrasings :]
        by_phrasing[list(without)] = 0.0
        return by_phrasing, by_entry + np.maximum.reduceat(by_phrasing, first[:-1])


def _joined(parts: Sequence[_Places]) -> _Places:
    return np.concatenate([np.zeros(0, dtype=np.intp), *parts])
