"""How people and organisations came to be what they are: names, appointments, passwords, proposals
of the administrators, and the journal of the administration.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from server.db import db
from server.models.columns import Instant, Json, exactly_when, identifier, one_of, reference

organisation_names = Table(
    "organisation_names",
    db.metadata,
    reference("organisation_id", "organisations.id"),
    Column("from_on", Date, nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    PrimaryKeyConstraint("organisation_id", "from_on"),
    sqlite_with_rowid=False,
)
"""The names of an organisation, each from its day on; ``organisations`` holds today's."""

appointments = Table(
    "appointments",
    db.metadata,
    identifier(primary_key=True),
    reference("person_id", "people.id", index=True),
    reference("organisation_id", "organisations.id", index=True),
    Column("role", String(64), nullable=False),
    Column("regime", String(64), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    Column("ended_at", Instant),
    reference("granted_by", "people.id", nullable=True),
    Column("granted_at", Instant, nullable=False),
    CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period"),
    Index(None, "role", "regime"),
)
"""Every office that a person held, holds or will hold; ``memberships`` are those in force now.
``until_on`` is its last day; ``ended_at`` is set when it was taken away in the course of a day."""

password_history = Table(
    "password_history",
    db.metadata,
    reference("person_id", "people.id"),
    Column("set_at", Instant, nullable=False),
    Column("password_hash", String(200), nullable=False),
    PrimaryKeyConstraint("person_id", "set_at"),
    sqlite_with_rowid=False,
)

identities = Table(
    "identities",
    db.metadata,
    Column("issuer", String(300), nullable=False),
    Column("subject", String(255), nullable=False),
    reference("person_id", "people.id", index=True),
    PrimaryKeyConstraint("issuer", "subject"),
    sqlite_with_rowid=False,
)
"""Who a person is at the provider of the single sign-on; linked by an administrator."""

proposals = Table(
    "proposals",
    db.metadata,
    identifier(primary_key=True),
    Column("act", String(32), nullable=False),
    Column("subject_id", String(32), nullable=False),
    Column("subject_name", String(200), nullable=False),
    Column("payload", Json, nullable=False),
    reference("proposed_by", "people.id"),
    Column("proposed_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    reference("decided_by", "people.id", nullable=True),
    Column("decided_at", Instant),
    Column("reason", String(500), nullable=False, server_default=""),
    one_of("status", "open", "approved", "refused"),
    exactly_when("status <> 'open'", "decided_by"),
    exactly_when("status <> 'open'", "decided_at"),
    CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
    Index(
        "ix_proposals_open",
        "id",
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
)
"""An administrator's change that waits for another administrator."""

administration_journal = Table(
    "administration_journal",
    db.metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    reference("actor_id", "people.id", nullable=True),
    Column("actor_name", String(100), nullable=False),
    Column("address", String(64), nullable=False),
    Column("act", String(32), nullable=False),
    Column("subject_id", String(32), nullable=False),
    Column("subject_name", String(200), nullable=False),
    Column("detail", Json, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "act", "seq"),
    Index(None, "subject_id", "seq"),
)
"""Append-only (triggers of its migration) and chained by hash
(server/work/people/journal.py)."""

administration_head = Table(
    "administration_head",
    db.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The last entry of the journal; locked by whoever appends."""
