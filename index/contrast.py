"""Entries that differ by a word which the question lacks: it does not say which of the two it means."""

from index.scores import Scores
from index.search import Index

NEAR = 0.85
"""What the other entry must score, against the first."""
MOST_WORDS = 2
"""Words by which either phrasing may differ: those that differ by more are about different things."""


def contrasted(index: Index, scores: Scores, number: int) -> int | None:
    """Return the answer that the question does not tell apart from the entry of that number; `None` without one.

    The best phrasings of the two have all words of the question, and each has a word that the question and the other
    one lack: 「新卒の研修」 and 「中途の研修」, where somebody asks for 研修. A word of the question that neither has
    may be what tells them apart.
    """
    entries = scores.entries[index.answers]
    others = index.answers[(entries >= NEAR * scores.entries[number]) & (index.answers != number)]
    other = scores.best(others)
    if other is None:
        return None
    own, theirs = (index.best_phrasing(scores, each) for each in (number, other))
    asked = scores.query.masses.keys()
    if not asked or not asked == _asked(index, scores, own) == _asked(index, scores, theirs):
        return None
    added, missing = _own(index, scores, own, theirs), _own(index, scores, theirs, own)
    return other if 0 < len(added) <= MOST_WORDS and 0 < len(missing) <= MOST_WORDS else None


def _asked(index: Index, scores: Scores, phrasing: int) -> frozenset[str]:
    """Return the words of the question that a phrasing has, or means."""
    meanings = index.compiled.meanings[phrasing]
    concepts = frozenset[str]().union(*meanings.values())
    return frozenset(
        word
        for word in scores.query.masses
        if word in meanings or not concepts.isdisjoint(scores.query.meanings.get(word, ()))
    )


def _own(index: Index, scores: Scores, phrasing: int, other: int) -> frozenset[str]:
    """Return the words of a phrasing that mean nothing which the question or the other phrasing says."""
    theirs = index.compiled.meanings[other]
    said = scores.query.masses.keys() | theirs.keys()
    concepts = frozenset[str]().union(*theirs.values(), *scores.query.meanings.values())
    return frozenset(
        word
        for word, meant in index.compiled.meanings[phrasing].items()
        if word not in said and meant.isdisjoint(concepts)
    )
