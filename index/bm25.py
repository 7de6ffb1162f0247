"""The scores: rank-bm25 defines them; postings made from it answer the queries."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Okapi

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

# rank-bm25 divides by the number of documents and of terms.
_NO_TERM = "\x00"

_CACHED = 500


class EntryBM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """BM25Okapi whose idf counts entries, not documents, and never falls for a rarer term.

    An entry that is asked for in twenty phrasings would otherwise make its own words common. With N entries, of
    which df hold the term, idf = ln(1 + (N - df + 0.5) / (df + 0.5)) (the variant of Lucene, always above 0).

    >>> bm25 = EntryBM25([["テレワーク", "頻度"], ["在宅"], ["服装"]], [0, 0, 1])
    >>> bm25.get_scores(["服装"]).argmax().item()
    2
    """

    def __init__(
        self, corpus: Sequence[Sequence[str]], owners: Sequence[int], *, k1: float = 1.5, b: float = 0.75
    ) -> None:
        """Index `corpus`, a list of terms a document; `owners` holds the number of each document's entry."""
        self._owners = owners
        super().__init__(corpus or [[_NO_TERM]], k1=k1, b=b)
        self.avgdl: float = self.avgdl or 1.0

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        entries: dict[str, set[int]] = {term: set() for term in nd}
        for owner, frequencies in zip(self._owners, self.doc_freqs, strict=False):
            for term in frequencies:
                entries[term].add(owner)
        self.entry_count = len(set(self._owners))
        self.idf = {term: idf(len(owners), self.entry_count) for term, owners in entries.items()}


def idf(df: int, entry_count: int) -> float:
    """Return the weight of a term that `df` of `entry_count` entries hold; the most for a term of none.

    >>> idf(1, 30) > idf(14, 30) > idf(20, 30) > 0
    True
    """
    return math.log1p((entry_count - df + 0.5) / (df + 0.5))


