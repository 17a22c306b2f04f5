"""Drafts tried out step by step.

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "tryouts",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("change_set_id", sa.String(32), nullable=False),
        sa.Column("tree", sa.String(64), nullable=False),
        sa.Column("begun", sa.Text(), nullable=False),
        sa.Column("acts", sa.Text(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tryouts_person_id")),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_sets.id"], name=op.f("fk_tryouts_change_set_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "change_set_id", name=op.f("pk_tryouts")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("tryouts")
