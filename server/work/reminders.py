"""The reminders of a person: newest first, read or not."""

from __future__ import annotations

from sqlalchemy import Connection

from server import clock, db
from server.errors import NotFound
from server.models import notifications
from server.models.columns import instant_text
from server.work.people import Person
from server.work.sql import Query, Row, columns, readers

SHOWN = 60
"""Days with reminders that a page shows."""

OF_PERSON = Query(
    f"""SELECT {columns(notifications, "n")} FROM notifications n
        WHERE n.person_id = :person ORDER BY n.day DESC LIMIT {SHOWN}""",
    readers(notifications),
)
UNREAD = Query("""
    SELECT count(*) AS count FROM notifications WHERE person_id = :person AND read_at IS NULL""")

READ = Query("""
    UPDATE notifications SET read_at = COALESCE(read_at, :now)
    WHERE id = :id AND person_id = :person RETURNING id""")


def of_person(tx: Connection, person: Person) -> list[Row]:
    """What a person has been reminded of, one row a day, the newest first."""
    return OF_PERSON.all(tx, person=person.id)


def unread(tx: Connection, person: Person) -> int:
    """How many reminders a person has not read."""
    return int((UNREAD.first(tx, person=person.id) or {"count": 0})["count"])


def mark_read(person: Person, reminder_id: str) -> None:
    """A person has read a reminder of their own; raises NotFound for any other."""

    def act() -> None:
        with db.transaction() as tx:
            now = instant_text(clock.now())
            if READ.first(tx, id=reminder_id, person=person.id, now=now) is None:
                raise NotFound("没有找到这条提醒")

    db.run(act)
