"""The scores: rank-bm25 defines them; postings made from it answer the queries."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Okapi

Floats = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
"""Numbers of documents, in the type that numpy picks by: it would convert any other each time."""

_FREQUENT = 1 / 6
"""Share of the documents from which a term is frequent."""
_MANY = 4_000
"""Scores from which the best are looked for in parts."""


class EntryBM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """BM25Okapi whose idf counts entries, not documents, and never falls for a rarer term.

    An entry that is asked for in twenty phrasings would otherwise make its own words common. With N entries, of
    which df hold the term, idf = ln(1 + (N - df + 0.5) / (df + 0.5)) (the variant of Lucene, always above 0).
    """

    def __init__(
        self, corpus: Sequence[Sequence[str]], owners: Sequence[int], *, k1: float = 1.2, b: float = 0.5
    ) -> None:
        """Index `corpus`, a list of terms a document; `owners` holds the number of each document's entry, ascending."""
        self._owners = owners
        super().__init__(corpus or [[]], k1=k1, b=b)
        self.avgdl: float = self.avgdl or 1.0  # rank-bm25 divides by it

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        self.rows = {term: row for row, term in enumerate(nd)}
        words = np.fromiter(map(self.rows.__getitem__, chain.from_iterable(self.doc_freqs)), dtype=np.int64)
        order = np.argsort(words, kind="stable")
        counts = [len(frequencies) for frequencies in self.doc_freqs]
        self.documents: Ints = np.repeat(np.arange(len(counts), dtype=np.int64), counts)[order]
        self.tf: Ints = np.fromiter(chain.from_iterable(map(dict.values, self.doc_freqs)), dtype=np.int64)[
            order
        ]
        self.starts: Ints = np.searchsorted(words[order], np.arange(len(nd) + 1))
        owners = np.asarray(self._owners, dtype=np.int64)[self.documents]
        first = np.diff(owners, prepend=-1) != 0  # of a term in an entry
        first[self.starts[:-1]] = True
        df = np.add.reduceat(first, self.starts[:-1], dtype=np.int64) if nd else self.starts[:0]
        self.entry_count = len(set(self._owners))
        self.idf = {term: idf(held, self.entry_count) for term, held in zip(nd, df.tolist(), strict=True)}


def idf(df: int, entry_count: int) -> float:
    """Return the weight of a term that `df` of `entry_count` entries hold; the most for a term of none."""
    return math.log1p((entry_count - df + 0.5) / (df + 0.5))


