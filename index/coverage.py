"""Which words of a question an entry has, and which words of a phrasing the question has."""

from dataclasses import dataclass

from index.evidence import Query
from index.scores import Scores
from index.search import Index


def covered(index: Index, scores: Scores, number: int) -> frozenset[str]:
    """Return the words of the query that the entry of that number has, or means; worked out once."""
    found = scores.covered.get(number)
    if found is None:
        query, concepts = scores.query, index.concepts_of[number]
        row_of, held = index.words.rows.get, index.words.impacts_on(number)
        found = scores.covered[number] = frozenset(
            word
            for word in query.masses
            if row_of(word) in held or not concepts.isdisjoint(query.meanings.get(word, ()))
        )
    return found


@dataclass
class Coverage:
    """How the words of a question are shared out between an entry and its strongest rival: sums of their idf mass.

    A word of the story before the question counts its weight only.

    Attributes:
        mass: All words.
        matched: Those that the entry has, or means.
        unmatched: The others.
        alone: Of the matched those that the rival has not.
        elsewhere: Of the unmatched those that the rival has.
        nouns: All nouns.
        unmatched_nouns: Those that the entry has not.
        missing: The heaviest unmatched word; 0 if there is none, as below.
        new: The heaviest unmatched word that nothing has, nor anything that means the same.
        referred: The heaviest unmatched word that a rival of answers has: it may tell what is really asked.
    """

    mass: float = 0.0
    matched: float = 0.0
    unmatched: float = 0.0
    alone: float = 0.0
    elsewhere: float = 0.0
    nouns: float = 0.0
    unmatched_nouns: float = 0.0
    missing: float = 0.0
    new: float = 0.0
    referred: float = 0.0


def coverage(index: Index, query: Query, own: frozenset[str], theirs: frozenset[str]) -> Coverage:
    """Return how the words of a query are shared out; `own` and `theirs` are those that each has, from `covered`."""
    found = Coverage(sum(query.masses.values()))
    for word, mass in query.masses.items():
        is_noun = word in query.nouns
        found.nouns += mass * is_noun
        if word in own:
            found.matched += mass
            found.alone += mass * (word not in theirs)
            continue
        found.unmatched += mass
        found.elsewhere += mass * (word in theirs)
        found.unmatched_nouns += mass * is_noun
        found.missing = max(found.missing, mass)
        if mass > found.new and _is_new(index, query, word):
            found.new = mass
        if mass > found.referred and word in index.rival_words:
            found.referred = mass
    return found


def _is_new(index: Index, query: Query, word: str) -> bool:
    concepts = index.channel("concept").postings
    meanings = query.meanings.get(word, frozenset())
    return word not in index.words and not any(concept in concepts for concept in meanings)


def echo(index: Index, scores: Scores, phrasing: int) -> float:
    """Return the share of a phrasing's idf mass that the question has too."""
    meanings, idf_of = index.compiled.meanings[phrasing], index.words.idf_of
    asked, concepts = scores.query.terms["words"], scores.query.terms["concepts"]
    mass = {word: idf_of(word) for word in meanings}
    shared = (word for word in mass if word in asked or not meanings[word].isdisjoint(concepts))
    return sum(mass[word] for word in shared) / (sum(mass.values()) or 1.0)
