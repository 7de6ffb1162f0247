"""Labelled questions asked of releases that have not learned from them, so that what is judged is really unseen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from faq.model import Expectation
from faq.wording import worded
from index.analysis.analyzer import Analyzer
from index.release.building import Release
from index.retrieval.compiling import Encode, compile_index
from index.retrieval.vectors import VectorStore

FOLDS = 5


@dataclass(frozen=True, eq=False)
class Fold:
    """A release with the whole one's name, point and tuning; what it was not taught, and its places among all."""

    release: Release
    expectations: tuple[Expectation, ...]
    rows: range


def folds(
    release: Release, *, encode: Encode | None = None, progress: Callable[[str], None] = lambda _: None
) -> Iterator[Fold]:
    """Yield a release that was taught all expectations but a fifth of them, and that fifth, for each in turn.

    The first question is in the first fold, the second in the second, and so on around: neighbours are often alike.
    Raises `EncoderError` if an encoder cannot be asked.
    """
    knowledge, encode = release.knowledge, encode or VectorStore().encode
    analyze = cache(Analyzer(knowledge.lexicon).analyze)
    known = knowledge.expectations
    for fold in range(min(FOLDS, len(known))):
        progress(worded("想定質問を学ばせずに試しています({fold}/{folds})", fold=fold + 1, folds=FOLDS))
        rest = tuple(each for number, each in enumerate(known) if number % FOLDS != fold)
        taught = knowledge.model_copy(update={"expectations": rest})
        index = compile_index(taught, release.index.encoders, encode=encode, analyze=analyze)
        left_out = replace(release, knowledge=taught, index=index)
        yield Fold(left_out, known[fold::FOLDS], range(fold, len(known), FOLDS))
