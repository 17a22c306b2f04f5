"""Housekeeping once a day: answers, sessions and messages that nobody will ask for again go;
offices and names of organisations become those of the day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete

from server import clock
from server.jobs import daily
from server.models import idempotency, jobs, notifications, outbox, sessions
from server.work.people import appointments, organisations
from server.work.sql import Row

KEEP_ANSWERS = timedelta(days=7)
"""A client that repeats a request later than this is told that the item is done."""

KEEP_MESSAGES = timedelta(days=180)
"""What has left the house is kept for half a year (网络安全法 asks for six months of logs)."""

KEEP_NOTICES = timedelta(days=400)
"""What people were told inside is kept for a year and a month."""

PASSING = ("tell", *daily.KINDS)
"""Jobs of no case: once done, they mean nothing to anybody."""


def run(tx: Connection, job: Row) -> None:
    """Delete what has expired, and follow the calendar."""
    now = clock.now()
    tx.execute(delete(idempotency).where(idempotency.c.created_at < now - KEEP_ANSWERS))
    tx.execute(delete(sessions).where(sessions.c.expires_at < now))
    _forget_messages(tx)
    appointments.keep_up(tx)
    organisations.keep_up(tx)


def _forget_messages(tx: Connection) -> None:
    now = clock.now()
    gone = outbox.c.status.in_(("sent", "cancelled")) & (outbox.c.created_at < now - KEEP_MESSAGES)
    tx.execute(delete(outbox).where(gone))
    passed = jobs.c.kind.in_(PASSING) & (jobs.c.status == "done")
    tx.execute(delete(jobs).where(passed, jobs.c.run_at < now - KEEP_ANSWERS))
    old = clock.civil_day(now - KEEP_NOTICES)
    tx.execute(delete(notifications).where(notifications.c.day < old))
