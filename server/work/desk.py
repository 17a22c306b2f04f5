"""What an act has before it: the locked case, and everything read after the lock.

The case row is always locked first and in a statement of its own: under READ COMMITTED only the
next statement sees what the act that held the lock before has written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from server import clock
from server.errors import NotFound
from server.law.catalogue import Catalogue
from server.models import cases, idempotency, instances, subscriptions, work_items
from server.work import publications
from server.work.calendars import MARK
from server.work.sql import Query, Row, packed

CASE = f"SELECT {packed(cases, 'c')} AS row FROM cases c WHERE c.id = "
OF_ITEM = CASE + "(SELECT case_id FROM work_items WHERE id = :id)"
OF_SUBSCRIPTION = CASE + "(SELECT case_id FROM subscriptions WHERE id = :id)"

LOCK_CASE = Query(CASE + ":id {lock}", rows={"row": cases})
READ_CASE_ROW = Query(CASE + ":id", rows={"row": cases})
LOCK_CASE_OF_ITEM = Query(OF_ITEM + " {lock}", rows={"row": cases})
LOCK_CASE_OF_SUBSCRIPTION = Query(OF_SUBSCRIPTION + " {lock}", rows={"row": cases})
CASE_OF_ITEM = Query(OF_ITEM, rows={"row": cases})
CASE_OF_SUBSCRIPTION = Query(OF_SUBSCRIPTION, rows={"row": cases})

SURROUNDINGS = """
    {mark} AS calendar_mark,
    (SELECT {{object(p.role, p.organisation_id)}} FROM case_parties p
     WHERE p.case_id = {case} AND p.until_on IS NULL) AS parties,
    (SELECT {{object(p.role, o.name)}} FROM case_parties p
     JOIN organisations o ON o.id = p.organisation_id
     WHERE p.case_id = {case} AND p.until_on IS NULL) AS party_names"""
INSTANCE = f"""
    {packed(instances, "i")} AS instance, i.state_blob,
    {SURROUNDINGS.format(mark=MARK, case="i.case_id")}"""

ANSWERED = "LEFT JOIN idempotency k ON k.key = :key AND k.person_id = :person"
ANSWER = f"{packed(idempotency, 'k')} AS answered"
DRAFTED = "EXISTS (SELECT 1 FROM drafts d WHERE d.work_item_id = w.id) AS has_draft"

AGGREGATES = ("parties", "party_names")

READ_INSTANCE = Query(
    f"SELECT {INSTANCE} FROM instances i WHERE i.id = :id",
    {"json": AGGREGATES},
    rows={"instance": instances},
)
READ_CASE = Query(
    f"SELECT {SURROUNDINGS.format(mark=MARK, case='c.id')}, {ANSWER}"
    f" FROM cases c {ANSWERED} WHERE c.id = :id",
    {"json": AGGREGATES},
    rows={"answered": idempotency},
)
READ_ITEM = Query(
    f"""
    SELECT {packed(work_items, "w")} AS item, {DRAFTED}, {INSTANCE}, {ANSWER}
    FROM work_items w JOIN instances i ON i.id = w.instance_id {ANSWERED}
    WHERE w.id = :id""",
    {"json": AGGREGATES},
    rows={"item": work_items, "instance": instances, "answered": idempotency},
)
READ_SUBSCRIPTION = Query(
    f"""
    SELECT {packed(subscriptions, "s")} AS subscription, {INSTANCE}, {ANSWER}
    FROM subscriptions s JOIN instances i ON i.id = s.instance_id {ANSWERED}
    WHERE s.id = :id""",
    {"json": AGGREGATES},
    rows={"subscription": subscriptions, "instance": instances, "answered": idempotency},
)


@dataclass(slots=True)
class Desk:
    """One act's view of one case; rows are dictionaries as the tables have them."""

    tx: Connection
    case: Row
    instance: Row
    parties: dict[str, str]
    party_names: dict[str, str]
    catalogue: Catalogue
    now: datetime
    calendar_mark: object = None
    """Changes when a notice of working days is loaded (server/work/calendars.py)."""

    item: Row = field(default_factory=dict)
    has_draft: bool = False
    subscription: Row = field(default_factory=dict)
    answered: Row = field(default_factory=dict)
    """The idempotency row of this key and person, when there is one."""

    is_new: bool = False
    """The case and its instance are not in the database yet."""


def of_item(
    tx: Connection, item_id: str, person_id: str, key: str | None = None, lock: bool = True
) -> Desk:
    """The desk of an act on a work item, unlocked where it is only read; raises NotFound."""
    first = LOCK_CASE_OF_ITEM if lock else CASE_OF_ITEM
    return _of(tx, first, READ_ITEM, item_id, person_id, key, "没有找到这项待办")


def of_subscription(
    tx: Connection, waiting_id: str, person_id: str, key: str | None = None, lock: bool = True
) -> Desk:
    """The desk of an act that brings a message, unlocked where it is only read; or NotFound."""
    first = LOCK_CASE_OF_SUBSCRIPTION if lock else CASE_OF_SUBSCRIPTION
    return _of(tx, first, READ_SUBSCRIPTION, waiting_id, person_id, key, "没有找到这个办理入口")


def of_instance(tx: Connection, case_id: str, instance_id: str) -> Desk:
    """The desk of an act that happens by itself; raises NotFound."""
    locked = LOCK_CASE.first(tx, id=case_id)
    row = READ_INSTANCE.first(tx, id=instance_id)
    if locked is None or row is None:
        raise NotFound("没有找到这个办件")
    return _desk(tx, locked["row"], row)


def of_case(
    tx: Connection,
    case_id: str,
    person_id: str | None = None,
    key: str | None = None,
    lock: bool = True,
) -> Desk:
    """The desk of a procedure that begins in a case, its instance still empty; or NotFound."""
    locked = (LOCK_CASE if lock else READ_CASE_ROW).first(tx, id=case_id)
    row = READ_CASE.first(tx, id=case_id, person=person_id, key=key) if locked else None
    if locked is None or row is None:
        raise NotFound("没有找到这个办件")
    number = publications.current(tx)
    pinned = {"publication_id": number, "digest": publications.catalogue(tx, number).digest}
    return _desk(tx, locked["row"], row | {"instance": pinned, "state_blob": b""})


def _of(
    tx: Connection, lock: Query, read: Query, id: str, person: str, key: str | None, missing: str
) -> Desk:
    locked = lock.first(tx, id=id)
    row = read.first(tx, id=id, person=person, key=key) if locked else None
    if locked is None or row is None:
        raise NotFound(missing)
    return _desk(tx, locked["row"], row)


def _desk(tx: Connection, case: Row, row: Row) -> Desk:
    instance = row["instance"] | {"state_blob": row["state_blob"]}
    answered = row.get("answered") or {}
    return Desk(
        tx=tx,
        case=case,
        instance=instance,
        parties=row["parties"] or {},
        party_names=row["party_names"] or {},
        catalogue=publications.catalogue(tx, instance["publication_id"], instance["digest"]),
        now=clock.now(),
        calendar_mark=row["calendar_mark"],
        item=row.get("item") or {},
        has_draft=bool(row.get("has_draft")),
        subscription=row.get("subscription") or {},
        answered=answered if answered.get("key") else {},
    )
