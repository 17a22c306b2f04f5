"""撤回: who has handed something in takes it back while nobody has touched what it opened."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from server.errors import NotFound, Problem, Refused, Stale
from server.models import deadlines, work_items
from server.models.columns import instant_text
from server.work.acting import on_item, once_on_item, still_alive
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import request_hash
from server.work.settle import settle
from server.work.sql import Query, Row, columns, readers
from server.work.surroundings import Surroundings
from server.work.together import offers
from server.work.together.correcting import reopened, taken_back, way_to
from server.work.together.ways import Way

OPENED = Query(
    f"""
    SELECT {columns(work_items, "w")}, EXISTS (
            SELECT 1 FROM drafts d WHERE d.work_item_id = w.id) AS has_draft,
        EXISTS (SELECT 1 FROM consultations c WHERE c.work_item_id = w.id) AS consulted
    FROM work_items w WHERE w.instance_id = :instance AND w.opened_at = :at""",
    readers(work_items),
)
"""What a completion has opened: it happened at the same instant, in the same act."""


def withdraw(person: Person, item_id: str, key: str | None = None) -> Row:
    """Take back a completed item of one's own; it opens again, with its date as it was.

    The answer has the items open to the person. Raises NotFound, NotAllowed, Stale when somebody
    has begun on what follows, Refused where what followed has had legal effect.
    """
    request = request_hash("take_back", item_id, None)

    def act(desk: Desk) -> Row:
        done = _own(desk, person)
        offers.check(desk, offers.WITHDRAW)
        still_alive(desk)
        following = untouched(desk)
        around = Surroundings(desk, person)
        desk.item = following
        way = way_to(desk, around, done["element_id"], own=True)
        outcome = taken_back(desk, around, done["element_id"])
        told = replace(
            on_item("take_back", desk, person, key=key, request=request),
            name=done["name"],
            element_id=done["element_id"],
            detail={"withdrawn": done["id"]},
            opens={done["element_id"]: _as_before(desk, way, done)},
        )
        _not_met(desk, done)
        return settle(desk, outcome, told, around)

    return once_on_item(person, item_id, key, request, act)


def is_possible(person: Person, desk: Desk) -> bool:
    """Whether a person could take back the desk's completed item now."""
    item = desk.item
    if item["completed_by"] != person.id or offers.WITHDRAW not in offers.offered(desk):
        return False
    try:
        still_alive(desk)
        _own(desk, person)
        following = replace(desk, item=untouched(desk))
        way_to(following, Surroundings(following, person), item["element_id"], own=True)
    except Problem:
        return False
    return True


def _own(desk: Desk, person: Person) -> Row:
    item = desk.item
    is_party = item["organisation_id"] in (None, desk.parties.get(item["role"]))
    if item["completed_by"] != person.id or not is_party:
        raise NotFound("没有找到这项已办事项")
    if desk.instance["status"] != "running":
        raise Stale("该程序已经结束或者正在处理故障，不能撤回", code="not_running")
    return item


def untouched(desk: Desk) -> Row:
    """The one item that the desk's completed item has opened; raises Stale or Refused."""
    at = instant_text(desk.item["completed_at"])
    rows = OPENED.all(desk.tx, instance=desk.instance["id"], at=at)
    if len(rows) != 1:
        raise Refused("提交之后的走向不止一处或者已经产生效力，不能撤回", code="no_way_back")
    row = rows[0]
    touched = row["has_draft"] or row["consulted"] or row["claimed_at"] is not None
    if row["status"] != "open" or row["version"] != 1 or touched:
        raise Stale("后续环节已有人签收或者办理，不能撤回", code="begun")
    return row


def _as_before(desk: Desk, way: Way, done: Row) -> Row:
    dates = {name: done[name] for name in ("due_on", "due_kind", "deadline_id")}
    return reopened(desk, way.back_to) | dates


def _not_met(desk: Desk, done: Row) -> None:
    """What was handed in in time is no longer handed in: its legal date runs again."""
    if done["deadline_id"]:
        again = update(deadlines).where(deadlines.c.id == done["deadline_id"])
        desk.tx.execute(again.values(status="open", met_on=None))
