"""One question read against an index: searched, ranked, decided, made readable."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from index.analysis.own_name import OwnName, first_sentence
from index.analysis.questions import Question
from index.analysis.values import conditions
from index.decision.model import Ranking
from index.decision.policy import MOST_CHOICES, Policy, Verdict, VerdictKind
from index.retrieval.bm25 import Floats
from index.retrieval.evidence import Evidence
from index.retrieval.explain import Hit, QueryTerm, hit
from index.retrieval.search import Index, Query

_NO_NAME = OwnName()
_ON_NAME = 0.25  # share of an entry's phrasings that begin with the office's name, from which it is on that

LONGEST_NAMED = 120
"""Characters of a question in which a name at the head counts."""

EXPLAINED = 3
"""Hits that a reading tells the reasons of."""


@dataclass(frozen=True, eq=False)
class Reading:
    """How one question was understood: what was found and decided.

    The reasons, `hits` and `terms`, are worked out when somebody asks for them: of the readings of a message that are
    tried, few are shown. `scored` has `top` entries at most.
    """

    index: Index
    query: Query
    evidence: Evidence
    ranking: Ranking
    verdict: Verdict
    top: int

    @property
    def question(self) -> str:
        """The question as it was searched for."""
        return self.query.text

    @property
    def best(self) -> int | None:
        """Number of the first entry of the ranking; `None` without entries."""
        return next(iter(self.ranking.first(1)), None)

    @property
    def scored(self) -> tuple[tuple[str, float], ...]:
        """The first entries of the ranking, each with its score, best first."""
        entries, scores = self.index.entries, self.ranking.scores
        return tuple((entries[number].id, float(scores[number])) for number in self.ranking.first(self.top))

    @cached_property
    def matched(self) -> frozenset[str]:
        """The words of the question that the best entry has or means; none where nothing was found."""
        if self.best is None:
            return frozenset()
        return self.index.matched(self.query.terms["words"], self.query.meanings, self.best)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """The first entries of the ranking with what speaks for them, best first."""
        parts = self.ranking.parts.items()
        return tuple(
            hit(self.index, self.evidence, {kind: float(part[number]) for kind, part in parts}, number)
            for number in self.ranking.first(min(EXPLAINED, self.top))
        )

    @cached_property
    def terms(self) -> tuple[QueryTerm, ...]:
        """The content words of the question, in order, each once; `matched` are those that the best entry has."""
        words = self.evidence.words.items()
        return tuple(QueryTerm(word, weight, word in self.matched) for word, weight in words)


@dataclass(frozen=True)
class Reader:
    """Reads questions on one index and one day; `top` is the most entries that a reading scores.

    `policy_for` takes the names of the encoders that took part. With `exclude_learned`, questions are read as if no
    expectation in the same words had been learned. `own` knows the name of the office that is asked.
    """

    index: Index
    policy_for: Callable[[tuple[str, ...]], Policy]
    hidden_ids: Collection[str] = ()
    top: int = 10
    exclude_learned: bool = False
    own: OwnName = _NO_NAME

    @cached_property
    def _hidden(self) -> list[int]:
        return [number for each in self.hidden_ids if (number := self.index.numbers.get(each)) is not None]

    def read(self, question: Question, thread: Mapping[str, float] | None = None) -> Reading:
        """Search and decide; `thread` holds what the entries that were talked about get added to their score.

        A question that begins with the office's own name is read without it, unless an entry on the name answers it.
        """
        reading = self._read(question, thread)
        rest = self.own.without(question.text) if len(question.text) <= LONGEST_NAMED else ""
        if not rest or reading.evidence.verbatim is not None or self._is_on_name(reading.verdict):
            return reading
        if not self.index.analyzer.analyze(first_sentence(rest), asked=True).nouns:
            return reading
        return self._read(replace(question, text=rest), thread)

    def _is_on_name(self, verdict: Verdict) -> bool:
        """Whether an answer is on what the office or post itself is: people ask for it by its name."""
        if verdict.kind is not VerdictKind.ANSWER:
            return False
        phrasings = self.index.phrasings[self.index.span(self.index.numbers[verdict.entry_ids[0]])]
        return bool(np.mean([self.own.begins(each) for each in phrasings]) >= _ON_NAME)

    def _read(self, question: Question, thread: Mapping[str, float] | None) -> Reading:
        query = self.index.query(question)
        evidence = self.index.evidence(query, exclude_learned=self.exclude_learned)
        evidence = replace(evidence, wanted=evidence.wanted - self.own.readers)
        policy = self.policy_for(evidence.encoders)
        ranking = policy.model.rank(
            self.index, evidence, bonus=self._bonus(thread or {}), hidden=self._hidden
        )
        verdict = policy.decide(self.index, evidence, ranking)
        if verdict.kind is VerdictKind.ANSWER or verdict.beside:
            (first,) = verdict.entry_ids
            is_known = evidence.verbatim == self.index.numbers[first] or first in (thread or {})
            beside = self._contradicting(first) or (() if is_known else self._wider(first, question, ranking))
            if beside:
                verdict = replace(verdict, kind=VerdictKind.CHOICES, entry_ids=(first, *beside))
        return Reading(self.index, query, evidence, ranking, verdict, self.top)

    def _contradicting(self, entry_id: str) -> Sequence[str]:
        """Return the other entries that answer the question of one, and otherwise."""
        return [each for each in self.index.contradicting.get(entry_id, ()) if each not in self.hidden_ids]

    def _wider(self, entry_id: str, question: Question, ranking: Ranking) -> Sequence[str]:
        """Return what stands beside an entry on its subject that is for some people whom a question does not name."""
        index, narrow = self.index, self.index.numbers[entry_id]
        whom = self._whom(narrow)
        if whom <= conditions(question.whole or question.text):
            return ()
        about = index.analyzer.analyze(index.entries[narrow].question).nouns
        return [
            index.entries[number].id
            for number in ranking.first(MOST_CHOICES)
            if number != narrow
            and self._whom(number) != whom
            and about & index.analyzer.analyze(index.entries[number].question).nouns
        ]

    def _whom(self, number: int) -> frozenset[str]:
        """Return the groups of people that each phrasing of an entry names: it may not hold for others."""
        first, *others = self.index.phrasings[self.index.span(number)]
        whom = conditions(first)
        return whom and whom.intersection(*map(conditions, others))

    def _bonus(self, thread: Mapping[str, float]) -> Floats | None:
        if not thread:
            return None
        bonus = np.zeros(len(self.index.entries))
        for entry_id, weight in thread.items():
            if entry_id in self.index.numbers:
                bonus[self.index.numbers[entry_id]] = weight
        return bonus
