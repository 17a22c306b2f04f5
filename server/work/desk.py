"""What an act has before it: the locked case, and everything else as of that lock.

One statement locks the case row and reads the rest. Whoever had to wait for the lock may have
read the rest as it was before (READ COMMITTED looks once, when the statement begins); every act
raises the version of the case, so such a reader sees two versions of it, and reads again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Table

from server import clock, db
from server.errors import NotFound
from server.law.catalogue import Catalogue
from server.models import cases, idempotency, instances, subscriptions, work_items
from server.work import publications
from server.work.calendars import MARK
from server.work.several import Several
from server.work.sql import Hot, Query, Row, packed

CASE = f"""
    {packed(cases, "c")} AS case_row, {MARK} AS calendar_mark,
    (SELECT {{object(p.role, p.organisation_id || ' ' || o.name)}} FROM case_parties p
     JOIN organisations o ON o.id = p.organisation_id
     WHERE p.case_id = c.id AND p.until_on IS NULL) AS parties"""

SEEN_VERSION = "(SELECT s.version FROM cases s WHERE s.id = c.id) AS seen_version"
"""The case's version as of the look, where ``case_row`` has that of the lock."""

INSTANCE = f"{packed(instances, 'i')} AS instance, i.state_blob"
ANSWER = f"{packed(idempotency, 'k')} AS answered"
ANSWERED = "LEFT JOIN idempotency k ON k.key = :key AND k.person_id = {person}"
DRAFTED = "EXISTS (SELECT 1 FROM drafts d WHERE d.work_item_id = w.id) AS has_draft"

BY_PERSON = ANSWERED.format(person=":person")
BY_SESSION = ANSWERED.format(person="(SELECT person_id FROM sessions WHERE id = :session)")

OF_CASE = f"{CASE}, {ANSWER} FROM cases c {BY_PERSON} WHERE c.id = :id"

OF_INSTANCE = f"""
    {CASE}, {INSTANCE} FROM instances i JOIN cases c ON c.id = i.case_id
    WHERE i.id = :id AND i.case_id = :case"""

ITEM = f"""
    {CASE}, {INSTANCE}, {packed(work_items, "w")} AS item, {DRAFTED}, {ANSWER}
    FROM work_items w JOIN instances i ON i.id = w.instance_id JOIN cases c ON c.id = w.case_id"""
OF_ITEM = f"{ITEM} {BY_PERSON} WHERE w.id = :id"
OF_ITEM_OF_SESSION = f"{ITEM} {BY_SESSION} WHERE w.id = :item"

OF_SUBSCRIPTION = f"""
    {CASE}, {INSTANCE}, {packed(subscriptions, "s")} AS subscription, {ANSWER}
    FROM subscriptions s JOIN instances i ON i.id = s.instance_id
    JOIN cases c ON c.id = s.case_id {BY_PERSON} WHERE s.id = :id"""


READ_ONLY = "a desk that is only read is not locked: PostgreSQL would refuse it, SQLite would not"


class Reading:
    """A SELECT of everything on a desk, with the case row locked or not."""

    def __init__(self, sql: str, missing: str, **rows: Table) -> None:
        """``sql`` is what follows the word SELECT; ``missing`` says that there is nothing;
        ``rows`` are packed columns and their tables."""
        self.missing = missing
        read = {
            "objects": ("parties",),
            "bytes": ("state_blob",) if "instance" in rows else (),
        }
        packed_rows = {"case_row": cases, **rows}
        self.looking = Hot(f"SELECT {sql}", read, packed_rows)
        self._locking = Hot(f"SELECT {SEEN_VERSION}, {sql} {{lock(c)}}", read, packed_rows)

    def row(self, tx: Connection, lock: bool, **parameters: object) -> Row:
        """The row, as of the lock when it is taken; raises NotFound."""
        if lock and tx.engine is db.engine("read"):
            raise RuntimeError(READ_ONLY)
        query = self._locking if lock else self.looking
        row = query.first(tx, **parameters)
        if row and lock and row["seen_version"] != row["case_row"]["version"]:
            row = query.first(tx, **parameters)
        if row is None:
            raise NotFound(self.missing)
        return row


