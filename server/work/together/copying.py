"""抄送: somebody who may read a case is pointed to it, and it is seen whether they looked.

A copy is no key: who may not read the case is not offered, and who may no longer read it no longer
sees the copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from server import clock, db
from server.errors import Invalid, NotFound
from server.feel.sentence import told
from server.ids import new_id
from server.models import copies
from server.models.columns import instant_text
from server.work import cases, scope
from server.work.acting import on_item, once_on_item, still_alive
from server.work.desk import Desk
from server.work.inbox import PAGE, Page, Wanted, page
from server.work.people import Person
from server.work.requests import request_hash
from server.work.scope import LOOKED_AT
from server.work.settle import noted
from server.work.sql import Query, Row, columns, readers
from server.work.store import Writes
from server.work.together import colleagues, notices, offers

MOST = 20
"""People to whom one copy goes at once."""

OF_PERSON = f"""
    SELECT {columns(copies, "k")}, c.number, c.title, c.state, c.regime, s.name AS sent_by_name,
        k.id AS sort_key
    FROM copies k JOIN cases c ON c.id = k.case_id JOIN people s ON s.id = k.sent_by
    WHERE k.person_id = :person AND {LOOKED_AT}
        AND (:regime = '' OR c.regime = :regime)
        AND (:text = '' OR lower(c.title) LIKE :pattern ESCAPE '!'
             OR lower(c.number) LIKE :pattern ESCAPE '!')
        AND (:after_id = '' OR k.id < :after_id)
    ORDER BY k.id DESC LIMIT """
UNREAD = Query(f"""
    SELECT count(*) AS count FROM copies k JOIN cases c ON c.id = k.case_id
    WHERE k.person_id = :person AND k.read_at IS NULL AND {LOOKED_AT}""")

READ = Query("""
    UPDATE copies SET read_at = COALESCE(read_at, :now)
    WHERE id = :id AND person_id = :person RETURNING case_id""")

OF_CASE = Query(
    f"""
    SELECT {columns(copies, "k")}, p.name AS person_name, s.name AS sent_by_name
    FROM copies k JOIN people p ON p.id = k.person_id JOIN people s ON s.id = k.sent_by
    WHERE k.case_id = :case AND k.sent_by = :person ORDER BY k.id DESC""",
    readers(copies),
)


def copy(
    person: Person, item_id: str, to: Sequence[str], note: str = "", key: str | None = None
) -> Row:
    """Point people to the case of an item for information; the answer counts them.

    Raises NotFound, NotAllowed, Stale, Invalid.
    """
    request = request_hash("copy", item_id, [list(to), note])

    def act(desk: Desk) -> Row:
        cases.readable(desk.tx, person, desk.case["id"])
        offers.check(desk, offers.COPY)
        still_alive(desk)
        chosen = _chosen(desk, person, to)
        text = offers.limited(note, "note", required=False)
        detail = {"to": [row["id"] for row in chosen]}
        done = on_item("copy", desk, person, detail=detail, key=key, request=request)
        writes = Writes()
        writes.insert(copies, *(_row(desk, person, row["id"], text) for row in chosen))
        notices.tell(desk, "copy", person, detail["to"], text)
        return noted(desk, done, writes, {"case": desk.case["id"], "copies": len(chosen)})

    return once_on_item(person, item_id, key, request, act)


def _chosen(desk: Desk, person: Person, to: Sequence[str]) -> list[Row]:
    wanted = list(dict.fromkeys(to))
    if not 0 < len(wanted) <= MOST:
        raise Invalid(errors={"to": [told("请选择 1 至 %(most)s 人", most=MOST)]})
    offered = colleagues.readers(desk, person)
    return [colleagues.chosen(offered, one, "to") for one in wanted]


def _row(desk: Desk, person: Person, to: str, note: str) -> Row:
    sent = {"case_id": desk.case["id"], "step": desk.item["name"], "sent_at": desk.now}
    return sent | {"id": new_id(), "person_id": to, "sent_by": person.id, "note": note}


def received(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """抄送我的: the copies a person has received and may still read, the newest first."""
    return page(_received(size), person, wanted, size, **scope.each(person).values)


@cache
def _received(size: int) -> Query:
    return Query(f"{OF_PERSON}{size + 1}", readers(copies))


def mark_read(person: Person, copy_id: str) -> str:
    """A person looks at a copy of their own; gives the id of its case. Raises NotFound."""

    def act() -> str:
        with db.transaction() as tx:
            now = instant_text(clock.now())
            row = READ.first(tx, id=copy_id, person=person.id, now=now)
            if row is None:
                raise NotFound("没有找到这份抄送")
            return str(row["case_id"])

    return db.run(act)


def sent(person: Person, case_id: str) -> list[Row]:
    """The copies of a case that a person has sent, with the mark whether they were read."""
    with db.read() as tx:
        return OF_CASE.all(tx, case=case_id, person=person.id)
