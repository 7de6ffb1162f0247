"""The expectations of a release, asked of indexes that were not taught them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from index.embeddings import Embedder
from index.fitting import FEWEST
from index.heldout import Fold, folds
from index.release.building import Release
from index.release.kept_embeddings import embedded_knowledge
from index.vectors import open_vectors


def folds_of(
    release: Release,
    home: Path | None,
    *,
    embedder: Embedder | None = None,
    progress: Callable[[str], None] = lambda _: None,
    few: bool = False,
) -> Iterator[Fold]:
    """Yield the folds of a release's expectations; none if they are too few for a fit of their own, unless `few`.

    Args:
        release: Its knowledge and weights are used.
        home: Where the word vectors are.
        embedder: Gives the embeddings that are not kept; without it the folds have none.
        progress: Told, in Japanese, what is being done.
        few: Even few are wanted: they are asked themselves.
    """
    known = release.knowledge.expectations
    answered = sum(bool(expectation.gold) for expectation in known)
    if not few and min(answered, len(known) - answered) < FEWEST:
        return
    name = release.index.compiled.vectors
    vectors = open_vectors(home, name, progress=progress) if name else None
    embedded = embedded_knowledge(release.knowledge, embedder, home, progress=progress) if embedder else None
    yield from folds(release.knowledge, release.index.weights, vectors, embedded=embedded, progress=progress)
