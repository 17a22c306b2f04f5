"""Lists across all cases a person may read: their legal dates, and the steps people are at."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from sqlalchemy import Connection

from server import clock
from server.errors import NotFound
from server.models import deadlines
from server.work import cases
from server.work.access import CASES_OF
from server.work.inbox import PAGE, Page, Wanted, page
from server.work.people import Person
from server.work.sql import Query, Row, columns, readers

STANDINGS = ("open", "overdue", "week", "met")
"""How a date or a step stands; ``week`` falls due within seven days. A step is never met."""

WEEK = timedelta(days=7)

NO_DUTY = "'min_duration', 'day_after'"
"""Kinds of dates by which nobody has to do anything: they are never overdue."""

KEY = "COALESCE(CAST({due} AS text), '9999-12-31')"

DATES = f"""
    SELECT d.id, d.case_id, d.title, d.title_en, d.kind, d.opens_on, d.due_on, d.provisional,
        d.soft, d.clause, d.status, d.met_on, d.role, c.number, c.title AS case_title, c.regime,
        c.state, {KEY.format(due="d.due_on")} AS sort_key
    FROM deadlines d JOIN cases c ON c.id = d.case_id
    WHERE d.case_id IN ({CASES_OF}) AND d.status <> 'void'
        AND (:regime = '' OR c.regime = :regime) AND (:role = '' OR d.role = :role)
        AND (:state = '' OR (:state = 'met' AND d.status = 'met') OR (d.status = 'open' AND
             (:state = 'open' OR (:state = 'overdue' AND d.due_on < :today
                                  AND d.kind NOT IN ({NO_DUTY}))
              OR (:state = 'week' AND d.due_on BETWEEN :today AND :week))))
        AND (:text = '' OR lower(c.title) LIKE :pattern ESCAPE '!' OR lower(c.number) LIKE :pattern
            ESCAPE '!' OR lower(d.title) LIKE :pattern ESCAPE '!')
        AND (:after_id = ''
             OR ({KEY.format(due="d.due_on")}, d.id) > (:after_key, :after_id))
    ORDER BY sort_key, d.id LIMIT {{limit}}"""

STEPS = f"""
    SELECT w.id, w.case_id, w.name, w.role, w.regime, w.opened_at, w.due_on, w.status, c.number,
        c.title AS case_title, c.state, o.name AS office, o.name_en AS office_en,
        {KEY.format(due="w.due_on")} AS sort_key
    FROM work_items w JOIN cases c ON c.id = w.case_id
    LEFT JOIN organisations o ON o.id = w.organisation_id
    WHERE w.case_id IN ({CASES_OF}) AND w.status = 'open'
        AND (:regime = '' OR c.regime = :regime) AND (:role = '' OR w.role = :role)
        AND (:state IN ('', 'open') OR (:state = 'overdue' AND w.due_on < :today)
             OR (:state = 'week' AND w.due_on BETWEEN :today AND :week))
        AND (:text = '' OR lower(c.title) LIKE :pattern ESCAPE '!' OR lower(c.number) LIKE :pattern
            ESCAPE '!' OR lower(w.name) LIKE :pattern ESCAPE '!')
        AND (:after_id = ''
             OR ({KEY.format(due="w.due_on")}, w.id) > (:after_key, :after_id))
    ORDER BY sort_key, w.id LIMIT {{limit}}"""

DATE_READERS = {"days": ("opens_on", "due_on", "met_on")}
STEP_READERS = {"days": ("due_on",), "instants": ("opened_at",)}

ONE = Query(
    f"SELECT {columns(deadlines, 'd')} FROM deadlines d WHERE d.id = :id", readers(deadlines)
)


@cache
def _dates(size: int) -> Query:
    return Query(DATES.format(limit=size + 1), DATE_READERS)


@cache
def _steps(size: int) -> Query:
    return Query(STEPS.format(limit=size + 1), STEP_READERS)


def dates(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The legal dates of cases a person may read, the earliest first."""
    return page(_dates(size), person, wanted, size, **_days())


def steps(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The open tasks of cases a person may read, without who has them: that an expert sits on a
    panel may be told, who it is may not."""
    return page(_steps(size), person, wanted, size, **_days())


def one_date(tx: Connection, person: Person, deadline_id: str) -> tuple[Row, Row]:
    """A legal date with its proof, and its case; raises NotFound."""
    row = ONE.first(tx, id=deadline_id)
    if row is None or row["status"] == "void":
        raise NotFound("没有找到这个期限")
    return row, cases.readable(tx, person, row["case_id"]).case


def _days() -> dict[str, str]:
    today = clock.today()
    return {"today": today.isoformat(), "week": (today + WEEK).isoformat()}
