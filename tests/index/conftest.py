"""The tiny set, compiled once."""

import pytest

from index.release import Release
from index.search import Index
from tests.index import builders


@pytest.fixture(scope="session")
def release() -> Release:
    """Return a release of the tiny set, decided by the words that an entry has."""
    return builders.release()


@pytest.fixture(scope="session")
def tiny(release: Release) -> Index:
    """Return the index of the tiny set."""
    return release.index
