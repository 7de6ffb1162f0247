"""Labelled questions asked of indexes that have not learned from them, so that the fit judges what is really unseen."""

from collections.abc import Callable
from functools import cache

import numpy as np

from faq.model import Knowledge
from index.analyzer import Analyzer
from index.channel import Weights
from index.compiling import compile_index
from index.fitting import Sample, sample
from index.vectors import WordVectors

FOLDS = 5


def held_out(
    knowledge: Knowledge,
    weights: Weights | None = None,
    vectors: WordVectors | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Sample:
    """Ask every expectation of an index that was taught the others, a fifth left out at a time.

    Every question is in one fold: the first in the first, the second in the second, and so on around, so that
    neighbours, which are often alike, are seldom left out together.

    Returns:
        One row an expectation, in their order.
    """
    analyze = cache(Analyzer(knowledge.lexicon).analyze)
    known = knowledge.expectations
    order: list[int] = []
    samples: list[Sample] = []
    for fold in range(FOLDS):
        progress(f"想定質問でしきい値を合わせています({fold + 1}/{FOLDS})")
        rest = tuple(each for number, each in enumerate(known) if number % FOLDS != fold)
        taught = knowledge.model_copy(update={"expectations": rest})
        index = compile_index(taught, weights, vectors, analyze=analyze)
        samples.append(sample(index, known[fold::FOLDS]))
        order += range(fold, len(known), FOLDS)
    return Sample.joined(samples).at(np.argsort(order))
