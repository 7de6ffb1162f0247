"""A server for a test, and the settings that name it."""

from collections.abc import Callable, Iterator

import pytest

from tests.bot.embedding.double import Double, serving, well


@pytest.fixture
def server() -> Iterator[Double]:
    with serving(well) as double:
        yield double


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Set the server; each test has a model of its own, so that none finds what another kept."""

    def use(url: str) -> None:
        monkeypatch.setenv("FAQ_EMBEDDINGS_URL", url)
        monkeypatch.setenv("FAQ_EMBEDDINGS_MODEL", f"e5 {request.node.name}")
        monkeypatch.setenv("FAQ_EMBEDDINGS_WAIT", "60000")

    return use
