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
        number: Its place among the lanes, which are in order of the channels and of their lists.
        name: The list.
        first: Its first row, in the numbering of all lanes' rows.
        shift: From the number of a document in the stack to its place among the scores of all lanes.
    """

    number: int
    channel: Channel
    name: str
    first: int
    shift: int


Share: TypeAlias = tuple[Lane, str, float, float]
"""A term of the query that a document has: lane, term, its weight in the query, and what the postings hold.

The product of the last two and of the channel's weight is the term's part of the document's score. A plain tuple, as a
reply makes hundreds of them.
"""


@dataclass(frozen=True, eq=False)
class Found:
    """The postings of one query.

    Attributes:
        terms: Those that a lane's postings have, each with its weight.
        lanes: The lane of each of them.
        order: Their places in order of the lanes, and in each in that of the query: so stand their postings below.
        ends: Where the postings of each end, in that order.
        documents: Numbers of documents in the stack.
        impacts: Before any weight.
    """

    terms: Sequence[tuple[str, float]]
    lanes: Sequence[Lane]
    order: _Places
    ends: _Places
    documents: _Places
    impacts: Floats
    _shares: dict[int, list[Share]] = field(default_factory=dict)

    def on(self, document: int) -> Sequence[Share]:
        """Return the terms of the query that a document of the stack has, in order of the lanes and of the query."""
        shares = self._shares.get(document)
        if shares is None:
            at = np.flatnonzero(self.documents == document)
            places = self.order[self.ends.searchsorted(at, side="right")].tolist()
            lanes, terms = self.lanes, self.terms
            impacts = self.impacts[at].tolist()
            shares = self._shares[document] = [
                (lanes[place], terms[place][0], terms[place][1], impact)
                for place, impact in zip(places, impacts, strict=True)
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
        self._lanes: dict[str, list[Lane]] = {}
        self._groups: list[tuple[Channel, list[tuple[int, slice]]]] = []
        self._by_phrasing = len(by_phrasing)
        starts, sizes, documents, impacts = [], [], [], []
        row = place = posting = lanes = 0
        for number, channel in enumerate((*by_phrasing, *by_entry)):
            postings = channel.postings
            own, offset = (phrasings, 0) if number < self._by_phrasing else (entries, phrasings)
            group: list[tuple[int, slice]] = []
            for name in channel.lists:
                lane = Lane(lanes, channel, name, row, place - offset)
                self._lanes.setdefault(name, []).append(lane)
                group.append((lane.number, slice(place, place + own)))
                starts.append(postings.starts[:-1].astype(np.intp) + posting)
                sizes.append(np.diff(postings.starts).astype(np.intp))
                row, place, lanes = row + len(postings.rows), place + own, lanes + 1
            self._groups.append((channel, group))
            documents.append(postings.documents.astype(np.intp) + offset)
            impacts.append(postings.impacts)
            posting += len(postings.documents)
        self._starts, self._sizes, self._documents = map(_joined, (starts, sizes, documents))
        self._impacts: Floats = np.concatenate([np.zeros(0), *impacts])
        self._places = place
        self._rows: dict[str, dict[str, tuple[tuple[Lane, ...], tuple[int, ...]]]] = {
            name: {} for name in self._lanes
        }

    def find(self, query: Mapping[str, Mapping[str, float]]) -> Found:
        """Return the postings of a query's terms; its weight by term, for each list."""
        terms: list[tuple[str, float]] = []
        lanes: list[Lane] = []
        rows: list[int] = []
        for name, known in self._rows.items():
            for each in query[name].items():
                found = known.get(each[0]) or self._look_up(name, each[0])
                if found:
                    lanes += found[0]
                    rows += found[1]
                    terms += [each] * len(found[1])
        order = np.array([lane.number for lane in lanes], dtype=np.intp).argsort(kind="stable")
        chosen = np.array(rows, dtype=np.intp)[order]
        sizes = self._sizes[chosen]
        ends = sizes.cumsum()
        total = int(ends[-1]) if rows else 0
        at = np.repeat(self._starts[chosen] - ends + sizes, sizes) + np.arange(total)
        return Found(terms, lanes, order, ends, self._documents[at], self._impacts[at])

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

        Each channel's weighted score is added to those before it, in order of the channels.

        Args:
            found: From `find`.
            first: The number of each entry's first phrasing, and at the end how many there are.
            without: Numbers of phrasings that count for nothing.
        """
        by_phrasing = np.zeros(self.phrasings)
        if not found.terms or not self.entries:
            return by_phrasing, np.zeros(self.entries)
        sizes = np.diff(found.ends, prepend=0)
        shifts = np.array([lane.shift for lane in found.lanes], dtype=np.intp)[found.order]
        weights = np.array([weight for _, weight in found.terms], dtype=np.float64)[found.order]
        parts = found.impacts * weights.repeat(sizes)
        counted = np.bincount(found.documents + shifts.repeat(sizes), parts, self._places).astype(
            np.float64, copy=False
        )
        used = {lane.number for lane in found.lanes}
        self._add(counted, used, self._groups[: self._by_phrasing], by_phrasing)
        by_phrasing[list(without)] = 0.0
        by_entry = np.maximum.reduceat(by_phrasing, first[:-1])
        self._add(counted, used, self._groups[self._by_phrasing :], by_entry)
        return by_phrasing, by_entry

    @staticmethod
    def _add(
        counted: Floats,
        used: set[int],
        groups: Sequence[tuple[Channel, Sequence[tuple[int, slice]]]],
        total: Floats,
    ) -> None:
        for channel, group in groups:
            places = [place for number, place in group if number in used]
            if places:
                score: Floats = counted[places[0]]
                for place in places[1:]:
                    score += counted[place]
                score *= channel.weight
                total += score


def _joined(parts: Sequence[_Places]) -> _Places:
    return np.concatenate([np.zeros(0, dtype=np.intp), *parts])
