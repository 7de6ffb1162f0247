"""The values of a search: what was asked for, what was found, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from faq.model import EntryKind
from index.vectors import Vectors

LISTS = ("words", "concepts", "sounds")
"""The lists of an analysis that are searched for."""


@dataclass(frozen=True)
class Query:
    """A question as it is searched for.

    Attributes:
        terms: Weight by term, for each list of the analysis, in "related" words near those of the question,
            and in "verbatim" the question as a whole.
        meanings: The concepts that each word stands for.
        nouns: The words of the question itself that name something.
        facets: What kind of thing the question asks for; see `index.facets`.
        masses: By word, its weight times its idf.
        reach: By list of the analysis, the idf of its terms times their weights, added up: about what a document that
            is the question itself would score.
        embedding: The vector of the question as a whole, as a server gave it; `None` without.
    """

    terms: Mapping[str, Mapping[str, float]]
    meanings: Mapping[str, frozenset[str]]
    nouns: frozenset[str]
    facets: frozenset[str]
    masses: Mapping[str, float]
    reach: Mapping[str, float]
    embedding: Vectors | None = None

    def words_of_concepts(self) -> dict[str, str]:
        """Return, by concept, the words of the question that stand for it: people know the words only."""
        words: dict[str, list[str]] = {}
        for word, concepts in self.meanings.items():
            for concept in concepts:
                words.setdefault(concept, []).append(word)
        return {concept: "・".join(found) for concept, found in words.items()}


class Evidence(NamedTuple):
    """One reason why an entry scored.

    Attributes:
        channel: "phrasing", "concept", "sound", "verbatim", "entry", "meaning", "answer", "classifier", "related"
            (a word that is only near one of the question's), "likeness", "embedding" or "thread".
        term: The query's term; for "likeness" and "embedding" what was compared, for "thread" the entry talked about.
        score: Its part of the hit's score.
    """

    channel: str
    term: str
    score: float


class Hit(NamedTuple):
    """An entry found.

    Attributes:
        score: Sum of its evidence; scores of two questions cannot be compared.
        phrasing: The phrasing that matched best.
        evidence: Greatest first.
    """

    entry_id: str
    kind: EntryKind
    score: float
    phrasing: str
    evidence: tuple[Evidence, ...]


class QueryTerm(NamedTuple):
    """A content word of the question.

    Attributes:
        idf: How rare it is among entries; the highest value for a word that no entry has.
        matched: Whether the best entry has it, or a word that means the same.
    """

    text: str
    idf: float
    matched: bool


@dataclass(frozen=True)
class Hits:
    """What a question found, made readable.

    Attributes:
        hits: Best first, ties in order of the files; entries that share nothing with the question are left out.
        terms: The question's content words, in order, each once.
    """

    hits: tuple[Hit, ...] = ()
    terms: tuple[QueryTerm, ...] = ()
