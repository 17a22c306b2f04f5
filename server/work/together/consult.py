"""征求意见: somebody is asked, answers, and the item stays with whoever asked."""

from __future__ import annotations

from sqlalchemy import Connection

from server import db
from server.errors import NotFound, Stale
from server.ids import new_id
from server.models import consultations
from server.work import access
from server.work.acting import behalf, on_item, once_on_item, still_as_seen
from server.work.cases import Dossier
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import request_hash
from server.work.settle import noted
from server.work.sql import Query, Row, columns, readers
from server.work.store import Writes
from server.work.together import colleagues, notices, offers

ONE = Query(
    f"SELECT {columns(consultations, 'c')} FROM consultations c WHERE c.id = :id",
    readers(consultations),
)
OF_ITEM = Query(
    f"""
    SELECT {columns(consultations, "c")}, a.name AS asked_by_name, b.name AS asked_of_name
    FROM consultations c JOIN people a ON a.id = c.asked_by JOIN people b ON b.id = c.asked_of
    WHERE c.work_item_id = :item ORDER BY c.id""",
    readers(consultations),
)
ASKED = Query(
    f"""
    SELECT {columns(consultations, "c")}, a.name AS asked_by_name, w.name AS step,
        k.number, k.title, w.due_on
    FROM consultations c JOIN people a ON a.id = c.asked_by
    JOIN work_items w ON w.id = c.work_item_id AND w.status = 'open'
    JOIN cases k ON k.id = c.case_id AND k.closed_at IS NULL
    WHERE c.asked_of = :person AND c.answer IS NULL ORDER BY c.id""",
    {**readers(consultations), "days": ["due_on"]},
)


def ask(
    person: Person, item_id: str, version: int, of: str, question: str, key: str | None = None
) -> Row:
    """Ask somebody who may read the case for an opinion on an item in hand.

    The answer has the consultation's id. Raises NotFound, NotAllowed, Stale, Invalid.
    """
    request = request_hash("ask", item_id, [version, of, question])

    def act(desk: Desk) -> Row:
        holder = access.may_hold(person, desk.item)
        offers.check(desk, offers.CONSULT)
        still_as_seen(desk, version)
        asked = colleagues.chosen(colleagues.readers(desk, person), of, "of")
        text, identity = offers.limited(question, "question"), new_id()
        detail = {"consultation": identity, "of": of, "of_name": asked["name"]}
        done = on_item(
            "ask",
            desk,
            person,
            detail=detail,
            behalf=behalf(person, holder),
            key=key,
            request=request,
        )
        writes = Writes()
        writes.insert(consultations, _row(desk, person, of, text, identity))
        notices.tell(desk, "ask", person, [of], text)
        return noted(desk, done, writes, {"id": identity, "item": item_id})

    return once_on_item(person, item_id, key, request, act)


def _row(desk: Desk, person: Person, of: str, question: str, identity: str) -> Row:
    place = {"case_id": desk.case["id"], "work_item_id": desk.item["id"]}
    asked = {"asked_by": person.id, "asked_of": of, "question": question}
    return place | asked | {"id": identity, "asked_at": desk.now}


def answer(person: Person, consultation_id: str, text: str, key: str | None = None) -> Row:
    """Give the opinion that one was asked for; the item is the asker's as before.

    Raises NotFound for who was not asked, Stale when it is no longer wanted.
    """
    request = request_hash("answer", consultation_id, text)
    asked = asked_of(person, consultation_id)

    def act(desk: Desk) -> Row:
        still_as_seen(desk)
        row = ONE.first(desk.tx, id=consultation_id) or {}
        if row["answer"] is not None:
            raise Stale("该意见已经答复", code="answered")
        given = offers.limited(text, "answer")
        detail = {"consultation": consultation_id}
        done = on_item("answer", desk, person, detail=detail, key=key, request=request)
        writes = Writes()
        writes.update("opinion", consultation=consultation_id, answer=given)
        writes.parameters["now"] = desk.now.isoformat()
        notices.tell(desk, "answer", person, [row["asked_by"]], given)
        return noted(desk, done, writes, {"id": consultation_id, "item": desk.item["id"]})

    return once_on_item(person, asked["work_item_id"], key, request, act)


def asked_of(person: Person, consultation_id: str) -> Row:
    """What this person was asked; raises NotFound."""
    with db.read() as tx:
        row = ONE.first(tx, id=consultation_id)
    if row is None or row["asked_of"] != person.id:
        raise NotFound("没有找到这次征求意见")
    return row


def waiting(tx: Connection, person: Person) -> list[Row]:
    """What a person is still asked, the oldest first."""
    return ASKED.all(tx, person=person.id)


def as_seen(person: Person, rows: list[Row], found: Dossier) -> list[Row]:
    """Of the questions and opinions on an item, those for who asked or was asked, and for those of
    the office and the authorities; applicants do not read what officials asked each other."""
    outside = access.is_outside(person, found.case, found.roles)
    return [row for row in rows if not outside or person.id in (row["asked_by"], row["asked_of"])]
