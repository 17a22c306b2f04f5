"""What leaves the house: where people are reached, messages on their way, pauses."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from server.db import db
from server.models.columns import Instant, Json, exactly_when, identifier, one_of, reference

contacts = Table(
    "contacts",
    db.metadata,
    reference("person_id", "people.id", primary_key=True),
    Column("mail", String(254), nullable=False, server_default=""),
    Column("events", Json, nullable=False),
    Column("quiet_from", String(5), nullable=False, server_default=""),
    Column("quiet_until", String(5), nullable=False, server_default=""),
    CheckConstraint("(quiet_from = '') = (quiet_until = '')", name="quiet"),
)
"""Where and of what a person wants to be told beside the pages; between the two times of day
(``HH:MM``, Asia/Shanghai) nothing is sent to them."""

WAITING = "status IN ('gathering', 'due')"

outbox = Table(
    "outbox",
    db.metadata,
    identifier(primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("recipient", String(64), nullable=False),
    reference("person_id", "people.id", nullable=True, index=True),
    Column("regime", String(64), nullable=False),
    Column("locale", String(8), nullable=False),
    Column("address", String(254), nullable=False),
    Column("items", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("run_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("status", String(16), nullable=False),
    Column("error", String(32), nullable=False, server_default=""),
    Column("last_error", Text),
    Column("sent_at", Instant),
    Column("suspect", Boolean, nullable=False, server_default=text("false")),
    one_of("channel", "mail", "wecom", "dingtalk", "webhook"),
    one_of("status", "gathering", "due", "sent", "dead", "cancelled"),
    exactly_when("status = 'sent'", "sent_at"),
    Index(
        "uq_outbox_gathering",
        "channel",
        "recipient",
        "regime",
        "suspect",
        unique=True,
        sqlite_where=text("status = 'gathering'"),
        postgresql_where=text("status = 'gathering'"),
    ),
    Index(
        "ix_outbox_waiting",
        "run_at",
        sqlite_where=text(WAITING),
        postgresql_where=text(WAITING),
    ),
    Index(None, "regime", "id"),
)
"""One message each. While it is ``gathering`` whatever else its recipient is to be told is added to
it. ``recipient`` is a person's id or the name of an endpoint; the id is the constant key by which a
receiver knows a repetition. ``suspect``: it came out of a backup and may have been sent already."""

pauses = Table(
    "pauses",
    db.metadata,
    identifier(primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    Column("backup_of", Instant),
    Column("lifted_at", Instant),
    one_of("reason", "operator", "restored"),
    exactly_when("reason = 'restored'", "backup_of"),
    Index(
        "ix_pauses_open",
        "id",
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    ),
)
"""While one is not lifted, nothing is sent. ``backup_of`` is the moment of a restored backup."""
