"""Figures over the cases a person may read: how many, in which state, how long, by whom.

Everything is summed up by the database; what comes back is bounded by states, roles, milestones
and regimes, and by ``CASES_SHOWN`` for the time chart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from server import clock, db
from server.work import scope
from server.work.agenda import NO_DUTY, WEEK
from server.work.people import Person
from server.work.scope import Scope
from server.work.sql import NOTHING, Query, Readers, Row, strings

KEPT = timedelta(minutes=10)
MOST_KEPT = 500

CASES_SHOWN = 25
DATES_SHOWN = 400

MINE = "/* mine */"
"""Stands for the cases a person may read, of the regime where one is asked for."""

TOTALS = f"""
    SELECT
        (SELECT count(*) FROM cases c WHERE {MINE} AND c.closed_at IS NULL) AS cases,
        (SELECT count(*) FROM cases c WHERE {MINE} AND c.opened_on >= :year) AS opened,
        (SELECT count(*) FROM work_items w JOIN cases c ON c.id = w.case_id
         WHERE {MINE} AND w.status = 'open') AS steps,
        (SELECT count(*) FROM deadlines d JOIN cases c ON c.id = d.case_id
         WHERE {MINE} AND d.status = 'open' AND d.due_on BETWEEN :today AND :week) AS week,
        (SELECT count(*) FROM deadlines d JOIN cases c ON c.id = d.case_id
         WHERE {MINE} AND d.status = 'open' AND d.due_on < :today
            AND d.kind NOT IN ({NO_DUTY})) AS overdue"""

STATES = f"""
    SELECT c.state, c.regime, count(*) AS count FROM cases c WHERE {MINE}
    GROUP BY c.state, c.regime ORDER BY c.state, c.regime"""

WORKLOAD = f"""
    SELECT w.role, count(*) AS count,
        sum(CASE WHEN w.due_on < :today THEN 1 ELSE 0 END) AS overdue
    FROM work_items w JOIN cases c ON c.id = w.case_id
    WHERE {MINE} AND w.status = 'open' GROUP BY w.role ORDER BY count(*) DESC, w.role"""

TIMED = "d.due_on >= d.anchor_on AND d.met_on >= d.anchor_on"
"""What runs from its anchor on and was met after it: the others have no days to be averaged."""

USED_DAYS = f"CASE WHEN {TIMED} THEN {{days(d.anchor_on, d.met_on)}} END"
ALLOWED_DAYS = f"CASE WHEN {TIMED} THEN {{days(d.anchor_on, d.due_on)}} END"

USED = f"""
    SELECT d.milestone, min(d.title) AS title, min(d.title_en) AS title_en, c.regime,
        count(*) AS count, avg({USED_DAYS}) AS used, max({USED_DAYS}) AS longest,
        avg({ALLOWED_DAYS}) AS allowed,
        sum(CASE WHEN d.met_on > d.due_on THEN 1 ELSE 0 END) AS late
    FROM deadlines d JOIN cases c ON c.id = d.case_id
    WHERE {MINE} AND d.status = 'met' GROUP BY d.milestone, c.regime
    HAVING max({USED_DAYS}) IS NOT NULL ORDER BY min(d.title), c.regime"""

LIVES = f"""
    SELECT c.id, c.number, c.title, c.regime, c.state, c.record, c.opened_on, c.closed_at,
        COALESCE((SELECT CAST(min(d.due_on) AS text) FROM deadlines d
                  WHERE d.case_id = c.id AND d.status = 'open'), '9999') AS next_due
    FROM cases c WHERE {MINE} AND c.closed_at IS NULL
    ORDER BY next_due, c.id LIMIT {CASES_SHOWN}"""

LIFE_READERS: Readers = {"json": ("record",), "days": ("opened_on",), "instants": ("closed_at",)}

DATES = Query(
    f"""
    SELECT d.id, d.case_id, d.title, d.title_en, d.due_on, d.kind FROM deadlines d
    WHERE d.case_id IN {{strings(cases)}} AND d.status = 'open' AND d.due_on IS NOT NULL
    ORDER BY d.due_on, d.id LIMIT {DATES_SHOWN}""",
    {"days": ("due_on",)},
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One reading of everything, from one state of the database."""

    totals: Row
    states: list[Row]
    workload: list[Row]
    used: list[Row]
    lives: list[Row]
    dates: list[Row]
    at: datetime


_kept: dict[tuple[str, str], Figures] = {}
"""What was counted last for a person and a regime, in this process."""


def figures(person: Person, regime: str = "") -> Figures:
    """The figures of one regime, or of all a person may read.

    Whoever may read much is told what was counted within the last minutes: the sums of a province
    take seconds, and nobody's decision hangs on the last of them.
    """
    with db.read() as tx:
        mine = scope.of(tx, person)
        kept = _kept.get((person.id, regime))
        if mine.is_wide and kept and clock.now() - kept.at < KEPT:
            return kept
        told = _count(tx, scope.whole(tx, person, mine) if mine.is_wide else mine, regime)
    if mine.is_wide:
        _keep(person, regime, told)
    return told


def forget() -> None:
    """Count anew at the next question."""
    _kept.clear()


def _keep(person: Person, regime: str, told: Figures) -> None:
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[person.id, regime] = told


def _count(tx: Connection, mine: Scope, regime: str) -> Figures:
    today = clock.today()
    days = {
        "today": today.isoformat(),
        "week": (today + WEEK).isoformat(),
        "year": today.replace(month=1, day=1).isoformat(),
    }
    of_regime = " AND c.regime = :regime" if regime else ""
    given = days | mine.values | {"regime": regime}
    ask = partial(_ask, tx, mine.condition + of_regime, given)
    lives = ask(LIVES, LIFE_READERS)
    return Figures(
        totals=ask(TOTALS)[0],
        states=ask(STATES),
        workload=ask(WORKLOAD),
        used=ask(USED),
        lives=lives,
        dates=_dates(tx, lives),
        at=clock.now(),
    )


def _ask(
    tx: Connection, mine: str, given: Mapping[str, str], sql: str, read: Readers = NOTHING
) -> list[Row]:
    return Query(sql.replace(MINE, mine), read).all(tx, **given)


def _dates(tx: Connection, lives: list[Row]) -> list[Row]:
    return DATES.all(tx, cases=strings(row["id"] for row in lives))
