"""What operators watch: the backlog, what was given up, the processes that are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from server import clock
from server.models import heartbeats, jobs
from server.models.columns import instant_text
from server.work import access
from server.work.people import Person
from server.work.sql import Query, Row, columns, readers, strings

GONE = timedelta(minutes=1)
"""A process not seen for so long is gone."""

PAGE = 50

BACKLOG = Query("""
    SELECT count(*) AS count, MIN(run_at) AS oldest FROM jobs
    WHERE status = 'due' AND run_at <= :now""", {"instants": ["oldest"]})  # fmt: skip

COMING = Query("SELECT MIN(run_at) AS next FROM jobs WHERE status = 'due' AND run_at > :now",
               {"instants": ["next"]})  # fmt: skip

DEAD = Query("SELECT count(*) AS count FROM jobs WHERE status = 'dead'")

INCIDENTS = Query(
    f"""SELECT {columns(jobs, "j")}, c.number, c.title, c.regime
        FROM jobs j JOIN cases c ON c.id = j.case_id
        WHERE j.status = 'dead' AND c.regime IN {{strings(regimes)}}
        ORDER BY j.id DESC LIMIT {PAGE}""",
    readers(jobs),
)
TIMERS = Query(
    f"""SELECT j.id, j.run_at, j.payload, c.id AS case_id, c.number, c.title
        FROM jobs j JOIN cases c ON c.id = j.case_id
        WHERE j.status = 'due' AND j.kind = 'timer' AND c.regime IN {{strings(regimes)}}
        ORDER BY j.run_at, j.id LIMIT {PAGE}""",
    {"instants": ["run_at"], "json": ["payload"]},
)
PROCESSES = Query(
    f"SELECT {columns(heartbeats, 'h')} FROM heartbeats h WHERE h.seen_at > :since ORDER BY h.name",
    readers(heartbeats),
)


def figures(tx: Connection) -> dict[str, float]:
    """How much is due, for how many seconds, how much was given up, how many processes look."""
    now = clock.now()
    backlog = BACKLOG.first(tx, now=instant_text(now)) or {"count": 0, "oldest": None}
    oldest = backlog["oldest"]
    return {
        "jobs_due": backlog["count"],
        "oldest_due_seconds": max((now - oldest).total_seconds(), 0.0) if oldest else 0.0,
        "incidents": (DEAD.first(tx) or {"count": 0})["count"],
        "processes": len(processes(tx)),
    }


def processes(tx: Connection) -> list[Row]:
    """The processes that look for work and were seen within the last minute."""
    return PROCESSES.all(tx, since=instant_text(clock.machine() - GONE))


def watched(tx: Connection, person: Person) -> dict[str, Any]:
    """All that an operator's page shows, of the regimes the person operates."""
    regimes = strings(sorted(operated(person)))
    return {
        "figures": figures(tx),
        "incidents": INCIDENTS.all(tx, regimes=regimes),
        "timers": TIMERS.all(tx, regimes=regimes),
        "processes": processes(tx),
    }


def operated(person: Person) -> set[str]:
    """The regimes whose procedures a person operates."""
    return {each.regime for each in person.memberships if each.role == access.OPERATOR}
