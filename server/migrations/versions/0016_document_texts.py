"""What documents say, for the search; those kept so far wait to be read.

Revision 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "document_texts",
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column(
            "grams",
            sa.Text().with_variant(postgresql.ARRAY(sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'read', 'unreadable')",
            name=op.f("ck_document_texts_status_known"),
        ),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_document_texts")),
    )
    op.create_index(
        "ix_document_texts_waiting",
        "document_texts",
        ["sha"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_document_texts_grams",
        "document_texts",
        ["grams"],
        postgresql_using="gin",
        sqlite_where=sa.text("grams IS NOT NULL"),
    )
    op.execute("""
        INSERT INTO document_texts (sha, media_type, status)
        SELECT sha, MIN(media_type), 'waiting' FROM documents GROUP BY sha""")


def downgrade() -> None:
    op.drop_table("document_texts")