NO_CASE, NO_ITEM, NO_ENTRANCE = "没有找到这个办件", "没有找到这项待办", "没有找到这个办理入口"

CASES = Reading(OF_CASE, NO_CASE, answered=idempotency)
INSTANCES = Reading(OF_INSTANCE, NO_CASE, instance=instances)
ITEMS = Reading(OF_ITEM, NO_ITEM, instance=instances, item=work_items, answered=idempotency)
ITEM_OF_SESSION = Reading(
    OF_ITEM_OF_SESSION, NO_ITEM, instance=instances, item=work_items, answered=idempotency
).looking
SUBSCRIPTIONS = Reading(
    OF_SUBSCRIPTION,
    NO_ENTRANCE,
    instance=instances,
    subscription=subscriptions,
    answered=idempotency,
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
    tx: Connection,
    item_id: str,
    person_id: str,
    key: str | None = None,
    lock: bool = True,
    seen: Row | None = None,
) -> Desk:
    """The desk of an act on a work item, unlocked where it is only read; raises NotFound.
    ``seen`` is its row, where it has been read with the session (server/work/arrival.py)."""
    return _desk(tx, seen or ITEMS.row(tx, lock, id=item_id, person=person_id, key=key))


def beside_item(
    tx: Connection, item_id: str, person_id: str, more: Mapping[str, Query]
) -> tuple[Desk, dict[str, list[Row]]]:
    """The unlocked desk of a work item and the answers to questions on ``:item``, all asked at
    once; raises NotFound."""
    asked = {"id": item_id, "item": item_id, "person": person_id, "key": None}
    read = Several(more, desk=ITEMS.looking).all(tx, **asked)
    if not read["desk"]:
        raise NotFound(NO_ITEM)
    return _desk(tx, read["desk"][0]), read


def of_subscription(
    tx: Connection, waiting_id: str, person_id: str, key: str | None = None, lock: bool = True
) -> Desk:
    """The desk of an act that brings a message, unlocked where it is only read; or NotFound."""
    return _desk(tx, SUBSCRIPTIONS.row(tx, lock, id=waiting_id, person=person_id, key=key))


def of_instance(tx: Connection, case_id: str, instance_id: str, lock: bool = True) -> Desk:
    """The desk of an act that happens by itself, unlocked where it is only read; or NotFound."""
    return _desk(tx, INSTANCES.row(tx, lock, id=instance_id, case=case_id))


def of_case(
    tx: Connection,
    case_id: str,
    person_id: str | None = None,
    key: str | None = None,
    lock: bool = True,
) -> Desk:
    """The desk of a procedure that begins in a case, its instance still empty; or NotFound."""
    row = CASES.row(tx, lock, id=case_id, person=person_id, key=key)
    number = publications.current(tx)
    pinned = {"publication_id": number, "digest": publications.catalogue(tx, number).digest}
    return _desk(tx, row | {"instance": pinned, "state_blob": b""})


def _desk(tx: Connection, row: Row) -> Desk:
    instance = row["instance"] | {"state_blob": row["state_blob"]}
    answered = row.get("answered") or {}
    held = {role: party.split(" ", 1) for role, party in (row["parties"] or {}).items()}
    return Desk(
        tx=tx,
        case=row["case_row"],
        instance=instance,
        parties={role: identity for role, (identity, _) in held.items()},
        party_names={role: name for role, (_, name) in held.items()},
        catalogue=publications.catalogue(tx, instance["publication_id"], instance["digest"]),
        now=clock.now(),
        calendar_mark=row["calendar_mark"],
        item=row.get("item") or {},
        has_draft=bool(row.get("has_draft")),
        subscription=row.get("subscription") or {},
        answered=answered if answered.get("key") else {},
    )
