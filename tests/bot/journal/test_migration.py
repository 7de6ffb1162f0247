import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.journal.database import Database, open_database
from bot.journal.errors import JournalError
from bot.journal.migration import HEAD, SCRIPTS, migrate, version
from bot.journal.schema import VERSION_TABLE, metadata
from tests.patience import PATIENCE_SECONDS

STARTS = """
import json, sys
from pathlib import Path
from bot.journal import database

migrated = []
real = database.migrate
database.migrate = lambda engine: migrated.append(real(engine))
print("ready", flush=True)
sys.stdin.readline()
opened = database.open_database(sys.argv[1], Path(sys.argv[2]))
with opened.reading() as connection:
    kept = connection.exec_driver_sql("SELECT count(*) FROM faq_questions").scalar()
opened.close()
print(json.dumps([migrated, kept, "alembic" in sys.modules]))
"""

START_AT_ONCE = 3


def to_older(url: str, tmp_path: Path) -> None:
    """Make a database of the first version, with a question in it."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    migrate(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO faq_questions (id, asked_at, channel, reply, entries, confidence, release, milliseconds, text)"
            " VALUES ('a', '2025-06-01', 'console', 'answer', '[]', 0.5, 'r', 1.0, 'kept')"
        )
    engine.dispose()
    assert tmp_path.exists()


def test_the_newest_script_is_the_version_that_is_asked_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_scripts_make_the_tables_that_the_program_uses(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert version(connection) == HEAD


def test_an_older_journal_is_brought_up_to_date_with_what_it_holds(url: str, tmp_path: Path) -> None:
    to_older(url, tmp_path)
    opened = open_database(url, tmp_path)
    with opened.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        rows = connection.exec_driver_sql("SELECT text, follows FROM faq_questions").all()
    opened.close()
    assert [(row.text, bool(row.follows)) for row in rows] == [("kept", False)]


@pytest.mark.parametrize("prepare", [lambda *_: None, to_older], ids=["empty", "older"])
def test_processes_that_start_at_once_all_come_up_and_one_migrates(
    url: str, tmp_path: Path, environment: dict[str, str], prepare: Callable[[str, Path], None]
) -> None:
    prepare(url, tmp_path)
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", STARTS, url, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(START_AT_ONCE)
    ]
    for process in started:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    results = [process.communicate(timeout=PATIENCE_SECONDS) for process in started]
    assert [(process.returncode, error) for process, (_, error) in zip(started, results, strict=True)] == [
        (0, "")
    ] * START_AT_ONCE
    told = [json.loads(output) for output, _ in results]
    assert sorted(migrated for migrated, _, _ in told) == [[False]] * (START_AT_ONCE - 1) + [[True]]
    assert {kept for _, kept, _ in told} == {0 if prepare is not to_older else 1}


def test_a_journal_that_is_up_to_date_does_not_cost_an_import_of_alembic(
    url: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    open_database(url, tmp_path).close()
    done = subprocess.run(
        [sys.executable, "-c", STARTS, url, str(tmp_path)],
        input="\n",
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [[False], 0, False]


def test_a_migration_that_fails_leaves_the_old_schema(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_older(url, tmp_path)
    upgrade = command.upgrade

    def fail(config: Config, revision: str) -> None:
        upgrade(config, revision)
        raise ZeroDivisionError

    monkeypatch.setattr(command, "upgrade", fail)
    with pytest.raises(ZeroDivisionError):
        open_database(url, tmp_path)
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert version(connection) == "0001"
        assert not sa.inspect(connection).has_table("faq_threads")
    engine.dispose()


def test_a_journal_of_a_newer_program_is_left_alone(url: str, tmp_path: Path) -> None:
    opened = open_database(url, tmp_path)
    with opened.writing() as connection:
        connection.execute(
            sa.update(sa.table(VERSION_TABLE, sa.column("version_num"))).values(version_num="9999")
        )
    opened.close()
    with pytest.raises(JournalError, match="9999"):
        open_database(url, tmp_path)


def test_tables_of_other_programs_are_not_touched(url: str, tmp_path: Path) -> None:
    """Alembic's usual table of versions may be another program's."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('theirs')")
    engine.dispose()
    opened = open_database(url, tmp_path)
    with opened.reading() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "theirs"
    opened.close()


def test_the_file_is_nobody_elses_and_readers_do_not_wait(tmp_path: Path) -> None:
    opened = open_database(None, tmp_path / "new" / "home")
    file = tmp_path / "new" / "home" / "journal.db"
    with opened.reading() as reader, opened.writing() as writer:
        reader.execute(sa.text("SELECT count(*) FROM faq_sightings"))
        writer.execute(sa.text("INSERT INTO faq_sightings VALUES ('a', '2025-01-01')"))
        assert reader.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert reader.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert reader.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        modes = {stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}
    opened.close()
    assert modes == {0o600}


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
    with pytest.raises(JournalError, match=told) as raised:
        open_database(given, tmp_path)
    assert "secret" not in str(raised.value)


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(JournalError, match="not a database"):
        open_database(None, tmp_path)
