"""Incidents: automatic steps that failed for good, of every case that a person operates."""

from __future__ import annotations

from functools import cache

from server.work.inbox import PAGE, Page, Wanted, page
from server.work.people import Person
from server.work.sql import Query

INCIDENTS = """
    SELECT j.id, j.kind, j.case_id, j.instance_id, j.attempts, j.last_error, j.run_at,
        c.number, c.title, c.regime, j.id AS sort_key
    FROM jobs j JOIN cases c ON c.id = j.case_id
    WHERE j.status = 'dead' AND c.regime IN (
            SELECT m.regime FROM memberships m
            WHERE m.person_id = :person AND m.role = 'operator')
        AND (:after_id = '' OR j.id < :after_id)
    ORDER BY j.id DESC LIMIT {limit}"""


@cache
def _incidents(size: int) -> Query:
    return Query(INCIDENTS.format(limit=size + 1), {"instants": ("run_at",)})


def incidents(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """What waits for this operator, the newest first; nothing for anybody else."""
    return page(_incidents(size), person, wanted, size)
