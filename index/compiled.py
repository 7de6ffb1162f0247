"""What is worked out once of a knowledge set, and kept in its release."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.channel import Channel, Weights
from index.embeddings import Embeddings
from index.likeness import Likeness


@dataclass(frozen=True)
class Compiled:
    """The postings and vectors of a knowledge set.

    Attributes:
        by_phrasing: Channels whose documents are phrasings; an entry scores as its best phrasing.
        by_entry: Channels whose documents are entries.
        meanings: For each phrasing, the concepts of its words.
        facets: For each entry, what kinds of things its phrasings ask for.
        weights: What it was compiled with.
        vectors: Which word vectors it was compiled with; empty without.
        likeness: Vectors of the entries; `None` without word vectors.
        embeddings: Embeddings of phrasings and answers; `None` without a server that made them.
    """

    by_phrasing: tuple[Channel, ...]
    by_entry: tuple[Channel, ...]
    meanings: tuple[Mapping[str, frozenset[str]], ...]
    facets: tuple[frozenset[str], ...]
    weights: Weights
    vectors: str = ""
    likeness: Likeness | None = None
    embeddings: Embeddings | None = None
