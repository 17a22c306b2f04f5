"""Working together: deputies, corrections, consultations, copies, urgings, comments, handing over.

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

TABLES = (
    "deputies",
    "corrections",
    "consultations",
    "copies",
    "urges",
    "comments",
    "handovers",
    "handover_items",
)

SQLITE_TRIGGER = """
CREATE TRIGGER comments_refuse_{event} BEFORE {event} ON comments
BEGIN SELECT RAISE(ABORT, 'comments are append-only'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION comments_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'comments are append-only'; END $$
"""

POSTGRESQL_TRIGGER = """
CREATE TRIGGER comments_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON comments
FOR EACH STATEMENT EXECUTE FUNCTION comments_are_append_only()
"""


def upgrade() -> None:
    op.create_table(
        "deputies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("deputy_id", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("person_id <> deputy_id", name="ck_deputies_somebody_else"),
        sa.CheckConstraint("until_on >= from_on", name="ck_deputies_period"),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name="fk_deputies_deputy_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_deputies_person_id"),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name="fk_deputies_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_deputies"),
    )
    op.create_index("ix_deputies_deputy_id", "deputies", ["deputy_id"])
    op.create_index("ix_deputies_person_id", "deputies", ["person_id"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("from_person", sa.String(length=32), nullable=False),
        sa.Column("to_person", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("started_by", sa.String(length=32), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint("from_person <> to_person", name="ck_handovers_somebody_else"),
        sa.ForeignKeyConstraint(["from_person"], ["people.id"], name="fk_handovers_from_person"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_handovers_organisation_id"
        ),
        sa.ForeignKeyConstraint(["started_by"], ["people.id"], name="fk_handovers_started_by"),
        sa.ForeignKeyConstraint(["to_person"], ["people.id"], name="fk_handovers_to_person"),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_comments_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_comments_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_case_id", "comments", ["case_id"])
    op.create_table(
        "copies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("sent_by", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_copies_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_copies_person_id"),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name="fk_copies_sent_by"),
        sa.PrimaryKeyConstraint("id", name="pk_copies"),
    )
    op.create_index("ix_copies_case_id", "copies", ["case_id"])
    op.create_index("ix_copies_person_id_id", "copies", ["person_id", "id"])
    op.create_table(
        "consultations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("work_item_id", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_of", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name="ck_consultations_answered"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name="fk_consultations_asked_by"),
        sa.ForeignKeyConstraint(["asked_of"], ["people.id"], name="fk_consultations_asked_of"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_consultations_case_id"),
        sa.ForeignKeyConstraint(
            ["work_item_id"], ["work_items.id"], name="fk_consultations_work_item_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consultations"),
    )
    op.create_index("ix_consultations_asked_of", "consultations", ["asked_of"])
    op.create_index(
        "ix_consultations_work_item_id", "consultations", ["work_item_id"], unique=False
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("work_item_id", sa.String(length=32), nullable=False),
        sa.Column("returned_by", sa.String(length=32), nullable=False),
        sa.Column("defects", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_corrections_case_id"),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instances.id"], name="fk_corrections_instance_id"
        ),
        sa.ForeignKeyConstraint(["returned_by"], ["people.id"], name="fk_corrections_returned_by"),
        sa.ForeignKeyConstraint(
            ["work_item_id"], ["work_items.id"], name="fk_corrections_work_item_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.UniqueConstraint("instance_id", "task_id", name="uq_corrections_instance_id_task_id"),
    )
    op.create_index("ix_corrections_case_id", "corrections", ["case_id"])
    op.create_table(
        "handover_items",
        sa.Column("handover_id", sa.String(length=32), nullable=False),
        sa.Column("work_item_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), server_default="", nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'moved', 'kept')", name="ck_handover_items_status_known"
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name="fk_handover_items_handover_id"
        ),
        sa.ForeignKeyConstraint(
            ["work_item_id"], ["work_items.id"], name="fk_handover_items_work_item_id"
        ),
        sa.PrimaryKeyConstraint("handover_id", "work_item_id", name="pk_handover_items"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "urges",
        sa.Column("work_item_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_urges_person_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_items.id"], name="fk_urges_work_item_id"),
        sa.PrimaryKeyConstraint("work_item_id", "person_id", "day", name="pk_urges"),
        sqlite_with_rowid=False,
    )
    _protect_comments()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION comments_are_append_only()")


def _protect_comments() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_TRIGGER)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))
