"""Runs commands as if each were killed before every change of the disk and every statement, and tells what is left.

Run as a program in an empty folder. Writes one line of JSON a command: at how many moments that is, what was then
neither all as before nor all as after, once another command had read the files, the parts that were not as after once
it was run again, and what the other command said of an approval.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import sqlalchemy as sa
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation.state import ConversationState
from bot.journal.journal import Journal
from bot.proposals.folder import Proposals
from bot.settings import Settings
from index.release.history import SCRAPS, History
from index.release.serving import open_serving
from index.release.store import Store
from tests.bot.journal.builders import asked, remember
from tests.bot.journal.conftest import NOW
from tests.bot.journal.test_schema import to_older
from tests.index.builders import FEW

CHANGES = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.utime"})
ENTRY = "entries:\n  - id: {id}\n    question: {question}\n    answer: {answer}\n"
OLD, NEW = "前の回答です。", "新しい回答です。"
ALWAYS_NEW = ("faq_person_keys", "faq_admin_events", "sqlite_sequence")
"""Tables in which every run leaves something of its own."""
PLACE = Path("place")
FAQ, HOME = PLACE / "faq", PLACE / "home"
COMMANDS = {
    "purge": "journal purge",
    "forget": "journal forget U1",
    "migration": "journal tail",
    "import": f"import {PLACE}/new.yaml --into {FAQ} --yes",
    "rollback": f"rollback --faq {FAQ}",
    "publish": f"publish {FAQ}",
    "approve": "approve p1 --yes",
}
PROPOSAL = """faq: {faq}
by: 鈴木
at: 2026-04-01T09:00:00+09:00
base: '0'
phrasing: {{entry: e0, text: 私服でもよいですか}}
questions: [{{q: 私服でもよいですか, times: 2}}]
"""
UNDONE, FINISHED = "元に戻しました", "取り込み済みにしました"


def run(line: str) -> str:
    return CliRunner().invoke(app, line.split()).output


def write(answer: str) -> None:
    FAQ.mkdir(exist_ok=True)
    for number, question in enumerate(("服装は自由ですか", "研修はありますか")):
        text = ENTRY.format(id=f"e{number}", question=question, answer=answer)
        (FAQ / f"f{number}.yaml").write_text(text, "utf-8")


def prepare() -> None:
    """Publish twice, fill a journal, and propose a phrasing."""
    PLACE.mkdir()
    for answer in ("最初の回答です。", OLD):
        write(answer)
        run(f"publish {FAQ}")
    new = "".join((FAQ / f"f{number}.yaml").read_text("utf-8") for number in (0, 1))
    new = new.replace(OLD, NEW).replace("entries:\n", "")
    (PLACE / "new.yaml").write_text(f"entries:\n{new}", "utf-8")
    (proposals := HOME / "proposals").mkdir()
    (proposals / "p1.yaml").write_text(PROPOSAL.format(faq=FAQ.resolve()), "utf-8")
    with Journal(Settings(home=HOME), complain=sys.exit) as journal:
        for days in (0, 200):
            at = NOW - timedelta(days=days)
            journal.record(asked(at=at))
            remember(journal, f"C1:{days}", ConversationState(), at=at, user="U1")


def state() -> dict[str, str]:
    """Return a mark of what each part holds; every release that is stored can be read, or this raises."""
    store = Store(HOME, ())
    for name in store.names():
        store.read(name)
    found: dict[str, object] = {each.name: each.read_bytes() for each in FAQ.glob("*.yaml")}
    with closing(sqlite3.connect(HOME / "journal.db")) as connection:
        found["journal"] = [
            line for line in connection.iterdump() if not any(each in line for each in ALWAYS_NEW)
        ]
    found["publications"] = [(each.number, each.release) for each in History(HOME, FAQ).publications()]
    found["served"] = open_serving(FAQ, home=HOME, encoders=()).release.name
    found["proposal"] = Proposals(HOME).find("p1").state
    found["scraps"] = len([*(HOME / SCRAPS).glob("*/"), *FAQ.glob(".*")])
    return {part: hashlib.sha256(repr(held).encode()).hexdigest()[:8] for part, held in found.items()}


def wrong(state: Mapping[str, str], right: Mapping[str, str]) -> set[str]:
    return {part for part, held in state.items() if held != right.get(part)}


def moments(act: Callable[[], object]) -> list[Path]:
    """Act, and return copies of the place as it was before each change there: what is left if all ends at that moment.

    A change is a file that is made, renamed or removed, and what a database is told, unless all is as it was before.
    """
    found: dict[str, Path] = {}
    looking = True

    def look(*_: object) -> None:
        nonlocal looking
        if looking:
            looking = False  # a copy is no change
            if (held := content()) not in found:
                found[held] = shutil.copytree(PLACE, Path("moments", str(len(found))))
            looking = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        makes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
        if makes or event in CHANGES:
            look()

    sys.addaudithook(hook)
    for told in ("before_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, told, look)
    act()
    looking = False
    return list(found.values())


def content() -> str:
    """Return a mark of all names and all bytes in the place."""
    digest = hashlib.sha256()
    for each in sorted(PLACE.rglob("*")):
        held = each.read_bytes() if each.is_file() else b""
        digest.update(f"{each} {len(held)} ".encode() + held)
    return digest.hexdigest()


def tried(line: str) -> dict[str, object]:
    """Run a command, and then whatever comes next on what it would have left at each moment."""
    before = state()
    left = moments(lambda: run(line))
    after = state()
    halves, stuck, seen, said = set[str](), set[str](), [before], ""
    for moment in left:
        shutil.rmtree(PLACE)
        moment.rename(PLACE)
        found = state()
        if found in seen:
            continue
        seen.append(found)
        said += run(f"check {FAQ}")
        found = state()
        halves |= min((wrong(found, whole) - {"scraps"} for whole in (before, after)), key=len)
        for partial in FAQ.glob(".*"):  # what was being written
            os.utime(partial, (0, 0))
        run(line)
        stuck |= wrong(state(), after)
    told = [each for each in (UNDONE, FINISHED) if each in said]
    whole = {"halves": sorted(halves), "stuck": sorted(stuck)}
    return {"moments": len(left), "changes": before != after, "told": told, **whole}


def main() -> None:
    patch("index.retrieval.compiling.library_cohort", lambda: FEW).start()
    prepare()
    fresh = shutil.copytree(PLACE, "fresh")
    for name, line in COMMANDS.items():
        shutil.rmtree(PLACE)
        shutil.copytree(fresh, PLACE)
        if name == "migration":
            to_older(f"sqlite:///{HOME / 'journal.db'}", PLACE)
        if name == "publish":
            write(NEW)
        sys.stdout.write(json.dumps({"command": name, **tried(line)}) + "\n")


if __name__ == "__main__":
    main()
