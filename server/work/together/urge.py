"""催办: somebody who reads the case presses for an item of others, once a day."""

from __future__ import annotations

from server import clock
from server.errors import Refused
from server.models import urges
from server.work import access, cases
from server.work.acting import on_item, once_on_item, still_as_seen
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import request_hash
from server.work.settle import noted
from server.work.sql import Query, Row
from server.work.store import Writes
from server.work.together import colleagues, notices, offers

TODAY = Query("""
    SELECT 1 AS found FROM urges
    WHERE work_item_id = :item AND person_id = :person AND day = :day""")


def urge(person: Person, item_id: str, note: str = "", key: str | None = None) -> Row:
    """Press for an open item; whoever may do it is told. The decision stays theirs.

    Raises NotFound, NotAllowed, Stale, and Refused for the second time in a day.
    """
    request = request_hash("urge", item_id, [note])

    def act(desk: Desk) -> Row:
        found = cases.readable(desk.tx, person, desk.case["id"])
        access.may_urge(person, desk.item, found.roles)
        offers.check(desk, offers.URGE)
        still_as_seen(desk)
        today = clock.civil_day(desk.now)
        if TODAY.first(desk.tx, item=item_id, person=person.id, day=today.isoformat()):
            raise Refused("您今天已经催办过该事项，每天只能催办一次", code="urged_today")
        text = offers.limited(note, "note", required=False)
        done = on_item("urge", desk, person, key=key, request=request)
        writes = Writes()
        pressed = {"work_item_id": item_id, "person_id": person.id, "day": today}
        writes.insert(urges, pressed | {"created_at": desk.now})
        notices.tell(desk, "urge", person, asked(desk), text)
        return noted(desk, done, writes, {"id": item_id, "case": desk.case["id"]})

    return once_on_item(person, item_id, key, request, act)


def asked(desk: Desk) -> list[str]:
    """Whom the item waits for: its assignee, else everybody of the post."""
    if desk.item["assignee_id"]:
        return [desk.item["assignee_id"]]
    return [row["id"] for row in colleagues.of_same_post(desk)]
