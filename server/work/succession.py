"""One organisation takes the place of another in a case: the register entry names who it is.

What waits for the role waits for the one that follows from then on, unclaimed, whoever had it in
hand. The one that went before is no party any more: it starts and hands in nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from server import clock
from server.models import case_parties, work_items
from server.work import parties
from server.work.desk import Desk
from server.work.sql import Query, Row, columns, readers, strings
from server.work.store import Writes

KNOWN = Query("SELECT id FROM organisations WHERE id IN {strings(ids)}")

HELD = Query(
    f"""
    SELECT {columns(work_items, "w")} FROM work_items w
    WHERE w.case_id = :case AND w.status = 'open' AND w.role IN {{strings(roles)}}
        AND w.id <> :item AND (w.assignee_id IS NULL OR w.claimed_at IS NOT NULL)
    ORDER BY w.id""",
    readers(work_items),
)
"""What is open for some roles, but for the item that is being done and those of a named person."""


def followed(desk: Desk, record: Mapping[str, Any]) -> dict[str, str]:
    """Role -> organisation where an entry of the register names another than the party; every role
    that is the same office goes with it."""
    if desk.is_new:
        return {}
    named = {role: str(record[name]) for name, role in parties.FIELDS.items() if record.get(name)}
    other = {role: held for role, held in named.items() if desk.parties.get(role) != held}
    if not other:
        return {}
    there = {row["id"] for row in KNOWN.all(desk.tx, ids=strings(other.values()))}
    known = {role: held for role, held in other.items() if held in there}
    return parties.with_shared(desk.catalogue, desk.case["regime"], known)


def take_over(desk: Desk, following: Mapping[str, str], closed: Collection[str]) -> list[Row]:
    """Write who follows whom, in the open transaction; returns the items handed on, without the
    tasks of the desk's instance that close by the same act."""
    now_done = str(desk.item.get("id") or "")
    held = HELD.all(desk.tx, case=desk.case["id"], roles=strings(following), item=now_done)
    for role, organisation in following.items():
        _write(desk, role, organisation, [item for item in held if item["role"] == role])
    desk.parties |= following
    return [_handed_on(item, following) for item in held if not _closes(desk, item, closed)]


def _write(desk: Desk, role: str, organisation: str, held: list[Row]) -> None:
    writes = Writes()
    today = clock.civil_day(desk.now).isoformat()
    place = {"case_id": desk.case["id"], "role": role, "organisation": organisation}
    writes.update("party_ended", today=today, **place)
    writes.insert(case_parties, *parties.rows(desk.case["id"], [(role, organisation)]))
    writes.update("readdressed")
    if held:
        writes.update("handed_on", held=strings(item["id"] for item in held))
    writes.apply(desk.tx)


def _handed_on(item: Row, following: Mapping[str, str]) -> Row:
    return item | {"organisation_id": following[item["role"]], "assignee_id": None}


def _closes(desk: Desk, item: Row, closed: Collection[str]) -> bool:
    return item["instance_id"] == desk.instance["id"] and item["task_id"] in closed
