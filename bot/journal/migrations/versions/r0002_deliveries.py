"""What is still to be told to somebody, what was seen before, and the memory of conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and a column for questions that leaned on the one before."""
    op.add_column(
        "faq_questions", sa.Column("follows", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "faq_deliveries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("lane", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON),
        sa.Column("handover_id", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("receipt", sa.String(200)),
        sa.Column("why", sa.Text),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["faq_handovers.id"],
            name=op.f("fk_faq_deliveries_handover_id_faq_handovers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_faq_deliveries_key")),
    )
    op.create_index(op.f("ix_faq_deliveries_handover_id"), "faq_deliveries", ["handover_id"])
    op.create_index(op.f("ix_faq_deliveries_receipt"), "faq_deliveries", ["receipt"])
    op.create_index("ix_faq_deliveries_unsettled", "faq_deliveries", ["state", "lane", "id"])
    op.create_table(
        "faq_sightings",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_faq_sightings")),
    )
    op.create_index(op.f("ix_faq_sightings_at"), "faq_sightings", ["at"])
    op.create_table(
        "faq_threads",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("person", sa.String(32)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_faq_threads")),
    )
    op.create_index(op.f("ix_faq_threads_person"), "faq_threads", ["person"])
    op.create_index(op.f("ix_faq_threads_changed_at"), "faq_threads", ["changed_at"])
