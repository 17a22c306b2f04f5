"""What people are told at once of an act that concerns them, beside the dates of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from server.work import reminders
from server.work.desk import Desk
from server.work.people import Person
from server.work.sql import Row

HOLDERS_NAMES = ("milestone", "clause", "due_on", "deadline", "title_en", "days")
"""Keys that a reminder of a date has and a notice of an act has not."""


def tell(
    desk: Desk,
    kind: str,
    person: Person,
    to: Iterable[str],
    text: str = "",
    due_on: date | None = None,
) -> None:
    """Tell people of an act on the desk's case; ``text`` is what the acting person wrote,
    ``due_on`` the last day they have."""
    told = _notice(desk, kind, person, text) | {"due_on": due_on and due_on.isoformat()}
    for person_id in sorted(set(to) - {person.id}):
        reminders.tell(desk.tx, person_id, [told])


def _notice(desk: Desk, kind: str, person: Person, text: str) -> Row:
    case, item = desk.case, desk.item
    blank = dict.fromkeys(HOLDERS_NAMES)
    return blank | {
        "kind": kind,
        "case": case["id"],
        "number": case["number"],
        "case_title": case["title"],
        "item": item.get("id"),
        "title": item.get("name") or case["title"],
        "by": person.name,
        "text": text,
        "escalated": False,
        "provisional": False,
    }
