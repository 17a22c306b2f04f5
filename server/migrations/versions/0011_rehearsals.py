"""Rehearsals of drafts on the scenarios.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rehearsals",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tree", sa.String(64), nullable=False),
        sa.Column("in_force", sa.String(64), nullable=False),
        sa.Column("change_set_id", sa.String(32), nullable=True),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("played", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_by", sa.String(32), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "status IN ('due', 'running', 'done', 'failed')",
            name=op.f("ck_rehearsals_status_known"),
        ),
        sa.CheckConstraint(
            "phase IN ('in_force', 'draft')", name=op.f("ck_rehearsals_phase_known")
        ),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_sets.id"], name=op.f("fk_rehearsals_change_set_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_rehearsals_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsals")),
        sa.UniqueConstraint("tree", "in_force", name=op.f("uq_rehearsals_tree_in_force")),
        sa.UniqueConstraint("place", name=op.f("uq_rehearsals_place")),
    )
    op.create_index(op.f("ix_rehearsals_change_set_id"), "rehearsals", ["change_set_id"])


def downgrade() -> None:
    op.drop_table("rehearsals")
