import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from bot.journal import schema
from bot.journal.database import Database, JournalError
from bot.journal.journal import Journal
from bot.journal.outbox import Outbox, OutboxMessage
from bot.journal.schema import HEAD, metadata, schema_version, version
from bot.slack.delivery.sending import ACT
from tests.bot.journal.conftest import NOW
from tests.patience import PATIENCE_SECONDS

OPENS = """
import sys
from pathlib import Path
from bot.journal.database import Database

opened = Database(sys.argv[1], Path(sys.argv[2]))
with opened.reading() as connection:
    print(connection.exec_driver_sql("SELECT count(*) FROM faq_questions").scalar())
opened.close()
"""
# SQLite's locks of who writes and of who repairs, and the header that says whether that is needed.
REPAIRS = """
import fcntl
import sys

with open(sys.argv[1], "r+b") as shared:
    fcntl.lockf(shared, fcntl.LOCK_EX, 1, 120)
    fcntl.lockf(shared, fcntl.LOCK_EX, 1, 122)
    shared.write(bytes(96))
    shared.flush()
    print("ready", flush=True)
    sys.stdin.read()
"""


LATER = {
    "0002": "ALTER TABLE faq_questions DROP COLUMN follows",
    "0003": "ALTER TABLE faq_handovers DROP COLUMN release",
    "0004": "ALTER TABLE faq_questions DROP COLUMN choice_of",
    "0005": "ALTER TABLE faq_handovers DROP COLUMN place",
    "0008": "DROP INDEX ix_faq_deliveries_due",
}
"""What takes back what each version added."""


def to_older(url: str, tmp_path: Path, to: str = "0001") -> None:
    """Make a database of an older version, with a question and something to be done in it."""
    database = Database(url, tmp_path)
    for kind in ("home command", "decision on a proposal"):
        Outbox(database).plan(OutboxMessage(kind, kind, kind, {"user": "U1"}), at=NOW)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO faq_questions (id, asked_at, channel, reply, entries, confidence, release, milliseconds, text)"
            " VALUES ('a', '2025-06-01', 'console', 'answer', '[]', 0.5, 'r', 1.0, 'kept')"
        )
        for number, statement in LATER.items():
            if number > to:
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql("DROP TABLE faq_threads")  # of which the first version knew nothing
        connection.execute(sa.update(schema_version).values(version_num=to))
    database.close()


@pytest.mark.parametrize("older", ["0001", "0003"])
def test_an_older_journal_is_brought_up_to_date_with_what_it_holds(
    database: Database, url: str, tmp_path: Path, older: str
) -> None:
    """Also one that a restore puts under who has it open; what admins or HR wanted is still done."""
    with database.reading() as connection:
        assert version(connection) == HEAD
    database.close()
    to_older(url, tmp_path, older)
    with database.reading() as connection:
        found = sa.inspect(connection)
        for table in metadata.sorted_tables:
            assert {each["name"] for each in found.get_columns(table.name)} == {
                each.name for each in table.columns
            }
            held = {each["name"] for each in found.get_indexes(table.name)}
            assert held >= {each.name for each in table.indexes}
        assert version(connection) == HEAD
        (row,) = connection.exec_driver_sql("SELECT text, follows FROM faq_questions").all()
    assert (row.text, bool(row.follows)) == ("kept", False)
    assert [each.kind for each in Outbox(database).claim(at=NOW, most=2)] == [ACT, ACT]


@pytest.mark.parametrize("held", [0, 1])
def test_processes_that_start_at_once_all_come_up(
    url: str, tmp_path: Path, environment: dict[str, str], held: int
) -> None:
    """On an empty database, and on an older one."""
    if held:
        to_older(url, tmp_path)
    line = [sys.executable, "-W", "error", "-c", OPENS, url, str(tmp_path)]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True, env=environment) for _ in range(2)]
    results = [process.communicate(timeout=PATIENCE_SECONDS) for process in started]
    assert results == [(f"{held}\n", "")] * 2


