"""Running cases go over to other publications.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = (
    "timer",
    "resume",
    "message",
    "begin",
    "cancel",
    "sweep",
    "remind",
    "forward",
    "render",
    "tell",
)
"""Kinds of jobs before this revision."""

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the tables; jobs may move a case."""
    op.create_table(
        "migrations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("regime", sa.String(64), nullable=False),
        sa.Column("process_id", sa.String(100), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("ordered_by", sa.String(32), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("acts", sa.Text(), server_default="[]", nullable=False),
        sa.CheckConstraint(
            "status IN ('submitted', 'refused', 'running', 'paused', 'undoing')",
            name=op.f("ck_migrations_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_migrations_publication_id")
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by"], ["people.id"], name=op.f("fk_migrations_ordered_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_migrations_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migrations")),
    )
    op.create_index(op.f("ix_migrations_regime_ordered_at"), "migrations", ["regime", "ordered_at"])
    _make_cases()
    _known_kinds((*KINDS, "migrate"))


def _make_cases() -> None:
    known = "'waiting', 'moved', 'refused', 'gone', 'returning', 'returned', 'kept'"
    op.create_table(
        "migration_cases",
        sa.Column("migration_id", sa.String(32), nullable=False),
        sa.Column("instance_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reasons", sa.Text(), server_default="[]", nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint(f"status IN ({known})", name=op.f("ck_migration_cases_status_known")),
        sa.ForeignKeyConstraint(
            ["migration_id"], ["migrations.id"], name=op.f("fk_migration_cases_migration_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instances.id"], name=op.f("fk_migration_cases_instance_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_migration_cases_case_id")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["publications.id"], name=op.f("fk_migration_cases_from_id")
        ),
        sa.PrimaryKeyConstraint("migration_id", "instance_id", name=op.f("pk_migration_cases")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_migration_cases_instance_id"), "migration_cases", ["instance_id"])


def downgrade() -> None:
    """Back to 0011."""
    op.execute("DELETE FROM jobs WHERE kind = 'migrate'")
    _known_kinds(KINDS)
    op.drop_table("migration_cases")
    op.drop_table("migrations")


def _known_kinds(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("ck_jobs_kind_known", type_="check")
        jobs.create_check_constraint("ck_jobs_kind_known", f"kind IN ({words})")
