"""The workshop: what is in force from which day, drafts with every save and their journal.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
STATUSES = ("open", "submitted", "approved", "released", "discarded")

SQLITE_TRIGGER = """
CREATE TRIGGER change_set_acts_refuse_{event} BEFORE {event} ON change_set_acts
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER change_set_acts_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE
ON change_set_acts FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
"""


def upgrade() -> None:
    _change_sets()
    _saves()
    _acts()
    _releases()


def downgrade() -> None:
    for table in ("releases", "change_set_acts", "change_set_saves", "change_sets"):
        op.drop_table(table)


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _person(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=f"fk_{table}_{column}")


def _draft(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_change_set_id"
    return sa.ForeignKeyConstraint(["change_set_id"], ["change_sets.id"], name=name)


def _change_sets() -> None:
    words = ", ".join(f"'{status}'" for status in STATUSES)
    op.create_table(
        "change_sets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("holder_id", sa.String(length=32), nullable=True),
        sa.Column("held_until", INSTANT, nullable=True),
        sa.Column("journal_head", sa.String(length=64), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"status IN ({words})", name="ck_change_sets_status_known"),
        sa.CheckConstraint(
            "saves >= 0 AND journal_seq >= 0", name="ck_change_sets_counters_positive"
        ),
        sa.ForeignKeyConstraint(["base_id"], ["publications.id"], name="fk_change_sets_base_id"),
        _person("opened_by", "change_sets"),
        _person("holder_id", "change_sets"),
        sa.PrimaryKeyConstraint("id", name="pk_change_sets"),
    )
    op.create_index("ix_change_sets_status_changed_at", "change_sets", ["status", "changed_at"])


def _saves() -> None:
    op.create_table(
        "change_set_saves",
        sa.Column("change_set_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("saved_by", sa.String(length=32), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        _draft("change_set_saves"),
        _person("saved_by", "change_set_saves"),
        sa.PrimaryKeyConstraint("change_set_id", "seq", name="pk_change_set_saves"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_change_set_saves_change_set_id_path_seq",
        "change_set_saves",
        ["change_set_id", "path", "seq"],
    )


def _acts() -> None:
    op.create_table(
        "change_set_acts",
        sa.Column("change_set_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        _draft("change_set_acts"),
        _person("actor_id", "change_set_acts"),
        sa.PrimaryKeyConstraint("change_set_id", "seq", name="pk_change_set_acts"),
        sqlite_with_rowid=False,
    )
    if _on_postgresql():
        op.execute(POSTGRESQL_TRIGGER)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("released_at", INSTANT, nullable=False),
        sa.Column("released_by", sa.String(length=32), nullable=True),
        sa.Column("change_set_id", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name="fk_releases_publication_id"
        ),
        _person("released_by", "releases"),
        _draft("releases"),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
    )
    op.create_index("ix_releases_change_set_id", "releases", ["change_set_id"])
    day = "published_at::date" if _on_postgresql() else "substr(published_at, 1, 10)"
    op.execute(
        f"""
        INSERT INTO releases
            (publication_id, effective_on, at_once, released_at, released_by, title)
        SELECT id, {day}, true, published_at, published_by, title FROM publications ORDER BY id
        """
    )
