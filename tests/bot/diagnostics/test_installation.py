"""What the doctor of an installation finds, and what it says to do."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.cells import cell_len

from bot.diagnostics import installation as doctor
from bot.journal.database import Database
from bot.output.exit_status import ExitStatus
from tests.bot.conftest import Faq

Doctor = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def examined(faq: Faq, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Ask the doctor about the folder in a home of its own, and return the findings by name."""
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))

    def run() -> dict[str, dict[str, Any]]:
        result = faq("doctor", "--faq", folder, "--json")
        told = json.loads(result.stdout)
        bad = [each["name"] for each in told["findings"] if each["state"] == "bad"]
        assert len(bad) == told["bad"]
        assert result.exit_code == (ExitStatus.FAILURE if bad else ExitStatus.OK)
        return {each["name"]: each for each in told["findings"]}

    return run


def test_a_new_installation_is_well_and_looking_makes_nothing(examined: Doctor, tmp_path: Path) -> None:
    found = examined()
    assert [name for name, each in found.items() if each["state"] == "bad"] == []
    assert found["release"]["state"] == "note"
    assert "faq publish" in found["release"]["to_do"]
    assert "最初の質問のときに作られます" in found["journal"]["text"]
    assert not (tmp_path / "home").exists()


def test_what_a_person_reads_fits_the_terminal_and_every_mark_comes_with_what_to_do(
    faq: Faq, folder: Path
) -> None:
    lines = faq("doctor", "--faq", folder).stdout.splitlines()
    assert max(map(cell_len, lines)) <= 80
    marks = [line[0] for line in lines]
    assert set(marks) <= {"○", "△", "×", " "}
    for number, mark in enumerate(marks):
        if mark in "△×":
            rest = lines[number + 1 :]
            own = rest[: next((at for at, line in enumerate(rest) if line[0] != " "), len(rest))]
            assert any(line.startswith("  → ") for line in own)
    assert "faq slack doctor" in lines[-1]


def test_a_mistake_in_the_files_is_to_be_put_right(faq: Faq, examined: Doctor, folder: Path) -> None:
    (folder / "more.yaml").write_text("entries: [{id: a}]", encoding="utf-8")
    found = examined()
    assert found["knowledge"]["state"] == "bad"
    assert f"faq check {folder}" in found["knowledge"]["to_do"]
    assert "\n直すところが1件あります。\n" in faq("doctor", "--faq", folder).stdout


def test_the_release_that_is_served_is_named_with_what_has_become_of_it(
    faq: Faq, examined: Doctor, folder: Path, tmp_path: Path
) -> None:
    assert faq("publish", folder).exit_code == ExitStatus.OK
    served = examined()["release"]
    assert served["state"] == "ok"
    (release,) = [
        each for each in (tmp_path / "home" / "releases").iterdir() if not each.name.startswith(".")
    ]
    assert release.name in served["text"]
    (folder / "faq.yaml").write_text((folder / "faq.yaml").read_text() + "\n# 変更\n")
    changed = examined()["release"]
    assert (changed["state"], "未公開" in changed["text"]) == ("note", True)
    manifest = release / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "engine": "another"}))
    other = examined()["release"]
    assert (other["state"], "作り直して" in other["text"]) == ("note", True)
    shutil.rmtree(release)
    assert examined()["release"]["state"] == "bad"


def test_a_release_of_other_encoders_is_told(
    faq: Faq, examined: Doctor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faq("publish", folder)
    monkeypatch.setenv("FAQ_ENCODER", "use")
    assert "別のエンコーダー" in examined()["release"]["text"]


def test_an_encoder_is_named_and_without_any_it_works_less_well(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "見つかる質問が減ります" in examined()["encoders"]["text"]
    monkeypatch.setenv("FAQ_ENCODER", "use")
    found = examined()["encoders"]
    assert (found["state"], "512次元" in found["text"]) == ("ok", True)


def test_the_journal_is_looked_at_and_left_as_it_is(
    examined: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    with Database(None, home).reading():
        pass
    assert examined()["journal"]["state"] == "ok"
    file = home / "journal.db"
    for version, state in (("0000", "ok"), ("9999", "bad")):
        with sqlite3.connect(file) as connection:
            (table,) = connection.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE '%version%'"
            ).fetchone()
            connection.execute(f"UPDATE {table} SET version_num = '{version}'")  # noqa: S608 -- this test's own
        connection.close()
        found = examined()["journal"]
        assert (found["state"], version in found["text"]) == (state, True)
    file.write_bytes(b"not a database" * 100)
    assert examined()["journal"]["state"] == "bad"
    monkeypatch.setenv("FAQ_DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/none")
    found = examined()["journal"]
    assert found["state"] == "bad"
    assert "secret" not in str(found)
    monkeypatch.setenv("FAQ_JOURNAL", "off")
    assert examined()["journal"]["state"] == "ok"


class Usage(NamedTuple):
    """Of a disk, as far as it matters here."""

    free: int


def test_a_home_and_a_disk_that_cannot_take_more_are_to_be_put_right(
    examined: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1_000_000))
    assert examined()["disk"]["state"] == "bad"
    (tmp_path / "file").touch()
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "file"))
    found = examined()["home"]
    assert (found["state"], "FAQ_HOME" in found["to_do"]) == ("bad", True)


def test_a_broken_dictionary_is_told_and_the_rest_all_the_same(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> list[str]:
        msg = "no system.dic"
        raise RuntimeError(msg)

    monkeypatch.setattr(doctor, "morphemes", broken)
    found = examined()
    assert (found["dictionary"]["state"], found["terminal"]["name"]) == ("bad", "terminal")


def test_the_operating_point_and_slack_are_told(examined: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "まだ設定していません" in examined()["slack"]["text"]
    monkeypatch.setenv("FAQ_POINT", "cautious")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    found = examined()
    assert "cautious" in found["point"]["text"]
    assert "一部だけ" in found["slack"]["text"]
    assert "xoxb" not in str(found)


@pytest.mark.parametrize(("columns", "state"), [("40", "note"), ("80", "ok")])
def test_a_narrow_terminal_is_told(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch, columns: str, state: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert examined()["terminal"]["state"] == state
