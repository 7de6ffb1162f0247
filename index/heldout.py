"""Labelled questions asked of indexes that have not learned from them, so that the fit judges what is really unseen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from faq.model import Expectation, Knowledge
from index.analyzer import Analyzer
from index.channel import Weights
from index.compiling import compile_index
from index.embeddings import TextVectors
from index.fitting import EmbeddingOf, Sample, sample
from index.search import Index
from index.text import bare
from index.vectors import WordVectors

FOLDS = 5


@dataclass(frozen=True, eq=False)
class Fold:
    """An index and the expectations that it was not taught.

    Attributes:
        rows: Their places among all expectations.
    """

    index: Index
    expectations: tuple[Expectation, ...]
    rows: range


def folds(
    knowledge: Knowledge,
    weights: Weights | None = None,
    vectors: WordVectors | None = None,
    *,
    embedded: TextVectors | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Fold]:
    """Yield an index that was taught all expectations but a fifth of them, and that fifth, for each in turn.

    Every question is in one fold: the first in the first, the second in the second, and so on around, so that
    neighbours, which are often alike, are seldom left out together.
    """
    analyze = cache(Analyzer(knowledge.lexicon).analyze)
    known = knowledge.expectations
    for fold in range(FOLDS):
        progress(f"想定質問でしきい値を合わせています({fold + 1}/{FOLDS})")
        rest = tuple(each for number, each in enumerate(known) if number % FOLDS != fold)
        taught = knowledge.model_copy(update={"expectations": rest})
        index = compile_index(taught, weights, vectors, analyze=analyze, embedded=embedded)
        yield Fold(index, known[fold::FOLDS], range(fold, len(known), FOLDS))


def ask_folds(
    held: Iterator[Fold] | Sequence[Fold],
    weights: Weights | None = None,
    *,
    embedding_of: EmbeddingOf | None = None,
    step: Callable[[], None] = lambda: None,
) -> Sample:
    """Ask every fold its own questions, with other weights if they are given; `step` is called after each.

    With `embedding_of`, they are asked with their embeddings, as for `index.fitting.sample`.

    Returns:
        One row an expectation, in their order.
    """
    order: list[int] = []
    samples: list[Sample] = []
    for fold in held:
        index = fold.index.reweighed(weights) if weights else fold.index
        samples.append(sample(index, fold.expectations, embedding_of, step=step))
        order += fold.rows
    return Sample.joined(samples).at(np.argsort(order))


def held_out(
    knowledge: Knowledge,
    weights: Weights | None = None,
    vectors: WordVectors | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Sample:
    """Ask every expectation of an index that was taught the others, a fifth left out at a time.

    Returns:
        One row an expectation, in their order.
    """
    return ask_folds(folds(knowledge, weights, vectors, progress=progress))


def fold_of_each(expectations: Sequence[Expectation]) -> dict[str, int]:
    """Return the number of the fold whose index was not taught an expectation, by its bare text."""
    found: dict[str, int] = {}
    for number, each in enumerate(expectations):
        found.setdefault(bare(each.q), number % FOLDS)
    return found


def dealt(questions: Sequence[Expectation]) -> list[int]:
    """Return the fold that judges each question; those in the same words are in the same one."""
    seen: dict[str, int] = {}
    return [seen.setdefault(bare(each.q), len(seen)) % FOLDS for each in questions]
