"""The tiny set, compiled once."""

from pathlib import Path

import pytest

from index.release.building import Release
from index.search import Index
from index.vectors import open_vectors
from tests.index import builders


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
