"""How close questions are to each other: the cosine of their terms, and the likeness of their sentences."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from index.bm25 import Floats
from index.question import Question
from index.search import Index
from index.vectors import Vectors

CONCEPT = 2.0
"""What a concept counts against a word: two people rarely say the same in the same words."""
UNNAMED = 0.5
"""What a word counts that names nothing, such as a number or a verb."""
BACKGROUND = 0.3
"""What a term of the story told beside a question counts."""
LIKENESS = 0.2
"""The share of sentence likeness in closeness, where there are word vectors."""

_NO_TERM = ("", "")
_DIGITS = 6

Numbers = npt.NDArray[np.intp]
_Terms = Mapping[tuple[str, str], float]


class Closeness:
    """The closeness of given questions, 0 to 1: 1 for the same terms, and among those that have none.

    Attributes:
        holders: For each term, a word or a concept, the numbers of the questions that have it, in order, and what it
            counts in each: its idf in the index, by the length of the question's vector.
        likeness: One vector a question, of length 1 or 0; `None` without word vectors.
    """

    def __init__(self, index: Index, questions: Sequence[Question]) -> None:
        """Analyze the questions; n of them take about n / 2,000 seconds."""
        found = [_terms(index, each) for each in questions]
        self.holders = _holders(found)
        self._count = len(found)
        self.likeness = _vectors(index, found)

    def among(self, numbers: Numbers) -> Floats:
        """Return the closeness of each of these questions to each of them."""
        return self.between(numbers, numbers)

    def between(self, numbers: Numbers, others: Numbers) -> Floats:
        """Return the closeness of questions, one a row, to others, one a column.

        Rounded, as the last digits of a product depend on how many cores work on it.
        """
        close = np.zeros((len(numbers), len(others)))
        row, column = self._places(numbers), self._places(others)
        for held, weights in self.holders:
            rows, columns = row[held], column[held]
            on_left, on_right = rows >= 0, columns >= 0
            close[np.ix_(rows[on_left], columns[on_right])] += np.outer(weights[on_left], weights[on_right])
        if self.likeness is not None:
            left, right = self.likeness[numbers], self.likeness[others]
            alike = np.maximum(left @ right.T, 0)
            known = np.outer(left.any(axis=1), right.any(axis=1))
            close = np.where(known, (1 - LIKENESS) * close + LIKENESS * alike, close)
        return np.round(close, _DIGITS)

    def _places(self, numbers: Numbers) -> Numbers:
        """Return for each question its place among those of these numbers, which differ; -1 if it is not there."""
        places: Numbers = np.full(self._count, -1, dtype=np.intp)
        places[numbers] = np.arange(len(numbers))
        return places

    def to_groups(self, numbers: Numbers, groups: Sequence[Sequence[int]]) -> Floats:
        """Return the mean closeness of questions, one a row, to the members of groups, one a column."""
        members = np.array([member for group in groups for member in group])
        starts = np.cumsum([0, *map(len, groups)])[:-1]
        sizes = np.array([len(group) for group in groups])
        return np.asarray(np.add.reduceat(self.between(numbers, members), starts, axis=1) / sizes)


def _terms(index: Index, asked: Question) -> _Terms:
    words, concepts = index.words, index.channel("concept").postings
    found: dict[tuple[str, str], float] = {}
    for text, weight in ((asked.background, BACKGROUND), (asked.text, 1.0)):
        analysis = index.analyzer.analyze(text, asked=True)
        named = {word: weight * (1.0 if word in analysis.nouns else UNNAMED) for word in analysis.words}
        found |= {("word", word): share * words.idf_of(word) for word, share in named.items()}
        found |= {
            ("concept", concept): weight * CONCEPT * concepts.idf_of(concept) for concept in analysis.concepts
        }
    return found or {_NO_TERM: 1.0}


def _holders(found: Sequence[_Terms]) -> Sequence[tuple[Numbers, Floats]]:
    held: dict[tuple[str, str], tuple[list[int], list[float]]] = {}
    for number, terms in enumerate(found):
        length = float(np.sqrt(sum(weight * weight for weight in terms.values())))
        for term, weight in terms.items():
            numbers, weights = held.setdefault(term, ([], []))
            numbers.append(number)
            weights.append(weight / length)
    return [(np.array(numbers, dtype=np.intp), np.array(weights)) for numbers, weights in held.values()]


def _vectors(index: Index, found: Sequence[_Terms]) -> Vectors | None:
    words = (
        {term: weight / index.words.idf_of(term) for (kind, term), weight in terms.items() if kind == "word"}
        for terms in found
    )
    vectors = [vector for each in words if (vector := index.sentence(each)) is not None]
    return np.array(vectors) if vectors else None
