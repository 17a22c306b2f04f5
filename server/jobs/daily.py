"""What is done once a day: entered as jobs by whichever worker is first."""

from __future__ import annotations

from sqlalchemy import insert, select

from server import clock, db
from server.ids import new_id
from server.models import jobs
from server.work.sql import Row

KINDS = ("sweep", "remind")


def plan() -> None:
    """Enter today's jobs, once however many workers do this."""
    today = clock.today().isoformat()
    wanted = {f"{kind}:{today}": kind for kind in KINDS}
    with db.transaction() as tx:
        known = set(tx.execute(select(jobs.c.key).where(jobs.c.key.in_(wanted))).scalars())
        missing = [_row(kind, key) for key, kind in wanted.items() if key not in known]
        if missing:
            tx.execute(insert(jobs), missing)


def _row(kind: str, key: str) -> Row:
    return {
        "id": new_id(),
        "kind": kind,
        "payload": {},
        "run_at": clock.now(),
        "max_attempts": 3,
        "status": "due",
        "key": key,
    }
