"""The first tables.

Revision 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

TABLES = (
    "organisations",
    "people",
    "memberships",
    "sessions",
    "blobs",
    "calendars",
    "counters",
    "cases",
    "publications",
    "case_parties",
    "documents",
    "instances",
    "journal",
    "publication_files",
    "records",
    "idempotency",
    "deadlines",
    "jobs",
    "subscriptions",
    "work_items",
    "drafts",
)
"""In the order in which they are made."""

SQLITE_TRIGGER = """
CREATE TRIGGER journal_refuses_{event} BEFORE {event} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
"""

POSTGRESQL_TRIGGER = """
CREATE TRIGGER journal_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
"""


def upgrade() -> None:
    _identity()
    _casework()
    _waiting()
    _protect_journal()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_is_append_only()")


def _protect_journal() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_TRIGGER)
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(SQLITE_TRIGGER.format(event=event))


def _identity() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("area", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("code", name="uq_organisations_code"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locale", sa.String(length=8), server_default="zh", nullable=False),
        sa.CheckConstraint("locale IN ('zh', 'en')", name="ck_people_locale_known"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("login", name="uq_people_login"),
    )
    op.create_table(
        "memberships",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_memberships_organisation_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_memberships_person_id"),
        sa.PrimaryKeyConstraint(
            "person_id", "organisation_id", "role", "regime", name="pk_memberships"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_memberships_role_regime", "memberships", ["role", "regime"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])


def _casework() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha", name="pk_blobs"),
    )
    op.create_table(
        "calendars",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_calendars"),
    )
    op.create_index("ix_calendars_year", "calendars", ["year"])
    op.create_table(
        "counters",
        sa.Column("series", sa.String(length=100), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name="pk_counters"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("journal_head", sa.String(length=64), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("journal_seq >= 0 AND version >= 1", name="ck_cases_counters_positive"),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name="fk_cases_opened_by"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
    )
    op.create_index("ix_cases_opened_by_id", "cases", ["opened_by", "id"])
    op.create_index("ix_cases_regime_state_id", "cases", ["regime", "state", "id"])
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("published_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by"], ["people.id"], name="fk_publications_published_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.UniqueConstraint("digest", name="uq_publications_digest"),
    )
    op.create_table(
        "case_parties",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name="ck_case_parties_period"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_parties_case_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_case_parties_organisation_id"
        ),
        sa.PrimaryKeyConstraint(
            "case_id", "role", "organisation_id", "from_on", name="pk_case_parties"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_case_parties_organisation_id_role_case_id",
        "case_parties",
        ["organisation_id", "role", "case_id"],
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("uploaded_by", sa.String(length=32), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("field", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("size >= 0", name="ck_documents_size"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_documents_case_id"),
        sa.ForeignKeyConstraint(["uploaded_by"], ["people.id"], name="fk_documents_uploaded_by"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_case_id", "documents", ["case_id"])
    op.create_index("ix_documents_sha", "documents", ["sha"])
    op.create_table(
        "instances",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("calendar_version", sa.String(length=64), nullable=False),
        sa.Column("state_blob", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(status IN ('ended', 'cancelled')) = (ended_at IS NOT NULL)",
            name="ck_instances_ended_at_when",
        ),
        sa.CheckConstraint(
            "status IN ('running', 'ended', 'failed', 'cancelled')",
            name="ck_instances_status_known",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_instances_case_id"),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name="fk_instances_publication_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
    )
    op.create_index("ix_instances_case_id", "instances", ["case_id"])
    op.create_table(
        "journal",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("element_id", sa.String(length=200), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_journal_actor_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_journal_case_id"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_journal"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "publication_files",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name="fk_publication_files_publication_id"
        ),
        sa.PrimaryKeyConstraint("publication_id", "path", name="pk_publication_files"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "records",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_records_case_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_records_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
    )
    op.create_index("ix_records_case_id", "records", ["case_id"])
    op.create_index(
        "ix_records_kind_regime_effective_on", "records", ["kind", "regime", "effective_on"]
    )


def _waiting() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_idempotency_person_id"),
        sa.PrimaryKeyConstraint("key", "person_id", name="pk_idempotency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("milestone", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("nominal_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("anchor_name", sa.String(length=100), nullable=True),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("clause", sa.String(length=32), nullable=False),
        sa.Column("calendar_version", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(status = 'met') = (met_on IS NOT NULL)", name="ck_deadlines_met_on_when"
        ),
        sa.CheckConstraint(
            "kind IN ('latest_by', 'window', 'within', 'min_duration', 'term', 'yearly', 'ordered', 'day_after')",
            name="ck_deadlines_kind_known",
        ),
        sa.CheckConstraint("status IN ('open', 'met', 'void')", name="ck_deadlines_status_known"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deadlines_case_id"),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_deadlines_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deadlines"),
    )
    op.create_index("ix_deadlines_case_id_due_on", "deadlines", ["case_id", "due_on"])
    op.create_index("ix_deadlines_instance_id", "deadlines", ["instance_id"])
    op.create_index(
        "ix_deadlines_provisional",
        "deadlines",
        ["id"],
        sqlite_where=sa.text("provisional"),
        postgresql_where=sa.text("provisional"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("ref", sa.String(length=200), server_default="", nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('timer', 'resume', 'message', 'begin', 'cancel', 'sweep')",
            name="ck_jobs_kind_known",
        ),
        sa.CheckConstraint("status IN ('due', 'done', 'dead')", name="ck_jobs_status_known"),
        sa.CheckConstraint("attempts >= 0 AND max_attempts >= 1", name="ck_jobs_attempts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_jobs_case_id"),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_jobs_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index("ix_jobs_case_id", "jobs", ["case_id"])
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["run_at"],
        sqlite_where=sa.text("status = 'due'"),
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_index("ix_jobs_instance_id", "jobs", ["instance_id"])
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("form", sa.String(length=200), nullable=True),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_subscriptions_case_id"),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instances.id"], name="fk_subscriptions_instance_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_subscriptions_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_case_id", "subscriptions", ["case_id"])
    op.create_index("ix_subscriptions_instance_id", "subscriptions", ["instance_id"])
    op.create_table(
        "work_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("assignee_id", sa.String(length=32), nullable=True),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("form", sa.String(length=200), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_kind", sa.String(length=16), nullable=True),
        sa.Column("deadline_id", sa.String(length=32), nullable=True),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("multi_instance", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("completed_by", sa.String(length=32), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_at IS NOT NULL)",
            name="ck_work_items_completed_at_when",
        ),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_by IS NOT NULL)",
            name="ck_work_items_completed_by_when",
        ),
        sa.CheckConstraint(
            "due_kind IN ('latest_by', 'window', 'within', 'min_duration', 'term', 'yearly', 'ordered', 'day_after')",
            name="ck_work_items_due_kind_known",
        ),
        sa.CheckConstraint(
            "status IN ('open', 'completed', 'cancelled')", name="ck_work_items_status_known"
        ),
        sa.CheckConstraint(
            "claimed_at IS NULL OR assignee_id IS NOT NULL",
            name="ck_work_items_claimed_by_somebody",
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name="fk_work_items_assignee_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_work_items_case_id"),
        sa.ForeignKeyConstraint(["completed_by"], ["people.id"], name="fk_work_items_completed_by"),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadlines.id"], name="fk_work_items_deadline_id"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instances.id"], name="fk_work_items_instance_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_work_items_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_work_items"),
        sa.UniqueConstraint("instance_id", "task_id", name="uq_work_items_instance_id_task_id"),
    )
    op.create_index(
        "ix_work_items_assignee_id_status_due_on_id",
        "work_items",
        ["assignee_id", "status", "due_on", "id"],
    )
    op.create_index("ix_work_items_case_id", "work_items", ["case_id"])
    op.create_index(
        "ix_work_items_done",
        "work_items",
        ["completed_by", "completed_at"],
        sqlite_where=sa.text("completed_by IS NOT NULL"),
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_work_items_inbox",
        "work_items",
        ["role", "organisation_id", "regime", "due_on", "id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "drafts",
        sa.Column("work_item_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_drafts_person_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_items.id"], name="fk_drafts_work_item_id"),
        sa.PrimaryKeyConstraint("work_item_id", "person_id", name="pk_drafts"),
        sqlite_with_rowid=False,
    )
