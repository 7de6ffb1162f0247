"""Labelled questions asked again and again with other weights, each of an index that was not taught it."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from faq.model import Expectation
from index.bm25 import Floats
from index.channel import Weights
from index.evidence import Query
from index.features import names
from index.fitting import EmbeddingOf, Row, Sample, query_of, row
from index.measures import reciprocal_rank
from index.search import Index

DEPTH = 10
"""Entries of a ranking that are looked at."""

Rows = npt.NDArray[np.intp]


class Bench:
    """Labelled questions, each beside an index that was not taught it.

    Attributes:
        questions: In their order; a question's row is its place here.
        indexes: Their weights are of no account.
        numbers: For each question, the number of the index that it is put to.
        embedding_of: Gives the embedding of each, which is put with it; `None` if they are put without.
    """

    def __init__(
        self,
        questions: Sequence[Expectation],
        indexes: Sequence[Index],
        numbers: Sequence[int],
        embedding_of: EmbeddingOf | None = None,
    ) -> None:
        """Put each question to the index of that number."""
        self.embedding_of = embedding_of
        self.questions = tuple(questions)
        self.numbers = np.array(numbers, dtype=np.intp)
        self.indexes = tuple(indexes)
        self._asked: dict[Weights, tuple[Sample, Floats]] = {}
        self._queries: dict[tuple[int, float, float], list[Query]] = {}

    def __len__(self) -> int:
        return len(self.questions)

    def ask(self, weights: Weights, *, step: Callable[[], None] = lambda: None) -> Sample:
        """Return one row a question, as it is with these weights; asked only once.

        `step` is called after each question that is asked.
        """
        return self._ask(weights, step)[0]

    def places(self, weights: Weights) -> Floats:
        """Return one over the rank of each question's first right entry among the first ten; 0 where none is."""
        return self._ask(weights, lambda: None)[1]

    def _ask(self, weights: Weights, step: Callable[[], None]) -> tuple[Sample, Floats]:
        if weights not in self._asked:
            found: dict[int, Row] = {}
            places = np.zeros(len(self))
            for number, index in enumerate(self.indexes):
                rows = np.flatnonzero(self.numbers == number).tolist()
                other = index.reweighed(weights) if rows else index
                for place, query in zip(rows, self._queried(number, other, rows), strict=True):
                    scores = other.score(query, rehearsed=True)
                    ranking = [other.entries[entry].id for entry in scores.order[:DEPTH]]
                    found[place] = row(other, self.questions[place], scores)
                    places[place] = reciprocal_rank(self.questions[place].gold, ranking)
                    step()
            known = tuple(names(embedded=self.embedding_of is not None))
            self._asked[weights] = Sample.of([found[place] for place in range(len(self))], known), places
        return self._asked[weights]

    def _queried(self, number: int, index: Index, rows: Sequence[int]) -> list[Query]:
        # Of all weights, only these two are in a query; making one takes longer than a score.
        key = number, index.weights.related, index.weights.background
        if key not in self._queries:
            asked, of = [self.questions[place] for place in rows], self.embedding_of
            self._queries[key] = [
                query_of(index, each, of) if of else query_of(index, each) for each in asked
            ]
        return self._queries[key]

    def part(self, rows: Rows) -> "Bench":
        """Return a bench with the questions of those rows."""
        questions, numbers = [self.questions[row] for row in rows], self.numbers[rows].tolist()
        return Bench(questions, self.indexes, numbers, self.embedding_of)

    def put(self, embedding_of: EmbeddingOf | None) -> "Bench":
        """Return a bench that puts the same questions with these embeddings, or without."""
        return Bench(self.questions, self.indexes, self.numbers.tolist(), embedding_of)
