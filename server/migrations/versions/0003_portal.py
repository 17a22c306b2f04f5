"""What the public hands in through the portal.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

KINDS = ("timer", "resume", "message", "begin", "cancel", "sweep", "remind")
"""Kinds of jobs before this revision."""


def upgrade() -> None:
    """Make the table; jobs may forward what it holds."""
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("identified", sa.Boolean(), nullable=False),
        sa.Column("sender_kind", sa.String(length=16), server_default="unit", nullable=False),
        sa.Column("sender", sa.String(length=200), server_default="", nullable=False),
        sa.Column("contact", sa.String(length=200), server_default="", nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('objection', 'join')", name="ck_submissions_kind_known"),
        sa.CheckConstraint(
            "status IN ('received', 'in_hand', 'answered')", name="ck_submissions_status_known"
        ),
        sa.CheckConstraint(
            "sender_kind IN ('unit', 'person')", name="ck_submissions_sender_kind_known"
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_submissions_record_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_submissions_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.UniqueConstraint("receipt", name="uq_submissions_receipt"),
    )
    op.create_index("ix_submissions_record_id", "submissions", ["record_id"])
    op.create_index("ix_submissions_regime_status_id", "submissions", ["regime", "status", "id"])
    op.create_index("ix_submissions_case_id_id", "submissions", ["case_id", "id"])
    _known_kinds((*KINDS, "forward"))


def downgrade() -> None:
    """Back to 0002."""
    op.execute("DELETE FROM jobs WHERE kind = 'forward'")
    _known_kinds(KINDS)
    op.drop_table("submissions")


def _known_kinds(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("ck_jobs_kind_known", type_="check")
        jobs.create_check_constraint("ck_jobs_kind_known", f"kind IN ({words})")
