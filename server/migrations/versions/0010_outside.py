"""What leaves the house: contacts, outbox, pauses.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

KINDS = ("timer", "resume", "message", "begin", "cancel", "sweep", "remind", "forward", "render")
"""Kinds of jobs before this revision."""


def upgrade() -> None:
    """Make the tables; jobs may say what is to be told."""
    _contacts()
    _outbox()
    _pauses()
    _known_kinds((*KINDS, "tell"))


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("mail", sa.String(254), server_default="", nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.String(5), server_default="", nullable=False),
        sa.Column("quiet_until", sa.String(5), server_default="", nullable=False),
        sa.CheckConstraint(
            "(quiet_from = '') = (quiet_until = '')", name=op.f("ck_contacts_quiet")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contacts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contacts")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=True),
        sa.Column("regime", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("error", sa.String(32), server_default="", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("suspect", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "channel IN ('mail', 'wecom', 'dingtalk', 'webhook')",
            name=op.f("ck_outbox_channel_known"),
        ),
        sa.CheckConstraint(
            "status IN ('gathering', 'due', 'sent', 'dead', 'cancelled')",
            name=op.f("ck_outbox_status_known"),
        ),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_sent_at_when")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outbox_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_person_id"), "outbox", ["person_id"])
    op.create_index(op.f("ix_outbox_regime_id"), "outbox", ["regime", "id"])
    gathering = sa.text("status = 'gathering'")
    waiting = sa.text("status IN ('gathering', 'due')")
    op.create_index(
        "uq_outbox_gathering",
        "outbox",
        ["channel", "recipient", "regime", "suspect"],
        unique=True,
        sqlite_where=gathering,
        postgresql_where=gathering,
    )
    op.create_index(
        "ix_outbox_waiting", "outbox", ["run_at"], sqlite_where=waiting, postgresql_where=waiting
    )


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("backup_of", INSTANT, nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "reason IN ('operator', 'restored')", name=op.f("ck_pauses_reason_known")
        ),
        sa.CheckConstraint(
            "(reason = 'restored') = (backup_of IS NOT NULL)", name=op.f("ck_pauses_backup_of_when")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    unlifted = sa.text("lifted_at IS NULL")
    op.create_index(
        "ix_pauses_open", "pauses", ["id"], sqlite_where=unlifted, postgresql_where=unlifted
    )


def downgrade() -> None:
    """Back to 0009."""
    op.execute("DELETE FROM jobs WHERE kind = 'tell'")
    _known_kinds(KINDS)
    op.drop_table("pauses")
    op.drop_table("outbox")
    op.drop_table("contacts")


def _known_kinds(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("ck_jobs_kind_known", type_="check")
        jobs.create_check_constraint("ck_jobs_kind_known", f"kind IN ({words})")
