"""Claiming a due job, marking it done, putting it off, giving it up.

A claim is a short transaction of its own: it counts the attempt and takes a lease, so a job that
kills its worker is counted as well and comes back when the lease has run out. ``fence`` goes up
with each claim; whoever held an older one can no longer mark the job as done.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from server import clock, db
from server.errors import Stale
from server.jobs import daily
from server.models import jobs
from server.models.columns import instant_text
from server.work import automatic
from server.work.opening import BACK_OFF
from server.work.sql import Query, Row, columns, readers, strings

LEASE = timedelta(seconds=30)

LONGEST = 2 * LEASE
"""A lease that ends later than this was taken while the clock was ahead, and counts for nothing:
else a job whose worker died would wait until the clock is there again."""

ENGINE, OUTSIDE = "engine", "outside"

QUEUES = {
    ENGINE: ("timer", "message", "begin", "cancel", "resume", "forward", "migrate"),
    OUTSIDE: (*daily.KINDS, "render", "tell"),
}
"""Queue -> kinds of jobs. A slow outside job never holds up a procedure."""

LIMIT_ERROR = 2000

_DUE = """
    j.status = 'due' AND j.run_at <= :due
    AND (j.lease_until IS NULL OR j.lease_until <= :now OR j.lease_until > :longest)
    AND j.kind IN {strings(kinds)}"""

_CLAIM = """
    UPDATE jobs SET lease_until = :lease, attempts = attempts + 1, fence = fence + 1
    FROM pick WHERE jobs.id = pick.picked AND jobs.fence = pick.held AND jobs.status = 'due'
    RETURNING {columns}"""

_COLUMNS = columns(jobs, "jobs")

_OF_CASES = f"""
    WITH pick AS (
        SELECT j.id AS picked, j.fence AS held FROM jobs j JOIN cases c ON c.id = j.case_id
        WHERE {_DUE} AND NOT EXISTS (
            SELECT 1 FROM jobs o WHERE o.case_id = j.case_id AND o.status = 'due'
                AND o.lease_until > :now AND o.lease_until <= :longest)
        ORDER BY j.run_at, j.id LIMIT 1 {{skip_locked(c)}})
    {_CLAIM.replace("{columns}", _COLUMNS)}"""
"""The case row is locked first, as everywhere; a case somebody is working on is passed over, and
one with a job under way, so that the jobs of a case are done in order."""

_OF_NOBODY = f"""
    WITH pick AS (
        SELECT j.id AS picked, j.fence AS held FROM jobs j WHERE {_DUE}
        ORDER BY j.run_at, j.id LIMIT 1 {{skip_locked(j)}})
    {_CLAIM.replace("{columns}", _COLUMNS)}"""

CLAIM = {
    ENGINE: Query(_OF_CASES, readers(jobs)),
    OUTSIDE: Query(_OF_NOBODY, readers(jobs)),
}

ANY_DUE = Query(f"SELECT 1 AS found FROM jobs j WHERE {_DUE} LIMIT 1")

FINISH = Query("""
    UPDATE jobs SET status = 'done', lease_until = NULL, last_error = NULL
    WHERE id = :id AND fence = :fence AND status = 'due' RETURNING id""")

PUT_OFF = Query("""
    UPDATE jobs SET status = :status, run_at = :run_at, lease_until = NULL, last_error = :error
    WHERE id = :id AND fence = :fence AND status = 'due' RETURNING id""")


def claim(queue: str) -> Row | None:
    """The next due job of a queue, now leased to the caller; None when there is none."""
    now = clock.now()
    lease = instant_text(now + LEASE)
    with db.transaction() as tx:
        told = moments(now) | {"due": instant_text(now), "lease": lease}
        return CLAIM[queue].first(tx, kinds=strings(QUEUES[queue]), **told)


def anything_due(queue: str, since: timedelta = timedelta()) -> bool:
    """Whether a claim could find something, and could have done so for so long."""
    with db.read() as tx:
        now = clock.now()
        told = moments(now) | {"due": instant_text(now - since)}
        return ANY_DUE.first(tx, kinds=strings(QUEUES[queue]), **told) is not None


def moments(now: datetime) -> dict[str, str]:
    """Between which two a lease must end to hold."""
    return {"now": instant_text(now), "longest": instant_text(now + LONGEST)}


def finish(tx: Connection, job: Row) -> None:
    """Mark a job as done in the transaction of its effect; raises Stale for a lost lease."""
    if FINISH.first(tx, id=job["id"], fence=job["fence"]) is None:
        raise Stale("作业的租约已失效")


def failed(job: Row, error: Exception) -> None:
    """Put a job off after a failure, or give it up: then it is an incident with its reason."""
    sentence = f"{type(error).__name__}: {error}"[:LIMIT_ERROR]
    dead = job["attempts"] >= job["max_attempts"]
    with db.transaction() as tx:
        if dead and job["instance_id"]:
            automatic.give_up(tx, job, sentence)
        PUT_OFF.first(
            tx,
            id=job["id"],
            fence=job["fence"],
            status="dead" if dead else "due",
            run_at=instant_text(_next_try(job)),
            error=sentence,
        )


def _next_try(job: Row) -> datetime:
    pause = BACK_OFF[min(job["attempts"], len(BACK_OFF)) - 1]
    return clock.now() + timedelta(seconds=pause)
