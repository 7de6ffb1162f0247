"""A knowledge folder and a home, and norms of few questions: what is tested here does not depend on them."""

from pathlib import Path

import pytest

from tests.index.builders import FEW
from tests.index.release.publishers import write


@pytest.fixture(autouse=True)
def _few_norms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.retrieval.compiling.library_cohort", lambda: FEW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "faq")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"
