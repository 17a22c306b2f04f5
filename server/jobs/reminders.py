"""Reminders of legal dates: one record per person and day, whatever it is about.

Whoever owes a date is told 90, 30, 7 days and one day before it, on the day, and a day and a week
after it; a week after it so is the superior of the office. What a standstill has held up comes as
one reminder, each date with the latest step it has reached. Nothing is decided here (D-12).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection

from server import clock
from server.work import reminders
from server.work.outside import telling
from server.work.sql import Query, Row, strings

LADDER: Final = (-90, -30, -7, -1, 0, 1, 7)
"""Days from the date on which somebody is told of it, before it and after it."""

ESCALATED: Final = 7
"""The step at which the superior is told as well."""

SUPERIOR: Final = "leader"

NO_DUTY: Final = ("min_duration", "day_after")
"""Kinds of dates by which nobody has to do anything."""

SERIES: Final = "reminders"
"""The counter that holds the number of the last day (proleptic Gregorian) of which was told."""

LAST = Query("""
    INSERT INTO counters (series, value) VALUES (:series, :first)
    ON CONFLICT (series) DO UPDATE SET value = counters.value RETURNING value""")
"""Reads the counter and holds it: two workers do not remind at the same time."""

ADVANCE = Query("UPDATE counters SET value = :value WHERE series = :series RETURNING value")

DUE = Query(
    """
    SELECT d.id AS deadline, d.milestone, d.title, d.title_en, d.due_on, d.clause, d.provisional,
        d.case_id AS "case", c.number, c.title AS case_title, c.regime, w.id AS item,
        w.assignee_id, COALESCE(w.role, d.role) AS role, p.organisation_id
    FROM deadlines d JOIN cases c ON c.id = d.case_id
    LEFT JOIN work_items w ON w.deadline_id = d.id AND w.status = 'open'
    LEFT JOIN case_parties p ON p.case_id = d.case_id AND p.until_on IS NULL
        AND p.role = COALESCE(w.role, d.role)
    WHERE d.status = 'open' AND d.due_on > :after AND d.due_on <= :until
        AND d.kind NOT IN {strings(no_duty)}
    ORDER BY d.due_on, d.id""",
    {"days": ["due_on"]},
)
HOLDERS = Query("""
    SELECT m.person_id, m.organisation_id, m.role, m.regime FROM memberships m
    JOIN people p ON p.id = m.person_id AND p.active
    WHERE m.organisation_id IN {strings(organisations)} ORDER BY m.person_id""")

TOLD = (
    "case",
    "number",
    "case_title",
    "item",
    "deadline",
    "milestone",
    "title",
    "title_en",
    "due_on",
    "clause",
    "provisional",
)
"""What a reminder says of a date, beside ``days`` (after it) and ``escalated``."""

Office = tuple[str, str, str]
"""Organisation, role, regime."""


def run(tx: Connection, job: Row) -> None:
    """Remind of everything since the last day of which was told, once; on that day nothing."""
    today = clock.today()
    yesterday = today.toordinal() - 1
    row = LAST.first(tx, series=SERIES, first=yesterday)
    last = yesterday if row is None else int(row["value"])
    if last > yesterday:
        return
    reached = _reached(tx, date.fromordinal(last), today)
    _tell(tx, _by_person(tx, reached))
    telling.dates(tx, reached)
    ADVANCE.first(tx, series=SERIES, value=today.toordinal())


def _reached(tx: Connection, since: date, today: date) -> list[Row]:
    """The open dates that have come to a step after ``since``, each with the latest step."""
    found: dict[tuple[str, str | None], Row] = {}
    for days in LADDER:
        step = timedelta(days=days)
        window = {"after": (since - step).isoformat(), "until": (today - step).isoformat()}
        for row in DUE.all(tx, no_duty=strings(NO_DUTY), **window):
            found[row["deadline"], row["organisation_id"]] = row | {"days": days}
    return list(found.values())


def _by_person(tx: Connection, rows: list[Row]) -> dict[str, dict[str, Row]]:
    """Person -> deadline -> what they are told of it."""
    offices = _holders(tx, {row["organisation_id"] for row in rows if row["organisation_id"]})
    told: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        for person, escalated in _addressees(row, offices):
            told[person].setdefault(row["deadline"], _item(row, escalated))
    return told


def _holders(tx: Connection, organisations: Iterable[str]) -> dict[Office, list[str]]:
    rows = HOLDERS.all(tx, organisations=strings(sorted(organisations)))

    def office(row: Row) -> Office:
        return row["organisation_id"], row["role"], row["regime"]

    grouped = groupby(sorted(rows, key=office), key=office)
    return {key: [row["person_id"] for row in each] for key, each in grouped}


def _addressees(row: Row, offices: dict[Office, list[str]]) -> Iterator[tuple[str, bool]]:
    """Who is told of a date, and whether as a superior."""
    organisation, regime = row["organisation_id"], row["regime"]
    if row["assignee_id"]:
        yield row["assignee_id"], False
    else:
        yield from ((p, False) for p in offices.get((organisation, row["role"], regime), ()))
    if row["days"] == ESCALATED:
        yield from ((p, True) for p in offices.get((organisation, SUPERIOR, regime), ()))


def _item(row: Row, escalated: bool) -> Row:
    told: dict[str, Any] = {name: row[name] for name in TOLD}
    days = {"due_on": row["due_on"].isoformat(), "days": row["days"]}
    return told | days | {"provisional": bool(row["provisional"]), "escalated": escalated}


def _tell(tx: Connection, told: dict[str, dict[str, Row]]) -> None:
    for person, items in sorted(told.items()):
        notices = sorted(items.values(), key=lambda item: (item["due_on"], item["deadline"]))
        reminders.tell(tx, person, notices)