def test_an_upgrade_that_fails_leaves_the_old_schema(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_older(url, tmp_path)
    real = metadata.create_all

    def fail(connection: Any) -> None:  # noqa: ANN401 -- as it is
        real(connection)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(schema.metadata, "create_all", fail)
        with pytest.raises(ZeroDivisionError), Database(url, tmp_path).reading():
            pass
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert version(connection) == "0001"
        assert not sa.inspect(connection).has_table("faq_threads")
    engine.dispose()


def test_a_journal_of_a_newer_program_is_left_alone(journal: Journal, url: str, tmp_path: Path) -> None:
    """Also by a check of who had it open before."""
    with journal.database.writing() as connection:
        connection.execute(sa.update(schema_version).values(version_num="9999"))
    journal.check()
    with pytest.raises(JournalError, match="9999"), Database(url, tmp_path).reading():
        pass


def test_the_file_is_nobody_elses_and_readers_do_not_wait(tmp_path: Path) -> None:
    opened = Database(None, tmp_path / "new" / "home")
    file = tmp_path / "new" / "home" / "journal.db"
    with opened.reading() as reader, opened.writing() as writer:
        reader.execute(sa.text("SELECT count(*) FROM faq_person_keys"))
        writer.execute(sa.text("INSERT INTO faq_person_keys VALUES ('2025-01', 'a', x'00')"))
        assert reader.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert reader.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        modes = {stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}
    opened.close()
    assert modes == {0o600}


def test_what_another_process_repairs_after_one_that_died_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has a name of its own for being busy so."""
    opened = Database(None, tmp_path)
    with opened.writing():
        pass
    command = [sys.executable, "-c", REPAIRS, str(tmp_path / "journal.db-shm")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        other.stdout.readline()
        monkeypatch.setattr(
            "bot.journal.database.sleep", waited := Mock(side_effect=lambda _: other.communicate())
        )
        with opened.writing() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM faq_questions").scalar() == 0
    opened.close()
    assert waited.called


def test_what_is_written_waits_for_the_disk_unless_it_can_be_done_again(journal: Journal) -> None:
    shown = {"sqlite": ("PRAGMA synchronous", 2, 1), "postgresql": ("SHOW synchronous_commit", "on", "off")}
    asked, waits, does_not = shown[journal.database.dialect]
    found = []
    for durable in (True, False, True):
        with journal.database.writing(durable=durable) as connection:
            found.append(connection.exec_driver_sql(asked).scalar())
    assert found == [waits, does_not, waits]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("mysql://u:secret@h/d", "mysql は使えません"),
        ("sqlite://", "メモリー"),
        ("sqlite:///:memory:", "メモリー"),
        ("secret", "URLとして読めません"),
        ("sqlite:////dev/null/journal.db", "開けません"),
        ("postgresql://u:secret@127.0.0.1:1/d", "開けません"),
    ],
)
def test_a_place_that_cannot_be_used_is_told_without_its_password(
    tmp_path: Path, given: str, told: str
) -> None:
    with pytest.raises(JournalError, match=told) as raised, Database(given, tmp_path).reading():
        pass
    assert "secret" not in str(raised.value)


def test_what_is_sent_next_is_found_in_order_however_much_waits(tmp_path: Path) -> None:
    database = Database(None, tmp_path)
    plans: list[str] = []

    def explain(
        _: object, cursor: sqlite3.Cursor, statement: str, values: tuple[str, ...], *__: object
    ) -> None:
        if statement.startswith("WITH"):
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values))

    with database.writing() as connection:
        engine = connection.engine
    sa.event.listen(engine, "before_cursor_execute", explain)
    Outbox(database).claim(at=NOW)
    database.close()
    assert any("ix_faq_deliveries_due" in plan for plan in plans)
    assert not [plan for plan in plans if "TEMP B-TREE" in plan]
