"""Projects and comment rounds as everybody of a regime sees them, the results, and the funds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection

from server.errors import NotFound
from server.feel import compile_expression
from server.law.catalogue import Catalogue
from server.models import records, subscriptions
from server.work import access, scope
from server.work.inbox import PAGE, Page, Wanted, page
from server.work.people import Person
from server.work.scope import LOOKED_AT
from server.work.sql import Query, Row, columns, readers, strings

JOINING = "project_join"
FUNDS = "fund_booking"
LEDGER = ("fund_income", "fund_expense")

HELD = """(SELECT m.regime FROM memberships m WHERE m.person_id = :person)"""

PROJECTS = f"""
    SELECT r.id, r.case_id, r.regime, r.title, r.effective_on, r.data, c.number, c.state, c.record,
        {LOOKED_AT} AS readable, r.id AS sort_key
    FROM records r JOIN cases c ON c.id = r.case_id
    WHERE r.kind = 'project_publication' AND r.regime IN {HELD}
        AND (:regime = '' OR r.regime = :regime) AND (:state = '' OR c.state = :state)
        AND (:text = '' OR lower(r.title) LIKE :pattern ESCAPE '!'
             OR lower(c.number) LIKE :pattern ESCAPE '!')
        AND (:after_id = '' OR r.id < :after_id)
    ORDER BY r.id DESC LIMIT """

ROUNDS = Query(
    f"""SELECT {columns(subscriptions, "s")}, c.regime, c.number, c.title, c.record
        FROM subscriptions s JOIN cases c ON c.id = s.case_id
        WHERE s.organisation_id IS NULL AND s.role IS NOT NULL AND s.form IS NOT NULL
            AND c.closed_at IS NULL AND c.regime IN {HELD} ORDER BY s.id""",
    {**readers(subscriptions), "json": [*readers(subscriptions).get("json", ()), "record"]},
)

REQUESTS = Query(
    f"""SELECT {columns(records, "r")}, c.title AS project FROM records r
        JOIN cases c ON c.id = r.case_id
        WHERE r.kind IN ('project_join_request', 'project_join_decision') AND r.regime IN {HELD}
            AND CAST(r.data AS text) LIKE :mine ORDER BY r.id""",
    readers(records),
)

RESULTS = Query(
    f"""SELECT {columns(records, "r")} FROM records r
        WHERE r.kind = 'project_result' AND r.regime IN {HELD} ORDER BY r.id""",
    readers(records),
)

BOOKINGS = """
    SELECT r.id, r.case_id, r.regime, r.kind, r.title, r.effective_on, r.data, r.id AS sort_key
    FROM records r
    WHERE r.kind IN {{strings(kinds)}} AND r.regime IN {{strings(regimes)}}
        AND (:state = '' OR r.kind = :state) AND (:regime = '' OR r.regime = :regime)
        AND (:text = '' OR lower(r.title) LIKE :pattern ESCAPE '!')
        AND (:after_id = '' OR r.id < :after_id)
    ORDER BY r.id DESC LIMIT {limit}"""

AMOUNTS = Query(
    """SELECT kind, data FROM records
        WHERE kind IN {strings(kinds)} AND regime IN {strings(regimes)}""",
    {"json": ["data"]},
)


# --- projects -----------------------------------------------------------------------------------


@cache
def _projects(size: int) -> Query:
    text = f"{PROJECTS}{size + 1}"
    return Query(text, {"json": ("data", "record"), "days": ("effective_on",)})


def published(person: Person, wanted: Wanted, catalogue: Catalogue, size: int = PAGE) -> Page:
    """The projects published under the person's regimes, the newest first.

    Each says who leads it, how many joined, what came of it, and whether this person may apply to
    join it now.
    """
    found = page(_projects(size), person, wanted, size, **scope.each(person).values)
    return Page([_project(person, row, catalogue) for row in found.items], found.cursor)


def _project(person: Person, row: Row, catalogue: Catalogue) -> Row:
    names = ("project_number", "project_type", "project_type_title", "lead_unit")
    told = {name: row["data"].get(name, "") for name in names}
    joined, results = row["record"].get("joined_units") or (), row["record"].get("project_results")
    counts = {"joined": len(joined), "results": int(results or 0)}
    return row | told | counts | {"joinable": _may_join(person, row, catalogue)}


def _may_join(person: Person, row: Row, catalogue: Catalogue) -> bool:
    """Whether the diagram's own condition lets this person apply now."""
    path = catalogue.procedures(row["regime"]).get(JOINING)
    described = catalogue.describe(path) if path else None
    start = next(iter(described.of_kind("startEvent")), None) if described else None
    if start is None or not access.holds_one(person, start.words("open_to"), row["regime"]):
        return False
    when = compile_expression(start.properties.get("when", "= true").removeprefix("="))
    return when({"case": {"state": row["state"], "record": row["record"]}}, {}) is True


