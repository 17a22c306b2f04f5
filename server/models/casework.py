"""What: published procedures, cases with their parties, instances, records, the journal."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import postgresql

from server.db import db
from server.models.columns import (
    Instant,
    Json,
    by_letters,
    exactly_when,
    identifier,
    one_of,
    partial,
    reference,
)

blobs = Table(
    "blobs",
    db.metadata,
    Column("sha", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Files of publications, compressed (zstd), named by the SHA-256 of the plain content."""

publications = Table(
    "publications",
    db.metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("published_at", Instant, nullable=False),
    Column("title", String(200), nullable=False),
    reference("published_by", "people.id", nullable=True),
)
"""One publication is the whole tree of processes and forms at one moment."""

publication_files = Table(
    "publication_files",
    db.metadata,
    Column("publication_id", Integer, ForeignKey("publications.id"), nullable=False),
    Column("path", String(300), nullable=False),
    Column("blob", String(64), nullable=False),
    PrimaryKeyConstraint("publication_id", "path"),
    sqlite_with_rowid=False,
)

cases = Table(
    "cases",
    db.metadata,
    identifier(primary_key=True),
    Column("number", String(64), nullable=False, unique=True),
    Column("regime", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("state", String(64), nullable=False, server_default=""),
    Column("moves", Json, nullable=False, server_default="[]"),
    Column("record", Json, nullable=False),
    Column("journal_head", String(64), nullable=False),
    Column("journal_seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_on", Date, nullable=False),
    reference("opened_by", "people.id"),
    Column("closed_at", Instant),
    CheckConstraint("journal_seq >= 0 AND version >= 1", name="counters_positive"),
    Index(None, "regime", "state", "id"),
    Index("ix_cases_regime_id", "regime", "id"),
    Index("ix_cases_state_id", "state", "id"),
    by_letters("ix_cases_letters", "case_letters(number, title, record)"),
    Index(None, "opened_by", "id"),
    partial("ix_cases_closed", "closed_at IS NOT NULL", "closed_at"),
)
"""``record`` is the register entry. ``moves`` are the states of the last act that moved the case,
from the old one to the new one; triggers look each step up in ``case_transitions``. Head and
sequence of the journal stand here because the case row is what every act locks first."""

case_states = Table(
    "case_states",
    db.metadata,
    Column("regime", String(64), nullable=False),
    Column("state", String(64), nullable=False),
    PrimaryKeyConstraint("regime", "state"),
    sqlite_with_rowid=False,
)
"""States that some publication's table ``states`` knows; a case is in one of them or in none."""

case_transitions = Table(
    "case_transitions",
    db.metadata,
    Column("regime", String(64), nullable=False),
    Column("from_state", String(64), nullable=False),
    Column("to_state", String(64), nullable=False),
    Column("clause", String(32), nullable=False),
    PrimaryKeyConstraint("regime", "from_state", "to_state"),
    ForeignKeyConstraint(["regime", "to_state"], ["case_states.regime", "case_states.state"]),
    sqlite_with_rowid=False,
)
"""Moves that some publication's table ``transitions`` knows; a case begins in the state ''."""

case_parties = Table(
    "case_parties",
    db.metadata,
    reference("case_id", "cases.id"),
    Column("role", String(64), nullable=False),
    reference("organisation_id", "organisations.id"),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    PrimaryKeyConstraint("case_id", "role", "organisation_id", "from_on"),
    CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period"),
    partial("ix_case_parties_present", "until_on IS NULL", "organisation_id", "role", "case_id"),
    sqlite_with_rowid=False,
)

instances = Table(
    "instances",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id", index=True),
    Column("publication_id", Integer, ForeignKey("publications.id"), nullable=False),
    Column("process_id", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("calendar_version", String(64), nullable=False),
    Column("state_blob", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", String(64)),
    one_of("status", "running", "ended", "failed", "cancelled"),
    exactly_when("status IN ('ended', 'cancelled')", "ended_at"),
)
"""One run of one diagram, pinned to its publication; ``failed`` waits for an operator."""

records = Table(
    "records",
    db.metadata,
    identifier(primary_key=True),
    Column("regime", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    reference("organisation_id", "organisations.id", nullable=True),
    reference("case_id", "cases.id", nullable=True, index=True),
    Column("title", String(200), nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("data", Json, nullable=False),
    Index(None, "kind", "regime", "effective_on"),
)
"""Entries of the office's registers: guides, plans, rosters, declared interests …"""

counters = Table(
    "counters",
    db.metadata,
    Column("series", String(100), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Gapless numbers: the row stays locked until the act that took the number has committed."""

calendars = Table(
    "calendars",
    db.metadata,
    Column("version", String(64), primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    Column("loaded_at", Instant, nullable=False),
    Column("source", String(200), nullable=False),
    Column("days", Json, nullable=False),
)
"""Working days of a year as the notice of that year sets them."""

documents = Table(
    "documents",
    db.metadata,
    identifier(primary_key=True),
    Column("sha", String(64), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    reference("case_id", "cases.id", nullable=True, index=True),
    reference("uploaded_by", "people.id"),
    Column("uploaded_at", Instant, nullable=False),
    Column("field", String(200), nullable=False, server_default=""),
    CheckConstraint("size >= 0", name="size"),
    by_letters("ix_documents_letters", "letters_of(name)"),
)
"""``case_id`` is empty until the form that carries the document has been submitted."""

document_texts = Table(
    "document_texts",
    db.metadata,
    Column("sha", String(64), primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("status", String(16), nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("grams", Text().with_variant(postgresql.ARRAY(Text), "postgresql")),
    one_of("status", "waiting", "read", "unreadable"),
    Index(
        "ix_document_texts_waiting",
        "sha",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index(
        "ix_document_texts_grams",
        "grams",
        postgresql_using="gin",
        sqlite_where=text("grams IS NOT NULL"),
    ),
)
"""What a file says, for the search (server/work/documents/texts.py), by the SHA-256 of its content.
``grams`` are the pairs of letters that PostgreSQL finds it by; SQLite reads the texts."""

journal = Table(
    "journal",
    db.metadata,
    reference("case_id", "cases.id"),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    reference("actor_id", "people.id", nullable=True),
    Column("actor_name", String(100), nullable=False),
    Column("act", String(32), nullable=False),
    Column("element_id", String(200), nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("detail", Json, nullable=False),
    Column("clauses", Json, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
    sqlite_with_rowid=False,
)
"""Append-only (triggers of the first migration) and chained by hash (server/work/journal.py)."""
