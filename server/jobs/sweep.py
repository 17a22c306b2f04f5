"""Housekeeping once a day: answers and sessions that nobody will ask for again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from server import clock, db
from server.ids import new_id
from server.models import idempotency, jobs, sessions
from server.work.sql import Row

KEEP_ANSWERS = timedelta(days=7)
"""A client that repeats a request later than this is told that the item is done."""


def run(tx: Connection, job: Row) -> None:
    """Delete what has expired."""
    now = clock.now()
    tx.execute(delete(idempotency).where(idempotency.c.created_at < now - KEEP_ANSWERS))
    tx.execute(delete(sessions).where(sessions.c.expires_at < now))


def plan() -> None:
    """Enter today's sweep, once however many workers do this."""
    key = f"sweep:{clock.today().isoformat()}"
    with db.transaction() as tx:
        if tx.execute(select(jobs.c.id).where(jobs.c.key == key)).first() is None:
            tx.execute(insert(jobs).values(_row(key)))


def _row(key: str) -> Row:
    return {
        "id": new_id(),
        "kind": "sweep",
        "payload": {},
        "run_at": clock.now(),
        "max_attempts": 3,
        "status": "due",
        "key": key,
    }
