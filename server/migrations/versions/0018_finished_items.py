"""Finished items leave the index of those in somebody's hand.

Revision 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FORMER = "ix_work_items_assignee_id_status_due_on_id"
IN_HAND = sa.text("status = 'open' AND assignee_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_work_items_in_hand",
        "work_items",
        ["assignee_id", "due_on", "id"],
        sqlite_where=IN_HAND,
        postgresql_where=IN_HAND,
    )
    op.drop_index(FORMER, table_name="work_items")


def downgrade() -> None:
    op.create_index(FORMER, "work_items", ["assignee_id", "status", "due_on", "id"])
    op.drop_index("ix_work_items_in_hand", table_name="work_items")
