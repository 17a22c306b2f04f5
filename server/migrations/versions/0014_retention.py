"""Tombstones of cases whose time has run out; holds; journals go where there is a tombstone.

Revision 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

GUARDED = {
    "journal": ("journal_refuses", "journal_is_append_only", "the journal is append-only"),
    "comments": ("comments_refuse", "comments_are_append_only", "comments are append-only"),
}
"""Table -> prefix of its triggers, its function, what is said; made by 0001 and 0004."""

LETS_GO = """
CREATE FUNCTION only_after_its_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.case_id = OLD.case_id) THEN
        RAISE EXCEPTION '% has no tombstone: its entries are append-only', OLD.case_id;
    END IF;
    RETURN OLD;
END $$
"""
TOMBSTONES = """
CREATE FUNCTION tombstones_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'tombstones are append-only'; END $$
"""


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "tombstones",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("regime", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(200), nullable=False),
        sa.Column("journal_head", sa.String(64), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("package", sa.String(64), nullable=False),
        sa.Column("purged_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_tombstones")),
        sa.UniqueConstraint("number", name=op.f("uq_tombstones_number")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_holds_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(op.f("ix_holds_case_id"), "holds", ["case_id"])
    op.create_index(
        "ix_holds_open", "holds", ["case_id"], sqlite_where=running, postgresql_where=running
    )
    op.create_index(
        "ix_cases_closed",
        "cases",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite()


def _postgresql() -> None:
    op.execute(LETS_GO)
    op.execute(TOMBSTONES)
    for table, (prefix, function, _) in GUARDED.items():
        op.execute(f"DROP TRIGGER {prefix}_change ON {table}")
        op.execute(
            f"CREATE TRIGGER {prefix}_change BEFORE UPDATE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
        op.execute(
            f"CREATE TRIGGER {prefix}_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION only_after_its_tombstone()"
        )
    op.execute(
        "CREATE TRIGGER tombstones_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON tombstones FOR EACH STATEMENT EXECUTE FUNCTION tombstones_are_append_only()"
    )


def _sqlite() -> None:
    for table, (prefix, _, said) in GUARDED.items():
        op.execute(f"DROP TRIGGER {prefix}_DELETE")
        op.execute(
            f"CREATE TRIGGER {prefix}_DELETE BEFORE DELETE ON {table} WHEN NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.case_id = OLD.case_id) BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER tombstones_refuse_{event} BEFORE {event} ON tombstones BEGIN SELECT RAISE(ABORT, 'tombstones are append-only'); END"
        )


def downgrade() -> None:
    """Back to 0013."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, (prefix, function, said) in GUARDED.items():
        if is_postgresql:
            op.execute(f"DROP TRIGGER {prefix}_delete ON {table}")
            op.execute(f"DROP TRIGGER {prefix}_change ON {table}")
            op.execute(
                f"CREATE TRIGGER {prefix}_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
        else:
            op.execute(f"DROP TRIGGER {prefix}_DELETE")
            op.execute(
                f"CREATE TRIGGER {prefix}_DELETE BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
    op.drop_index("ix_cases_closed", table_name="cases")
    op.drop_table("holds")
    op.drop_table("tombstones")
    if is_postgresql:
        op.execute("DROP FUNCTION only_after_its_tombstone()")
        op.execute("DROP FUNCTION tombstones_are_append_only()")
