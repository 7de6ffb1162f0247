import pytest


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests of files look at the English texts; `test_wording` sees to it that the Japanese ones are as many."""
    monkeypatch.setenv("FAQ_LANG", "en")
