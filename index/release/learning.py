"""The expectations of a release, asked of indexes that were not taught them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from index.fitting import FEWEST
from index.heldout import Fold, folds
from index.release.building import Release
from index.vectors import open_vectors


def folds_of(
    release: Release, home: Path | None, *, progress: Callable[[str], None] = lambda _: None
) -> Iterator[Fold]:
    """Yield the folds of a release's expectations; none if they are too few for a fit of their own.

    Args:
        release: Its knowledge and weights are used.
        home: Where the word vectors are.
        progress: Told, in Japanese, what is being done.
    """
    known = release.knowledge.expectations
    answered = sum(bool(expectation.gold) for expectation in known)
    if min(answered, len(known) - answered) < FEWEST:
        return
    name = release.index.compiled.vectors
    vectors = open_vectors(home, name, progress=progress) if name else None
    yield from folds(release.knowledge, release.index.weights, vectors, progress=progress)
