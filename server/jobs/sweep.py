"""Housekeeping once a day: answers and sessions that nobody will ask for again go; offices and
names of organisations become those of the day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete

from server import clock
from server.models import idempotency, sessions
from server.work.people import appointments, organisations
from server.work.sql import Row

KEEP_ANSWERS = timedelta(days=7)
"""A client that repeats a request later than this is told that the item is done."""


def run(tx: Connection, job: Row) -> None:
    """Delete what has expired, and follow the calendar."""
    now = clock.now()
    tx.execute(delete(idempotency).where(idempotency.c.created_at < now - KEEP_ANSWERS))
    tx.execute(delete(sessions).where(sessions.c.expires_at < now))
    appointments.keep_up(tx)
    organisations.keep_up(tx)
