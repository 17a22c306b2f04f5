"""Lists: what waits for a person, what they have done, what they started, what they may read.

All are paged by key: the cursor names the last row seen, so a page costs the same however far
down it lies, and rows that come or go meanwhile neither repeat nor disappear. A page is found
branch by branch (server/work/branches.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from server import clock, db
from server.work import branches, letters, orders, scope
from server.work.branches import Branch
from server.work.people import Person
from server.work.sql import Hot, Query, Row, strings

PAGE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters, order and place of a list.

    ``sort`` is ``due``, ``arrived`` or ``number``, with ``-`` in front for descending order;
    ``state`` is that of a case (or one of ``STATES``), in lists of dates and steps one of
    server/work/agenda.py; ``milestone`` narrows dates; ``after`` is the ``cursor`` of the page
    before.
    """

    role: str = ""
    text: str = ""
    regime: str = ""
    state: str = ""
    sort: str = "due"
    after: str = ""
    milestone: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor of the next page (empty on the last)."""

    items: list[Row]
    cursor: str


@dataclass(frozen=True, slots=True)
class Tab:
    """How many items wait for a role, and how many of them are past their date."""

    role: str
    count: int
    overdue: int


FILTERS = {
    "role": " AND w.role = :role",
    "regime": " AND w.regime = :regime",
    "text": """ AND (lower(c.title) LIKE :pattern ESCAPE '!' OR lower(c.number) LIKE :pattern
        ESCAPE '!' OR lower(w.name) LIKE :pattern ESCAPE '!')""",
}

ITEM = """
    w.id, w.case_id, w.name, w.process_id, w.element_id, w.role, w.regime, w.assignee_id,
    w.claimed_at, w.opened_at, w.due_on, w.due_kind, w.version, w.completed_at, w.form,
    c.number, c.title, c.state, p.name AS assignee_name,
    (SELECT max(u.day) FROM urges u WHERE u.work_item_id = w.id) AS urged_on,
    EXISTS (SELECT 1 FROM corrections k WHERE k.instance_id = w.instance_id
        AND k.task_id = w.task_id) AS returned"""

ITEM_ROWS = (
    "work_items w JOIN cases c ON c.id = w.case_id LEFT JOIN people p ON p.id = w.assignee_id"
)

ITEM_READERS = {
    "instants": ("claimed_at", "opened_at", "completed_at"),
    "days": ("due_on", "urged_on"),
}

COUNTED = 1_000
"""Items of one office are counted up to here; so many stand for as many or more."""


def _filters_of(wanted: Wanted) -> str:
    """The filters that were asked for, and no others: an index serves what is asked."""
    return "".join(sql for name, sql in FILTERS.items() if getattr(wanted, name))


# --- open items -----------------------------------------------------------------------------------


def tasks(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The open items a person may take up or has taken up, newest deadline rules first."""
    kinds = branches.items(person, wanted.role, wanted.regime)
    order = orders.of(wanted.sort, {"due": "w.due_on", "arrived": "w.id", "number": "c.number"})
    found = " UNION ALL ".join(
        f"""SELECT id FROM (SELECT w.id FROM {kind.source(filters)}
            WHERE {kind.condition}{filters} ORDER BY {by} LIMIT {size + 1}) b"""
        for kind in kinds
        for condition, by in order.parts
        for filters in (f" AND {condition}{_filters_of(wanted)}",)
    )
    query = Hot(
        f"""SELECT {ITEM}, {order.key} AS sort_key FROM ({found}) f
            JOIN work_items w ON w.id = f.id JOIN cases c ON c.id = w.case_id
            LEFT JOIN people p ON p.id = w.assignee_id ORDER BY {order.whole} LIMIT {size + 1}""",
        ITEM_READERS,
    )
    asked = given(person, wanted) | branches.values(kinds) | order.values(wanted.after)
    with db.glance() as tx:
        return cut(query.all(tx, **asked), size)


def tabs(person: Person, wanted: Wanted) -> list[Tab]:
    """Counts per role under the same filters, whatever role is looked at."""
    query, asked = tabs_asked(person, wanted)
    with db.glance() as tx:
        return tabs_of(query.all(tx, **asked))


