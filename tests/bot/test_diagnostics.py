"""What the doctor of an installation finds, and what it says to do."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import diagnostics as doctor
from bot.journal.database import Database
from bot.output.terminal import ExitStatus
from faq.files import write_whole
from index.analysis.tokenizer import fingerprint
from index.release.building import engine
from tests.bot.conftest import Faq

LOOKS = ("program", "dictionary", "encoders", "knowledge", "release", "journal", "timezone")

Doctor = Callable[[], dict[str, str]]


@pytest.fixture
def examined(faq: Faq, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Ask the doctor about the folder in a home of its own, and return what it told, by what it looked at."""
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))

    def run() -> dict[str, str]:
        result = faq("doctor", "--faq", folder)
        found = re.findall(r"^[×△○] .*(?:\n  → .*)?$", result.stdout, re.MULTILINE)
        bad = sum(each.startswith("×") for each in found)
        assert result.exit_code == (ExitStatus.FAILURE if bad else ExitStatus.OK)
        assert (f"直すところが{bad}件あります。" in result.stdout) == bool(bad)
        return dict(zip(LOOKS, found, strict=True))

    return run


def test_a_new_installation_is_well_and_looking_makes_nothing(
    examined: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = examined()
    assert "×" not in {each[0] for each in found.values()}
    assert re.match(r"△.*\n  → faq publish", found["release"])
    assert "最初の質問のときに作られます" in found["journal"]
    assert "見つかる質問が減ります" in found["encoders"]
    assert not (tmp_path / "home").exists()
    monkeypatch.setenv("FAQ_ENCODER", "use")
    assert re.match("○.*512次元", examined()["encoders"])


def test_a_home_that_cannot_be_used_is_to_be_put_right(
    faq: Faq, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        monkeypatch.setenv("FAQ_HOME", str(home))
        result = faq("doctor", "--faq", folder)
        assert result.exit_code == ExitStatus.FAILURE
        assert f"× {home} を使えません" in result.stdout


def test_days_are_those_of_the_zone_that_is_set(
    examined: Doctor, faq: Faq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TZ unset, a day used to end at nine in the morning in Tokyo."""
    assert "Asia/Tokyo" in examined()["timezone"]
    assert datetime.now().astimezone().utcoffset() == timedelta(hours=9)
    text = "  - {id: a, question: q, also_asked: [r, s], answer: t, valid_until: %s}\n"
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):  # 26 hours apart: there, it is never the same day
        monkeypatch.setenv("FAQ_TIMEZONE", zone)
        assert zone in examined()["timezone"]
        day = datetime.now(tz=ZoneInfo(zone)).date()
        for until, told in ((day, False), (day - timedelta(days=1), True)):
            (tmp_path / "days.yaml").write_text("entries:\n" + text % until)
            assert ("有効期限" in faq("check", tmp_path / "days.yaml").stdout) == told
    monkeypatch.setenv("FAQ_TIMEZONE", "Asia/Tokio")
    refused = faq("doctor")
    assert (refused.exit_code, "FAQ_TIMEZONE" in refused.stderr) == (ExitStatus.FAILURE, True)


def test_files_with_mistakes_are_counted_and_the_command_that_shows_them_is_named(
    examined: Doctor, folder: Path
) -> None:
    (folder / "more.yaml").write_text("entries: [{id: a}]", encoding="utf-8")
    assert re.match(rf"×.*間違い2件.*\n  → faq check {folder} ", examined()["knowledge"])


def test_the_release_that_is_served_is_named_with_what_has_become_of_it(
    faq: Faq, examined: Doctor, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert faq("publish", folder).exit_code == ExitStatus.OK
    releases = tmp_path / "home" / "releases"
    (release,) = [each for each in releases.iterdir() if not each.name.startswith(".")]
    assert re.match(f"○.*{release.name}", examined()["release"])
    with monkeypatch.context() as patch:
        patch.setenv("FAQ_ENCODER", "use")
        assert "別のエンコーダー" in examined()["release"]
    (folder / "faq.yaml").write_text((folder / "faq.yaml").read_text() + "\n# 変更\n")
    assert re.match("△.*未公開", examined()["release"])
    manifest = release / "manifest.json"
    number, _ = json.loads(engine())
    before = json.dumps([number, "sudachipy 0.6.8, core 20240101"])
    write_whole(manifest, json.dumps({**json.loads(manifest.read_text()), "engine": before}).encode())
    other = examined()["release"]
    assert re.match(r"△.*作り直して.*\n  → faq eval", other)
    assert f"(sudachipy 0.6.8, core 20240101 → {fingerprint()})" in other
    shutil.rmtree(release)
    assert examined()["release"].startswith("×")


def test_the_journal_is_looked_at_and_left_as_it_is(
    examined: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    with Database(None, home).reading():
        pass
    assert examined()["journal"].startswith("○")
    file = home / "journal.db"
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%version%'").fetchone()
        connection.execute(f"UPDATE {found[0]} SET version_num = '9999'")  # noqa: S608 -- this test's own
    connection.close()
    assert re.match("×.*9999", examined()["journal"])
    file.write_bytes(b"not a database" * 100)
    assert examined()["journal"].startswith("×")
    monkeypatch.setenv("FAQ_DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/none")
    assert re.match(r"(?s)×(?!.*secret)", examined()["journal"])
    monkeypatch.setenv("FAQ_JOURNAL", "off")
    assert examined()["journal"].startswith("○")


def test_a_dictionary_that_cannot_be_read_is_told_and_all_the_rest_all_the_same(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(doctor, "morphemes", broken)
    found = examined()
    assert found["dictionary"].startswith("×")
    assert list(found)[-1] == "timezone"
