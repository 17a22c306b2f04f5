"""What the public hands in through the portal."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, String, Table, Text

from server.db import db
from server.models.columns import Instant, Json, identifier, one_of, reference

KINDS = ("objection", "join")

submissions = Table(
    "submissions",
    db.metadata,
    identifier(primary_key=True),
    Column("receipt", String(40), nullable=False, unique=True),
    Column("code_hash", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    reference("record_id", "records.id", index=True),
    reference("case_id", "cases.id"),
    Column("regime", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("identified", Boolean, nullable=False),
    Column("sender_kind", String(16), nullable=False, server_default="unit"),
    Column("sender", String(200), nullable=False, server_default=""),
    Column("contact", String(200), nullable=False, server_default=""),
    Column("content", Text, nullable=False),
    Column("documents", Json, nullable=False),
    Column("status", String(16), nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    one_of("kind", *KINDS),
    one_of("sender_kind", "unit", "person"),
    one_of("status", "received", "in_hand", "answered"),
    Index(None, "regime", "status", "id"),
    Index(None, "case_id", "id"),
)
"""An objection or a request to join, as it came. ``record_id`` is what was published,
``code_hash`` the SHA-256 of the code with which the sender asks for the answer; ``answer`` is
filled only where no procedure could answer (then the record ``submission_answer`` has it)."""
