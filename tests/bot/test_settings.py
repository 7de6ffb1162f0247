from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("FAQ_PATH", "FAQ_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_without_settings_the_built_in_knowledge_is_meant() -> None:
    assert read_settings().path is None
    assert read_settings().home.is_absolute()


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQ_PATH", "")
    assert read_settings().path is None


def test_the_environment_wins_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("FAQ_PATH=~/知識\nFAQ_HOME=kept\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("FAQ_HOME", "given")
    settings = read_settings()
    assert settings.path == Path.home() / "知識"
    assert settings.home == Path("given")


def test_an_env_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("FAQ_PATH=知識".encode("cp932"))
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        read_settings()
