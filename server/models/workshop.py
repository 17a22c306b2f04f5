"""How procedures change: what is in force from which day, drafts with every save, who did what."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from server.db import db
from server.models.columns import Instant, Json, identifier, one_of, reference

releases = Table(
    "releases",
    db.metadata,
    Column("id", Integer, primary_key=True),
    Column("publication_id", Integer, ForeignKey("publications.id"), nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("at_once", Boolean, nullable=False),
    Column("released_at", Instant, nullable=False),
    reference("released_by", "people.id", nullable=True),
    reference("change_set_id", "change_sets.id", nullable=True, index=True),
    Column("title", String(200), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)
"""A publication takes effect, at once or on a civil day to come; the last row in effect rules
what begins. What is to come is entered anew after every release before it."""

change_sets = Table(
    "change_sets",
    db.metadata,
    identifier(primary_key=True),
    Column("title", String(200), nullable=False),
    Column("status", String(16), nullable=False),
    Column("base_id", Integer, ForeignKey("publications.id"), nullable=False),
    Column("saves", Integer, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("effective_on", Date),
    reference("opened_by", "people.id"),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    reference("holder_id", "people.id", nullable=True),
    Column("held_until", Instant),
    Column("journal_head", String(64), nullable=False),
    Column("journal_seq", Integer, nullable=False),
    one_of("status", "open", "submitted", "approved", "released", "discarded"),
    CheckConstraint("saves >= 0 AND journal_seq >= 0", name="counters_positive"),
    Index(None, "status", "changed_at"),
)
"""A draft: a named set of changes to the publication ``base_id``. Whoever edits holds it until
``held_until``; ``saves`` counts its saves, so that a window that has fallen behind is noticed."""

change_set_saves = Table(
    "change_set_saves",
    db.metadata,
    reference("change_set_id", "change_sets.id"),
    Column("seq", Integer, nullable=False),
    Column("path", String(300), nullable=False),
    Column("content", LargeBinary),
    reference("saved_by", "people.id"),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("change_set_id", "seq"),
    Index(None, "change_set_id", "path", "seq"),
    sqlite_with_rowid=False,
)
"""Every save of every file, compressed (zstd). No content: the draft no longer changes the file."""

change_set_acts = Table(
    "change_set_acts",
    db.metadata,
    reference("change_set_id", "change_sets.id"),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    reference("actor_id", "people.id"),
    Column("actor_name", String(100), nullable=False),
    Column("act", String(32), nullable=False),
    Column("detail", Json, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("change_set_id", "seq"),
    sqlite_with_rowid=False,
)
"""The journal of a draft: append-only (triggers) and chained by hash like that of a case."""

tryouts = Table(
    "tryouts",
    db.metadata,
    reference("person_id", "people.id"),
    reference("change_set_id", "change_sets.id"),
    Column("tree", String(64), nullable=False),
    Column("begun", Json, nullable=False),
    Column("acts", Json, nullable=False),
    Column("seen", LargeBinary, nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("person_id", "change_set_id"),
    sqlite_with_rowid=False,
)
"""A person trying a draft out, step by step: the acts, played anew each time in an office that is
thrown away, and what was seen after the last one (compressed JSON)."""

rehearsals = Table(
    "rehearsals",
    db.metadata,
    identifier(primary_key=True),
    Column("tree", String(64), nullable=False),
    Column("in_force", String(64), nullable=False),
    reference("change_set_id", "change_sets.id", nullable=True, index=True),
    Column("saves", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("place", Integer),
    Column("phase", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("played", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    reference("asked_by", "people.id", nullable=True),
    Column("asked_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("content", LargeBinary),
    one_of("status", "due", "running", "done", "failed"),
    one_of("phase", "in_force", "draft"),
    UniqueConstraint("tree", "in_force"),
    UniqueConstraint("place"),
)
"""A draft played through the scenarios, once for each version (digest of the tree) beside what was
in force. Who runs holds the only ``place``. A row whose tree is what is in force keeps what the
scenarios say of that, for the rehearsals to come."""

migrations = Table(
    "migrations",
    db.metadata,
    identifier(primary_key=True),
    Column("publication_id", Integer, ForeignKey("publications.id"), nullable=False),
    Column("regime", String(64), nullable=False),
    Column("process_id", String(100), nullable=False),
    Column("ids", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", String(16), nullable=False),
    reference("ordered_by", "people.id"),
    Column("ordered_at", Instant, nullable=False),
    reference("decided_by", "people.id", nullable=True),
    Column("decided_at", Instant),
    Column("acts", Json, nullable=False, server_default="[]"),
    one_of("status", "submitted", "refused", "running", "paused", "undoing"),
    Index(None, "regime", "ordered_at"),
)
"""Cases of one procedure go over to a publication when a second person has consented. ``ids`` are
the boxes that have another id there (process id -> old -> new); ``acts`` who did what with it."""

migration_cases = Table(
    "migration_cases",
    db.metadata,
    reference("migration_id", "migrations.id"),
    reference("instance_id", "instances.id", index=True),
    reference("case_id", "cases.id"),
    Column("from_id", Integer, ForeignKey("publications.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reasons", Json, nullable=False, server_default="[]"),
    Column("settled_at", Instant),
    PrimaryKeyConstraint("migration_id", "instance_id"),
    one_of("status", "waiting", "moved", "refused", "gone", "returning", "returned", "kept"),
    sqlite_with_rowid=False,
)
"""What became of each: ``moved``; ``refused`` with its reasons, untouched; ``gone`` when it had
ended before; taken back it is ``returned``, or ``kept`` where the way back was refused."""

release_pictures = Table(
    "release_pictures",
    db.metadata,
    reference("change_set_id", "change_sets.id"),
    Column("path", String(300), nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("change_set_id", "path"),
    sqlite_with_rowid=False,
)
"""Each diagram of a released change as it looked when it was consented to: SVG, compressed."""
