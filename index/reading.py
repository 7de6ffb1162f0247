"""One question read against the index: scored, decided, made readable."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from index.coverage import covered
from index.decision import Fit, Verdict, decide
from index.evidence import Hits, QueryTerm
from index.question import Question
from index.reasons import hit
from index.scores import Scores
from index.search import Index
from index.vectors import Vectors

EXPLAINED = 3
"""Hits that a reading tells the reasons of."""


@dataclass(frozen=True)
class Reading:
    """How one question was understood.

    Attributes:
        question: The part of the message that was searched for.
        hits: The first of what was found, with their evidence, and the words of the question.
        ranking: Entry id and score of what was found, best first.
        verdict: What was decided, with the confidence and what moved it.
        embedded: Whether the embedding of the question was among the evidence.
    """

    question: str
    hits: Hits
    ranking: tuple[tuple[str, float], ...]
    verdict: Verdict
    embedded: bool = False


@dataclass(frozen=True, eq=False)
class Judged:
    """A question with what was found and decided, before anybody asks why.

    Attributes:
        text: The part of the message that was searched for.
    """

    text: str
    scores: Scores
    verdict: Verdict

    def matched(self, index: Index) -> frozenset[str]:
        """Return the words of the question that the best entry has or means; none where nothing was found."""
        order = self.scores.order
        return covered(index, self.scores, int(order[0])) if len(order) else frozenset()


@dataclass(frozen=True)
class Reader:
    """Reads questions on one release and one day.

    Attributes:
        withheld: Ids of entries that are not shown on that day.
        top: Most entries in a reading's ranking, 1 or more.
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

    def judge(self, question: Question, thread: Mapping[str, float] | None = None) -> Judged:
        """Search and decide."""
        return self.judged(question, self.scores(question, thread))

    def judged(self, question: Question, scores: Scores) -> Judged:
        """Decide on what was searched already."""
        index = self.index
        scores.found.look_at(index.places(scores, scores.order[:EXPLAINED].tolist()))
        return Judged(question.text, scores, decide(index, scores, self.fit))

    def explain(self, judged: Judged) -> Reading:
        """Return a reading with its reasons. Of the readings of a message that are tried, few are shown."""
        index, scores = self.index, judged.scores
        order = scores.order[: self.top]
        numbers = order.tolist()
        hits = tuple(hit(index, scores, number) for number in numbers[:EXPLAINED])
        found = zip(numbers, scores.entries[order].tolist(), strict=True)
        ranking = tuple((index.entries[number].id, score) for number, score in found)
        words, matched = scores.query.terms["words"], judged.matched(index)
        terms = tuple(QueryTerm(word, index.words.idf_of(word), word in matched) for word in words)
        embedded = scores.nearness is not None
        return Reading(judged.text, Hits(hits, terms), ranking, judged.verdict, embedded)

    def read(self, question: Question, thread: Mapping[str, float] | None = None) -> Reading:
        """Search, decide and explain."""
        return self.explain(self.judge(question, thread))
