"""退回补正: work goes back to who did it, with one list of all defects and a period.

Whoever returns work names every defect at once; the case stays in the state it is in, and what
comes back passes the same boxes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import insert

from server import clock
from server.engine import runtime
from server.engine.outcome import Outcome
from server.errors import Invalid, Refused
from server.feel.sentence import told
from server.ids import new_id
from server.models import corrections
from server.work import access
from server.work.acting import behalf, on_item, once_on_item, still_as_seen
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import request_hash
from server.work.settle import settle
from server.work.sql import Query, Row, columns, readers
from server.work.surroundings import Surroundings
from server.work.together import notices, offers
from server.work.together.ways import Way, ways

MOST = 50
"""Defects in one list."""

LONGEST = 366
"""Days a period may have at most."""

OF_TASK = Query(
    f"""
    SELECT {columns(corrections, "c")}, p.name AS returned_by_name
    FROM corrections c JOIN people p ON p.id = c.returned_by
    WHERE c.instance_id = :instance AND c.task_id = :task""",
    readers(corrections),
)


def send_back(
    person: Person,
    item_id: str,
    version: int,
    to: str,
    defects: Sequence[str],
    due_on: date | None,
    key: str | None = None,
) -> Row:
    """Return an item in hand to the box ``to`` (of ``ways``) for correction until ``due_on``.

    Raises NotFound, NotAllowed, Stale, Invalid, and Refused where the box is no way back.
    """
    day = due_on.isoformat() if due_on else None
    request = request_hash("return", item_id, [version, to, list(defects), day])

    def act(desk: Desk) -> Row:
        holder = access.may_hold(person, desk.item)
        offers.check(desk, offers.RETURN)
        still_as_seen(desk, version)
        around = Surroundings(desk, person)
        way = way_to(desk, around, to)
        listed, until = one_list(defects), period(desk, due_on)
        detail = {"to": to, "to_name": way.element.name, "defects": listed}
        done = on_item(
            "return",
            desk,
            person,
            detail=detail | {"due_on": until.isoformat()},
            behalf=behalf(person, holder),
            opens={to: reopened(desk, way.back_to) | {"due_on": until, "due_kind": "ordered"}},
            key=key,
            request=request,
        )
        outcome = taken_back(desk, around, to)
        answer = settle(desk, outcome, done, around)
        _record(desk, person, task_of(outcome, to), listed, until)
        notices.tell(desk, "return", person, filter(None, [way.back_to]), _in_a_line(listed), until)
        return answer

    return once_on_item(person, item_id, key, request, act)


def way_to(desk: Desk, around: Surroundings, to: str, own: bool = False) -> Way:
    """The way back to a box, see ``ways``; raises Refused where there is none."""
    found = next((way for way in ways(desk, around, own) if way.element.id == to), None)
    if found is None:
        raise Refused("不能退回到该环节：流程图上没有可以原路退回的走向", code="no_way_back")
    return found


def taken_back(desk: Desk, around: Surroundings, to: str) -> Outcome:
    """The token goes back. The item that closes is cancelled, that which opens has no legal date
    of its own: the law's date was met, or stands where it stood."""
    task = desk.item["task_id"]
    outcome = runtime.move_back(around.spec, around.state, task, to, around.ports())
    undated = (replace(o, due=None) if o.element_id == to else o for o in outcome.opened)
    return replace(outcome, opened=tuple(undated))


def task_of(outcome: Outcome, element_id: str) -> str:
    """The id of the task that opened at a box."""
    return next(one.id for one in outcome.opened if one.element_id == element_id)


def reopened(desk: Desk, person_id: str | None) -> Row:
    """The columns of an item that opens again for the person who did it."""
    return {"assignee_id": person_id, "claimed_at": desk.now if person_id else None}


def one_list(defects: Sequence[str]) -> list[str]:
    """All defects, each a sentence; raises Invalid."""
    sentences = [text.strip() for text in defects if text.strip()]
    if not 0 < len(sentences) <= MOST or any(len(text) > offers.LIMIT_TEXT for text in sentences):
        sentence = told(
            "请一次列明全部需要补正的内容，1 至 %(most)s 条，每条不超过 %(limit)s 字",
            most=MOST,
            limit=offers.LIMIT_TEXT,
        )
        raise Invalid(errors={"defects": [sentence]})
    return sentences


def _in_a_line(sentences: list[str]) -> str:
    return "；".join(one.rstrip("。；;. ") for one in sentences) + "。"


def period(desk: Desk, due_on: date | None) -> date:
    """The last day of the period; raises Invalid unless it lies ahead."""
    today = clock.civil_day(desk.now)
    if due_on is None or not 0 < (due_on - today).days <= LONGEST:
        raise Invalid(
            errors={"due_on": [told("补正期限应在今天之后，且不超过 %(limit)s 天", limit=LONGEST)]}
        )
    return due_on


def _record(desk: Desk, person: Person, task: str, defects: list[str], due_on: date) -> None:
    """The list is found by the task that opened for it."""
    place = {"case_id": desk.case["id"], "instance_id": desk.instance["id"]}
    row = {"id": new_id(), "work_item_id": desk.item["id"], "returned_by": person.id}
    said = {"defects": defects, "due_on": due_on, "created_at": desk.now}
    desk.tx.execute(insert(corrections).values(**place, **row, **said, task_id=task))
