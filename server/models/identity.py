"""Who: organisations, people, the roles they hold, their sessions."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    true,
)

from server.db import db
from server.models.columns import Instant, identifier, one_of, reference

organisations = Table(
    "organisations",
    db.metadata,
    identifier(primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False, server_default=""),
    Column("kind", String(64), nullable=False),
    Column("area", String(64), nullable=False, server_default=""),
    Column("until_on", Date),
)
"""``code`` is the office code of table ``roles`` where the organisation is such an office;
``until_on`` is the last day of one that has ended."""

people = Table(
    "people",
    db.metadata,
    identifier(primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("locked_until", Instant),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locale", String(8), nullable=False, server_default="zh"),
    Column("password_set_at", Instant),
    Column("secret_until", Instant),
    Column("ended_on", Date),
    one_of("locale", "zh", "en"),
)
"""``secret_until`` is set while the password is a one-time secret, which is good until then and
must be replaced at the first sign-in; ``ended_on`` is the last day of service."""

memberships = Table(
    "memberships",
    db.metadata,
    reference("person_id", "people.id"),
    reference("organisation_id", "organisations.id"),
    Column("role", String(64), nullable=False),
    Column("regime", String(64), nullable=False),
    Column("until_on", Date),
    PrimaryKeyConstraint("person_id", "organisation_id", "role", "regime"),
    Index(None, "role", "regime"),
    sqlite_with_rowid=False,
)
"""A person holds a role in an organisation under a regime, up to a last day where there is one;
administrators of the installation hold theirs under the regime ''."""

sessions = Table(
    "sessions",
    db.metadata,
    Column("id", String(64), primary_key=True),
    reference("person_id", "people.id", index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("address", String(64), nullable=False, server_default=""),
)
"""``id`` is the SHA-256 of the token in the cookie; the token itself is stored nowhere."""

tokens = Table(
    "tokens",
    db.metadata,
    identifier(primary_key=True),
    reference("person_id", "people.id", index=True),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scope", String(8), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    one_of("scope", "read", "act"),
)
"""``hash`` is the SHA-256 of what a program sends; ``name`` is what the token is for."""
