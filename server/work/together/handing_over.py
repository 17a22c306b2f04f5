"""移交: somebody leaves; what they have in hand goes to a successor, item by item.

Each item is an act of its own on its case, so a batch may be broken off anywhere and goes on. What
cannot be moved is kept and says why: expert opinions, and what the successor has no post for.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, update

from server import clock, db
from server.errors import Invalid, NotAllowed, NotFound, Problem
from server.ids import new_id
from server.models import handover_items, handovers
from server.work import access, people
from server.work import desk as desks
from server.work.acting import on_item, still_as_seen
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import made_once, request_hash
from server.work.settle import note
from server.work.sql import Query, Row, columns, readers, strings
from server.work.together import colleagues
from server.work.together.transfer import assigned

BATCH = 20
"""Items moved at one press of the button."""

IN_HAND = Query("""
    SELECT id FROM work_items WHERE assignee_id = :person AND status = 'open'
        AND regime = :regime AND (organisation_id = :organisation OR organisation_id IS NULL)
    ORDER BY id""")

ITEMS = Query(
    f"""
    SELECT {columns(handover_items, "h")}, w.name, w.case_id, c.number, c.title
    FROM handover_items h JOIN work_items w ON w.id = h.work_item_id
    JOIN cases c ON c.id = w.case_id WHERE h.handover_id = :handover ORDER BY h.work_item_id"""
)
NAMED = f"""
    SELECT {columns(handovers, "h")}, a.name AS from_name, b.name AS to_name,
        o.name AS organisation, o.name_en AS organisation_en
    FROM handovers h JOIN people a ON a.id = h.from_person JOIN people b ON b.id = h.to_person
    JOIN organisations o ON o.id = h.organisation_id"""

ONE = Query(f"{NAMED} WHERE h.id = :id", readers(handovers))
BEGUN = Query(
    f"{NAMED} WHERE h.organisation_id IN {{strings(organisations)}} ORDER BY h.id DESC LIMIT 200",
    readers(handovers),
)


def hand_over(
    person: Person,
    leaver_id: str,
    successor_id: str,
    organisation_id: str,
    regime: str,
    key: str | None = None,
) -> str:
    """List what a leaver has in hand in an organisation for a successor, once per key; its id.

    Nothing is moved yet (``go_on``). Raises NotAllowed for who does not head the office, Invalid.
    """
    parts = {"from_person": leaver_id, "to_person": successor_id}
    office = {"organisation_id": organisation_id, "regime": regime}

    def make(tx: Connection) -> str:
        access.may_hand_over(person, organisation_id, regime)
        _colleagues(tx, organisation_id, leaver_id, successor_id)
        row = parts | office | {"id": new_id(), "started_by": person.id}
        tx.execute(insert(handovers).values(**row, started_at=clock.now()))
        wanted = {"person": leaver_id, "organisation": organisation_id, "regime": regime}
        _list(tx, str(row["id"]), [item["id"] for item in IN_HAND.all(tx, **wanted)])
        return str(row["id"])

    return made_once(person.id, key, request_hash("hand_over", "", parts | office), make)


def _colleagues(tx: Connection, organisation_id: str, leaver: str, successor: str) -> None:
    if leaver == successor:
        raise Invalid(errors={"successor": ["接手人应当是另一人"]})
    for field, one in (("leaver", leaver), ("successor", successor)):
        found = people.find_person(tx, one)
        if found is None or organisation_id not in {m.organisation_id for m in found.memberships}:
            raise Invalid(errors={field: ["请在本单位人员中选择"]})


def _list(tx: Connection, handover: str, items: Sequence[str]) -> None:
    rows = [{"handover_id": handover, "work_item_id": item, "status": "waiting"} for item in items]
    if rows:
        tx.execute(insert(handover_items), rows)


def go_on(person: Person, handover_id: str, most: int = BATCH) -> Row:
    """Move the next items; gives the ``progress``. Any number of people may press at once."""
    for row in progress(person, handover_id)["items"]:
        if row["status"] == "waiting" and most > 0:
            most -= 1
            _move(person, handover_id, row["work_item_id"])
    found = progress(person, handover_id)
    if not found["waiting"] and found["finished_at"] is None:
        db.run(lambda: _finish(handover_id))
        found = progress(person, handover_id)
    return found


def _move(person: Person, handover_id: str, item_id: str) -> None:
    """One item; a problem keeps it where it is and is written down."""
    try:
        db.run(lambda: _moved(person, handover_id, item_id))
    except Problem as problem:
        reason = problem.code
        db.run(lambda: _kept(handover_id, item_id, reason))


def _moved(person: Person, handover_id: str, item_id: str) -> None:
    with db.transaction() as tx:
        desk = desks.of_item(tx, item_id, person.id)
        if not _mark(tx, handover_id, item_id, "moved"):
            return  # moved or kept by somebody who pressed at the same time
        order = ONE.first(tx, id=handover_id) or {}
        check(desk, order)
        detail = {"handover": handover_id, "from": order["from_person"], "to": order["to_person"]}
        detail["to_name"] = order["to_name"]
        note(
            desk,
            [on_item("hand_over", desk, person, detail=detail)],
            assigned(desk, order["to_person"]),
        )


def check(desk: Desk, order: Row) -> None:
    """Raises Stale, NotAllowed or NotFound for an item that stays where it is."""
    still_as_seen(desk)
    if access.is_independent(desk.item):
        raise NotAllowed("专家独立意见不移交", code="independent")
    if desk.item["assignee_id"] != order["from_person"]:
        raise NotFound("该事项已不由移交人办理", code="not_in_hand")
    if order["to_person"] not in {row["id"] for row in colleagues.of_same_post(desk)}:
        raise NotAllowed("接手人不任该岗位", code="no_post")


def _mark(tx: Connection, handover_id: str, item_id: str, status: str, reason: str = "") -> bool:
    waiting = update(handover_items).where(
        handover_items.c.handover_id == handover_id,
        handover_items.c.work_item_id == item_id,
        handover_items.c.status == "waiting",
    )
    return tx.execute(waiting.values(status=status, reason=reason)).rowcount == 1


def _kept(handover_id: str, item_id: str, reason: str) -> None:
    with db.transaction() as tx:
        _mark(tx, handover_id, item_id, "kept", reason)


def _finish(handover_id: str) -> None:
    with db.transaction() as tx:
        open_one = update(handovers).where(handovers.c.id == handover_id)
        tx.execute(
            open_one.where(handovers.c.finished_at.is_(None)).values(finished_at=clock.now())
        )


def progress(person: Person, handover_id: str) -> Row:
    """A handing over with its items and counts; raises NotFound for who heads no such office."""
    with db.read() as tx:
        row = ONE.first(tx, id=handover_id)
        if row is None or not access.heads_office(person, row["organisation_id"], row["regime"]):
            raise NotFound("没有找到这次移交")
        items = ITEMS.all(tx, handover=handover_id)
    counts = {s: sum(i["status"] == s for i in items) for s in ("waiting", "moved", "kept")}
    return row | counts | {"items": items}


def begun_in(tx: Connection, organisations: Sequence[str]) -> list[Row]:
    """The handings over of some organisations, the newest first."""
    return BEGUN.all(tx, organisations=strings(organisations))
