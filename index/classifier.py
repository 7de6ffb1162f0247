"""A linear classifier over the phrasings: which entry do the words of a question, taken together, belong to.

Regularized least squares (Rifkin, Yeo and Poggio, 2003): one linear system, the same result each time.
What it learns is a weight for each term and entry, and is served as postings like any other channel.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from index.bm25 import Floats, Ints, Postings
from index.evidence import LISTS

SHARES: Mapping[str, float] = dict(zip(LISTS, (1.0, 0.7, 0.35), strict=True))
"""What a term of each list of the analysis counts."""
FEWEST_PHRASINGS = 4
"""Phrasings an entry must have on the average; with fewer there is nothing to learn from."""
MOST_PHRASINGS = 10_000
"""Above this, the linear system takes too much memory: 400 MB."""

_RIDGE = 0.3
_LEAST_WEIGHT = 0.01


def compile_classifier(
    phrasings: Sequence[Mapping[str, Sequence[str]]],
    owners: Ints,
    entry_count: int,
    idf: Mapping[str, Postings],
) -> dict[str, Postings]:
    """Learn from the phrasings' terms; `owners` holds the number of each one's entry, `idf` the postings by list.

    Phrasings whose owner is `entry_count` or more belong to no entry, and speak against all of them.

    Returns:
        For each list, postings over entries; empty where there are too few or too many phrasings to learn from.
        Weights below `_LEAST_WEIGHT` are left out, and with them all that speak against an entry.
    """
    from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415 -- only for building a release
    from scipy.sparse import csr_matrix  # noqa: PLC0415 -- the same

    if not phrasings or not FEWEST_PHRASINGS * entry_count <= len(phrasings) <= MOST_PHRASINGS:
        return {}
    columns: dict[tuple[str, str], int] = {}
    values: list[Floats] = []
    places: list[int] = []
    starts = [0]
    masses: list[float] = []
    for phrasing in phrasings:
        found = []
        for name in LISTS:
            for term in dict.fromkeys(phrasing[name]):
                column = columns.setdefault((name, term), len(columns))
                if column == len(masses):
                    masses.append(SHARES[name] * idf[name].idf_of(term))
                places.append(column)
                found.append(masses[column])
        values.append(np.array(found) / (np.linalg.norm(found) or 1.0))
        starts.append(len(places))
    shape = (len(phrasings), len(columns))
    terms = csr_matrix((np.concatenate(values, dtype=np.float32), places, starts), shape=shape)
    targets = (owners[:, None] == np.arange(entry_count)).astype(np.float32)
    targets -= targets.mean(axis=0)
    # Half the precision is half the time, and the ridge keeps the system far from singular.
    kernel = (terms @ terms.T).toarray()
    kernel[np.diag_indices_from(kernel)] += np.float32(_RIDGE)
    solved = cho_solve(cho_factor(kernel, overwrite_a=True, check_finite=False), targets, check_finite=False)
    weights = np.asarray(terms.T @ solved, dtype=np.float64)
    return {name: _postings(name, columns, weights, np.array(masses), idf[name]) for name in LISTS}


def _postings(
    name: str, columns: Mapping[tuple[str, str], int], weights: Floats, masses: Floats, idf: Postings
) -> Postings:
    own = {term: column for (kind, term), column in columns.items() if kind == name}
    chosen = np.array(list(own.values()), dtype=np.int64)
    kept = weights[chosen] if len(chosen) else np.zeros((0, weights.shape[1]))
    rows, documents = np.nonzero(kept > _LEAST_WEIGHT)
    return Postings(
        rows={term: row for row, term in enumerate(own)},
        starts=np.searchsorted(rows, np.arange(len(own) + 1)).astype(np.int32),
        documents=documents.astype(np.int32),
        impacts=kept[rows, documents] * masses[chosen][rows],
        idf=np.array([idf.idf_of(term) for term in own], dtype=np.float64),
        document_count=weights.shape[1],
        unknown_idf=idf.unknown_idf,
    )
