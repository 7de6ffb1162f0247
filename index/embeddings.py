"""Embeddings: whole texts as vectors of a model that somebody serves, and how near a question's is to an entry's.

Models of this kind put every text into one corner of their space (multilingual-e5: all cosines are 0.7 to 1), so what
all phrasings share is taken out of every vector first, as in `index.likeness`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from faq.errors import FaqError
from faq.model import Knowledge
from index.bm25 import Floats, Ints
from index.documents import Document, documents
from index.likeness import first_direction, linked, unit, without
from index.question import question
from index.vectors import Vectors, dots

LONGEST = 1_000
"""Characters of a text that are embedded; models of this kind read some 500 tokens."""


class EmbeddingError(FaqError):
    """Vectors that cannot be had; in Japanese, for admins: on one line what is wrong, on the next what to do."""


@dataclass(frozen=True)
class Model:
    """A model by the name that its server knows, and what stands before texts of either sort.

    Attributes:
        question_prefix: Before a question, be it a candidate's or a phrasing of an entry.
        answer_prefix: Before an answer.
    """

    name: str
    question_prefix: str = ""
    answer_prefix: str = ""

    @property
    def identity(self) -> str:
        """What a vector depends on beside its text, as JSON."""
        return json.dumps([self.name, self.question_prefix, self.answer_prefix], ensure_ascii=False)

    def asked(self, text: str) -> str:
        """Return a question as it is put to the model: its end, if it is long, as there it asks."""
        return f"{self.question_prefix}{text[-LONGEST:]}"

    def told(self, text: str) -> str:
        """Return an answer as it is put to the model."""
        return f"{self.answer_prefix}{text[:LONGEST]}"


class Embedder(Protocol):
    """Who turns texts into vectors."""

    @property
    def model(self) -> Model:
        """Which model does."""

    def embed(self, texts: Sequence[str]) -> Iterator[Vectors]:
        """Yield the vectors of texts, which have their prefix already, in order: some rows at a time.

        Raises:
            EmbeddingError: they cannot be had.
        """


@dataclass(frozen=True)
class Asked:
    """What came of asking for the embeddings of the questions in a message: all of them, or none.

    Attributes:
        vectors: By the text of the question.
        problem: Why there are none, in Japanese, for HR and admins; empty where none were wanted.
    """

    vectors: Mapping[str, Vectors] = field(default_factory=dict)
    problem: str = ""


EmbedQuestions = Callable[[Model, Sequence[str]], Asked]
"""Gives the embeddings of a message's questions by a model."""


@dataclass(frozen=True, eq=False)
class TextVectors:
    """Vectors of known texts.

    Attributes:
        rows: The row of each text, by the text with its prefix.
        vectors: One row a text, of length 1.
    """

    model: Model
    rows: Mapping[str, int]
    vectors: Vectors

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return int(self.vectors.shape[1])

    @property
    def name(self) -> str:
        """Names what these vectors are, for the name of a release that is made with them."""
        return f"{self.model.identity} {self.size}"

    def question(self, text: str) -> Vectors | None:
        """Return the vector of a question; `None` where it is not known."""
        row = self.rows.get(self.model.asked(text))
        return None if row is None else self.vectors[row]

    def questions(self, texts: Iterable[str]) -> Vectors:
        """Return the vectors of questions that are all known, one row each.

        Raises:
            KeyError: one of them is not.
        """
        return self.vectors[[self.rows[self.model.asked(text)] for text in texts]]

    def answers(self, texts: Iterable[str]) -> Vectors:
        """Return the vectors of answers that are known, one row each; zeros for an empty one.

        Raises:
            KeyError: one of them is not known.
        """
        rows = np.array([self.rows[self.model.told(text)] if text else -1 for text in texts], dtype=np.int32)
        found = self.vectors[np.maximum(rows, 0)]
        found[rows < 0] = 0
        return found


