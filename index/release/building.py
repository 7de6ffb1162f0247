"""A release: one immutable set of knowledge, compiled index and fitted thresholds, named by its content."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from faq.model import Entry, Knowledge
from index.channel import EMBEDDING, Weights
from index.compiling import PAIRS, compile_index, standard_weights
from index.decision import Fit
from index.embeddings import Asked, EmbedQuestions, TextVectors
from index.features import EMBEDDED, NAMES
from index.fitting import FEWEST, fit
from index.heldout import ask_folds, folds
from index.points import Point
from index.release.fits import embedded_fit, embedded_fits, known_fit, standard_fit
from index.release.tuned import in_force, tuned_fit, tuned_weights
from index.search import Index
from index.sudachi import fingerprint
from index.vectors import WordVectors
from index.vectors import fingerprint as word_vectors

ENGINE = 6
"""Raised whenever the same knowledge would be compiled or decided differently."""


@dataclass(frozen=True, eq=False)
class Release:
    """What is served.

    Attributes:
        name: 12 hexadecimal digits of the hash of the knowledge and of all that decides how it is compiled.
        point: Whose thresholds the fit has in use.
        embed_questions: Gives the embeddings of questions; `None` where no server is set.
    """

    name: str
    knowledge: Knowledge
    index: Index
    fit: Fit
    point: Point = Point.BALANCED
    embed_questions: EmbedQuestions | None = None

    @property
    def embeds(self) -> bool:
        """Whether it is made with embeddings, and those of questions can be asked for."""
        return self.index.compiled.embeddings is not None and self.embed_questions is not None

    def embedded(self, questions: Sequence[str]) -> Asked:
        """Return the embeddings of a message's questions, or why there are none; nothing unless it `embeds`."""
        embeddings = self.index.compiled.embeddings
        if embeddings is None or self.embed_questions is None:
            return Asked()
        found = self.embed_questions(embeddings.model, questions)
        sizes = {len(vector) for vector in found.vectors.values()}
        if sizes - {embeddings.size}:
            return Asked(problem=_OTHER_SIZE.format(size=max(sizes), known=embeddings.size))
        return found

    @property
    def label(self) -> str:
        """What a reply depends on beside its question: the name, with the point where that is not the usual one."""
        return self.name if self.point is Point.BALANCED else f"{self.name}@{self.point}"

    def at(self, point: Point) -> "Release":
        """Return this release at an operating point; asked twice, the same object."""
        if point is self.point:
            return self
        if point not in self._at:
            self._at[point] = replace(self, fit=self.fit.at(point), point=point)
        return self._at[point]

    @cached_property
    def _at(self) -> "dict[Point, Release]":
        return {}

    @cached_property
    def dated(self) -> tuple[Entry, ...]:
        """The entries that have a last day: mostly few, and a question need not look through all the others."""
        return tuple(entry for entry in self.knowledge.entries if entry.valid_until)


_OTHER_SIZE = (
    "埋め込みサーバーのベクトルの長さ({size})が公開中の版({known})と違うため、使わずに答えました。"
    "モデルを元に戻すか、公開し直してください"
)


