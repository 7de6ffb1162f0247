"""A channel: one kind of evidence as postings, with its weight in the sum."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from index.bm25 import EntryBM25, Floats, Postings, compile_postings

EMBEDDING = ("embedding", "answer_embedding", "linked_embedding")
"""The weights of what an embeddings server adds."""


@dataclass(frozen=True)
class Weights:
    """How much each kind of evidence counts in the sum, and the parameters of BM25.

    Attributes:
        phrasing: BM25 of the best phrasing's words.
        concept: BM25 of its concepts.
        sound: BM25 of its sounds.
        verbatim: The idf of the phrasing as a whole, where the question is that phrasing and nothing else.
        entry: BM25 over all words of an entry, its answer's included.
        meaning: BM25 over all concepts of an entry, its answer's included.
        answer: BM25 of the answer's words.
        classifier: What a term's weight in the classifier counts.
        related: What a word that is only near one of the question's counts, times their cosine.
        likeness: Cosine of a question with an entry's phrasings, times the idf mass of the question.
        whole_likeness: The same with the whole entry.
        answer_likeness: The same with its answer, among the canonical variates of questions and answers.
        embedding: Cosine of a question's embedding with that of an entry's nearest phrasing, times the idf mass of the
            question; nothing without an embeddings server.
        answer_embedding: The same with its question and answer.
        linked_embedding: The same among the canonical variates of questions and answers.
        background: What a term of the story told beside a question counts, against one of the question.
        thread: What the entry that a conversation is about gets, times how sure it is.
    """

    phrasing: float = 1.0
    concept: float = 0.6
    sound: float = 0.25
    verbatim: float = 2.0
    entry: float = 1.0
    meaning: float = 0.0
    answer: float = 0.2
    classifier: float = 1.0
    related: float = 0.3
    likeness: float = 0.4
    whole_likeness: float = 0.0
    answer_likeness: float = 0.0
    embedding: float = 0.5
    answer_embedding: float = 1.0
    linked_embedding: float = 0.0
    background: float = 0.4
    thread: float = 1.0
    k1: float = 1.0
    b: float = 0.45

    def deciding(self, *, embedded: bool) -> dict[str, float]:
        """Return those that decide anything, by name: without embeddings their weights are left out."""
        weights = asdict(self)
        return {name: weight for name, weight in weights.items() if embedded or name not in EMBEDDING}


@dataclass(frozen=True)
class Channel:
    """Postings of one kind of document.

    Attributes:
        name: As it is called in explanations.
        lists: The lists of the query that it answers, such as "words" and "related".
        weight: Of its score in the sum.
        postings: Its documents are phrasings or entries, in order of the files.
    """

    name: str
    lists: tuple[str, ...]
    weight: float
    postings: Postings

    def scores(self, terms: Mapping[str, Mapping[str, float]]) -> Floats:
        """Return the weighted score of each document."""
        total = self.postings.scores(terms[self.lists[0]])
        for name in self.lists[1:]:
            if terms[name]:
                total += self.postings.scores(terms[name])
        return self.weight * total

    def impacts(
        self, terms: Mapping[str, Mapping[str, float]], document: int
    ) -> Iterator[tuple[str, str, float]]:
        """Yield list, term and weighted part of a document's score for each term of the query that it has."""
        row_of, impacts = self.postings.rows.get, self.postings.impacts_on(document)
        for name in self.lists:
            for term, weight in terms[name].items():
                row = row_of(term, -1)
                if row in impacts and (part := self.weight * weight * impacts[row]):
                    yield name, term, part


def compile_channel(
    name: str,
    lists: tuple[str, ...],
    weights: Weights,
    corpus: Sequence[Sequence[str]],
    owners: Sequence[int],
) -> Channel:
    """Index `corpus`, a list of terms a document; `owners` holds the number of each document's entry."""
    bm25 = EntryBM25(corpus, owners, k1=weights.k1, b=weights.b)
    return Channel(name, lists, getattr(weights, name), compile_postings(bm25))
