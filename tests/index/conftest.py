"""The tiny set and the built-in FAQ, compiled once."""

import os
from pathlib import Path

import pytest

from faq.loading.loader import builtin
from index.release.building import Release
from index.release.history import locked
from index.release.store import open_release
from index.retrieval.encoder import SentenceEncoder, packaged
from index.retrieval.search import Index
from tests.index import builders
from tests.index.builders import TINY, FakeEncoder


@pytest.fixture(scope="session")
def release() -> Release:
    """Return a release of the tiny set, with an encoder that has no model."""
    return builders.release(TINY, [FakeEncoder()])


@pytest.fixture(scope="session")
def tiny(release: Release) -> Index:
    """Return the index of the tiny set."""
    return release.index


@pytest.fixture(scope="session")
def use() -> SentenceEncoder:
    """Return the encoder that ships with the program."""
    return packaged("use")


@pytest.fixture(scope="session")
def meaning(use: SentenceEncoder) -> Release:
    """Return a release of the tiny set that knows what words mean."""
    return builders.release(TINY, [use])


@pytest.fixture(scope="session")
def whole(use: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return the release of the built-in FAQ, which one process of the run compiles and the others read."""
    base = tmp_path_factory.getbasetemp()
    home: Path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "builtin"
    with locked(home):
        return open_release(builtin(), home=home, encoders=[use])