def build(
    knowledge: Knowledge,
    weights: Weights | None = None,
    vectors: WordVectors | None = None,
    *,
    embedded: TextVectors | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Compile the index and fit the thresholds; the same knowledge always gives the same release.

    A knowledge set with too few expectations of its own for a fit is served with the fit of the built-in one, whose
    features are shares and so mean the same. With embeddings of a model for which there is such a fit, it has that too;
    with those of another it is decided as without. One that was tuned is served with what was kept; where that is a
    confidence, and none for the embeddings that there are, it is decided as without them.

    Args:
        knowledge: What is to be served.
        weights: Of the kinds of evidence; by default those of its tuning, else those for a set of its shape. With
            weights that are given nothing of a tuning is used.
        vectors: Word vectors, if there are any: without them the search finds less.
        embedded: Embeddings of its texts, if a server gave them (`index.embeddings.texts_of`). The release then has two
            fits from the same folds, one for questions whose embedding is known and one for the others.
        progress: Told, in Japanese, what is being done.
    """
    progress("索引を作っています")
    name = word_vectors() if vectors else ""
    tuning = None if weights else in_force(knowledge, search_of(knowledge, name))
    usual = weights or standard_weights(knowledge)
    weights = weights or weights_of(knowledge, name, embedded.name if embedded else "")
    index = compile_index(knowledge, weights, vectors, embedded=embedded)
    answered = sum(bool(expectation.gold) for expectation in knowledge.expectations)
    if kept := tuned_fit(tuning, embedded_search_of(knowledge, embedded.name) if embedded else ""):
        fitted = kept
    elif min(answered, len(knowledge.expectations) - answered) >= FEWEST:
        known = known_fit(knowledge, index.weights, index.compiled.vectors)
        if known and not embedded:
            fitted = known
        else:
            held = tuple(folds(knowledge, weights, vectors, embedded=embedded, progress=progress))
            fitted = known or fit(ask_folds(held))
            if embedded:
                with_them = fit(ask_folds(held, embedding_of=embedded.question))
                fitted = fitted.model_copy(update={"embedded": with_them})
    else:
        fitted = standard_fit()
        if embedded and (standard := embedded_fit(embedded.model, usual)):
            fitted = fitted.model_copy(update={"embedded": standard})
    name = name_of(knowledge, weights, index.compiled.vectors, embedded.name if embedded else "")
    return Release(name, knowledge, index, fitted)


def name_of(
    knowledge: Knowledge, weights: Weights | None = None, vectors: str = "", embeddings: str = ""
) -> str:
    """Return the name that the release of this knowledge has.

    Args:
        knowledge: What is to be served.
        weights: As for `build`.
        vectors: Names the word vectors, if any.
        embeddings: Names the embeddings, if any: their model and its dimension.
    """
    given = weights or weights_of(knowledge, vectors, embeddings)
    digest = hashlib.sha256(basis(given, vectors, embeddings).encode())
    digest.update(knowledge.model_dump_json().encode())
    return digest.hexdigest()[:12]


def weights_of(knowledge: Knowledge, vectors: str = "", embeddings: str = "") -> Weights:
    """Return the weights with which a knowledge is compiled: those of its tuning, else those for a set of its shape."""
    tuning = in_force(knowledge, search_of(knowledge, vectors))
    embedded = embedded_search_of(knowledge, embeddings) if embeddings else ""
    return tuned_weights(standard_weights(knowledge), tuning, embedded)


def search_of(knowledge: Knowledge, vectors: str = "") -> str:
    """Name the search that a tuning of this knowledge is for: 12 hexadecimal digits.

    It is another one where the same weights would score otherwise, or the same confidence would be one in other things.
    """
    usual = standard_weights(knowledge).deciding(embedded=False)
    told = json.dumps([ENGINE, usual, list(NAMES), bool(vectors)])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def embedded_search_of(knowledge: Knowledge, embeddings: str) -> str:
    """Name the search with embeddings that a tuning is for: 12 hexadecimal digits; another for another model.

    `embeddings` names what they are made with, as `index.embeddings.TextVectors.name` does.
    """
    usual = standard_weights(knowledge)
    told = json.dumps([embeddings, [getattr(usual, name) for name in EMBEDDING], list(EMBEDDED)])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def basis(weights: Weights | None = None, vectors: str = "", embeddings: str = "") -> str:
    """Return, as text, all that decides how knowledge is compiled, but for the knowledge."""
    embedded = bool(embeddings)
    both = [each.deciding(embedded=embedded) for each in (Weights(), PAIRS)]
    given = weights.deciding(embedded=embedded) if weights else both
    parts = [ENGINE, fingerprint(), vectors, given, standard_fit().model_dump(exclude_none=True)]
    if embeddings:
        fits = {
            model: {shape: fit.model_dump(exclude_none=True) for shape, fit in shapes.items()}
            for model, shapes in embedded_fits().items()
        }
        parts += [embeddings, fits]
    return json.dumps(parts)


def engine() -> str:
    """Name what decides how a stored release replies, but for what is stored in it."""
    return json.dumps([ENGINE, fingerprint()])