@dataclass(frozen=True)
class Postings:
    """BM25 of one field, worked out ahead for every term and document.

    Attributes:
        starts: Where a row begins in the two arrays below; one more than there are rows.
        documents: Document numbers, ascending within a row.
        impacts: The term's part of that document's score, for a query that has the term once.
        idf: By row.
        unknown_idf: The idf of a term that no entry holds.
    """

    rows: Mapping[str, int]
    starts: Ints
    documents: Ints
    impacts: Scores
    idf: Floats
    document_count: int
    unknown_idf: float

    def scores(self, weights: Mapping[str, float]) -> Scores:
        """Return each document's score for the query's terms, each times its weight; zeros for unknown terms."""
        rows = [(row, weight) for term, weight in weights.items() if (row := self.rows.get(term)) is not None]
        whole = [(self._everywhere[row], weight) for row, weight in rows if row in self._everywhere]
        total = whole[0][0] * np.float32(whole[0][1]) if whole else np.zeros(self.document_count, np.float32)
        for parts, weight in whole[1:]:
            total += parts if weight == 1.0 else parts * np.float32(weight)
        for row, weight in rows:
            if row not in self._everywhere:
                held = slice(self._bounds[row], self._bounds[row + 1])
                parts = self.impacts[held]
                np.add.at(total, self.documents[held], parts if weight == 1.0 else parts * np.float32(weight))
        return total

    def impact(self, term: str, document: int) -> float:
        """Return the term's part of one document's score; 0 where the document lacks it."""
        row = self.rows.get(term)
        if row is None:
            return 0.0
        start, end = self._bounds[row], self._bounds[row + 1]
        at = start + int(np.searchsorted(self.documents[start:end], document))
        return float(self.impacts[at]) if at < end and self.documents[at] == document else 0.0

    def idf_of(self, term: str) -> float:
        """Return the idf of a term; the highest there is for one that no entry holds."""
        row = self.rows.get(term)
        return self.unknown_idf if row is None else self.idf.item(row)

    def holders(self, term: str) -> Ints:
        """Return the numbers of the documents that have the term, ascending; none for an unknown term."""
        row = self.rows.get(term)
        held = slice(0) if row is None else slice(self._bounds[row], self._bounds[row + 1])
        return self.documents[held]

    @cached_property
    def terms(self) -> tuple[tuple[str, ...], ...]:
        """The terms of each document, sorted."""
        order = np.argsort(self.documents, kind="stable")
        rows = np.repeat(np.arange(len(self.rows)), np.diff(self.starts))[order].tolist()
        ends = np.searchsorted(self.documents[order], np.arange(self.document_count + 1)).tolist()
        names = list(self.rows)
        return tuple(
            tuple(sorted(names[row] for row in rows[start:end])) for start, end in itertools.pairwise(ends)
        )

    @cached_property
    def _everywhere(self) -> Mapping[int, Scores]:
        """The parts of frequent terms, a number for every document: to add them all is quicker than to pick some."""
        found = {}
        for row in np.flatnonzero(np.diff(self.starts) > _FREQUENT * self.document_count).tolist():
            held = slice(self._bounds[row], self._bounds[row + 1])
            found[row] = np.zeros(self.document_count, dtype=np.float32)
            found[row][self.documents[held]] = self.impacts[held]
        return found

    @cached_property
    def _bounds(self) -> list[int]:
        """`starts` as plain numbers: indexing an array makes an object each time."""
        bounds: list[int] = self.starts.tolist()
        return bounds


def best(scores: npt.NDArray[np.floating[Any]], limit: int) -> list[int]:
    """Return the numbers of the highest scores, `limit` at most, best first; ties are in order of number."""
    size = len(scores)
    if size <= max(_MANY, limit * limit):
        among = (scores >= _least(scores, limit)).nonzero()[0]
    else:
        # As many columns hold a score that is no lower than the least of the highest of so many columns.
        count = math.isqrt(size) // 4
        width = size // count
        rows = scores[: count * width].reshape(count, width)
        highest = np.maximum.reduce(rows)
        least = _least(highest, limit)
        columns = (highest >= least).nonzero()[0]
        row, column = (rows.take(columns, axis=1) >= least).nonzero()
        among = np.concatenate((row * width + columns[column], np.arange(count * width, size)))
    found: list[int] = among[(-scores[among]).argsort(kind="stable")[:limit]].tolist()
    return found


def _least(scores: npt.NDArray[np.floating[Any]], limit: int) -> float:
    """Return the lowest of the highest scores, `limit` at most."""
    return float(np.partition(scores, -limit)[-limit]) if len(scores) > limit else -math.inf


def compile_postings(
    corpus: Sequence[Sequence[str]], owners: Sequence[int], *, k1: float = 1.2, b: float = 0.5
) -> Postings:
    """Work out every term's part of every document's score, as `EntryBM25.get_scores` does for a query.

    `owners` holds the number of each document's entry, ascending.
    """
    bm25 = EntryBM25(corpus, owners, k1=k1, b=b)
    lengths = np.asarray(bm25.doc_len, dtype=np.float64)
    norms = bm25.k1 * (1 - bm25.b + bm25.b * lengths / bm25.avgdl)
    idfs = np.fromiter(bm25.idf.values(), dtype=np.float64)
    impacts = (
        np.repeat(idfs, np.diff(bm25.starts)) * bm25.tf * (bm25.k1 + 1) / (bm25.tf + norms[bm25.documents])
    )
    return Postings(
        rows=bm25.rows,
        starts=bm25.starts,
        documents=bm25.documents,
        impacts=impacts.astype(np.float32),
        idf=idfs,
        document_count=len(corpus),
        unknown_idf=idf(0, bm25.entry_count),
    )
