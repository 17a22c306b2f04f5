"""The newest open items, and the cases of an office, read from an index alone.

Revision 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FORMER = "ix_case_parties_organisation_id_role_case_id"
OPEN, PRESENT = sa.text("status = 'open'"), sa.text("until_on IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_work_items_open", "work_items", ["id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_case_parties_present",
        "case_parties",
        ["organisation_id", "role", "case_id"],
        sqlite_where=PRESENT,
        postgresql_where=PRESENT,
    )
    op.drop_index(FORMER, table_name="case_parties")


def downgrade() -> None:
    op.create_index(FORMER, "case_parties", ["organisation_id", "role", "case_id"])
    op.drop_index("ix_case_parties_present", table_name="case_parties")
    op.drop_index("ix_work_items_open", table_name="work_items")
