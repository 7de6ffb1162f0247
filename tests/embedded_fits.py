"""Fits confidences for sets that cannot be fitted on their own questions and are served with embeddings.

FAQ_EMBEDDINGS_URL=… python -m tests.embedded_fits

The built-in FAQ's labelled questions are asked of it as if it had learned from none of them: with all of its phrasings,
and, for sets of pairs, with a few. What comes of it holds for the model that was asked, as cosines of two models cannot
be compared. To be run when the weights or the features of embeddings have changed.
"""

import sys
from collections.abc import Iterator

from bot.cli.opening import tell
from bot.console.progress import progress_bar
from bot.embedding.opening import Embedding, open_embedding
from bot.settings import read_settings
from faq.model import Knowledge
from faq.reading import builtin, load
from index.channel import Weights
from index.compiling import PAIRS, compile_index
from index.decision import Fit
from index.fitting import fit, sample
from index.release.fits import keep_embedded
from index.release.kept_embeddings import embedded_knowledge
from index.release.source import with_smalltalk
from index.vectors import open_vectors

FEW = 4
"""Phrasings beside the question, where a set of pairs is stood in for."""


def untaught(knowledge: Knowledge, phrasings: int | None = None) -> Knowledge:
    """Return a knowledge set without its expectations, and with so many phrasings beside the question, if given."""
    entries = (
        entry.model_copy(update={"also_asked": entry.also_asked[:phrasings]}) for entry in knowledge.entries
    )
    return knowledge.model_copy(update={"expectations": (), "entries": tuple(entries)})


def fits(embedding: Embedding) -> Iterator[tuple[str, Fit]]:
    """Yield the fit for rich sets and that for pairs, by name."""
    knowledge = with_smalltalk(load(builtin()))
    known = embedded_knowledge(knowledge, embedding.embedder, embedding.home, progress=tell)
    vectors = open_vectors(embedding.home, progress=tell)
    if known is None or vectors is None:
        sys.exit("the extra 'semantic' is not installed")
    for name, weights, phrasings in (("rich", Weights(), None), ("pairs", PAIRS, FEW)):
        index = compile_index(untaught(knowledge, phrasings), weights, vectors, embedded=known)
        with progress_bar(name, len(knowledge.expectations)) as step:
            yield name, fit(sample(index, knowledge.expectations, known.question, step=step))


def main() -> None:
    """Write the fits beside the module that reads them."""
    embedding = open_embedding(read_settings(), progress_bar)
    if embedding is None:
        sys.exit("FAQ_EMBEDDINGS_URL is not set")
    keep_embedded(embedding.embedder.model, dict(fits(embedding)))


if __name__ == "__main__":
    main()