def tabs_asked(person: Person, wanted: Wanted) -> tuple[Query, dict[str, str]]:
    """The question for ``tabs``, to be asked beside others (server/work/badges.py)."""
    kinds = branches.items(person, regime=wanted.regime)
    filters = _filters_of(replace(wanted, role=""))
    found = " UNION ALL ".join(
        f"""SELECT role, due_on FROM (SELECT w.role, w.due_on
            FROM {kind.source(filters)}
            WHERE {kind.condition}{filters} LIMIT {COUNTED}) b"""
        for kind in kinds
    )
    query = Query(f"""
        SELECT role, count(*) AS count, sum(CASE WHEN due_on < :today THEN 1 ELSE 0 END) AS overdue
        FROM ({found}) f GROUP BY role ORDER BY role""")
    return query, given(person, wanted) | branches.values(kinds)


def tabs_of(rows: Sequence[Row]) -> list[Tab]:
    """The answer to ``tabs_asked``."""
    return [Tab(row["role"], row["count"], row["overdue"]) for row in rows]


# --- done -----------------------------------------------------------------------------------------


BEFORE = " AND (w.completed_at, w.id) < (:after_at, :after_id)"


def done(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The items a person has handed in, the last one first."""
    at, _, last = wanted.after.rpartition("~")
    place = BEFORE if orders.is_instant(at) else ""
    query = Hot(
        f"""
        SELECT {ITEM}, CAST(w.completed_at AS text) AS sort_key FROM {ITEM_ROWS}
        WHERE w.completed_by = :person AND w.status = 'completed'{_filters_of(wanted)}{place}
        ORDER BY w.completed_at DESC, w.id DESC LIMIT {size + 1}""",
        ITEM_READERS,
    )
    with db.glance() as tx:
        return cut(query.all(tx, after_at=at, after_id=last, **given(person, wanted)), size)


UNDERTAKER = """
    (SELECT min(o.{name}) FROM case_parties u JOIN organisations o ON o.id = u.organisation_id
     WHERE u.case_id = c.id AND u.role = 'undertaker' AND u.until_on IS NULL)"""

CASE = f"""
    c.id, c.number, c.regime, c.kind, c.title, c.state, c.opened_on, c.closed_at,
    {UNDERTAKER.format(name="name")} AS name, {UNDERTAKER.format(name="name_en")} AS name_en,
    (SELECT min(d.due_on) FROM deadlines d WHERE d.case_id = c.id AND d.status = 'open') AS due_on,
    c.id AS sort_key"""

CASE_READERS = {"instants": ("closed_at",), "days": ("opened_on", "due_on")}

STEPS = Query(
    """
    SELECT w.case_id, w.name, w.role, count(*) AS places, min(w.due_on) AS due_on,
        min(o.name) AS office, min(o.name_en) AS office_en
    FROM work_items w LEFT JOIN organisations o ON o.id = w.organisation_id
    WHERE w.case_id IN {strings(cases)} AND w.status = 'open'
    GROUP BY w.case_id, w.name, w.role, w.organisation_id ORDER BY min(w.due_on), min(w.id)""",
    {"days": ("due_on",)},
)

STATES = {
    "open": "c.closed_at IS NULL",
    "closed": "c.closed_at IS NOT NULL",
    "this_year": "c.opened_on >= :year",
    "stateless": "c.state = ''",
}
"""What cases are listed by besides a state; ``stateless`` are those whose procedure names none."""
OWN_STATE = "c.state = :state"
EARLIER = "c.id || '' < :before"
"""Said so that no index of all identifiers is read for it."""

CASE_TEXT = """ AND (lower(c.title) LIKE :pattern ESCAPE '!'
    OR lower(c.number) LIKE :pattern ESCAPE '!')"""


def started(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The cases a person has opened, the newest first."""
    with db.glance() as tx:
        found = _cases(tx, person, wanted, size, (branches.started(person),))
        return _with_steps(tx, cut(found, size))


def readable(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The cases a person may read, the newest first."""
    with db.read() as tx:
        if not (wanted.text or wanted.state):
            found = _cases(tx, person, wanted, size, branches.cases(person))
        else:
            found = _sought(tx, person, wanted, size)
        return _with_steps(tx, cut(found, size))


def _with_steps(tx: Connection, page: Page) -> Page:
    return replace(page, items=with_steps(tx, page.items))


def with_steps(tx: Connection, cases: list[Row]) -> list[Row]:
    """Each case with the steps it is at and the first day that anybody has to keep."""
    at: dict[str, list[Row]] = {row["id"]: [] for row in cases}
    for step in STEPS.all(tx, cases=strings(at)) if at else ():
        at[step["case_id"]].append(step)
    return [_with(row, at[row["id"]]) for row in cases]


def _with(row: Row, steps: list[Row]) -> Row:
    days = [day for day in (row.get("due_on"), *(step["due_on"] for step in steps)) if day]
    return row | {"steps": steps, "due_on": min(days, default=None)}


NEAR = 300
"""Cases of each branch that are looked through before an index of what is sought is asked."""


def _sought(tx: Connection, person: Person, wanted: Wanted, size: int) -> list[Row]:
    """Whoever may read much finds what is frequent among the newest, what is rare by an index."""
    mine, kinds = scope.of(tx, person), branches.cases(person)
    if not mine.is_wide:
        return _cases(tx, person, wanted, size, kinds)
    near = branches.near(kinds, NEAR, size + 1, _sifting(wanted))
    rows = _of(tx, person, wanted, size, near, branches.values(kinds))
    if len(rows) > size:
        return rows
    if found := letters.candidates(tx, wanted.text):
        more = mine.values | found.values
        return _of(tx, person, wanted, size, found.sql, more, f"{mine.condition} AND {EARLIER}")
    if wanted.state:
        kinds = (*mine.small, mine.where(STATES.get(wanted.state, OWN_STATE)))
    return _cases(tx, person, wanted, size, kinds)


def _cases(
    tx: Connection, person: Person, wanted: Wanted, size: int, kinds: Sequence[Branch]
) -> list[Row]:
    """A page out of branches, each with the filters inside."""
    found = branches.newest(kinds, size + 1, _sifting(wanted))
    return _of(tx, person, wanted, size, found, branches.values(kinds))


def _of(
    tx: Connection,
    person: Person,
    wanted: Wanted,
    size: int,
    found: str,
    values: Mapping[str, str],
    condition: str = "1 = 1",
) -> list[Row]:
    """A page of the cases whose identifiers are ``found``; they are few, so they are sorted rather
    than sought along the identifiers of all."""
    query = Hot(
        f"""SELECT {CASE} FROM ({found}) f JOIN cases c ON c.id = f.id
            WHERE {condition}{_sifting(wanted)} ORDER BY c.id || '' DESC LIMIT {size + 1}""",
        CASE_READERS,
    )
    before = wanted.after.rpartition("~")[2] or branches.LAST
    return query.all(tx, **given(person, wanted) | {"before": before} | dict(values))


def _sifting(wanted: Wanted) -> str:
    """The filters of cases that were asked for."""
    regime = " AND c.regime = :regime" if wanted.regime else ""
    state = f" AND {STATES.get(wanted.state, OWN_STATE)}" if wanted.state else ""
    return regime + state + (CASE_TEXT if wanted.text else "")


# --- pages ----------------------------------------------------------------------------------------


def page(query: Query, person: Person, wanted: Wanted, size: int, /, **more: str) -> Page:
    """So many rows of a list, whose query asks for one more: then there is a next page."""
    key, _, last = wanted.after.rpartition("~")
    with db.read() as tx:
        asked = given(person, wanted) | {"after_key": key, "after_id": last} | more
        return cut(query.all(tx, **asked), size)


def cut(rows: list[Row], size: int) -> Page:
    """The rows of a page, of which one more was asked for."""
    items = rows[:size]
    cursor = f"{items[-1]['sort_key']}~{items[-1]['id']}" if len(rows) > size else ""
    return Page(items, cursor)


def given(person: Person, wanted: Wanted) -> dict[str, str]:
    """What the filters of a list ask for."""
    today = clock.today()
    return {
        "person": person.id,
        "today": today.isoformat(),
        "year": today.replace(month=1, day=1).isoformat(),
        "role": wanted.role,
        "regime": wanted.regime,
        "state": wanted.state,
        "milestone": wanted.milestone,
        "text": wanted.text,
        "pattern": pattern(wanted.text),
    }


def pattern(text: str) -> str:
    """Contains the text, whatever characters it has."""
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return f"%{text.lower()}%"
