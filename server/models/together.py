"""Working together: deputies, questions, copies, urgings, returns, comments, handing over."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from server.db import db
from server.models.columns import Instant, Json, identifier, one_of, reference

deputies = Table(
    "deputies",
    db.metadata,
    identifier(primary_key=True),
    reference("person_id", "people.id", index=True),
    reference("deputy_id", "people.id", index=True),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    reference("set_by", "people.id"),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("until_on >= from_on", name="period"),
    CheckConstraint("person_id <> deputy_id", name="somebody_else"),
)
"""While ``person_id`` is away, both days included, ``deputy_id`` does what waits for them;
``ended_at`` when that was ended before its time."""

corrections = Table(
    "corrections",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id", index=True),
    reference("instance_id", "instances.id"),
    Column("task_id", String(64), nullable=False),
    reference("work_item_id", "work_items.id"),
    reference("returned_by", "people.id"),
    Column("defects", Json, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("instance_id", "task_id"),
)
"""The one list of all defects with which work was returned. ``work_item_id`` was returned,
``task_id`` opened for the correction, ``due_on`` is the last day of the period."""

consultations = Table(
    "consultations",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id"),
    reference("work_item_id", "work_items.id", index=True),
    reference("asked_by", "people.id"),
    reference("asked_of", "people.id", index=True),
    Column("question", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", Text),
    Column("answered_at", Instant),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
)
"""An opinion asked for on a work item; the item stays with whoever asks."""

copies = Table(
    "copies",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id", index=True),
    reference("person_id", "people.id"),
    reference("sent_by", "people.id"),
    Column("step", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("read_at", Instant),
    Index(None, "person_id", "id"),
)
"""A pointer to a case for information. It opens nothing that the person may not read anyway."""

urges = Table(
    "urges",
    db.metadata,
    reference("work_item_id", "work_items.id"),
    reference("person_id", "people.id"),
    Column("day", Date, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("work_item_id", "person_id", "day"),
    sqlite_with_rowid=False,
)
"""Who pressed for a work item on which day; the key allows it once a day."""

comments = Table(
    "comments",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id", index=True),
    reference("person_id", "people.id"),
    Column("body", Text, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Append-only, by triggers of the migration; ``internal`` ones are not for applicants."""

handovers = Table(
    "handovers",
    db.metadata,
    identifier(primary_key=True),
    reference("from_person", "people.id"),
    reference("to_person", "people.id"),
    reference("organisation_id", "organisations.id"),
    Column("regime", String(64), nullable=False),
    reference("started_by", "people.id"),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    CheckConstraint("from_person <> to_person", name="somebody_else"),
)
"""Somebody leaves an organisation; what they have in hand goes to somebody else."""

handover_items = Table(
    "handover_items",
    db.metadata,
    reference("handover_id", "handovers.id"),
    reference("work_item_id", "work_items.id"),
    Column("status", String(16), nullable=False),
    Column("reason", String(32), nullable=False, server_default=""),
    PrimaryKeyConstraint("handover_id", "work_item_id"),
    one_of("status", "waiting", "moved", "kept"),
    sqlite_with_rowid=False,
)
"""One item of a handing over; ``reason`` is the code of the problem for which it was kept."""
