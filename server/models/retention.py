"""What is left of cases whose time has run out, and what keeps others from going."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, text

from server.db import db
from server.models.columns import Instant, identifier, reference

tombstones = Table(
    "tombstones",
    db.metadata,
    Column("case_id", String(32), primary_key=True),
    Column("number", String(64), nullable=False, unique=True),
    Column("regime", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("state", String(64), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date, nullable=False),
    Column("years", Integer, nullable=False),
    Column("clause", String(200), nullable=False),
    Column("journal_head", String(64), nullable=False),
    Column("journal_seq", Integer, nullable=False),
    Column("package", String(64), nullable=False),
    Column("purged_at", Instant, nullable=False),
)
"""A case that was destroyed by policy. ``journal_head`` vouches for the whole of its journal, and
``package`` is the SHA-256 of the archive package that was written before. Append-only, by triggers
of the migration; entries of a journal go only where their case has a tombstone."""

holds = Table(
    "holds",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id", index=True),
    Column("reason", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(
        "ix_holds_open",
        "case_id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""While one has not ended (litigation, inquiry), its case is not destroyed."""
