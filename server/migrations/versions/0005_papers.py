"""Papers that offices have issued.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = ("timer", "resume", "message", "begin", "cancel", "sweep", "remind", "forward")
"""Kinds of jobs before this revision."""


def upgrade() -> None:
    """Make the table; jobs may draw what it holds."""
    op.create_table(
        "issued_papers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(length=32), nullable=True),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("docx_id", sa.String(length=32), nullable=True),
        sa.Column("pdf_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_issued_papers_case_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_issued_papers_organisation_id"
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["people.id"], name="fk_issued_papers_signed_by"),
        sa.ForeignKeyConstraint(["docx_id"], ["documents.id"], name="fk_issued_papers_docx_id"),
        sa.ForeignKeyConstraint(["pdf_id"], ["documents.id"], name="fk_issued_papers_pdf_id"),
        sa.PrimaryKeyConstraint("id", name="pk_issued_papers"),
        sa.UniqueConstraint(
            "organisation_id",
            "year",
            "serial",
            name="uq_issued_papers_organisation_id_year_serial",
        ),
    )
    op.create_index("ix_issued_papers_case_id", "issued_papers", ["case_id"])
    _known_kinds((*KINDS, "render"))


def downgrade() -> None:
    """Back to 0004."""
    op.execute("DELETE FROM jobs WHERE kind = 'render'")
    _known_kinds(KINDS)
    op.drop_table("issued_papers")


def _known_kinds(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("ck_jobs_kind_known", type_="check")
        jobs.create_check_constraint("ck_jobs_kind_known", f"kind IN ({words})")