def rounds(tx: Connection, person: Person) -> list[Row]:
    """The comment rounds, and whatever else is open to roles, to which the person may add."""
    found = ROUNDS.all(tx, person=person.id)
    return [row for row in found if access.can_deliver(person, row, row["regime"])]


def requests(tx: Connection, person: Person) -> list[Row]:
    """What the person asked to join, the newest first, with the lead unit's answer once given."""
    rows = REQUESTS.all(tx, person=person.id, mine=f"%{person.id}%")
    asked: list[Row] = []
    for row in rows:
        if row["kind"] == "project_join_request":
            asked.append(row | {"decision": "", "reason": ""})
        else:
            _answer(asked, row)
    return asked[::-1]


def _answer(asked: list[Row], row: Row) -> None:
    for each in asked:
        same = (each["case_id"], each["title"]) == (row["case_id"], row["title"])
        if same and not each["decision"]:
            told = {"decision": row["data"]["decision"], "reason": row["data"]["reason"]}
            each |= told | {"answered_on": row["effective_on"]}


def results(tx: Connection, person: Person) -> Mapping[str, int]:
    """Kind of result -> how many, over all projects, as of now (JB-12.4)."""
    counted: Counter[str] = Counter()
    for row in RESULTS.all(tx, person=person.id):
        counted[str(row["data"]["result_kind"])] += int(row["data"]["count"])
    return dict(counted.most_common())


# --- funds --------------------------------------------------------------------------------------


def keeps_books(person: Person, catalogue: Catalogue) -> list[str]:
    """The regimes with funds whose ledger a person reads: the office's people and oversight."""
    return [
        regime
        for regime in catalogue.regimes
        if FUNDS in catalogue.procedures(regime)
        and (person.holds_anywhere("authority", regime) or access.oversees(person, regime))
    ]


@cache
def _bookings(size: int) -> Query:
    text = BOOKINGS.format(limit=size + 1)
    return Query(text, {"json": ("data",), "days": ("effective_on",)})


def bookings(person: Person, wanted: Wanted, regimes: Sequence[str], size: int = PAGE) -> Page:
    """The ledger, the last entry first; raises NotFound for who reads none."""
    if not regimes:
        raise NotFound("没有找到经费台账")
    scope = {"kinds": strings(LEDGER), "regimes": strings(regimes)}
    return page(_bookings(size), person, wanted, size, **scope)


def balance(tx: Connection, regimes: Sequence[str]) -> Mapping[str, Any]:
    """Income, expense and what is left, in yuan, and income by source."""
    rows = AMOUNTS.all(tx, kinds=strings(LEDGER), regimes=strings(regimes))
    sources: dict[str, Decimal] = {}
    totals = dict.fromkeys(LEDGER, Decimal(0))
    for row in rows:
        amount = Decimal(str(row["data"]["amount"]))
        totals[row["kind"]] += amount
        if source := row["data"].get("source"):
            sources[source] = sources.get(source, Decimal(0)) + amount
    income, expense = (totals[kind] for kind in LEDGER)
    return {"income": income, "expense": expense, "left": income - expense, "sources": sources}
