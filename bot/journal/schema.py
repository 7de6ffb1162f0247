"""The tables of the journal, made and brought up to date once, however many processes start."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

metadata = sa.MetaData()

_CHANGED = {
    "0002": "ALTER TABLE faq_questions ADD COLUMN follows BOOLEAN DEFAULT false NOT NULL",
    "0003": "ALTER TABLE faq_handovers ADD COLUMN release VARCHAR(64) DEFAULT '' NOT NULL",
    "0004": "ALTER TABLE faq_questions ADD COLUMN choice_of VARCHAR(32) DEFAULT '' NOT NULL",
    "0005": "ALTER TABLE faq_handovers ADD COLUMN place VARCHAR(200) DEFAULT '' NOT NULL",
    "0006": "DROP TABLE IF EXISTS faq_sightings",
    "0007": "UPDATE faq_deliveries SET kind = 'admin command' WHERE kind IN ('home command', 'decision on a proposal')",
    "0008": "DROP INDEX IF EXISTS ix_faq_deliveries_unsettled",
}
"""What each version of the schema after the first changed of what was there; new tables and indexes are made anyway."""
HEAD = max(_CHANGED)
_LOCK = 0x0FA9_10C4  # any number, always the same


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment, aware of its zone on the way in and in UTC on the way out; SQLite knows no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return it in UTC."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return it in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


questions = sa.Table(
    "faq_questions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("asked_at", Moment, nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("person", sa.String(32), index=True),
    sa.Column("text", sa.Text),
    sa.Column("reply", sa.String(16), nullable=False),
    sa.Column("entries", sa.JSON, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("release", sa.String(64), nullable=False),
    sa.Column("milliseconds", sa.Float, nullable=False),
    sa.Column("follows", sa.Boolean, nullable=False, server_default=sa.false()),
    # The id of the question that offered it.
    sa.Column("choice_of", sa.String(32), nullable=False, server_default=""),
)

feedback = sa.Table(
    "faq_feedback",
    metadata,
    sa.Column(
        "question_id", sa.String(32), sa.ForeignKey("faq_questions.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("mark", sa.String(8), nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("given_at", Moment, nullable=False),
)

person_keys = sa.Table(
    "faq_person_keys",
    metadata,
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("secret_mark", sa.String(16), primary_key=True),
    sa.Column("key", sa.LargeBinary(32), nullable=False),
)

handovers = sa.Table(
    "faq_handovers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False, default="slack-dm"),  # nobody asks for it any more
    sa.Column("user", sa.String(200)),
    sa.Column("person", sa.String(32), index=True),
    sa.Column("category", sa.String(200)),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("release", sa.String(64), nullable=False, server_default=""),  # that the question was put to
    sa.Column(
        "place", sa.String(200), nullable=False, server_default=""
    ),  # the message below which it was asked
)

handover_steps = sa.Table(
    "faq_handover_steps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "handover_id",
        sa.String(32),
        sa.ForeignKey("faq_handovers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

admin_events = sa.Table(
    "faq_admin_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)

deliveries = sa.Table(
    "faq_deliveries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("lane", sa.String(200), key="ordering_key", nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("payload", sa.JSON(none_as_null=True)),
    sa.Column(
        "handover_id", sa.String(32), sa.ForeignKey("faq_handovers.id", ondelete="CASCADE"), index=True
    ),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("planned_at", Moment, nullable=False),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("settled_at", Moment),
    sa.Column("receipt", sa.String(200), index=True),
    sa.Column("why", sa.Text),
)
UNSETTLED: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{each}'") for each in ("waiting", "begun")]
"""States of what is still to be sent, written out: of bound values, no database knows that an index has them."""
_SOME = deliveries.c.state.in_(UNSETTLED)
sa.Index("ix_faq_deliveries_due", deliveries.c.id, sqlite_where=_SOME, postgresql_where=_SOME)
sa.Index(
    "ix_faq_deliveries_in_order",
    deliveries.c.ordering_key,
    deliveries.c.id,
    sqlite_where=_SOME,
    postgresql_where=_SOME,
)

threads = sa.Table(
    "faq_threads",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("person", sa.String(32), index=True),
    sa.Column("changed_at", Moment, nullable=False, index=True),
)

schema_version = sa.Table(
    "faq_schema_version", metadata, sa.Column("version_num", sa.String(32), primary_key=True)
)


def upgrade(connection: Connection) -> str:
    """Make the tables or bring them up to date, in a transaction that writes; return the version that they have.

    One that is newer than this program stays as it is.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    before = version(connection)
    if before == HEAD or (before and before not in {"0001", *_CHANGED}):
        return before
    for number, change in _CHANGED.items():
        if before and before < number:
            connection.exec_driver_sql(change)
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    connection.execute(sa.delete(schema_version))
    connection.execute(sa.insert(schema_version).values(version_num=HEAD))
    return HEAD


def version(connection: Connection) -> str | None:
    """Return the version of the schema; `None` if there is none yet."""
    if not sa.inspect(connection).has_table(schema_version.name):
        return None
    found: str | None = connection.execute(sa.select(schema_version.c.version_num)).scalar()
    return found


def storable(text: str) -> str:
    r"""Return `text` without what not every database holds: `\x00`, and halves of characters.

    >>> storable("a\x00\ud800")
    'a?'
    """
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
