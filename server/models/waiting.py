"""What waits: work items, drafts, deadlines, subscriptions, jobs; and answers already given."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from server.db import db
from server.models.columns import (
    Instant,
    Json,
    exactly_when,
    identifier,
    one_of,
    partial,
    reference,
)

DEADLINE_KINDS = (
    "latest_by",
    "window",
    "within",
    "min_duration",
    "term",
    "yearly",
    "ordered",
    "day_after",
)

deadlines = Table(
    "deadlines",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id"),
    reference("instance_id", "instances.id", index=True),
    Column("milestone", String(100), nullable=False),
    Column("role", String(64)),
    Column("title", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("opens_on", Date),
    Column("due_on", Date),
    Column("nominal_on", Date),
    Column("provisional", Boolean, nullable=False),
    Column("anchor_on", Date, nullable=False),
    Column("anchor_name", String(100)),
    Column("soft", Boolean, nullable=False),
    Column("clause", String(32), nullable=False),
    Column("calendar_version", String(64), nullable=False),
    Column("proof", Json, nullable=False),
    Column("met_on", Date),
    Column("status", String(16), nullable=False),
    one_of("kind", *DEADLINE_KINDS),
    one_of("status", "open", "met", "void"),
    exactly_when("status = 'met'", "met_on"),
    Index(None, "case_id", "due_on"),
    partial("ix_deadlines_provisional", "provisional", "id"),
    partial("ix_deadlines_due", "status = 'open'", "due_on", "id"),
    partial("ix_deadlines_met", "status = 'met'", "due_on", "id"),
)
"""A computed legal date with its proof in words. A date that has passed stays ``open``: whether it
was missed is for people to decide (D-12). ``role`` owes what is due. ``anchor_name`` is the entry
of the case's record from which a date without a task of its own is counted; it moves when the
entry does."""

work_items = Table(
    "work_items",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id", index=True),
    reference("instance_id", "instances.id"),
    Column("task_id", String(64), nullable=False),
    Column("process_id", String(100), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(64), nullable=False),
    reference("organisation_id", "organisations.id", nullable=True),
    Column("regime", String(64), nullable=False),
    reference("assignee_id", "people.id", nullable=True),
    Column("claimed_at", Instant),
    Column("form", String(200)),
    Column("due_on", Date),
    Column("due_kind", String(16)),
    reference("deadline_id", "deadlines.id", nullable=True),
    Column("clauses", Json, nullable=False),
    Column("multi_instance", String(200)),
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("completed_at", Instant),
    reference("completed_by", "people.id", nullable=True),
    Column("result", Json),
    UniqueConstraint("instance_id", "task_id"),
    one_of("status", "open", "completed", "cancelled"),
    one_of("due_kind", *DEADLINE_KINDS),
    exactly_when("status = 'completed'", "completed_at"),
    exactly_when("status = 'completed'", "completed_by"),
    CheckConstraint("claimed_at IS NULL OR assignee_id IS NOT NULL", name="claimed_by_somebody"),
    partial(
        "ix_work_items_inbox",
        "status = 'open' AND assignee_id IS NULL",
        "role",
        "organisation_id",
        "regime",
        "due_on",
        "id",
    ),
    partial("ix_work_items_due", "status = 'open'", "due_on", "id"),
    partial("ix_work_items_open", "status = 'open'", "id"),
    partial(
        "ix_work_items_in_hand",
        "status = 'open' AND assignee_id IS NOT NULL",
        "assignee_id",
        "due_on",
        "id",
    ),
    partial("ix_work_items_assigned", "assignee_id IS NOT NULL", "assignee_id", "case_id"),
    partial("ix_work_items_completed", "completed_by IS NOT NULL", "completed_by", "case_id"),
    partial("ix_work_items_done", "completed_by IS NOT NULL", "completed_by", "completed_at", "id"),
)
"""A task that waits for a person. ``assignee_id`` without ``claimed_at`` was named by the diagram
and cannot be handed back; ``organisation_id`` is empty for tasks of one named person."""

drafts = Table(
    "drafts",
    db.metadata,
    reference("work_item_id", "work_items.id"),
    reference("person_id", "people.id"),
    Column("data", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("work_item_id", "person_id"),
    sqlite_with_rowid=False,
)

subscriptions = Table(
    "subscriptions",
    db.metadata,
    identifier(primary_key=True),
    reference("instance_id", "instances.id", index=True),
    reference("case_id", "cases.id", index=True),
    Column("process_id", String(100), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(64)),
    reference("organisation_id", "organisations.id", nullable=True),
    Column("form", String(200)),
    Column("message", String(200), nullable=False),
    Column("key", String(200), nullable=False),
    Column("clauses", Json, nullable=False),
)
"""An instance waits for a message; with ``role`` and ``form`` a person may bring it: one of the
organisation, or where there is none whoever holds one of the roles, divided by blanks."""

jobs = Table(
    "jobs",
    db.metadata,
    identifier(primary_key=True),
    Column("kind", String(16), nullable=False),
    reference("case_id", "cases.id", nullable=True, index=True),
    reference("instance_id", "instances.id", nullable=True, index=True),
    Column("ref", String(200), nullable=False, server_default=""),
    Column("payload", Json, nullable=False),
    Column("run_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("max_attempts", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("status", String(16), nullable=False),
    Column("last_error", Text),
    Column("key", String(200), nullable=False, unique=True),
    one_of(
        "kind",
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
        "migrate",
    ),
    one_of("status", "due", "done", "dead"),
    CheckConstraint("attempts >= 0 AND max_attempts >= 1", name="attempts"),
    partial("ix_jobs_due", "status = 'due'", "run_at"),
    partial("ix_jobs_dead", "status = 'dead'", "id"),
)
"""What must happen later. ``dead`` is an incident: attempts are used up, an operator decides."""

heartbeats = Table(
    "heartbeats",
    db.metadata,
    Column("name", String(200), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
"""Processes that look for work; one not seen for a minute is gone."""

notifications = Table(
    "notifications",
    db.metadata,
    identifier(primary_key=True),
    reference("person_id", "people.id"),
    Column("day", Date, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("items", Json, nullable=False),
    Column("read_at", Instant),
    UniqueConstraint("person_id", "day"),
)
"""What a person is reminded of on a day, all in one (server/jobs/reminders.py)."""

idempotency = Table(
    "idempotency",
    db.metadata,
    Column("key", String(100), nullable=False),
    reference("person_id", "people.id"),
    Column("request_hash", String(64), nullable=False),
    Column("response", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("key", "person_id"),
    sqlite_with_rowid=False,
)
"""Answers already given. The row is written with its act, so a row means that the act happened."""
