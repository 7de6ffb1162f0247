"""One question read against the index: scored, decided, made readable."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from index.decision import Fit, Verdict, decide
from index.evidence import Hits, QueryTerm
from index.features import coverage
from index.question import Question
from index.scores import Scores
from index.search import Index
from index.vectors import Vectors

EXPLAINED = 3
"""Hits that carry their evidence; those after them only their score."""


@dataclass(frozen=True)
class Reading:
    """How one question was understood.

    Attributes:
        question: The part of the message that was searched for.
        hits: What was found, best first.
        verdict: What was decided, with the confidence and what moved it.
        embedded: Whether the embedding of the question was among the evidence.
    """

    question: str
    hits: Hits
    verdict: Verdict
    embedded: bool = False


@dataclass(frozen=True)
class Reader:
    """Reads questions on one release and one day.

    Attributes:
        withheld: Ids of entries that are not shown on that day.
        top: Most hits of a reading, 1 or more.
        rehearsed: Questions are read as if no expectation in the same words had been learned.
        embeddings: Of questions, by the whole of each; those that are not known are read without.
    """

    index: Index
    fit: Fit
    withheld: Collection[str] = ()
    top: int = 10
    rehearsed: bool = False
    embeddings: Mapping[str, Vectors] = field(default_factory=dict)

    def scores(self, question: Question, thread: Mapping[str, float] | None = None) -> Scores:
        """Search only; `thread` holds the weights of the entries that were talked about."""
        query = self.index.query(question.text, question.background, self.embeddings.get(question.whole))
        return self.index.score(query, thread or {}, withheld=self.withheld, rehearsed=self.rehearsed)

    def read(self, question: Question, thread: Mapping[str, float] | None = None) -> Reading:
        """Search and decide; `thread` holds the weights of the entries that were talked about."""
        return self.reading(question, self.scores(question, thread))

    def reading(self, question: Question, scores: Scores) -> Reading:
        """Decide on what was searched already."""
        index = self.index
        order = scores.first(self.top)
        hits = tuple(
            index.hit(scores, int(number), explained=rank < EXPLAINED) for rank, number in enumerate(order)
        )
        terms = _terms(index, scores, int(order[0]) if len(order) else None)
        embedded = scores.nearness is not None
        return Reading(question.text, Hits(hits, terms), decide(index, scores, self.fit), embedded)


def _terms(index: Index, scores: Scores, best: int | None) -> tuple[QueryTerm, ...]:
    entry = index.words
    matched = coverage(index, scores, best).matched if best is not None else frozenset()
    return tuple(QueryTerm(word, entry.idf_of(word), word in matched) for word in scores.query.terms["words"])
