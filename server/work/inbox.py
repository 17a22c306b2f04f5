"""Lists: what waits for a person, what they have done, what they started, what they may read.

All are paged by key: the cursor names the last row seen, so a page costs the same however far
down it lies, and rows that come or go meanwhile neither repeat nor disappear.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from server import clock, db
from server.work.access import CASES_OF, ITEMS_OF
from server.work.people import Person
from server.work.sql import Query, Row

PAGE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters, order and place of a list.

    ``sort`` is ``due``, ``arrived`` or ``number``, with ``-`` in front for descending order;
    ``state`` is that of a case (or ``open``, ``closed``), in lists of dates and steps one of
    server/work/agenda.py; ``after`` is the ``cursor`` of the page before.
    """

    role: str = ""
    text: str = ""
    regime: str = ""
    state: str = ""
    sort: str = "due"
    after: str = ""


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


NO_DATE = {"": "'9999-12-31'", "-": "'0000-01-01'"}
"""Items without a date come last in either order."""


def _keys(direction: str) -> dict[str, str]:
    return {
        "due": f"COALESCE(CAST(w.due_on AS text), {NO_DATE[direction]})",
        "arrived": "w.id",
        "number": "c.number",
    }


FILTERS = """
    (:role = '' OR w.role = :role) AND (:regime = '' OR w.regime = :regime)
    AND (:text = '' OR lower(c.title) LIKE :pattern ESCAPE '!' OR lower(c.number) LIKE :pattern
        ESCAPE '!' OR lower(w.name) LIKE :pattern ESCAPE '!')"""

ITEM = """
    w.id, w.case_id, w.name, w.process_id, w.element_id, w.role, w.regime, w.assignee_id,
    w.claimed_at, w.opened_at, w.due_on, w.due_kind, w.version, w.completed_at, w.form,
    c.number, c.title, c.state, p.name AS assignee_name,
    (SELECT max(u.day) FROM urges u WHERE u.work_item_id = w.id) AS urged_on"""

ITEM_ROWS = (
    "work_items w JOIN cases c ON c.id = w.case_id LEFT JOIN people p ON p.id = w.assignee_id"
)

ITEM_READERS = {
    "instants": ("claimed_at", "opened_at", "completed_at"),
    "days": ("due_on", "urged_on"),
}

COUNTS = Query(f"""
    SELECT w.role, count(*) AS count,
        sum(CASE WHEN w.due_on < :today THEN 1 ELSE 0 END) AS overdue
    FROM work_items w JOIN cases c ON c.id = w.case_id
    WHERE w.id IN ({ITEMS_OF}) AND {FILTERS} GROUP BY w.role ORDER BY w.role""")


@cache
def _items(sort: str, size: int) -> Query:
    direction = "-" if sort.startswith("-") else ""
    key = _keys(direction)[sort.removeprefix("-")]
    compare, order = ("<", "DESC") if direction else (">", "ASC")
    return Query(
        f"""
        SELECT {ITEM}, {key} AS sort_key FROM {ITEM_ROWS}
        WHERE w.id IN ({ITEMS_OF}) AND {FILTERS}
            AND (:after_id = '' OR ({key}, w.id) {compare} (:after_key, :after_id))
        ORDER BY {key} {order}, w.id {order} LIMIT {size + 1}""",
        ITEM_READERS,
    )


@cache
def _done(size: int) -> Query:
    return Query(
        f"""
        SELECT {ITEM}, CAST(w.completed_at AS text) AS sort_key FROM {ITEM_ROWS}
        WHERE w.completed_by = :person AND w.status = 'completed' AND {FILTERS}
            AND (:after_id = ''
                 OR (CAST(w.completed_at AS text), w.id) < (:after_key, :after_id))
        ORDER BY w.completed_at DESC, w.id DESC LIMIT {size + 1}""",
        ITEM_READERS,
    )


UNDERTAKER = """
    (SELECT min(o.{name}) FROM case_parties u JOIN organisations o ON o.id = u.organisation_id
     WHERE u.case_id = c.id AND u.role = 'undertaker' AND u.until_on IS NULL)"""

CASE_ROWS = f"""
    SELECT c.id, c.number, c.regime, c.kind, c.title, c.state, c.opened_on, c.closed_at,
        {UNDERTAKER.format(name="name")} AS name, {UNDERTAKER.format(name="name_en")} AS name_en,
        (SELECT min(d.due_on) FROM deadlines d WHERE d.case_id = c.id AND d.status = 'open')
            AS due_on, c.id AS sort_key
    FROM cases c
    WHERE {{scope}} AND (:regime = '' OR c.regime = :regime)
        AND (:state IN ('', c.state) OR (:state = 'open' AND c.closed_at IS NULL)
             OR (:state = 'closed' AND c.closed_at IS NOT NULL))
        AND (:text = '' OR lower(c.title) LIKE :pattern ESCAPE '!'
             OR lower(c.number) LIKE :pattern ESCAPE '!')
        AND (:after_id = '' OR c.id < :after_id)
    ORDER BY c.id DESC LIMIT {{limit}}"""

CASE_READERS = {"instants": ("closed_at",), "days": ("opened_on", "due_on")}

STARTED, READABLE = "c.opened_by = :person", f"c.id IN ({CASES_OF})"


@cache
def _cases(scope: str, size: int) -> Query:
    return Query(CASE_ROWS.format(scope=scope, limit=size + 1), CASE_READERS)


def tasks(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The open items a person may take up or has taken up, newest deadline rules first."""
    return page(_items(wanted.sort, size), person, wanted, size)


def tabs(person: Person, wanted: Wanted) -> list[Tab]:
    """Counts per role under the same filters, whatever role is looked at."""
    with db.read() as tx:
        given = _filters(person, wanted) | {"role": ""}
        return [Tab(row["role"], row["count"], row["overdue"]) for row in COUNTS.all(tx, **given)]


def done(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The items a person has handed in, the last one first."""
    return page(_done(size), person, wanted, size)


def started(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The cases a person has opened, the newest first."""
    return page(_cases(STARTED, size), person, wanted, size)


def readable(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """The cases a person may read, the newest first."""
    return page(_cases(READABLE, size), person, wanted, size)


def page(query: Query, person: Person, wanted: Wanted, size: int, **more: str) -> Page:
    """So many rows of a list, whose query asks for one more: then there is a next page."""
    key, _, last = wanted.after.rpartition("~")
    with db.read() as tx:
        given = _filters(person, wanted) | more
        rows = query.all(tx, after_key=key, after_id=last, **given)
    items = rows[:size]
    cursor = f"{items[-1]['sort_key']}~{items[-1]['id']}" if len(rows) > size else ""
    return Page(items, cursor)


def _filters(person: Person, wanted: Wanted) -> dict[str, str]:
    return {
        "person": person.id,
        "today": clock.today().isoformat(),
        "role": wanted.role,
        "regime": wanted.regime,
        "state": wanted.state,
        "text": wanted.text,
        "pattern": pattern(wanted.text),
    }


def pattern(text: str) -> str:
    """Contains the text, whatever characters it has."""
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return f"%{text.lower()}%"
