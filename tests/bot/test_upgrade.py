"""A home as the first release left it: `tests/data/upgrade`, its journal as SQL, of its release what is still read."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.release.history import History
from tests.bot.conftest import ROOT, Faq

KEPT = ROOT / "tests" / "data" / "upgrade"
RELEASE = "5bfa88bb1c97"


@pytest.fixture
def home(tmp_path: Path, folder: Path) -> Path:
    """Put it together; what was published differs from what the folder holds now."""
    home = tmp_path / "home"
    (home / "releases" / RELEASE).mkdir(parents=True)
    for name in ("manifest.json", "knowledge.json"):
        shutil.copy(KEPT / name, home / "releases" / RELEASE)
    pointer = History(home, folder).pointer
    pointer.parent.mkdir(parents=True)
    shutil.copy(KEPT / "history.jsonl", pointer)
    with closing(sqlite3.connect(home / "journal.db")) as journal:
        journal.executescript((KEPT / "journal.sql").read_text("utf-8"))
    return home


def test_what_the_first_release_published_and_kept_is_served_and_read(faq: Faq, folder: Path) -> None:
    assert "在宅勤務は週に何日できますか" in faq("journal", "tail").stdout
    answered = faq("ask", "--faq", folder, "職場の服装はどんな感じですか")
    assert answered.stdout == "服装は自由です。\n"
    assert "未公開の変更があります" in answered.stderr
    assert "職場の服装はどんな感じですか" in faq("journal", "tail").stdout
    assert f"*  {RELEASE}" in faq("releases", "--faq", folder).stdout
    published = faq("publish", "--faq", folder, "--force", "--reason", "新しい版")
    assert f"({RELEASE} → " in published.stdout
