"""Doing due jobs, one after another. Any number of workers may do this at the same time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy import Connection

from server import db
from server.jobs import claims, reminders, sweep
from server.jobs.outside import spread
from server.work import automatic, migration, papers, portal
from server.work.sql import Row

log = logging.getLogger(__name__)

RUNNERS: dict[str, Callable[[Connection, Row], None]] = {
    "timer": automatic.fire,
    "message": automatic.deliver,
    "begin": automatic.begin,
    "cancel": automatic.cancel,
    "resume": automatic.resume,
    "forward": portal.forward,
    "render": papers.keep,
    "migrate": migration.run,
    "sweep": sweep.run,
    "remind": reminders.run,
    "tell": spread.run,
}

FIRST: dict[str, Callable[[Row], Row]] = {"render": papers.draw}
"""What takes time is made before the transaction, for ``job["ready"]``."""


def drain(queue: str = claims.ENGINE, seconds: float = 2.0) -> int:
    """Do due jobs until there are none or the time is up; returns how many were tried."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and run_one(queue):
        done += 1
    return done


def run_one(queue: str = claims.ENGINE) -> bool:
    """Do the next due job; False when there is none.

    Effect and end of the job are one transaction. A failure of any kind is written to the job.
    """
    job = db.run(lambda: claims.claim(queue))
    if job is None:
        return False
    try:
        db.run(lambda: _perform(job))
    except Exception as error:
        log.exception("job %s (%s), attempt %d", job["id"], job["kind"], job["attempts"])
        reason = error
        db.run(lambda: claims.failed(job, reason))
    return True


class Abandoned(Exception):
    """Nobody who took the job came to an end with it."""


def _perform(job: Row) -> None:
    if job["attempts"] > job["max_attempts"]:
        raise Abandoned("its workers ended while they did it")
    first = FIRST.get(job["kind"])
    ready = {"ready": first(job)} if first else {}
    with db.transaction() as tx:
        RUNNERS[job["kind"]](tx, job | ready)
        claims.finish(tx, job)
