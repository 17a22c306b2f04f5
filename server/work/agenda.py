"""Lists across all cases a person may read: their legal dates, and the steps people are at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection

from server import clock, db
from server.errors import NotFound
from server.models import deadlines
from server.work import cases, inbox, orders, scope
from server.work.inbox import PAGE, Page, Wanted
from server.work.people import Person
from server.work.sql import Query, Readers, Row, columns, readers

STANDINGS = ("open", "overdue", "timely", "week", "met", "late")
"""How a date or a step stands; ``timely`` is open and not overdue, ``week`` falls due within seven
days, ``late`` was met after its day."""

OF_A_STEP = ("open", "overdue", "timely", "week")
"""A step is never met."""

WEEK = timedelta(days=7)

NO_DUTY = "'min_duration', 'day_after'"
"""Kinds of dates by which nobody has to do anything: they are never overdue."""

DATE = """
    d.id, d.case_id, d.title, d.title_en, d.kind, d.opens_on, d.due_on, d.provisional,
    d.soft, d.clause, d.status, d.met_on, d.role, c.number, c.title AS case_title, c.regime,
    c.state"""

STEP = """
    w.id, w.case_id, w.name, w.role, w.regime, w.opened_at, w.due_on, w.status, c.number,
    (SELECT f.id FROM deadlines f WHERE f.id = w.deadline_id AND f.status <> 'void') AS deadline_id,
    c.title AS case_title, c.state, o.name AS office, o.name_en AS office_en"""

DATE_ROWS = "deadlines d JOIN cases c ON c.id = d.case_id"
STEP_ROWS = """work_items w JOIN cases c ON c.id = w.case_id
    LEFT JOIN organisations o ON o.id = w.organisation_id"""

STANDING = {
    "open": "{t}.status = 'open'",
    "overdue": "{t}.status = 'open' AND {t}.due_on < :today",
    "timely": "{t}.status = 'open' AND ({t}.due_on IS NULL OR {t}.due_on >= :today)",
    "week": "{t}.status = 'open' AND {t}.due_on BETWEEN :today AND :week",
    "met": "{t}.status = 'met'",
    "late": "{t}.status = 'met' AND {t}.met_on > {t}.due_on",
}
OF_DATES = {
    **STANDING,
    "overdue": f"{STANDING['overdue']} AND {{t}}.kind NOT IN ({NO_DUTY})",
    "timely": f"""{{t}}.status = 'open'
        AND ({{t}}.due_on IS NULL OR {{t}}.due_on >= :today OR {{t}}.kind IN ({NO_DUTY}))""",
}

TEXT = """ AND (lower(c.title) LIKE :pattern ESCAPE '!' OR lower(c.number) LIKE :pattern
    ESCAPE '!' OR lower({name}) LIKE :pattern ESCAPE '!')"""

DATE_READERS: Readers = {"days": ("opens_on", "due_on", "met_on")}
STEP_READERS: Readers = {"days": ("due_on",), "instants": ("opened_at",)}

ONE = Query(
    f"SELECT {columns(deadlines, 'd')} FROM deadlines d WHERE d.id = :id", readers(deadlines)
)


def dates(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The legal dates of cases a person may read, the earliest first."""
    shown = (
        [OF_DATES[wanted.state]]
        if wanted.state in OF_DATES
        else [STANDING["open"], STANDING["met"]]
    )
    milestone = " AND d.milestone = :milestone" if wanted.milestone else ""
    filters = milestone + _filters(wanted, "d", "d.title")
    return _page(person, wanted, size, ("d", DATE, DATE_ROWS, DATE_READERS), shown, filters)


def steps(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The open tasks of cases a person may read, without who has them: that an expert sits on a
    panel may be told, who it is may not."""
    shown = STANDING[wanted.state if wanted.state in OF_A_STEP else "open"]
    filters = _filters(wanted, "w", "w.name")
    return _page(person, wanted, size, ("w", STEP, STEP_ROWS, STEP_READERS), [shown], filters)


def _filters(wanted: Wanted, table: str, name: str) -> str:
    regime = " AND c.regime = :regime" if wanted.regime else ""
    role = f" AND {table}.role = :role" if wanted.role else ""
    return regime + role + (TEXT.format(name=name) if wanted.text else "")


def _page(
    person: Person,
    wanted: Wanted,
    size: int,
    rows: tuple[str, str, str, Readers],
    standing: Sequence[str],
    filters: str,
) -> Page:
    """A page of rows by their date, each standing along its own index where much may be read; what
    little is read otherwise is sorted."""
    table, what, source, read = rows
    order = orders.by_day(f"{table}.due_on", f"{table}.id")
    with db.read() as tx:
        mine = scope.of(tx, person)
        parts = " UNION ALL ".join(
            f"""SELECT * FROM (SELECT {what}, {order.key} AS sort_key FROM {source}
                WHERE {stands.format(t=table)} AND {part} AND {mine.condition}{filters}
                ORDER BY {by if mine.is_wide else f"sort_key, {table}.id"} LIMIT {size + 1}) b"""
            for stands in standing
            for part, by in order.parts
        )
        query = Query(f"SELECT * FROM ({parts}) f ORDER BY sort_key, id LIMIT {size + 1}", read)
        given = inbox.given(person, wanted) | mine.values | order.values(wanted.after) | _days()
        return inbox.cut(query.all(tx, **given), size)


def one_date(tx: Connection, person: Person, deadline_id: str) -> tuple[Row, Row]:
    """A legal date with its proof, and its case; raises NotFound."""
    row = ONE.first(tx, id=deadline_id)
    if row is None or row["status"] == "void":
        raise NotFound("没有找到这个期限")
    return row, cases.readable(tx, person, row["case_id"]).case


def _days() -> dict[str, str]:
    today = clock.today()
    return {"today": today.isoformat(), "week": (today + WEEK).isoformat()}
