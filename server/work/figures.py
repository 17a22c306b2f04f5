"""Figures over the cases a person may read: how many, in which state, how long, by whom.

Everything is summed up by the database; what comes back is bounded by states, roles, milestones
and regimes, and by ``CASES_SHOWN`` for the time chart.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from server import clock, db
from server.work.access import CASES_OF
from server.work.agenda import NO_DUTY, WEEK
from server.work.people import Person
from server.work.sql import Query, Row, strings

CASES_SHOWN = 25
DATES_SHOWN = 400

MINE = f"c.id IN ({CASES_OF}) AND (:regime = '' OR c.regime = :regime)"

TOTALS = Query(f"""
    SELECT
        (SELECT count(*) FROM cases c WHERE {MINE} AND c.closed_at IS NULL) AS cases,
        (SELECT count(*) FROM cases c WHERE {MINE} AND c.opened_on >= :year) AS opened,
        (SELECT count(*) FROM work_items w JOIN cases c ON c.id = w.case_id
         WHERE {MINE} AND w.status = 'open') AS steps,
        (SELECT count(*) FROM deadlines d JOIN cases c ON c.id = d.case_id
         WHERE {MINE} AND d.status = 'open' AND d.due_on BETWEEN :today AND :week) AS week,
        (SELECT count(*) FROM deadlines d JOIN cases c ON c.id = d.case_id
         WHERE {MINE} AND d.status = 'open' AND d.due_on < :today
            AND d.kind NOT IN ({NO_DUTY})) AS overdue""")

STATES = Query(f"""
    SELECT c.state, c.regime, count(*) AS count FROM cases c WHERE {MINE}
    GROUP BY c.state, c.regime ORDER BY c.state, c.regime""")

WORKLOAD = Query(f"""
    SELECT w.role, count(*) AS count,
        sum(CASE WHEN w.due_on < :today THEN 1 ELSE 0 END) AS overdue
    FROM work_items w JOIN cases c ON c.id = w.case_id
    WHERE {MINE} AND w.status = 'open' GROUP BY w.role ORDER BY count(*) DESC, w.role""")

USED_DAYS, ALLOWED_DAYS = "{days(d.anchor_on, d.met_on)}", "{days(d.anchor_on, d.due_on)}"

USED = Query(f"""
    SELECT d.milestone, min(d.title) AS title, min(d.title_en) AS title_en, c.regime,
        count(*) AS count, avg({USED_DAYS}) AS used, max({USED_DAYS}) AS longest,
        avg({ALLOWED_DAYS}) AS allowed,
        sum(CASE WHEN d.met_on > d.due_on THEN 1 ELSE 0 END) AS late
    FROM deadlines d JOIN cases c ON c.id = d.case_id
    WHERE {MINE} AND d.status = 'met' AND d.due_on >= d.anchor_on AND d.met_on >= d.anchor_on
    GROUP BY d.milestone, c.regime ORDER BY min(d.title), c.regime""")

LIVES = Query(
    f"""
    SELECT c.id, c.number, c.title, c.regime, c.state, c.record, c.opened_on, c.closed_at,
        COALESCE((SELECT CAST(min(d.due_on) AS text) FROM deadlines d
                  WHERE d.case_id = c.id AND d.status = 'open'), '9999') AS next_due
    FROM cases c WHERE {MINE} AND c.closed_at IS NULL
    ORDER BY next_due, c.id LIMIT {CASES_SHOWN}""",
    {"json": ("record",), "days": ("opened_on",), "instants": ("closed_at",)},
)

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


def figures(person: Person, regime: str = "") -> Figures:
    """The figures of one regime, or of all a person may read."""
    today = clock.today()
    given = {
        "person": person.id,
        "regime": regime,
        "today": today.isoformat(),
        "week": (today + WEEK).isoformat(),
        "year": today.replace(month=1, day=1).isoformat(),
    }
    with db.read() as tx:
        lives = LIVES.all(tx, **given)
        return Figures(
            totals=TOTALS.all(tx, **given)[0],
            states=STATES.all(tx, **given),
            workload=WORKLOAD.all(tx, **given),
            used=USED.all(tx, **given),
            lives=lives,
            dates=_dates(tx, lives),
        )


def _dates(tx: Connection, lives: list[Row]) -> list[Row]:
    return DATES.all(tx, cases=strings(row["id"] for row in lives))
