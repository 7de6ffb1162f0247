"""Questions, feedback, hand-overs and what admins did."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "faq_questions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("person", sa.String(32)),
        sa.Column("text", sa.Text),
        sa.Column("reply", sa.String(16), nullable=False),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("milliseconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_questions")),
    )
    op.create_index(op.f("ix_faq_questions_asked_at"), "faq_questions", ["asked_at"])
    op.create_index(op.f("ix_faq_questions_person"), "faq_questions", ["person"])
    op.create_table(
        "faq_feedback",
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("mark", sa.String(8), nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["faq_questions.id"],
            name=op.f("fk_faq_feedback_question_id_faq_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "person", name=op.f("pk_faq_feedback")),
    )
    op.create_table(
        "faq_person_keys",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("secret_mark", sa.String(16), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("month", "secret_mark", name=op.f("pk_faq_person_keys")),
    )
    _create_handovers()
    op.create_table(
        "faq_admin_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_admin_events")),
    )
    op.create_index(op.f("ix_faq_admin_events_at"), "faq_admin_events", ["at"])


def _create_handovers() -> None:
    op.create_table(
        "faq_handovers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("user", sa.String(200)),
        sa.Column("person", sa.String(32)),
        sa.Column("category", sa.String(200)),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("question_id", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_handovers")),
        sa.UniqueConstraint("key", name=op.f("uq_faq_handovers_key")),
    )
    op.create_index(op.f("ix_faq_handovers_state"), "faq_handovers", ["state"])
    op.create_index(op.f("ix_faq_handovers_person"), "faq_handovers", ["person"])
    op.create_table(
        "faq_handover_steps",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("handover_id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["faq_handovers.id"],
            name=op.f("fk_faq_handover_steps_handover_id_faq_handovers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_handover_steps")),
        sa.UniqueConstraint("key", name=op.f("uq_faq_handover_steps_key")),
    )
    op.create_index(op.f("ix_faq_handover_steps_handover_id"), "faq_handover_steps", ["handover_id"])
