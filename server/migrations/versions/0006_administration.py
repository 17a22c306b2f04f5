"""Administration: names, appointments, passwords, proposals, its journal.

Revision 0006, after 0005.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from server import clock
from server.ids import new_id

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

ADDED: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("organisations", "until_on", sa.Date()),
    ("people", "password_set_at", INSTANT),
    ("people", "secret_until", INSTANT),
    ("people", "ended_on", sa.Date()),
    ("memberships", "until_on", sa.Date()),
)
"""Columns that may be empty."""

TABLES = (
    "organisation_names",
    "appointments",
    "password_history",
    "identities",
    "proposals",
    "administration_journal",
    "administration_head",
)
"""In the order in which they are made."""

SQLITE_TRIGGER = """
CREATE TRIGGER administration_journal_refuses_{event} BEFORE {event} ON administration_journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""

POSTGRESQL_TRIGGER = """
CREATE TRIGGER administration_journal_refuses_change
BEFORE UPDATE OR DELETE OR TRUNCATE ON administration_journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
"""


def upgrade() -> None:
    """New columns and tables; the offices held now become appointments."""
    for table, name, kind in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    address = sa.Column("address", sa.String(64), server_default="", nullable=False)
    op.add_column("sessions", address)
    _people_and_organisations()
    _accounts()
    _journal()
    _appoint()


def downgrade() -> None:
    """Back to 0005."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("sessions", "address")
    for table, name, _ in reversed(ADDED):
        op.drop_column(table, name)


def _people_and_organisations() -> None:
    op.create_table(
        "organisation_names",
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_organisation_names_organisation_id",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "from_on", name="pk_organisation_names"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("regime", sa.String(64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("granted_by", sa.String(32), nullable=True),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name="ck_appointments_period"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_appointments_person_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_appointments_organisation_id"
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name="fk_appointments_granted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
    )
    op.create_index("ix_appointments_person_id", "appointments", ["person_id"])
    op.create_index("ix_appointments_organisation_id", "appointments", ["organisation_id"])
    op.create_index("ix_appointments_role_regime", "appointments", ["role", "regime"])


def _accounts() -> None:
    op.create_table(
        "password_history",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_password_history_person_id"),
        sa.PrimaryKeyConstraint("person_id", "set_at", name="pk_password_history"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_identities_person_id"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("subject_name", sa.String(200), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(32), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(500), server_default="", nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'approved', 'refused')", name="ck_proposals_status_known"
        ),
        sa.CheckConstraint(
            "(status <> 'open') = (decided_by IS NOT NULL)", name="ck_proposals_decided_by_when"
        ),
        sa.CheckConstraint(
            "(status <> 'open') = (decided_at IS NOT NULL)", name="ck_proposals_decided_at_when"
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name="ck_proposals_two_people"
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name="fk_proposals_proposed_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_proposals_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index(
        "ix_proposals_open",
        "proposals",
        ["id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _journal() -> None:
    op.create_table(
        "administration_journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.String(32), nullable=True),
        sa.Column("actor_name", sa.String(100), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("subject_name", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name="fk_administration_journal_actor_id"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_administration_journal"),
    )
    op.create_index("ix_administration_journal_act_seq", "administration_journal", ["act", "seq"])
    op.create_index(
        "ix_administration_journal_subject_id_seq", "administration_journal", ["subject_id", "seq"]
    )
    op.create_table(
        "administration_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_administration_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_administration_head"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_TRIGGER)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))


def _appoint() -> None:
    """Whoever holds an office today holds it by an appointment of today."""
    names = ("person_id", "organisation_id", "role", "regime")
    held = sa.table("memberships", *(sa.column(name) for name in names))
    appointed = sa.table(
        "appointments",
        *(sa.column(name) for name in ("id", *names)),
        sa.column("from_on", sa.Date()),
        sa.column("granted_at", INSTANT),
    )
    now = clock.now()
    at: datetime | str = now if op.get_bind().dialect.name == "postgresql" else _text(now)
    for row in op.get_bind().execute(sa.select(held)).mappings().all():
        given = {"id": new_id(), "from_on": clock.civil_day(now), "granted_at": at}
        op.execute(appointed.insert().values(**row, **given))


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
