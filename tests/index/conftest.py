"""The tiny set and the built-in FAQ, compiled once."""

from pathlib import Path

import pytest

from faq.loading.loader import builtin
from index.release.building import Release, build
from index.release.store import open_release
from index.retrieval.encoder import SentenceEncoder, packaged
from index.retrieval.search import Index
from tests.index.builders import TINY, FakeEncoder


@pytest.fixture(scope="session")
def release() -> Release:
    """Return a release of the tiny set, with an encoder that has no model."""
    return build(TINY, [FakeEncoder()])


@pytest.fixture(scope="session")
def tiny(release: Release) -> Index:
    return release.index


@pytest.fixture(scope="session")
def use() -> SentenceEncoder:
    return packaged("use")


@pytest.fixture(scope="session")
def whole(use: SentenceEncoder, compiled_builtin: Path) -> Release:
    return open_release(builtin(), home=compiled_builtin, encoders=[use])
