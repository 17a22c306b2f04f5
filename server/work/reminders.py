"""The reminders of a person: newest first, read or not."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from server import clock, db
from server.errors import NotFound
from server.ids import new_id
from server.models import notifications
from server.models.columns import instant_text
from server.work.outside import telling
from server.work.people import Person
from server.work.sql import Query, Row, columns, json_text, readers

SHOWN = 60
"""Days with reminders that a page shows."""

OF_PERSON = Query(
    f"""SELECT {columns(notifications, "n")} FROM notifications n
        WHERE n.person_id = :person ORDER BY n.day DESC LIMIT {SHOWN}""",
    readers(notifications),
)
UNREAD = Query("""
    SELECT count(*) AS count FROM notifications WHERE person_id = :person AND read_at IS NULL""")

HOLD = Query(
    """
    INSERT INTO notifications (id, person_id, day, created_at, items)
    VALUES (:id, :person, :day, :now, '[]')
    ON CONFLICT (person_id, day) DO UPDATE SET created_at = notifications.created_at
    RETURNING id, items""",
    {"json": ["items"]},
)
"""Reads the row of a person and day, made if there is none, and holds it."""

ADD = Query("""
    UPDATE notifications SET items = :items, read_at = NULL WHERE id = :id RETURNING id""")

READ = Query("""
    UPDATE notifications SET read_at = COALESCE(read_at, :now)
    WHERE id = :id AND person_id = :person RETURNING id""")


def of_person(tx: Connection, person: Person) -> list[Row]:
    """What a person has been reminded of, one row a day, the newest first."""
    return OF_PERSON.all(tx, person=person.id)


def unread(tx: Connection, person: Person) -> int:
    """How many reminders a person has not read."""
    return int((UNREAD.first(tx, person=person.id) or {"count": 0})["count"])


def tell(tx: Connection, person_id: str, items: Iterable[Row]) -> None:
    """Add to what a person is told today; the day's row is unread again. Outside they are told so
    as far as they want it."""
    items = list(items)
    now = clock.now()
    day = clock.civil_day(now).isoformat()
    held = HOLD.first(tx, id=new_id(), person=person_id, day=day, now=instant_text(now))
    if held:
        ADD.first(tx, id=held["id"], items=json_text([*held["items"], *items]))
    telling.told(tx, person_id, items)


def mark_read(person: Person, reminder_id: str) -> None:
    """A person has read a reminder of their own; raises NotFound for any other."""

    def act() -> None:
        with db.transaction() as tx:
            now = instant_text(clock.now())
            if READ.first(tx, id=reminder_id, person=person.id, now=now) is None:
                raise NotFound("没有找到这条提醒")

    db.run(act)
