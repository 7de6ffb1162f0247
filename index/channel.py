"""A channel: one kind of evidence as postings, with its weight in the sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.bm25 import EntryBM25, Floats, Postings, compile_postings


@dataclass(frozen=True)
class Weights:
    """How much each channel counts in the sum, and the parameters of BM25.

    Attributes:
        background: What a term of the story told beside a question counts, against one of the question.
        thread: What the entry that a conversation is about gets, times how sure it is.
    """

    phrasing: float = 1.0
    concept: float = 0.6
    sound: float = 0.25
    entry: float = 1.0
    answer: float = 0.2
    thread: float = 1.0
    background: float = 0.4
    k1: float = 1.0
    b: float = 0.45


@dataclass(frozen=True)
class Channel:
    """Postings of one kind of document.

    Attributes:
        name: As it is called in explanations.
        terms: The list of the analysis that it answers: "words", "concepts" or "sounds".
        weight: Of its score in the sum.
        postings: Its documents are phrasings or entries, in order of the files.
    """

    name: str
    terms: str
    weight: float
    postings: Postings

    def scores(self, terms: Mapping[str, Mapping[str, float]]) -> Floats:
        """Return the weighted score of each document."""
        return self.weight * self.postings.scores(terms[self.terms])

    def impact(self, term: str, weight: float, document: int) -> float:
        """Return the weighted part of one of the query's terms in one document's score."""
        return self.weight * weight * self.postings.impact(term, document)


def compile_channel(
    name: str, terms: str, weights: Weights, corpus: Sequence[Sequence[str]], owners: Sequence[int]
) -> Channel:
    """Index `corpus`, a list of terms a document; `owners` holds the number of each document's entry."""
    bm25 = EntryBM25(corpus, owners, k1=weights.k1, b=weights.b)
    return Channel(name, terms, getattr(weights, name), compile_postings(bm25))
