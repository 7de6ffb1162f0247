"""Fits the built-in FAQ again, with word vectors and without; to be run when it or the search has changed.

python -m tests.known_fits
"""

import sys
import tempfile
from pathlib import Path

from faq.reading import builtin, load
from index.compiling import standard_weights
from index.fitting import fit
from index.heldout import held_out
from index.release.fits import digest, keep_known
from index.release.source import with_smalltalk
from index.vectors import fingerprint, open_vectors


def main() -> None:
    """Write the fits beside the module that reads them."""
    knowledge = with_smalltalk(load(builtin()))
    weights = standard_weights(knowledge)
    with tempfile.TemporaryDirectory() as folder:
        vectors = open_vectors(Path(folder))
        if vectors is None:
            sys.exit("the extra 'semantic' is not installed; both fits are written together")
        keep_known(
            {
                digest(knowledge, weights, fingerprint() if each else ""): fit(
                    held_out(knowledge, weights, each)
                )
                for each in (vectors, None)
            }
        )


if __name__ == "__main__":
    main()