def texts_of(knowledge: Knowledge, model: Model) -> tuple[str, ...]:
    """Return every text, with its prefix, whose vector a release of a knowledge set is made with, each once.

    These are the phrasings of all documents, the answers after their questions, and what the expectations ask: the fit
    needs their vectors as those of questions.
    """
    found: dict[str, None] = {}
    for document in documents(knowledge):
        found |= dict.fromkeys(map(model.asked, document.phrasings))
        if told := _told(document):
            found[model.told(told)] = None
    for expectation in knowledge.expectations:
        found[model.asked(question(expectation.q).whole)] = None
    return tuple(found)


def _told(document: Document) -> str:
    """Return an answer after its question, as by itself it seldom says what it is about; empty without an answer."""
    return f"{document.phrasings[0]}\n{document.answer}" if document.answer else ""


@dataclass(frozen=True)
class Nearness:
    """How near a question is to every document, by number.

    Attributes:
        asked: Cosine with the nearest of its phrasings, 0 to 1.
        told: Cosine with its answer, 0 to 1; 0 where it has none.
        linked: The same among the canonical variates; 0 throughout where nothing was learned from the pairs.
    """

    asked: Floats
    told: Floats
    linked: Floats


@dataclass(frozen=True, eq=False)
class Embeddings:
    """Vectors of every phrasing and every answer, without what all phrasings share.

    Attributes:
        common: What they share; one vector of length 1.
        phrasings: One row a phrasing, of length 1.
        answers: One row a document, of length 1, or 0 where it has no answer.
        linked: The same, where `projection` leads questions to; without rows where nothing was learned.
        projection: From embeddings to the canonical variates of questions.
    """

    model: Model
    common: Vectors
    phrasings: Vectors
    answers: Vectors
    linked: Vectors
    projection: Vectors

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return len(self.common)

    @property
    def name(self) -> str:
        """Names what they were made with; as `TextVectors.name`."""
        return f"{self.model.identity} {self.size}"

    def nearness(self, vector: Vectors, first: Ints, left_out: Sequence[int] = ()) -> Nearness:
        """Return how near a question is.

        Args:
            vector: Of the question, as its server gave it.
            first: The number of each document's first phrasing, and at the end how many there are.
            left_out: Numbers of phrasings that count for nothing.

        Raises:
            ValueError: the vector is of another size.
        """
        if len(vector) != self.size:
            msg = f"a vector of {len(vector)} numbers among those of {self.size}"
            raise ValueError(msg)
        asked = without(self.common, vector)
        close = np.clip(dots(self.phrasings, asked), 0, 1)
        close[list(left_out)] = 0
        nearest = np.maximum.reduceat(close, first[:-1]) if len(first) > 1 else close
        told = np.clip(dots(self.answers, asked), 0, 1)
        together = np.zeros_like(told)
        if len(self.linked):
            together = np.clip(dots(self.linked, unit(dots(self.projection.T, asked))), 0, 1)
        return Nearness(*(found.astype(np.float64) for found in (nearest, told, together)))


def compile_embeddings(knowledge: Knowledge, known: TextVectors, *, link: bool = False) -> Embeddings:
    """Return the vectors of a knowledge set, given those of its texts; `link` learns from its questions and answers.

    Raises:
        KeyError: a text of it is not known.
    """
    indexed = documents(knowledge)
    phrasings = known.questions(phrasing for document in indexed for phrasing in document.phrasings)
    answers = known.answers(map(_told, indexed))
    common = first_direction(phrasings)
    phrasings, answers = without(common, phrasings), without(common, answers)
    together, projection = linked(_asked(indexed, phrasings), answers if link else answers[:0])
    phrasings, answers, together = map(_kept, (phrasings, answers, together))
    return Embeddings(known.model, common, phrasings, answers, together, projection)


def _asked(indexed: Sequence[Document], phrasings: Vectors) -> Vectors:
    """Return the mean of each document's phrasings, of length 1; one row a document."""
    ends = np.cumsum([len(document.phrasings) for document in indexed], dtype=np.intp)
    return unit(np.array([part.sum(axis=0) for part in np.split(phrasings, ends[:-1])], dtype=np.float32))


def _kept(vectors: Vectors) -> Vectors:
    """Return vectors as they are kept: what was just made must reply as what was read back."""
    return vectors.astype(np.float16).astype(np.float32)
