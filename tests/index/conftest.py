"""The tiny set, compiled once."""

from pathlib import Path

import numpy as np
import pytest

from faq.model import Knowledge
from index.channel import Weights
from index.compiling import PAIRS, compile_index
from index.release.building import Release
from index.search import Index
from index.vectors import Vectors, WordVectors, open_vectors, write_table
from tests.index import builders
from tests.index.builders import TINY, entry


@pytest.fixture(scope="session")
def release() -> Release:
    """Return a release of the tiny set, decided by the words that an entry has."""
    return builders.release()


@pytest.fixture(scope="session")
def tiny(release: Release) -> Index:
    """Return the index of the tiny set."""
    return release.index


@pytest.fixture(scope="session")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the table of word vectors, which takes seconds to make, if there are any."""
    home = tmp_path_factory.mktemp("vectors")
    open_vectors(home)
    return home / "vectors"


@pytest.fixture(scope="session", params=[Weights(), PAIRS], ids=["rich", "pairs"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index with every kind of evidence, with the weights of rich sets and with those of pairs."""
    words = list(compile_index(TINY).words.rows)
    found: Vectors = np.random.default_rng(5).normal(size=(len(words), 4)).astype(np.float32)
    folder: Path = tmp_path_factory.mktemp("table")
    write_table([(word, row) for row, word in enumerate(words)], found, folder)
    # Phrasings that tie, and enough of them for a classifier.
    entries = [
        each.model_copy(
            update={"also_asked": (*each.also_asked, *(f"{each.question}{mark}" for mark in "？。！"))}
        )
        for each in TINY.entries
    ]
    knowledge = Knowledge(entries=(*entries, entry("twice", "研修", "研修", "面接")), lexicon=TINY.lexicon)
    return compile_index(knowledge, request.param, WordVectors(folder))
