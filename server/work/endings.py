"""A procedure has decided about a case: the people of the unit it is about, and who began the case,
are told, whether it goes on or is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from server.engine.outcome import Outcome
from server.work import reminders
from server.work.desk import Desk
from server.work.outside import telling
from server.work.people import Person
from server.work.sql import Query, Row

CONCERNED = Query("""
    SELECT m.person_id FROM case_parties u JOIN memberships m
        ON m.organisation_id = u.organisation_id AND m.role = u.role
    JOIN people p ON p.id = m.person_id AND p.active
    JOIN cases c ON c.id = u.case_id AND c.regime = m.regime
    WHERE u.case_id = :case AND u.role = 'undertaker' AND u.until_on IS NULL
    UNION SELECT c.opened_by FROM cases c WHERE c.id = :case""")

NOTICE = "decided"
"""What the job carries, and the kind of its notice while the case goes on."""

CLOSED = "ended"
"""The kind of the notice where the case is closed."""


def to_tell(desk: Desk, outcome: Outcome, person: Person | None) -> Row:
    """The job that tells of it, in the transaction of the act; its actor is not told."""
    case = desk.case
    last = [step.name for step in outcome.passed if step.kind == "endEvent" and step.name]
    notice = {
        "kind": CLOSED if case["closed_at"] else NOTICE,
        "case": case["id"],
        "number": case["number"],
        "case_title": case["title"],
        "item": None,
        "title": last[-1] if last else case["title"],
        "by": "",
        "text": case["record"].get("not_approved_reason") or "",
        "due_on": None,
    }
    return telling.job({NOTICE: notice, "by": person.id if person else None}, None)


def tell(tx: Connection, told: Mapping[str, Any]) -> None:
    """Do the job."""
    notice = told[NOTICE]
    concerned = {row["person_id"] for row in CONCERNED.all(tx, case=notice["case"])}
    for person_id in sorted(concerned - {told["by"]}):
        reminders.tell(tx, person_id, [notice])
