"""Pictures of the diagrams of a release.

Revision 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    draft = sa.ForeignKeyConstraint(
        ["change_set_id"], ["change_sets.id"], name=op.f("fk_release_pictures_change_set_id")
    )
    op.create_table(
        "release_pictures",
        sa.Column("change_set_id", sa.String(32), nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        draft,
        sa.PrimaryKeyConstraint("change_set_id", "path", name=op.f("pk_release_pictures")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("release_pictures")