@dataclass(frozen=True)
class Postings:
    """BM25 of one channel, worked out ahead for every term and document.

    Attributes:
        rows: Row of each term.
        starts: Where a row begins in the two arrays below; one more than there are rows.
        documents: Document numbers, ascending within a row.
        impacts: The term's part of that document's score, for a query that has the term once.
        idf: By row.
        document_count: Length of the array of scores.
        unknown_idf: The idf of a term that no entry holds.
    """

    rows: Mapping[str, int]
    starts: Ints
    documents: Ints
    impacts: Floats
    idf: Floats
    document_count: int
    unknown_idf: float

    def scores(self, weights: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Return each document's score for the query's terms, each times its weight; zeros for unknown terms."""
        known = [
            (row, weight) for term, weight in weights.items() if (row := self.rows.get(term)) is not None
        ]
        if not known:
            return np.zeros(self.document_count)
        bounds = self.bounds
        spans = [slice(bounds[row], bounds[row + 1]) for row, _ in known]
        documents = np.concatenate([self.places[span] for span in spans])
        parts = np.concatenate([self.impacts[span] for span in spans])
        if any(weight != 1 for _, weight in known):
            parts *= np.repeat([weight for _, weight in known], [span.stop - span.start for span in spans])
        return np.asarray(np.bincount(documents, parts, self.document_count), dtype=np.float64)

    def impact(self, term: str, document: int) -> float:
        """Return the term's part of one document's score; 0 where the document lacks it."""
        row = self.rows.get(term)
        if row is None:
            return 0.0
        start, end = self.starts[row], self.starts[row + 1]
        at = start + int(np.searchsorted(self.documents[start:end], document))
        return float(self.impacts[at]) if at < end and self.documents[at] == document else 0.0

    def impacts_on(self, document: int) -> Mapping[int, float]:
        """Return the impact of each row on one document; rows of terms that it lacks are left out."""
        found = self._impacts_on.get(document)
        if found is None:
            starts, rows, impacts = self._by_document
            span = slice(starts[document], starts[document + 1])
            found = dict(zip(rows[span].tolist(), impacts[span].tolist(), strict=True))
            if len(self._impacts_on) >= _CACHED:
                self._impacts_on.clear()
            self._impacts_on[document] = found
        return found

    @cached_property
    def _impacts_on(self) -> dict[int, Mapping[int, float]]:
        """Keep the documents that were asked for; the same few are found again and again."""
        return {}

    @cached_property
    def places(self) -> npt.NDArray[np.intp]:
        """Return `documents` in the type that numpy counts in, and would convert them to each time."""
        return self.documents.astype(np.intp)

    @cached_property
    def bounds(self) -> list[int]:
        """Return `starts` as plain numbers: indexing an array makes an object each time."""
        bounds: list[int] = self.starts.tolist()
        return bounds

    @cached_property
    def idfs(self) -> list[float]:
        """Return `idf` as plain numbers, for the same reason."""
        idfs: list[float] = self.idf.tolist()
        return idfs

    @cached_property
    def _by_document(self) -> tuple[list[int], Ints, Floats]:
        """Return the postings the other way round: where a document begins in the rows and impacts after it."""
        order = np.argsort(self.documents, kind="stable")
        rows = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))
        starts = np.searchsorted(self.documents[order], np.arange(self.document_count + 1))
        return starts.tolist(), rows[order], self.impacts[order]

    def holders(self, term: str) -> Ints:
        """Return the numbers of the documents that have the term, ascending."""
        row = self.rows.get(term)
        return self.documents[:0] if row is None else self.documents[self.starts[row] : self.starts[row + 1]]

    def held_by(self, chosen: npt.NDArray[np.bool_]) -> frozenset[str]:
        """Return the terms that any of the chosen documents has, a flag each."""
        rows = np.repeat(np.arange(len(self.rows)), np.diff(self.starts))[chosen[self.documents]]
        held = np.bincount(rows, minlength=len(self.rows)) > 0
        return frozenset(compress(self.rows, held.tolist()))

    def idf_of(self, term: str) -> float:
        """Return the term's idf; of a term that nothing holds, the highest there is."""
        row = self.rows.get(term)
        return self.unknown_idf if row is None else self.idfs[row]

    def masses(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return each term's weight times its idf, as `idf_of` gives it."""
        row_of, idfs, unknown = self.rows.get, self.idfs, self.unknown_idf
        return {
            term: weight * (unknown if (row := row_of(term)) is None else idfs[row])
            for term, weight in weights.items()
        }

    def mass(self, weights: Mapping[str, float]) -> float:
        """Return what `masses` gives, added up."""
        row_of, idfs, unknown = self.rows.get, self.idfs, self.unknown_idf
        return sum(
            weight * (unknown if (row := row_of(term)) is None else idfs[row])
            for term, weight in weights.items()
        )

    def __contains__(self, term: object) -> bool:
        return term in self.rows


def compile_postings(bm25: EntryBM25) -> Postings:
    """Work out the postings whose sums are the scores of `bm25`."""
    lengths = np.asarray(bm25.doc_len, dtype=np.float64)
    norms = bm25.k1 * (1 - bm25.b + bm25.b * lengths / bm25.avgdl)
    found: dict[str, list[tuple[int, int]]] = {}
    for document, frequencies in enumerate(bm25.doc_freqs):
        for term, tf in frequencies.items():
            found.setdefault(term, []).append((document, tf))
    found.pop(_NO_TERM, None)
    pairs = np.array([pair for term in found for pair in found[term]], dtype=np.int64).reshape(-1, 2)
    sizes = [len(found[term]) for term in found]
    idfs = np.array([bm25.idf[term] for term in found], dtype=np.float64)
    documents, tf = pairs[:, 0], pairs[:, 1]
    impacts = np.repeat(idfs, sizes) * tf * (bm25.k1 + 1) / (tf + norms[documents])
    return Postings(
        rows={term: row for row, term in enumerate(found)},
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        documents=documents.astype(np.int32),
        impacts=impacts,
        idf=idfs,
        document_count=len(bm25.doc_freqs),
        unknown_idf=idf(0, bm25.entry_count),
    )
