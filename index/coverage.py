"""Which words of a question an entry has, and which words of a phrasing the question has."""

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


def is_new(index: Index, scores: Scores, word: str) -> bool:
    """Whether nothing has a word of the query, nor anything that means the same."""
    concepts = index.channel("concept").postings
    meanings = scores.query.meanings.get(word, frozenset())
    return word not in index.words and not any(concept in concepts for concept in meanings)


def echo(index: Index, scores: Scores, phrasing: int) -> float:
    """Return the share of a phrasing's idf mass that the question has too."""
    meanings, idf_of = index.compiled.meanings[phrasing], index.words.idf_of
    asked, concepts = scores.query.terms["words"], scores.query.terms["concepts"]
    mass = {word: idf_of(word) for word in meanings}
    shared = (word for word in mass if word in asked or not meanings[word].isdisjoint(concepts))
    return sum(mass[word] for word in shared) / (sum(mass.values()) or 1.0)
